"""How fast the Uu interface is: against ns-3's LTE module on the same work, and by itself up to 10 000 vehicles.

Every vehicle sends 300 B at 10 Hz uplink to a host behind 2 ms, in cells of 20 MHz (ours: numerology 1). Ours is a
whole `cv2x-sim run` with everything recorded (uu_one_cell.yaml); ns-3's side, ns3_lte_bench.cc, records nothing.
A figure is the slope between two durations, so start-up does not count: CPU time, user and system, of all threads.
Both sides run in turn, so a machine that is busy is busy for both.

`make bench` runs it (bench.py), into one table: all numbers of UEs in one cell, and 100 in seven; with LONG=1 all in
seven too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import h5py
from figures import ROOT, SIM
from table import Table

NS3 = SIM.parent / "tests/bench_ns3_lte"
ONE_CELL = Path(__file__).with_name("uu_one_cell.yaml")
DISTANCE_M = 500  # between cells
MESSAGES_PER_S = 10  # of a vehicle
NS3_SECONDS = (1, 3)
OUR_FIRST_S = 20
LARGEST, LARGEST_CELLS = 10_000, 60


@dataclass(frozen=True)
class Slope:
    """What a simulated second takes, and the longer run's figures."""

    cpu_s: float
    wall_s: float
    events: float
    delivered: float
    wall_of_run_s: float


