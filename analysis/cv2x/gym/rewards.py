"""What a decision is worth once its task has ended."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from cv2x import _core
from cv2x.errors import ScenarioError

TERMS = ("latency", "deadline")
"""Names of what `reward` may weigh."""


class Ended(NamedTuple):
    """A task that has ended, and the decision that placed it."""

    decision: int
    """Number of the decision in its episode, from 0."""
    task_id: int
    """`id` in the result's tasks."""
    service: str
    vehicle: int
    """Row of the result's `vehicle_names`."""
    action: int
    """What was decided: a host's index, or the number of hosts for the vehicle itself."""
    outcome: str
    """`delivered`, or why not; `unfinished`: still under way when the run ended."""
    created_ns: int
    end_ns: int
    deadline_ns: int
    """After its creation."""

    @property
    def latency_s(self) -> float:
        """Infinite when it was not delivered."""
        return (self.end_ns - self.created_ns) * 1e-9 if self.outcome == "delivered" else math.inf

    @property
    def in_time(self) -> bool:
        """Delivered within its deadline."""
        return self.outcome == "delivered" and self.end_ns - self.created_ns <= self.deadline_ns


RewardLike: TypeAlias = str | Mapping[str, float] | Callable[[Ended], float]
"""The name of a term, weights of several, or a function of each task that has ended."""


def weights_of(reward: RewardLike) -> dict[str, float]:
    """The weights of the terms; none for a function.

    Raises:
        ScenarioError: there is no such term, or a weight is not a finite number.
    """
    if isinstance(reward, str):
        reward = {reward: 1.0}
    if not isinstance(reward, Mapping):
        if not callable(reward):
            raise ScenarioError(
                f"reward: found {reward!r}; needed: one of {', '.join(TERMS)}, a dict of their weights, or a function "
                "of a cv2x.gym.Ended"
            )
        return {}
    for name, weight in reward.items():
        if name not in TERMS:
            near = _core.nearest(str(name), list(TERMS))
            hint = f"; did you mean {near!r}?" if near else ""
            raise ScenarioError(f"reward: there is no {name!r}{hint} there are {', '.join(TERMS)}")
        if not isinstance(weight, int | float) or not math.isfinite(weight):
            raise ScenarioError(f"reward: the weight of {name!r} is {weight!r}; a finite number is needed")
    return {name: float(weight) for name, weight in reward.items()}
