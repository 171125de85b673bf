"""A few rows of each kind of `make validation`, so that every change is held against them."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PARTS = (
    "userplane", "v2n", "slices", "schedulers", "e2e", "bler", "fading", "laws", "shadowing", "bound", "containers",
    "edgecloudsim",
)  # fmt: skip


@pytest.mark.slow
def test_a_few_rows_of_each_kind(tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / "table.py"), "--quick", "--out", str(tmp_path), *PARTS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["reference", "case", "metric", "expected", "ours", "tolerance", "ok"]
    assert all(row["ok"] == ("" if row["tolerance"] == "inf" else "1") for row in rows)
    for word in (
        "slices.yaml",
        "peak.yaml",
        "schedulers.yaml",
        "fading.yaml",
        "containers.yaml",
        "relocation.yaml",
    ):  # those that need no reference file
        assert any(word in row["case"] for row in rows), word
    if (FOLDER.parents[2] / "shared/reference").exists():
        for word in (
            "userplane.yaml",
            "v2n_uplink.yaml",
            "v2n_downlink.yaml",
            "e2e_mec_gnb.yaml",
            "e2e_centralized.yaml",
        ):
            assert any(word in row["case"] for row in rows), word


def test_every_row_of_a_run_names_its_scenario() -> None:
    sys.path.insert(0, str(FOLDER))
    from harness import case_text

    assert case_text("peak.yaml", {"a.b": "1 s"}, "x") == "x | tests/validation/peak.yaml --set a.b=1 s"
