"""What the environments share: settings, one run an episode, its seed and its file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from gymnasium.error import Error, InvalidAction, ResetNeeded

from cv2x import _core
from cv2x.errors import ScenarioError
from cv2x.gym.rewards import RewardLike, weights_of
from cv2x.scenario import Scenario
from cv2x.simulate import Overrides, command_line, load

VEHICLE = "(vehicle)"
"""Name of the action that keeps a task in its vehicle."""
MOST_SEED = 2**62
NEW, GOING, ENDED, CLOSED = "new", "going", "ended", "closed"

ScenarioLike: TypeAlias = str | os.PathLike[str] | Scenario | Mapping[str, Any] | _core.LoadedScenario
OutputLike: TypeAlias = str | os.PathLike[str] | Callable[[int, int], str | os.PathLike[str]] | None


class Episodes:
    """Runs of one scenario, one an episode, each with other random numbers."""

    def __init__(
        self,
        scenario: ScenarioLike,
        overrides: Overrides,
        reward: RewardLike,
        worst: float,
        output: OutputLike,
        replications: tuple[int, int],
        gather_ns: int,
        name: str,
    ) -> None:
        if isinstance(scenario, _core.LoadedScenario):
            if overrides:
                raise TypeError("overrides go to load() when a loaded scenario is given")
            self.loaded = scenario
        else:
            self.loaded = load(scenario, overrides)
        if not self.loaded.offloads:
            raise ScenarioError(
                "no service of this scenario has tasks whose place is decided, so there is nothing to decide; one of "
                "the kind perception_offload is needed"
            )
        if not 0 < worst < np.inf:
            raise ScenarioError(f"worst: found {worst!r}; a finite number above 0 is needed")
        self.weights = weights_of(reward)
        self.rewarder = reward if callable(reward) else None
        self.hosts = tuple(self.loaded.hosts)
        self.services = tuple(self.loaded.services)
        self.actions = (*self.hosts, VEHICLE)
        self.state = NEW
        self.run: _core.SteppedRun | None = None
        self._worst, self._output, self._gather_ns, self._name = worst, output, gather_ns, name
        self._seed = self.loaded.seed
        self._first, self._stride = self.loaded.replication + replications[0], replications[1]
        self._replication: int | None = None

    # --- episodes ---

    def begin(self, seed: int | None, options: Mapping[str, Any] | None) -> _core.SteppedRun:
        """Abandons the episode that goes on, and runs the next one to its first decision."""
        if self.state == CLOSED:
            raise Error("this environment is closed; make a new one")
        self.abandon()
        replication = self._next(seed, options)
        self.run = _core.SteppedRun(
            self.loaded,
            self._seed,
            replication,
            self._file(replication),
            command_line(),
            self._name,
            self.weights,
            self._worst,
            self._gather_ns,
        )
        self._replication = replication
        try:
            waits = self.run.begin()
        except BaseException:
            self.run = None
            raise
        if not waits:
            self.run = None
            raise ScenarioError(
                f"seed {self._seed}, replication {replication}: the run ended without a task to decide about; are "
                "there vehicles that run the service, and is simulation.duration long enough?"
            )
        self.state = GOING
        return self.run

    def _next(self, seed: int | None, options: Mapping[str, Any] | None) -> int:
        """Sets the seed, and says which replication comes."""
        for key in options or {}:
            if key != "replication":
                raise ScenarioError(f"reset: there is no option {key!r}; there is 'replication'")
        if seed is not None:
            _check("seed", seed)
            self._seed = int(seed)
            replication = self.loaded.replication
        elif self._replication is None:
            replication = self._first
        else:
            replication = self._replication + self._stride
        wanted = (options or {}).get("replication")
        if wanted is not None:
            _check("replication", wanted)
            replication = int(wanted)
        return replication

    def _file(self, replication: int) -> str:
        if self._output is None:
            return ""
        if callable(self._output):
            return os.fspath(self._output(self._seed, replication))
        path = os.fspath(self._output)
        try:
            path = path.format(seed=self._seed, replication=replication)
        except (KeyError, IndexError, ValueError) as error:
            raise ScenarioError(
                f"output: {path!r}: there are {{seed}} and {{replication}} to fill in ({error!r})"
            ) from None
        if Path(path).is_dir():
            raise ScenarioError(f"output: {path!r} is a folder; a file's name is needed")
        return path

    def going(self) -> _core.SteppedRun:
        """The run that goes on; ResetNeeded when there is none."""
        if self.run is None:
            if self.state == CLOSED:
                raise Error("this environment is closed; make a new one")
            raise ResetNeeded(
                "step() before reset(): there is no episode yet"
                if self.state == NEW
                else "step() after the end of the episode: call reset() for the next one"
            )
        return self.run

    def end(self) -> dict[str, Any]:
        """The run has come to its end; what is to be told about it."""
        run = self.going()
        self.run, self.state = None, ENDED
        return {"decisions": run.decisions, "warnings": list(run.warnings)}

    def abandon(self) -> None:
        """Ends the episode that goes on, if one does."""
        run, self.run = self.run, None
        if run is not None:
            self.state = ENDED
            run.abandon()

    def close(self) -> None:
        """Abandons, for good."""
        self.abandon()
        self.state = CLOSED

    # --- rewards and actions ---

    def credits(
        self, run: _core.SteppedRun, total: float
    ) -> tuple[float, npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The reward of a step, and of which decisions."""
        decisions, rewards = run.credits()
        if self.rewarder is None:
            return total, decisions, rewards
        rewards = np.fromiter(map(self.rewarder, run.results()), np.float64, len(rewards))
        return float(rewards.sum()), decisions, rewards

    def no_such_action(self, action: object) -> InvalidAction:
        """What is raised for it."""
        named = ", ".join(f"{i} {name}" for i, name in enumerate(self.actions[:8]))
        more = f", … {len(self.actions) - 1} {VEHICLE}" if len(self.actions) > 8 else ""
        return InvalidAction(f"action: found {action!r}; there are {named}{more}")

    def unavailable(self, action: int) -> InvalidAction:
        """What is raised for an action that is masked, where that is an error."""
        return InvalidAction(
            f"action {action}: the task cannot get to {self.actions[action]!r} now (info['action_mask'] is 0 there)"
        )


def _check(what: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value <= MOST_SEED:
        raise ScenarioError(f"{what}: found {value!r}; an integer 0 to 2^62 is needed")
