"""Limits of a run: memory that does not grow, files that survive a kill, mistakes that leave no trace."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import h5py
import pytest
from whole_runs import HIGHWAY, ONE_VEHICLE, ROOT, cv2x_sim

SIM = os.environ.get("CV2X_SIM", str(ROOT / "build/release/cv2x-sim"))


def peak_mb(tmp_path: Path, duration: str) -> float:
    """Peak resident memory of a run of the highway, measured by the kernel."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    command = [
        SIM,
        "run",
        str(HIGHWAY),
        "-o",
        str(tmp_path / f"{duration}.h5"),
        "--quiet",
        "--set",
        f"simulation.duration={duration}",
    ]
    out = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    return float(out.stdout)


@pytest.mark.slow
def test_memory_does_not_grow_with_simulated_time(tmp_path: Path) -> None:
    short, long = peak_mb(tmp_path, "30 s"), peak_mb(tmp_path, "300 s")
    print(f"\npeak memory: 30 s {short:.1f} MB, 300 s {long:.1f} MB")
    assert long == pytest.approx(short, rel=0.1)


@pytest.mark.slow
def test_a_file_survives_sigkill_at_any_moment(tmp_path: Path) -> None:
    moments = random.Random(1)
    readable = 0
    for kill in range(20):
        out = tmp_path / f"{kill}.h5"
        command = [
            SIM,
            "run",
            str(HIGHWAY),
            "-o",
            str(out),
            "--quiet",
            "--set",
            "simulation.duration=600 s",
            "--set",
            "recording.flush=200 ms",
        ]
        process = subprocess.Popen(command)
        time.sleep(moments.uniform(0.02, 1.0))
        process.kill()
        process.wait()
        if not out.exists():
            continue  # killed before it appeared: nothing half-written
        with h5py.File(out, "r", swmr=True) as file:
            assert file["incomplete"][()] == 1
            n = min(
                file[f"messages/{column}"].shape[0] for column in ("id", "end_ns", "first_stage", "stages")
            )
            if n == 0:
                continue
            readable += 1
            assert (file["messages/end_ns"][:n] >= file["messages/created_ns"][:n]).all()
            assert (file["messages/id"][:n] > 0).all()
    assert readable >= 10


def test_nothing_is_written_when_the_scenario_is_wrong(tmp_path: Path) -> None:
    result = cv2x_sim(ONE_VEHICLE, tmp_path / "one.h5", "simulation.duration=30", check=False)
    assert result.returncode == 2
    assert "a bare number where a time is needed" in result.stderr
    assert list(tmp_path.iterdir()) == []
