"""Age of information of a whole run against theory (scenario: single_queue.yaml).

M/M/1, first come first served. Ages are ramps that begin at an update's sojourn time D and end at the peak
A = G + D' (the gap to the next update plus its sojourn time), one at rate λ, so the density of the age at x is
λ·(P(D ≤ x) − P(A ≤ x)) (Inoue, Masuyama, Takine, Tanaka, IEEE Trans. Inf. Theory 65 (2019) 8305, the general
formula). D is exponential with rate µ − λ, and A = max(D, G) + H with D, G (rate λ) and the service H (rate µ)
independent. Its mean must be that of Kaul, Yates and Gruteser (INFOCOM 2012): (1 + 1/ρ + ρ²/(1 − ρ))/µ.
"""

from pathlib import Path

import numpy as np
import pytest

import cv2x

SCENARIO = Path(__file__).with_name("single_queue.yaml")
SERVICE_RATE_HZ = 1000.0
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def mm1_age(load: float) -> tuple[np.ndarray, np.ndarray]:
    """Ages [mean services] and their distribution function."""
    step = 1e-3
    x = np.arange(0, 60 / (1 - load), step)
    idle = 1 - load  # µ − λ at µ = 1
    sojourn = 1 - np.exp(-idle * x)
    largest = sojourn * (1 - np.exp(-load * x))  # of D and G
    # Convolved with the service: F' = largest − F, exactly over a step on which `largest` is linear.
    decay, gain = np.exp(-step), 1 - (1 - np.exp(-step)) / step
    peak = np.zeros_like(x)
    for i in range(1, len(x)):
        peak[i] = peak[i - 1] * decay + largest[i - 1] * (1 - decay - gain) + largest[i] * gain
    density = load * (sojourn - peak)
    return x, np.concatenate(([0], np.cumsum((density[1:] + density[:-1]) / 2 * step)))


@pytest.mark.parametrize("load", [0.3, 0.5, 0.8])
def test_the_theory_has_the_known_mean(load: float) -> None:
    x, distribution = mm1_age(load)
    assert distribution[-1] == pytest.approx(1, abs=1e-5)
    mean = np.sum(1 - distribution) * (x[1] - x[0])
    assert mean == pytest.approx(1 + 1 / load + load**2 / (1 - load), rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("load", "tolerance"), [(0.3, 0.01), (0.5, 0.01), (0.8, 0.03)])
def test_mm1(load: float, tolerance: float) -> None:
    rate_hz = load * SERVICE_RATE_HZ
    budgets = {
        f"budgets.q{i}": f"{{service: tasks, metric: age_of_information, quantile: {100 * q} %, limit: 1 s}}"
        for i, q in enumerate(QUANTILES)
    }
    settings = {"simulation.duration": f"{10 + 6e5 / rate_hz} s", "services.tasks.rate": f"{rate_hz} Hz"}
    measured = cv2x.run(SCENARIO, settings | budgets).budgets["measured"].to_numpy() * 1e-9 * SERVICE_RATE_HZ
    x, distribution = mm1_age(load)
    truth = np.interp(QUANTILES, distribution, x)
    print(f"\nρ={load}: truth {truth.round(3)}, measured {measured.round(3)} mean services")
    assert measured == pytest.approx(truth, rel=tolerance)


def test_periodic_updates_that_take_equally_long_are_a_sawtooth() -> None:
    # 50 vehicles, an update every 40 ms that takes 3 ms: uniform from 3 to 43 ms.
    budget = "{{service: up, metric: age_of_information, quantile: {0} %, limit: 1 s}}"
    settings = {
        "simulation.duration": "30 s",
        "mobility.vehicles": 50,
        "radio.ideal.delay": "3 ms",
        "services.tasks": None,
        "services": {"up": {"kind": "telemetry_upload", "rate": "25 Hz", "server": "gnb"}},
        **{f"budgets.q{q}": budget.format(q) for q in (1, 50, 99)},
    }
    measured = cv2x.run(SCENARIO, settings).budgets
    for q, row in zip((0.01, 0.5, 0.99), measured.itertuples(), strict=True):
        truth = (3 + 40 * q) * 1e6
        assert row.measured == pytest.approx(truth, rel=2e-3)
        assert row.low <= truth <= row.high <= 1.02 * truth + 1e6
