"""Rows on the autocorrelation of shadowing and line of sight in distance (a law, called directly).

TR 38.901 V17 §7.4.4: exp(-d / d_cor), with d_cor of table 7.5-6 (shadowing) and 7.6.3.1-2 (line-of-sight state).
Measured over the ensemble of many sites, in two directions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from cv2x import radio

REFERENCE = "TR 38.901 §7.4.4"
DISTANCES_M = {
    "UMa LOS": 37.0,
    "UMa NLOS": 50.0,
    "UMi LOS": 10.0,
    "UMi NLOS": 13.0,
    "RMa LOS": 37.0,
    "RMa NLOS": 120.0,
    "RMa state": 60.0,
}
LAGS = (0.1, 0.5, 1.0, 2.0, 4.0)  # of the correlation distance
SITES = 4000
ERRORS = 5  # standard errors of a mean product: at most √(2/n)


def rows() -> Iterator[tuple[str, str, str, float, float, float, bool]]:
    """(reference, case, metric, expected, ours, tolerance, ok)."""
    tolerance = ERRORS * math.sqrt(2 / SITES / 2)  # two directions
    for case, correlation_m in DISTANCES_M.items():
        lags = np.array(LAGS) * correlation_m
        x = np.concatenate([[0.0], lags, np.zeros(len(lags))]) + 431.0
        y = np.concatenate([[0.0], np.zeros(len(lags)), lags]) - 87.0
        fields = np.array([radio.gaussian_field(x, y, correlation_m, key=key) for key in range(SITES)])
        products = (fields[:, :1] * fields[:, 1:]).mean(axis=0).reshape(2, -1).mean(axis=0)
        for lag, ours in zip(LAGS, products, strict=True):
            expected = math.exp(-lag)
            metric = f"autocorrelation at {lag} d_cor"
            yield REFERENCE, case, metric, expected, float(ours), tolerance, abs(ours - expected) <= tolerance
        deviation = float(fields[:, 0].std())
        yield REFERENCE, case, "standard deviation", 1.0, deviation, 0.05, abs(deviation - 1) <= 0.05
