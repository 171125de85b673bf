"""What policies are said to be good for, in whole runs: herding, energy, changes of cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from whole_runs import ROOT

STALE = ROOT / "docs" / "examples" / "stale-load.yaml"
STREET = Path(__file__).with_name("policies_street.yaml")
DELIVERED = 0  # word of tasks/outcome (sim/record/columns.h)
POLICIES = (
    "random",
    "round_robin",
    "least_loaded",
    "least_latency",
    "deadline_aware",
    "energy_aware",
    "mobility_aware",
    "hysteresis",
    "game_theoretic",
    "lyapunov",
    "bandit_ucb",
    "bandit_exp3",
    "fuzzy",
)

Tables = dict[str, np.ndarray]
Simulate = Callable[..., Tables]


def latency_ms(result: Tables) -> np.ndarray:
    """Of the tasks that count; a lost one's is infinite."""
    counted = result["tasks/counted"] == 1
    took_ns = (result["tasks/end_ns"] - result["tasks/created_ns"])[counted]
    return np.where(result["tasks/outcome"][counted] == DELIVERED, took_ns / 1e6, np.inf)


def in_time(result: Tables, deadline_ms: float) -> float:
    return float((latency_ms(result) <= deadline_ms).mean())


def moved(result: Tables) -> float:
    """Share of the tasks whose result came by another site than the vehicle's nearest when they were created."""
    hosted = result["tasks/host"] >= 0
    at_creation = np.floor(result["tasks/x_m"] / 200)
    return float(((at_creation != result["tasks/cell"]) & hosted).mean())


@pytest.mark.parametrize("policy", POLICIES)
def test_same_bits_again(simulate: Simulate, policy: str) -> None:
    keys = (f"offloading.policy={policy}", "simulation.duration=4 s")
    a, b = simulate(STREET, *keys), simulate(STREET, *keys)
    assert all(np.array_equal(a[name], b[name]) for name in a if name.startswith("tasks/"))
    other = simulate(STREET, *keys, "simulation.seed=4")
    assert not np.array_equal(a["tasks/end_ns"], other["tasks/end_ns"])


def test_old_load_reports_make_a_herd(simulate: Simulate) -> None:
    # M. Mitzenmacher, How useful is old information?, IEEE TPDS 11(1), 2000: whoever believes an old report does
    # worse than who goes anywhere; with fresh reports it is the other way round.
    def p95(policy: str, report: str) -> float:
        result = simulate(STALE, f"offloading.policy={policy}", f"offloading.load_report={report}")
        return float(np.quantile(latency_ms(result), 0.95))

    for naive in ("least_loaded", "least_latency"):
        assert p95(naive, "500 ms") > 3 * p95("random", "500 ms")
    assert p95("least_latency", "0 s") < 0.7 * p95("random", "0 s")


@pytest.mark.parametrize("policy", ["game_theoretic", "lyapunov", "bandit_ucb", "bandit_exp3"])
def test_who_believes_no_report_is_not_misled(simulate: Simulate, policy: str) -> None:
    def run(name: str) -> Tables:
        return simulate(STALE, f"offloading.policy={name}")

    naive, wise, blind = (latency_ms(run(name)) for name in ("least_latency", policy, "random"))
    assert (wise <= 50).mean() > 0.99
    assert (naive <= 50).mean() < 0.5
    assert np.mean(wise) < np.mean(blind)  # and it has learned, or knows, something


def test_hysteresis_dampens_the_herd(simulate: Simulate) -> None:
    keys = ("simulation.warm_up=5 s",)  # they all begin with the same host
    naive = latency_ms(simulate(STALE, *keys, "offloading.policy=least_latency"))
    steady = latency_ms(simulate(STALE, *keys, "offloading.policy=hysteresis"))
    assert (steady <= 50).mean() > (naive <= 50).mean() + 0.2
    assert np.quantile(steady, 0.5) < 0.7 * np.quantile(naive, 0.5)


def test_whoever_meets_its_deadline_alone_leaves_the_hosts_to_others(simulate: Simulate) -> None:
    naive = simulate(STREET, "offloading.policy=least_latency")
    assert in_time(simulate(STREET, "offloading.policy=deadline_aware"), 500) > in_time(naive, 500)


def test_mobility_aware_moves_fewer_results(simulate: Simulate) -> None:
    keys = ("compute.vehicles.speed=1.2 Gcycles/s",)  # 250 ms, against 190 ms on an idle host
    naive = simulate(STREET, *keys, "offloading.policy=least_latency")
    aware = simulate(STREET, *keys, "offloading.policy=mobility_aware")
    assert moved(naive) > 0.01
    assert moved(aware) < 0.5 * moved(naive)
    assert in_time(aware, 500) > in_time(naive, 500) - 0.01
