"""What no policy can beat (docs/bound.md), on the suite of `cv2x bench offload`: every policy, scenario and seed.

The reference is a proof: no run of any policy may be below the bound of its world. And a floor far below everybody
would say nothing, so that the best policy is to be within twice of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import harness
from harness import Row, compare, some

import cv2x
from cv2x.against_bound import Measured
from cv2x.comparison import measure
from cv2x.suite import QUICK, scenarios

REPLICATIONS = 5
WITHIN = 2.0


def rows() -> Iterator[Row]:
    for name, path in some(list(scenarios().items())):
        times, overrides = (1, QUICK) if harness.quick else (REPLICATIONS, {})
        measured = measure(
            path, list(cv2x.policies()), times, overrides, 0, None, None, bound=True
        ).against_bound
        case = f"cv2x bench offload --scenario {name}, {len(cv2x.policies())} policies, {times} seeds"
        yield compare("weak duality", case, "runs below the bound", 0, below(measured), 0)
        ratios = [1 + min(values) for values in zip(*of(measured, "above_bound"), strict=True)]
        for seed, ratio in enumerate(ratios):
            metric = f"best policy's mean over the bound, replication {seed}"
            yield compare("weak duality", case, metric, (1 + WITHIN) / 2, ratio, (WITHIN - 1) / 2)


def of(measured: list[Measured], metric: str) -> list[list[float]]:
    """Values of each policy, one a replication."""
    return [m.values for m in measured if m.metric == metric]


def below(measured: list[Measured]) -> int:
    """Runs whose mean, or share of late ones, is below what no run may be below."""
    means = zip(of(measured, "capped_mean_ms"), of(measured, "least_mean_ms"), strict=True)
    late = zip(of(measured, "late"), of(measured, "least_late"), strict=True)
    return sum(
        not value >= least
        for pairs in (means, late)
        for policy in pairs
        for value, least in zip(*policy, strict=True)
    )
