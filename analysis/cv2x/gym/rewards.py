"""What a decision is worth once its task has ended."""

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from cv2x import _core
from cv2x.errors import ScenarioError

TERMS = ("latency", "deadline", "energy")
"""Names of what `reward` may weigh."""

RewardLike: TypeAlias = str | Mapping[str, float] | Callable[[_core.TaskResult], float]
"""The name of a term, weights of several, or a function of how a task has ended."""


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
                "of a cv2x.TaskResult"
            )
        return {}
    for name, weight in reward.items():
        if name not in TERMS:
            near = _core.nearest(str(name), list(TERMS))
            hint = f"; did you mean {near!r}?" if near else ";"
            raise ScenarioError(f"reward: there is no {name!r}{hint} there are {', '.join(TERMS)}")
        if not isinstance(weight, int | float) or not math.isfinite(weight):
            raise ScenarioError(f"reward: the weight of {name!r} is {weight!r}; a finite number is needed")
    return {name: float(weight) for name, weight in reward.items()}
