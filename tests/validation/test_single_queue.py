"""The whole world with ``radio: ideal`` against queueing theory: M/M/1 and M/D/1 (scenario: single_queue.yaml).

Every run is a whole ``cv2x-sim run``. The mean sojourn time and its 95 % batch-means interval come from the summary
of the result. Pollaczek-Khinchine: T = 1/µ + λ·E[S²] / (2(1 - ρ)), with E[S²] = 2/µ² (M) or 1/µ² (D).

A row passes when, of its ten seeds of at least 10⁶ customers each, at least eight intervals hold the truth, and
the half-width of their mean (that of each by batch means, combined as independent) is within 1 %, or 3 % at
ρ = 0.95. The same rows with a server that is 3 % too fast must fail: of its first three seeds no interval holds
the truth, so eight of ten cannot.
"""

from __future__ import annotations

import math
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import cv2x

SCENARIO = Path(__file__).with_name("single_queue.yaml")
SIM = os.environ.get("CV2X_SIM", str(Path(__file__).parents[2] / "build/release/cv2x-sim"))
SEEDS = range(1, 11)
SEEDS_OF_A_WRONG_SERVER = range(1, 4)
SERVICE_RATE_HZ = 1000.0


@dataclass(frozen=True)
class Row:
    """One queue: service distribution, load, customers that count, and the half-width to reach."""

    distribution: str
    load: float
    customers: float
    half_width: float

    def truth_s(self) -> float:
        """Mean sojourn time (Pollaczek-Khinchine)."""
        arrival_rate_hz = self.load * SERVICE_RATE_HZ
        second_moment = (2 if self.distribution == "exponential" else 1) / SERVICE_RATE_HZ**2
        return 1 / SERVICE_RATE_HZ + arrival_rate_hz * second_moment / (2 * (1 - self.load))


ROWS = [
    Row("exponential", 0.5, 1.05e6, 0.01),
    Row("exponential", 0.8, 1.3e6, 0.01),
    Row("exponential", 0.95, 1.8e6, 0.03),
    Row("fixed", 0.5, 1.05e6, 0.01),
    Row("fixed", 0.8, 1.05e6, 0.01),
    Row("fixed", 0.95, 1.2e6, 0.03),
]


@dataclass(frozen=True)
class Outcome:
    """Mean sojourn time of one run with its 95 % interval [s], and the customers that counted."""

    mean_s: float
    low_s: float
    high_s: float
    customers: int


def simulate(row: Row, seed: int, speed: float, folder: Path) -> Outcome:
    rate_hz = row.load * SERVICE_RATE_HZ
    duration_s = math.ceil(row.customers / rate_hz / 0.98)
    out = folder / f"{row.distribution}-{row.load}-{seed}-{speed}.h5"
    settings = {
        "simulation.duration": f"{duration_s} s",
        "simulation.warm_up": f"{math.floor(0.02 * duration_s)} s",
        "simulation.seed": str(seed),
        "compute.hosts.server.speed": f"{speed} Gcycles/s",
        "services.tasks.rate": f"{rate_hz} Hz",
        "services.tasks.cycles_distribution": row.distribution,
    }
    command = [SIM, "run", str(SCENARIO), "-o", str(out), "--quiet"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    subprocess.run(command, check=True)
    summary = cv2x.open(out).summary.iloc[0]
    return Outcome(
        summary["mean_ns"] * 1e-9,
        summary["mean_low_ns"] * 1e-9,
        summary["mean_high_ns"] * 1e-9,
        int(summary["sent"]),
    )


def simulate_all(seeds: range, speed: float, folder: Path) -> dict[Row, list[Outcome]]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {
            row: [pool.submit(simulate, row, seed, speed, folder) for seed in seeds] for row in reversed(ROWS)
        }
        return {row: [run.result() for run in futures] for row, futures in runs.items()}


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[Row, list[Outcome]]:
    return simulate_all(SEEDS, 1.0, tmp_path_factory.mktemp("right"))


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[Row, list[Outcome]]:
    return simulate_all(SEEDS_OF_A_WRONG_SERVER, 1.03, tmp_path_factory.mktemp("wrong"))


def covered(outcomes: list[Outcome], truth_s: float) -> int:
    return sum(o.low_s <= truth_s <= o.high_s for o in outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.distribution}-{r.load}")
def test_queue(row: Row, right: dict[Row, list[Outcome]]) -> None:
    runs = right[row]
    truth_s = row.truth_s()
    half_width = math.sqrt(sum(((o.high_s - o.low_s) / 2) ** 2 for o in runs)) / len(runs) / truth_s
    mean_s = sum(o.mean_s for o in runs) / len(runs)
    print(
        f"\n{row.distribution} ρ={row.load}: truth {truth_s * 1e3:.4f} ms, mean of ten seeds {mean_s * 1e3:.4f} ms, "
        f"half-width {half_width:.2%}, {covered(runs, truth_s)} of 10 intervals hold the truth"
    )
    assert min(o.customers for o in runs) >= 1e6
    assert half_width <= row.half_width
    assert abs(mean_s / truth_s - 1) <= 2 * half_width
    assert covered(runs, truth_s) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.distribution}-{r.load}")
def test_queue_with_a_server_3_percent_too_fast_fails(row: Row, wrong: dict[Row, list[Outcome]]) -> None:
    assert covered(wrong[row], row.truth_s()) == 0
