"""Sectors and arrays in a whole run: who serves whom, and that FR2 lives by its beams (scenario: fr2_street.yaml)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from whole_runs import cv2x_sim, tables

STREET = Path(__file__).with_name("fr2_street.yaml")
CELLS = ("a", "b", "c")


def run(tmp_path: Path, *settings: str) -> dict[str, np.ndarray]:
    out = tmp_path / "out.h5"
    cv2x_sim(STREET, out, *settings)
    return tables(out)


def delivered(result: dict[str, np.ndarray]) -> float:
    return float(result["summary/delivered"][0] / result["summary/sent"][0])


def test_every_sector_serves_its_side(tmp_path: Path) -> None:
    result = run(tmp_path)
    x, cell = result["messages/x_m"], result["messages/cell"]
    # Azimuths 0°, 120°, 240°: the east is nearest to the second's bearing, the west to the third's.
    assert (cell[x > 60] == 1).all()
    assert (cell[x < -60] == 2).all()
    assert set(np.unique(cell)) == {0, 1, 2}


def test_fr2_lives_by_its_beams(tmp_path: Path) -> None:
    settings = [f"radio.cells.{c}.antenna.{key}=1" for c in CELLS for key in ("rows", "columns")]
    settings += ["radio.carriers.mm.ue_antenna.elements=1", "radio.carriers.mm.ue_antenna.gain=0 dB"]
    assert delivered(run(tmp_path)) == 1
    assert delivered(run(tmp_path, *settings)) < 0.8


def test_downtilt_costs_the_far_ones(tmp_path: Path) -> None:
    steep = [f"radio.cells.{c}.downtilt=45 deg" for c in CELLS]
    assert delivered(run(tmp_path, *steep)) <= delivered(run(tmp_path))
    assert delivered(run(tmp_path, *[f"radio.cells.{c}.downtilt=-90 deg" for c in CELLS])) < 1
