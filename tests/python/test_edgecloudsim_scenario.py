"""The files of scenarios/edgecloudsim-vehicular are what its script writes, and they are right."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import cv2x

FOLDER = Path(__file__).parents[2] / "scenarios/edgecloudsim-vehicular"


def test_its_files_are_what_its_script_writes() -> None:
    texts = runpy.run_path(str(FOLDER / "make_scenario.py"))["texts"]()
    assert set(texts) == {path.name for path in FOLDER.glob("*.yaml")}
    for name, text in texts.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("name", ["scenario", "shared_link", "nr"])
@pytest.mark.parametrize(
    "policy", ["edgecloudsim_random", "edgecloudsim_game_theory", "edgecloudsim_predictive"]
)
def test_it_runs_with_every_radio_and_policy(name: str, policy: str, tmp_path: Path) -> None:
    changes = {
        "simulation.duration": "30 s",
        "simulation.warm_up": "5 s",
        "mobility.ring.vehicles": 100,
        "offloading.policy": policy,
    }
    with cv2x.run(FOLDER / f"{name}.yaml", changes, tmp_path / "out.h5") as result:
        tasks = result.tasks
    assert (tasks["outcome"] == "delivered").mean() > 0.95
    # 0.1933 tasks a second a vehicle, whose share of the applications varies.
    assert len(tasks) / (30 * 100) == pytest.approx(0.1933, rel=0.25)
    assert tasks["host"].nunique() > 20
