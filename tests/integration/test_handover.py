"""Handovers and failed links in a whole run: events, counters a cell, and what they do to messages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from conftest import cv2x_sim, tables

ROAD = Path(__file__).with_name("two_cells_road.yaml")
HANDOVER, HANDOVER_FAILED, LINK_FAILED = 2, 4, 5  # words of events/kind (sim/record/columns.h)


def run(tmp_path: Path, *settings: str) -> dict[str, np.ndarray]:
    out = tmp_path / "out.h5"
    cv2x_sim(ROAD, out, *settings)
    return tables(out)


def count(result: dict[str, np.ndarray], kind: int, cell: int | None = None, end: str = "from") -> int:
    found = result["events/kind"] == kind
    return int((found & (result[f"events/{end}"] == cell)).sum() if cell is not None else found.sum())


def test_counters_of_cells_are_the_events(tmp_path: Path) -> None:
    result = run(tmp_path)
    # The last interval of cells may end before the last event.
    last = result["cells/time_ns"].max()
    for name in ("kind", "from", "to"):
        result[f"events/{name}"] = result[f"events/{name}"][result["events/time_ns"] <= last]
    assert count(result, HANDOVER) > 5
    assert count(result, LINK_FAILED) > 5
    for cell in (0, 1):
        of_cell = result["cells/cell"] == cell
        sums = {
            name: int(result[f"cells/{name}"][of_cell].sum())
            for name in ("handovers_in", "handovers_out", "handover_failures", "radio_link_failures")
        }
        assert sums == {
            "handovers_in": count(result, HANDOVER, cell, "to"),
            "handovers_out": count(result, HANDOVER, cell),
            "handover_failures": count(result, HANDOVER_FAILED, cell),
            "radio_link_failures": count(result, LINK_FAILED, cell),
        }


def test_a_longer_t310_means_fewer_failures(tmp_path: Path) -> None:
    short = count(run(tmp_path), LINK_FAILED)
    assert count(run(tmp_path, "radio.handover.monitoring.t310=4 s"), LINK_FAILED) < short


def test_conditional_handover_needs_no_command(tmp_path: Path) -> None:
    plain, conditional = run(tmp_path), run(tmp_path, "radio.handover.conditional={prepare_offset: -6 dB}")
    assert count(conditional, HANDOVER_FAILED) == 0
    assert count(conditional, HANDOVER) > 5
    assert count(plain, LINK_FAILED) >= count(conditional, LINK_FAILED)
