"""The sidelink at city scale: whole runs of sidelink_highway.yaml, N vehicles at 137 a km.

CPU time (user and system) of cv2x-sim, that of starting it (a run of 20 ms) taken off. Peak memory over that of 100
vehicles tells bytes a vehicle.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from table import Table

SCENARIO = Path(__file__).with_name("sidelink_highway.yaml")
PER_KM = 137
SIZES = {100: 20.0, 1000: 8.0, 5000: 3.0, 10_000: 2.0, 20_000: 2.0}  # vehicles → simulated seconds
REQUIRED = {1000: "≥ 15", 10_000: "≥ 1.5", 20_000: "≥ 0.7"}


def run(vehicles: int, simulated_s: float, *settings: str) -> tuple[float, float, float]:
    """CPU and wall seconds and peak memory [MB] of a run."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            os.environ.get("CV2X_SIM", "cv2x-sim"), "run", str(SCENARIO), "-o", f"{folder}/out.h5", "--quiet",
            "--set", f"mobility.highway.length={vehicles / PER_KM:.3f} km",
            "--set", f"simulation.duration={simulated_s} s",
            *(word for setting in settings for word in ("--set", setting)),
        ]  # fmt: skip
        start = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"failed: {' '.join(command)}")
        return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024


def main(table: Table) -> None:
    """Adds the rows."""
    per_vehicle: dict[int, float] = {}
    memory: dict[int, float] = {}
    for vehicles, simulated_s in SIZES.items():
        base_s = run(vehicles, 0.02, "simulation.warm_up=0 s")[0]
        cpu_s, _, memory[vehicles] = run(vehicles, simulated_s)
        rate = simulated_s / (cpu_s - base_s)
        per_vehicle[vehicles] = 1 / rate / vehicles
        case = f"highway, {vehicles} vehicles"
        table.add("sidelink", case, "simulated s a CPU s", rate, "", REQUIRED.get(vehicles, ""))
    most, least = max(SIZES), min(SIZES)
    each_kb = 1024 * (memory[most] - memory[least]) / (most - least)
    table.add("sidelink", f"highway, {most} vehicles", "memory a vehicle", each_kb, "kB", "≤ 20")
    growth = per_vehicle[most] / per_vehicle[1000]
    table.add("sidelink", f"{most} and 1000 vehicles", "cost a vehicle, ratio", growth, "", "≤ 1.5")
    if (os.cpu_count() or 1) > 1:
        one = run(10_000, 2.0)[1]
        two = run(10_000, 2.0, "sidelink.threads=2")[1]
        table.add(
            "sidelink", "highway, 10000 vehicles, 2 threads", "times as fast (wall)", one / two, "", "≥ 1.6"
        )
