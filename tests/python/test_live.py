"""Results of runs that are going on."""

import math
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import cv2x

SMALL = Path(__file__).with_name("small.yaml")


def test_a_running_simulation_can_be_watched(tmp_path: Path):
    out = tmp_path / "x.h5"
    seen = []

    def look(_: cv2x.Progress) -> bool:
        with cv2x.open(out) as result:
            assert result.incomplete
            seen.append(len(result.tasks))
            assert len(result.summary) == 0
        return len(seen) < 4

    cv2x.run(
        SMALL, {"simulation.duration": "10000 s", "recording.flush": "1 s"}, output=out, on_progress=look
    )
    assert seen[-1] > seen[0]


@pytest.fixture
def going_on(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A run in another process, under way."""
    out = tmp_path / "live.h5"
    words = [
        "run",
        str(SMALL),
        "-o",
        str(out),
        "-q",
        "--set",
        "recording.flush=1 s",
        "--set",
        "recording.mode=sampled",
    ]
    child = subprocess.Popen([sys.executable, "-m", "cv2x", *words, "--set", "simulation.duration=600 s"])
    try:
        deadline = time.monotonic() + 30
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        yield out, child
    finally:
        child.kill()
        child.wait()


def test_another_process_is_followed_to_its_end(going_on: tuple[Path, subprocess.Popen[bytes]]):
    out, child = going_on
    result = cv2x.open(out)
    other = cv2x.open(out)  # must not hold back what the first one sees
    assert result.state == "running"
    assert "running" in repr(result)
    assert "running" in result._repr_html_()
    seen = []
    for now in result.follow(every_s=0.1):
        assert now is result
        stages = result.stages.groupby("id")["duration_ns"].sum()
        rows = result.messages[result.messages["stages"] > 0].set_index("id")
        assert (stages.loc[rows.index] == rows["end_ns"] - rows["created_ns"]).all()
        seen.append((result.simulated_s, len(result.messages)))
    assert child.wait(10) == 0
    assert result.state == "finished"
    assert len(seen) >= 3
    assert seen == sorted(seen)
    assert seen[-1][0] >= 600
    assert len(result.summary) == 2
    assert other.incomplete


def test_what_there_is_so_far(going_on: tuple[Path, subprocess.Popen[bytes]]):
    out, child = going_on
    result = cv2x.open(out)
    while result.simulated_s < 20:
        time.sleep(0.05)
        result.refresh()
    child.send_signal(signal.SIGKILL)
    child.wait()
    result.refresh()
    before = (result.simulated_s - 1) * 1e9  # the drain; the deadline is shorter
    telemetry = result.messages.query(f"counted and service == 'telemetry' and created_ns < {before}")
    found = result.quantiles((0.5, 0.9)).loc["telemetry"]
    for q in (0.5, 0.9):
        exact = np.sort(telemetry["latency_ns"])[math.ceil(q * len(telemetry)) - 1] * 1e-6
        assert found.loc[q, "value_ms"] == pytest.approx(exact, rel=1e-3)
        assert found.loc[q, "low_ms"] <= found.loc[q, "value_ms"] <= found.loc[q, "high_ms"] < 1000
    html = result._repr_html_()
    assert "telemetry" in html
    assert "ended early" in html
    shown = subprocess.run(
        [sys.executable, "-m", "cv2x", "info", str(out)], capture_output=True, text=True, check=True
    ).stdout
    assert f"incomplete: {out}"[:60] in shown
    assert f"{len(telemetry)} " in shown


def test_a_killed_one_is_told_apart(going_on: tuple[Path, subprocess.Popen[bytes]]):
    out, child = going_on
    result = cv2x.open(out)
    frame = result.messages
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert [r.state for r in result.follow(every_s=0.1)] == ["ended early"]
    assert result.incomplete
    assert len(result.messages) >= len(frame)
    assert "ended early" in repr(result)