def timed(command: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command, all threads, and what it printed."""
    code = (
        "import resource, subprocess, sys, time; t = time.monotonic(); "
        "r = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True); w = time.monotonic() - t; "
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(w, u.ru_utime + u.ru_stime); "
        "print(r.stdout + r.stderr)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    ).stdout
    first, _, rest = out.partition("\n")
    wall_s, cpu_s = (float(word) for word in first.split())
    return wall_s, cpu_s, rest


def slope(runs: list[tuple[float, float, float, float]], seconds: tuple[int, int], delivered: float) -> Slope:
    """`runs`: (wall, CPU, events, _) of the short and the long one."""
    span = seconds[1] - seconds[0]
    wall_s, cpu_s, events = ((long - short) / span for short, long in list(zip(*runs, strict=True))[:3])
    return Slope(cpu_s, wall_s, events, delivered, runs[1][0])


def ns3_run(vehicles: int, cells: int, seconds: int) -> tuple[float, float, float, float]:
    wall_s, cpu_s, text = timed([str(NS3), str(vehicles), str(cells), str(seconds)])
    result = json.loads(text)
    return wall_s, cpu_s, result["events"], result["delivered"] / result["sent"]


def our_run(scenario: Path, settings: dict[str, str], seconds: int) -> tuple[float, float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.h5"
        command = [str(SIM), "run", str(scenario), "-o", str(out)]
        for key, value in (settings | {"simulation.duration": f"{seconds} s"}).items():
            command += ["--set", f"{key}={value}"]
        wall_s, cpu_s, text = timed(command)
        with h5py.File(out) as file:
            delivered = file["summary/delivered"][0] / file["summary/sent"][0]
    events = next(line for line in text.splitlines() if " events in " in line).split()[0]
    return wall_s, cpu_s, float(events), float(delivered)


def in_a_row(vehicles: int, cells: int) -> dict[str, str]:
    """Vehicles that stand, each in the middle of its part of the row, as in ns3_lte_bench.cc."""
    spacing = DISTANCE_M * cells / vehicles
    return {
        "mobility.vehicles": str(vehicles),
        "mobility.spacing": f"{spacing} m",
        "mobility.x": f"{spacing / 2 - DISTANCE_M / 2} m",
    }


def row_of_cells(folder: Path, cells: int, mobility: str = "") -> Path:
    """uu_one_cell.yaml with more cells: a scenario file that extends it."""
    if cells == 1 and not mobility:
        return ONE_CELL
    middle = DISTANCE_M / 2 if mobility else 0
    sites = "".join(
        f"  gnb-{c}: {{kind: gnb, x: {middle + DISTANCE_M * c} m, y: 0 m, height: 25 m}}\n"
        for c in range(cells)
    )
    links = "".join(
        f"  l{c}: {{from: gnb-{c}, to: host, rate: 100 Gbit/s, delay: 2 ms}}\n" for c in range(cells)
    )
    on_air = "".join(f"    c{c}: {{site: gnb-{c}, carrier: n1}}\n" for c in range(cells))
    path = folder / f"uu_{cells}_cells{'_motorway' if mobility else ''}.yaml"
    text = f"extends: {ONE_CELL}\n{mobility}sites:\n{sites}links:\n{links}radio:\n  cells:\n{on_air}"
    path.write_text(text, encoding="utf-8")
    return path


def our_seconds(vehicles: int) -> tuple[int, int]:
    """The two durations of ours: at least 60 s apart, and 600 000 messages, which take seconds."""
    return OUR_FIRST_S, OUR_FIRST_S + max(60, 60_000 // vehicles)


def motorway(vehicles: int, cells: int) -> str:
    """The built-in highway, six lanes a direction, as long as the row of cells; about that many vehicles."""
    speed = 100 / 3.6
    gap_s = max(12 * DISTANCE_M * cells / vehicles / speed - 0.2, 0.1)
    highway = f"{{length: {DISTANCE_M * cells} m, lanes: 6, speed: 100 km/h, gap_seconds: {gap_s:.4f}}}"
    return f"mobility: {{kind: highway, highway: {highway}}}\n"


def against_ns3(table: Table, folder: Path, n: int, cells: int) -> float:
    """Both sides in turn; how many times the CPU time of ours ns-3 takes."""
    case = f"{n} UEs, {cells} cell{'s' if cells > 1 else ''}"
    scenario, settings = row_of_cells(folder, cells), in_a_row(n, cells)
    theirs, ours, seconds = [], [], our_seconds(n)
    for k in (0, 1):
        theirs.append(ns3_run(n, cells, NS3_SECONDS[k]))
        ours.append(our_run(scenario, settings, seconds[k]))
    lte = slope(theirs, NS3_SECONDS, theirs[1][3])
    uu = slope(ours, seconds, ours[1][3])
    for name, side in (("ns-3 LTE", lte), ("ours", uu)):
        table.add("uu/ns-3", case, f"{name}: CPU time a simulated second", 1e3 * side.cpu_s, "ms")
        table.add("uu/ns-3", case, f"{name}: wall time a simulated second", 1e3 * side.wall_s, "ms")
        table.add("uu/ns-3", case, f"{name}: wall time of the longer run", side.wall_of_run_s, "s")
        table.add("uu/ns-3", case, f"{name}: events a simulated second", side.events, "")
        table.add("uu/ns-3", case, f"{name}: delivered", 100 * side.delivered, "%")
    required = "≥ 1000" if cells == 1 and n == 100 else ""
    ratio = lte.cpu_s / uu.cpu_s
    table.add("uu/ns-3", case, "CPU time, ns-3 LTE / ours", ratio, "×", required)
    table.add("uu/ns-3", case, "wall time, ns-3 LTE / ours", lte.wall_s / uu.wall_s, "×")
    table.add("uu/ns-3", case, "ours: CPU time a message", 1e6 * uu.cpu_s / (n * MESSAGES_PER_S), "us")
    return ratio


def scale(table: Table, folder: Path, counts: list[int]) -> None:
    for kind in ("standing", "motorway"):
        costs = []
        for n in counts:
            cells = max(1, round(n * LARGEST_CELLS / LARGEST))
            case = f"{n} UEs, {cells} cells, {kind}"
            if kind == "standing":
                scenario, settings = row_of_cells(folder, cells), in_a_row(n, cells)
            else:
                scenario, settings = row_of_cells(folder, cells, motorway(n, cells)), {}
            durations = our_seconds(n)
            runs = [our_run(scenario, settings, seconds) for seconds in durations]
            one = slope(runs, durations, runs[1][3])
            costs.append(1e6 * one.cpu_s / (n * MESSAGES_PER_S))
            table.add("uu/scale", case, "CPU time a message, everything recorded", costs[-1], "us", "≤ 10")
            table.add("uu/scale", case, "events a message", one.events / (n * MESSAGES_PER_S), "")
            table.add("uu/scale", case, "delivered", 100 * one.delivered, "%")
        case = f"{counts[0]} to {counts[-1]} UEs, {kind}"
        table.add("uu/scale", case, "dearest message / cheapest", max(costs) / min(costs), "×", "≤ 1.5")


def main(table: Table, long: bool = False) -> None:
    """All rows; the comparison in seven cells only at 100 UEs unless `long`."""
    folder = ROOT / "out/bench"
    folder.mkdir(parents=True, exist_ok=True)
    scale(table, folder, [100, 1000, 3000, LARGEST])
    if not NS3.exists():
        print(f"no comparison with ns-3: there is no {NS3} (its LTE module is not installed?)", flush=True)
        return
    ratios = {n: against_ns3(table, folder, n, 1) for n in (10, 50, 100, 200)}
    growth = ratios[200] / ratios[100]
    table.add("uu/ns-3", "1 cell", "ratio at 200 UEs / ratio at 100 UEs", growth, "×", "≥ 1")
    for n in (10, 50, 100, 200) if long else (100,):
        against_ns3(table, folder, n, 7)
