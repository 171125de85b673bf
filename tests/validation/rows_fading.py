"""Rows on link adaptation under small-scale fading, measured on whole runs (fading.yaml).

Without retransmissions the share of lost messages is the block error rate of first transmissions (a message is a block
here, or a few): the outer loop must hold it at `bler_target` whatever the speed makes of the channel state reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import harness
from harness import FOLDER, Row, case_text, compare

import cv2x

SCENARIO = "fading.yaml"
CASES = [("3 km/h", 0.1), ("30 km/h", 0.1), ("120 km/h", 0.1), ("120 km/h", 0.01)]
TOLERANCE = 0.15  # of the target: the loop's steps, and vehicles that have just come


def error_rate(overrides: dict[str, object]) -> float:
    """Failed uplink blocks over all, after the warm-up."""
    with (
        TemporaryDirectory(prefix="cv2x-validation-") as folder,
        cv2x.run(FOLDER / SCENARIO, overrides, Path(folder) / "run.h5") as result,
    ):
        cells = result.cells
    late = cells[cells["time_ns"] > 5_000_000_000]
    return float(late["ul_nacks"].sum() / late["ul_blocks"].sum())


def rows() -> Iterator[Row]:
    for speed, target in CASES[:1] if harness.quick else CASES:
        overrides: dict[str, object] = {
            "mobility.highway.speed": speed,
            "radio.carriers.c.bler_target": f"{100 * target:g} %",
        }
        label = f"{speed}, target {target:.0%}"
        yield compare(
            "outer loop to a BLER target",
            case_text(SCENARIO, overrides, label),
            "block error rate of first transmissions",
            target,
            error_rate(overrides),
            TOLERANCE * target,
        )
