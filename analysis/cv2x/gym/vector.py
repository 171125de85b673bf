"""Several environments at a time, each in a process of its own."""

import functools
from typing import Any

from gymnasium.vector import AsyncVectorEnv

from cv2x import _core
from cv2x.errors import ScenarioError
from cv2x.gym.env import OffloadEnv
from cv2x.gym.episodes import ScenarioLike


def make_vec(
    scenario: ScenarioLike,
    n: int,
    *,
    context: str | None = "spawn",
    **settings: Any,  # noqa: ANN401 — of OffloadEnv, which checks them
) -> AsyncVectorEnv:
    """`n` environments in `n` processes: Gymnasium's AsyncVectorEnv.

    Without a seed, environment i runs replications i, i + n, i + 2n, … of the scenario; `reset(seed=s)` gives it seed
    s + i.

    Args:
        scenario: as of `OffloadEnv`, except what `load` gave, which no other process can be given.
        n: how many.
        context: how processes start: "spawn" (safe beside threads; a script needs `if __name__ == "__main__":`),
            "forkserver" or "fork" (faster).
        settings: of `OffloadEnv`: overrides, reward, …
    """
    if n < 1:
        raise ScenarioError(f"n: found {n}; at least 1 is needed")
    if isinstance(scenario, _core.LoadedScenario):
        raise ScenarioError(
            "a loaded scenario cannot be handed to other processes; give its file, a Scenario or a dict"
        )
    if "replications" in settings:
        raise TypeError("replications are dealt out by make_vec itself")
    OffloadEnv(scenario, **settings).close()  # mistakes come to light here, as themselves
    makers = [functools.partial(OffloadEnv, scenario, replications=(i, n), **settings) for i in range(n)]
    return AsyncVectorEnv(makers, context=context)
