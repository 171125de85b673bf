"""What Python costs: a decision of a policy in Python, and a run without one. Run by figures.py, or by itself.

CPU time (user and system, all threads), since wall time tells more about the machine's other work.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from table import Table

import cv2x
from cv2x import _core

ROOT = Path(__file__).parents[2]
SIM = ROOT / "build/release/cv2x-sim"
LEAST_PER_S = 40000  # decisions
MOST_US = 1e6 / LEAST_PER_S  # of Python, a decision
MOST_SLOWER_PERCENT = 2.0  # a run without a policy in Python, against cv2x-sim


def nearest(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    """As the built-in nearest_edge, where there are only edge hosts: one NumPy call."""
    return np.argmin(view.hosts.network_delay_ns)


def first(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    """The same answer without looking."""
    return 0


def least_latency(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    """As the built-in one, in NumPy: about twenty calls."""
    hosts, own = view.hosts, view.local
    best_s = task.cycles / own.speed_cps
    if own.running >= own.cores:
        best_s += own.waiting_cycles / (own.speed_cps * own.cores)
    wait_s = np.where(hosts.running >= hosts.cores, hosts.waiting_cycles / (hosts.speed_cps * hosts.cores), 0)
    seconds = (
        (view.uplink_delay_ns + view.downlink_delay_ns + 2 * hosts.network_delay_ns) / 1e9
        + 8 * task.input_bytes / np.minimum(view.uplink_bps, hosts.bottleneck_bps)
        + 8 * task.output_bytes / np.minimum(view.downlink_bps, hosts.bottleneck_bps)
        + (wait_s + task.cycles / hosts.speed_cps)
    )
    best = np.argmin(seconds)
    return best if view.connected and seconds[best] < best_s else cv2x.LOCAL


def world(hosts: int) -> str:
    """`radio: ideal`, 20 vehicles with 100 tasks a second each, edge hosts with room for all."""
    sites = "".join(f"  m{i}: {{kind: mec}}\n" for i in range(hosts))
    links = "".join(
        f"  l{i}: {{from: gnb, to: m{i}, rate: 100 Gbit/s, delay: {50 + i} us}}\n" for i in range(hosts)
    )
    servers = "".join(f"    h{i}: {{site: m{i}, cores: 64, speed: 3 Gcycles/s}}\n" for i in range(hosts))
    return (
        "simulation: {duration: 500 s}\nmobility: {kind: static, vehicles: 20}\n"
        f"sites:\n  gnb: {{kind: gnb, x: 0 m, y: 0 m}}\n{sites}links:\n{links}radio: {{kind: ideal}}\n"
        f"compute:\n  vehicles: {{speed: 100 Mcycles/s}}\n  hosts:\n{servers}"
        "services:\n  s: {kind: perception_offload, arrivals: poisson, rate: 100 Hz, input: 1 kB, "
        "cycles: 1 Mcycles, output: 100 B, deadline: 100 ms}\n"
        "recording: {mode: histogram, load: 0 s, vehicles: 0 s}\n"
    )


def cpu_s(who: int = resource.RUSAGE_SELF) -> float:
    """CPU seconds used so far."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def run_s(loaded: _core.LoadedScenario, policy: object) -> tuple[float, int]:
    """CPU seconds of a run, and its tasks."""
    start = cpu_s()
    result = cv2x.run(loaded, policy=policy)  # type: ignore[arg-type]
    return cpu_s() - start, int(result.summary["sent"].sum())


def decisions(table: Table) -> None:
    """The difference to the built-in policy that decides the same, a decision."""
    for hosts in (3, 20):
        loaded = _core.load_text(world(hosts), "bench")
        built_in = {}
        for name in ("nearest_edge", "least_latency"):
            built_in[name] = statistics.median(run_s(loaded, name)[0] for _ in range(3))
        for policy, twin in (
            (first, "nearest_edge"),
            (nearest, "nearest_edge"),
            (least_latency, "least_latency"),
        ):
            seconds, tasks = run_s(loaded, policy)
            us = (seconds - built_in[twin]) / tasks * 1e6
            case = f"{policy.__name__}, {hosts} hosts, {tasks} tasks"
            table.add("policy", case, "CPU time a decision in Python", us, "us", f"≤ {MOST_US:g}")
            metric = "decisions a CPU second, all of the run"
            table.add("policy", case, metric, tasks / seconds, "1/s", f"≥ {LEAST_PER_S:g}")


IN_RUN = """
import resource, sys
from cv2x import _core
def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
loaded = _core.load(sys.argv[1], sys.argv[3:])
start = cpu_s()
_core.run(loaded, sys.argv[2], "", lambda progress: None)
print(cpu_s() - start)
"""


def without_python(table: Table) -> None:
    """The same run by cv2x-sim and by the command cv2x, in turn; the least of each (disturbed least)."""
    scenario, settings = str(ROOT / "scenarios/highway/scenario.yaml"), ["simulation.duration=1200 s"]
    sets = [word for setting in settings for word in ("--set", setting)]
    in_run, whole, alone = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out.h5")

        def child_s(command: list[str]) -> float:
            before = cpu_s(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True)
            return cpu_s(resource.RUSAGE_CHILDREN) - before

        def printed_s() -> float:
            command = [sys.executable, "-c", IN_RUN, scenario, out, *settings]
            return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

        for _ in range(5):
            alone.append(child_s([str(SIM), "run", scenario, "-o", out, "--quiet", *sets]))
            in_run.append(printed_s())
            whole.append(child_s([sys.executable, "-m", "cv2x", "run", scenario, "-o", out, "-q", *sets]))
    table.add("policy", "highway, 1200 s", "CPU time of cv2x-sim", min(alone), "s")
    for what, times in (("in the run", in_run), ("all of the command", whole)):
        more = min(times) / min(alone) - 1
        metric = f"CPU time of cv2x run beyond cv2x-sim's, {what}"
        table.add("policy", "highway, 1200 s", metric, 100 * more, "%", f"≤ {MOST_SLOWER_PERCENT:g}")


def main(table: Table) -> None:
    """Both."""
    decisions(table)
    without_python(table)


if __name__ == "__main__":
    main(Table())
