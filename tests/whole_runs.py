"""Whole runs of the committed scenarios by cv2x-sim, and how the tables of their results are compared."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
A10 = SCENARIOS / "a10-interchange" / "scenario.yaml"
ONE_VEHICLE = SCENARIOS / "one-vehicle" / "scenario.yaml"
HIGHWAY = SCENARIOS / "highway" / "scenario.yaml"


def cv2x_sim(
    scenario: Path, out: Path, *settings: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """`cv2x-sim run` of a scenario with `--set` settings."""
    command = [
        os.environ.get("CV2X_SIM", str(ROOT / "build/release/cv2x-sim")),
        "run",
        str(scenario),
        "-o",
        str(out),
        "--quiet",
    ]
    for setting in settings:
        command += ["--set", setting]
    return subprocess.run(command, check=check, capture_output=True, text=True)


def tables(path: Path) -> dict[str, np.ndarray]:
    """Every dataset of a result except the provenance and the text of the scenario."""
    found: dict[str, np.ndarray] = {}

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith(("provenance", "scenario")):
            found[name] = item[()]

    with h5py.File(path, "r", swmr=True) as file:
        file.visititems(visit)
    return found


def assert_same_tables(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> None:
    """The same names, types, shapes and bits."""
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype, name
        assert a[name].shape == b[name].shape, name
        assert a[name].tobytes() == b[name].tobytes(), name
