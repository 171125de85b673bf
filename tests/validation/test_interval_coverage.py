"""How often the 95 % intervals hold the truth: 500 whole runs of an M/M/1 queue (scenario: single_queue.yaml).

The sojourn time of M/M/1 is exponential with rate µ − λ, so its q-quantile is −ln(1 − q)/(µ − λ); samples are
correlated. Each run of 45 000 customers at ρ = 0.5 gives an interval of its own by the two-way variance and by the
block bootstrap; five runs at a time, none used twice, give one by replications. Of those there are 100 here;
tests/models/measure/interval_test.cc has 500 of the same queue without the simulator. All of it: 43 s of CPU.
tests/bench/coverage_bench.cc measures more worlds.
"""

import math
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from cv2x import _core

SCENARIO = Path(__file__).with_name("single_queue.yaml")
RUNS, GROUP = 500, 5
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
SERVICE_HZ, ARRIVAL_HZ = 1000.0, 500.0

METHODS = ("two-way", "bootstrap")
Intervals = dict[tuple[str, str], tuple[float, float, float]]


def measure(seeds: range, folder: str) -> list[Intervals]:
    """Value and interval of each quantile [ns], by each method, of the runs with these seeds."""
    out = []
    for seed in seeds:
        overrides = [
            f"simulation.seed={seed}",
            f"services.tasks.rate={ARRIVAL_HZ} Hz",
            "recording.mode=histogram",
        ]
        path = f"{folder}/{seed}.h5"
        _core.run(_core.load(str(SCENARIO), overrides), path)
        out.append({})
        for method in METHODS:
            (found,) = _core.latency_quantiles(path, list(QUANTILES.values()), method)
            out[-1] |= {(q, method): triple for q, triple in zip(QUANTILES, found, strict=True)}
        os.unlink(path)
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Intervals]:
    folder = str(tmp_path_factory.mktemp("coverage"))
    parts = [range(first, min(first + 25, RUNS + 1)) for first in range(1, RUNS + 1, 25)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return [run for part in pool.map(measure, parts, [folder] * len(parts)) for run in part]


def truth_ns(q: str) -> float:
    return -math.log(1 - QUANTILES[q]) / (SERVICE_HZ - ARRIVAL_HZ) * 1e9


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("q", QUANTILES)
def test_within_a_run(q: str, method: str, runs: list[Intervals]) -> None:
    held = sum(low <= truth_ns(q) <= high for _, low, high in (run[q, method] for run in runs)) / RUNS
    print(f"\n{q} within a run, {method}: {held:.1%} of {RUNS} intervals hold the truth")
    assert 0.92 <= held <= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("q", QUANTILES)
def test_by_replications(q: str, runs: list[Intervals]) -> None:
    groups = [runs[first : first + GROUP] for first in range(0, RUNS, GROUP)]
    held = 0
    for group in groups:
        _, low, high = _core.over_replications([run[q, METHODS[0]][0] for run in group])
        held += low <= truth_ns(q) <= high
    print(f"\n{q} by {GROUP} replications: {held} of {len(groups)} intervals hold the truth")
    assert held >= 0.885 * len(groups)  # three standard errors below 95 %
