"""What a task costs in EdgeCloudSim's vehicular world: tasks a CPU second of whole runs, and their memory.

User and system time of all threads of cv2x-sim over 60 simulated minutes with 1000 vehicles. EdgeCloudSim itself:
52 000 tasks a CPU second on this class of machine over 60 minutes, 13 000 to 20 000 over 10.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from figures import SCENARIOS, SIM, median, timed
from table import Table

import cv2x

FOLDER = SCENARIOS / "edgecloudsim-vehicular"
ALL = ("simulation.warm_up=0 s", "simulation.drain=0 s")  # all tasks count


def command(name: str, out: Path, *settings: str) -> list[str]:
    words = [str(SIM), "run", str(FOLDER / f"{name}.yaml"), "-o", str(out), "--quiet"]
    return words + [word for setting in (*ALL, *settings) for word in ("--set", setting)]


def tasks_of(out: Path) -> float:
    """Tasks of a run, from its summary: there also where no rows are."""
    with cv2x.open(out) as result:
        return float(result.summary["sent"].sum())


def main(table: Table) -> None:
    """Tasks a CPU second with either radio, and what a longer run takes in memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.h5"
        for name, mode, required in (
            ("shared_link", "full", "≥ 200000"),
            ("shared_link", "histogram", "≥ 350000"),
            ("scenario", "full", ""),
            ("nr", "full", "≥ 40000"),
        ):
            _, cpu_s, peak_mb = median(
                command(name, out, f"recording.mode={mode}"), runs=1 if name == "nr" else 3
            )
            case = f"EdgeCloudSim's world, {name}, {mode}"
            table.add("tasks", case, "tasks a CPU second", tasks_of(out) / cpu_s, "1/s", required)
            if name != "shared_link" or mode != "full":
                continue
            short_mb = timed(command(name, out, "simulation.duration=360 s"))[2]
            table.add("tasks", case, "peak memory 3600 s / 360 s", peak_mb / short_mb, "ratio", "0.9 to 1.1")


if __name__ == "__main__":
    main(Table())
