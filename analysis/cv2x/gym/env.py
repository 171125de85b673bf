"""One task at a time: a Gymnasium environment."""

import operator
from collections.abc import Mapping
from typing import Any, Literal

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from cv2x import _core
from cv2x.errors import ScenarioError
from cv2x.gym.episodes import Episodes, OutputLike, ScenarioLike
from cv2x.gym.rewards import RewardLike
from cv2x.simulate import Overrides

Observation = npt.NDArray[np.float32] | dict[str, npt.NDArray[np.float32]]
Info = dict[str, Any]


class OffloadEnv(gymnasium.Env[Observation, np.int64]):
    """Where does this task run? An episode is a run of the scenario; a step is a decision.

    Actions: the hosts in the order of the scenario, then the vehicle itself (`actions` names them).

    Observations: a Box of numbers in [0, 1], `feature_names` says which: the task's, then the same ones for each
    action. They are made of the view that policies have, stale load reports and all; docs/gym.md has the table. With
    `observation="dict"` the same as {"task": (t,), "targets": (actions, features)}.

    Reward: the tasks that have ended since the last decision, each rewarded once. `info["action_mask"]` (int8, also
    `action_masks()` for sb3-contrib) is 1 where the task can get to. When the episode ends there is nothing to
    observe, so the observation is 0; tasks that are still under way are lost.

    A process runs one simulation at a time: one episode, of one environment. `make_vec` has several.

    Args:
        scenario: a scenario file, a `Scenario`, nested dicts, or what `load` gave (then without overrides).
        overrides: as of `cv2x.run`.
        reward: "latency" (−latency / deadline, at least −worst), "deadline" (1 in time, else 0), "energy" (−J that the
            task was expected to take), weights of several {"latency": 1, "deadline": 0.5}, or a function of each
            `cv2x.TaskResult`.
        worst: of "latency": what a lost task costs, and a late one at most [deadlines].
        credit: "decision" tells in info["ended"] whose rewards they are: {"decision": …, "reward": …}, arrays.
        observation: "flat" or "dict".
        masked: what to do with a masked action: "lose" the task on its way, as with policies, or "error".
        output: a result file an episode, with "{seed}" and "{replication}" in its name, or a function of both that
            names it. None: nothing is recorded, which is faster. An episode that was not run to its end leaves its
            file marked incomplete.
        replications: of the episodes without a seed: the first, counted from the scenario's, and the stride to the
            next. (i, n) lets n environments run different ones.
        render_mode: there is none; here because `gymnasium.make` hands it over.

    Raises `ScenarioError`; in `step` `gymnasium.error.InvalidAction` and `ResetNeeded`.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 — gymnasium's

    def __init__(
        self,
        scenario: ScenarioLike,
        overrides: Overrides = (),
        *,
        reward: RewardLike = "latency",
        worst: float = 10.0,
        credit: Literal["sum", "decision"] = "sum",
        observation: Literal["flat", "dict"] = "flat",
        masked: Literal["lose", "error"] = "lose",
        output: OutputLike = None,
        replications: tuple[int, int] = (0, 1),
        render_mode: None = None,
    ) -> None:
        _check_word("credit", credit, ("sum", "decision"))
        _check_word("observation", observation, ("flat", "dict"))
        _check_word("masked", masked, ("lose", "error"))
        self.render_mode = render_mode
        self._episodes = Episodes(
            scenario, overrides, reward, worst, output, replications, -1, "cv2x.gym:OffloadEnv"
        )
        self._by_decision = credit == "decision"
        self._credits = self._by_decision or self._episodes.rewarder is not None
        self._strict = masked == "error"
        self._flat = observation == "flat"
        self.actions = self._episodes.actions
        """Names of the actions."""
        observer = _core.Observer(len(self._episodes.services), len(self._episodes.hosts))
        self.feature_names = feature_names(self._episodes.services, self.actions)
        """Names of the numbers of a flat observation: `connected`, …, `server:wait`, …"""
        self._count, self._size, self._task_size = len(self.actions), observer.size, observer.task_size
        self.action_space = spaces.Discrete(self._count)
        if self._flat:
            space: spaces.Space[Any] = spaces.Box(0, 1, (self._size,), np.float32)
        else:
            parts = {"task": (self._task_size,), "targets": (self._count, len(observer.target_names()))}
            space = spaces.Dict({name: spaces.Box(0, 1, shape, np.float32) for name, shape in parts.items()})
        self.observation_space = space

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Runs the next episode to its first decision; abandons the one that goes on.

        Args:
            seed: the scenario's seed from now on, beginning with the scenario's replication. None: the next one; at
                first seed and replication of the scenario itself.
            options: {"replication": n} runs that one.
        """
        super().reset(seed=seed)
        run = self._episodes.begin(seed, options)
        return self._shaped(run.observation()), {"action_mask": run.mask()}

    def step(self, action: np.int64 | int) -> tuple[Observation, float, bool, bool, Info]:
        """Answers for the task that waits, and runs to the next decision or to the end of the episode."""
        run = self._episodes.run or self._episodes.going()
        try:
            index = operator.index(action)
        except TypeError:
            raise self._episodes.no_such_action(action) from None
        if not 0 <= index < self._count or isinstance(action, bool):
            raise self._episodes.no_such_action(action)
        if self._strict and not run.mask()[index]:
            raise self._episodes.unavailable(index)
        try:
            waits, reward = run.step(index)
        except BaseException:
            self._episodes.abandon()
            raise
        info: Info = {}
        if self._credits:
            reward, decisions, rewards = self._episodes.credits(run, reward)
            if self._by_decision:
                info["ended"] = {"decision": decisions, "reward": rewards}
        if waits:
            info["action_mask"] = run.mask()
            return self._shaped(run.observation()), reward, False, False, info
        info |= self._episodes.end()
        info["action_mask"] = self._only_the_vehicle()
        return self._shaped(np.zeros(self._size, np.float32)), reward, True, False, info

    def action_masks(self) -> npt.NDArray[np.bool_]:
        """Which actions are available, as sb3-contrib wants it."""
        run = self._episodes.run
        mask = self._only_the_vehicle() if run is None else run.mask()
        return mask.astype(np.bool_)

    @property
    def task(self) -> _core.Task:
        """The task that waits, as policies are given it."""
        return self._episodes.going().task(0)

    @property
    def view(self) -> _core.View:
        """What policies would see now: memory of the simulator, with new values at every decision."""
        view = self._episodes.going().view
        assert view is not None
        return view

    def close(self) -> None:
        """Ends the episode that goes on; its file, if there is one, is closed, marked incomplete."""
        self._episodes.close()

    def _shaped(self, flat: npt.NDArray[np.float32]) -> Observation:
        if self._flat:
            return flat
        return {
            "task": flat[: self._task_size],
            "targets": flat[self._task_size :].reshape(self._count, -1),
        }

    def _only_the_vehicle(self) -> npt.NDArray[np.int8]:
        mask = np.zeros(self._count, np.int8)
        mask[-1] = 1
        return mask


def feature_names(services: tuple[str, ...], actions: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the numbers of a flat observation."""
    observer = _core.Observer
    targets = [f"{action}:{name}" for action in actions for name in observer.target_names()]
    return (*observer.task_names(), *(f"service:{name}" for name in services), *targets)


def _check_word(what: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise ScenarioError(f"{what}: found {found!r}; there are {', '.join(allowed)}")
