"""All tasks that wait at a time, as arrays."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.errors import ScenarioError
from cv2x.gym.env import _check_word, feature_names
from cv2x.gym.episodes import Episodes, OutputLike, ScenarioLike
from cv2x.gym.rewards import RewardLike
from cv2x.simulate import Overrides

Floats = npt.NDArray[np.float32]
Info = dict[str, Any]


class BatchedOffloadEnv:
    """Like `OffloadEnv`, but tasks wait for each other and are decided together: fewer steps, larger arrays.

    Not a Gymnasium environment, whose spaces have no changing number of rows; its methods have the same names and
    give the same things. With n tasks that wait, observations are (n, features), `info["action_mask"]` is
    (n, actions), and `step` takes n actions.

    The first task waits for `window_s` and with it all that come meanwhile, which is part of their latency; 0 gathers
    those of one instant. A row is what its vehicle saw when its task came. Two tasks of a batch do not know of each
    other's actions.

    Args:
        scenario: as of `OffloadEnv`, and so are `overrides`, `reward`, `worst`, `masked`, `output` and
            `replications`.
        overrides: see there.
        window_s: how long tasks wait for each other [simulated s].
        reward: see there.
        worst: see there.
        masked: see there.
        output: see there.
        replications: see there.
    """

    def __init__(
        self,
        scenario: ScenarioLike,
        overrides: Overrides = (),
        *,
        window_s: float = 0.0,
        reward: RewardLike = "latency",
        worst: float = 10.0,
        masked: Literal["lose", "error"] = "lose",
        output: OutputLike = None,
        replications: tuple[int, int] = (0, 1),
    ) -> None:
        _check_word("masked", masked, ("lose", "error"))
        if not 0 <= window_s <= 3600:
            raise ScenarioError(f"window_s: found {window_s!r}; 0 to 3600 s are allowed")
        self._episodes = Episodes(
            scenario,
            overrides,
            reward,
            worst,
            output,
            replications,
            round(window_s * 1e9),
            "cv2x.gym:BatchedOffloadEnv",
        )
        self._strict = masked == "error"
        self.actions = self._episodes.actions
        """Names of the actions."""
        self.feature_names = feature_names(self._episodes.services, self.actions)
        """Names of the columns of an observation."""

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Floats, Info]:
        """As of `OffloadEnv`."""
        run = self._episodes.begin(seed, options)
        return self._observation(run), {"action_mask": self._mask(run)}

    def step(self, actions: npt.ArrayLike) -> tuple[Floats, float, bool, bool, Info]:
        """One action for each task that waits.

        Returns:
            Observation, sum of the rewards, whether the episode has ended, False, and `info` with `action_mask` and
            `ended`: {"decision": …, "reward": …}, which decisions (counted through the episode, row by row) ended,
            and what each is worth.
        """
        run = self._episodes.going()
        chosen = np.asarray(actions)
        if chosen.shape != (run.waiting,) or not (
            np.issubdtype(chosen.dtype, np.integer) or chosen.size == 0
        ):
            raise ScenarioError(
                f"actions: found {chosen.dtype} of shape {chosen.shape}; {run.waiting} tasks wait, so integers of "
                f"shape ({run.waiting},) are needed"
            )
        wrong = np.flatnonzero((chosen < 0) | (chosen >= len(self.actions)))
        if len(wrong):
            raise self._episodes.no_such_action(int(chosen[wrong[0]]))
        if self._strict:
            masked = np.flatnonzero(self._mask(run)[np.arange(len(chosen)), chosen] == 0)
            if len(masked):
                raise self._episodes.unavailable(int(chosen[masked[0]]))
        try:
            waits, reward = run.step_many(chosen.astype(np.int64))
        except BaseException:
            self._episodes.abandon()
            raise
        reward, decisions, rewards = self._episodes.credits(run, reward)
        observation, mask = self._observation(run), self._mask(run)
        info: Info = {"action_mask": mask, "ended": {"decision": decisions, "reward": rewards}}
        if not waits:
            info |= self._episodes.end()
        return observation, reward, not waits, False, info

    def close(self) -> None:
        """As of `OffloadEnv`."""
        self._episodes.close()

    def _observation(self, run: _core.SteppedRun) -> Floats:
        return run.observation().reshape(run.waiting, -1 if run.waiting else len(self.feature_names))

    def _mask(self, run: _core.SteppedRun) -> npt.NDArray[np.int8]:
        return run.mask().reshape(run.waiting, len(self.actions))
