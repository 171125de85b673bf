"""How fast and how small the program is as a whole. `make bench` runs it; nothing fails here.

Simulated seconds per CPU second count the user and system time of all threads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from table import Table

ROOT = Path(__file__).parents[2]
SIM = Path(os.environ.get("CV2X_SIM", ROOT / "build/release/cv2x-sim"))
SCENARIOS = ROOT / "scenarios"


def timed(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds (all threads) and peak memory in MB of a command."""
    code = (
        "import resource, subprocess, sys, time; t = time.monotonic(); "
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); w = time.monotonic() - t; "
        "r = resource.getrusage(resource.RUSAGE_CHILDREN); print(w, r.ru_utime + r.ru_stime, r.ru_maxrss / 1024)"
    )
    out = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    wall_s, cpu_s, peak_mb = (float(word) for word in out.stdout.split())
    return wall_s, cpu_s, peak_mb


def median(command: list[str], runs: int = 3) -> tuple[float, float, float]:
    """Medians of several runs after one that does not count."""
    timed(command)
    measured = [timed(command) for _ in range(runs)]
    return tuple(sorted(column)[runs // 2] for column in zip(*measured, strict=True))  # type: ignore[return-value]


def run_command(scenario: str, out: Path, *settings: str) -> list[str]:
    command = [str(SIM), "run", str(SCENARIOS / scenario / "scenario.yaml"), "-o", str(out), "--quiet"]
    return command + [word for setting in settings for word in ("--set", setting)]


def main(table: Table) -> None:
    def row(what: str, value: float, unit: str, required: str = "") -> None:
        case, _, metric = what.partition(": ")
        table.add("program", case, metric, value, unit, required)

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.h5"
        # The slope between two durations leaves out start-up and SUMO's replay from the cache.
        short = median(run_command("a10-interchange", out, "simulation.duration=10 s"))
        long = median(run_command("a10-interchange", out, "simulation.duration=40 s"))
        row(
            "A10 demo: simulated seconds a wall second (slope 10 s to 40 s)",
            30 / (long[0] - short[0]),
            "×",
            "≥ 10",
        )
        row("A10 demo: simulated seconds a CPU second, all threads", 30 / (long[1] - short[1]), "×", "")
        row("A10 demo, 40 s, all of the command: wall time", long[0], "s", "")
        row("A10 demo, 40 s: peak memory", long[2], "MB", "")
        sizes = [timed(run_command("highway", out, f"simulation.duration={d} s"))[2] for d in (30, 300)]
        row("highway: peak memory 300 s / 30 s", sizes[1] / sizes[0], "ratio", "0.9 to 1.1")
        row("highway, 30 s: peak memory", sizes[0], "MB", "")
        one = median(
            [
                sys.executable,
                "-m",
                "cv2x",
                "run",
                str(SCENARIOS / "one-vehicle/scenario.yaml"),
                "-o",
                str(out),
                "--quiet",
            ]
        )
        row("cv2x run of one vehicle: wall time", one[0], "s", "≤ 1")
        row(
            "import cv2x: wall time, the interpreter's start included",
            median([sys.executable, "-c", "import cv2x"])[0],
            "s",
            "≤ 0.5",
        )


if __name__ == "__main__":
    main(Table())
