"""Containers and relocation through whole runs (containers.yaml, relocation.yaml).

Pod start against k8s_pod_start.csv, measured without images and with containers that start at once. Input:
`control_plane` (its mean created_to_bound), `sandbox` and `start` 0 (by its header), and the second between two looks
of the kubelet at its runtime (`relist`). Predicted: bound_to_running is then uniform over a second. Compared is the
median; mean and 90 % quantile are listed beside it, since they also hold what kubelet and API server take on a machine
that had other work, which the header does not tell apart.

Pulls against the law: size/bandwidth and a round trip a layer, serial on a node, shared layers once, then unpacking.
The published pull times of edge-cloud-params.csv name no bandwidth, so they cannot be compared.

Interruptions against T_int = max(T_classifier, T_rediscovery) + size/bandwidth + RTT + T_steer (+ T_start if not warm).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from harness import Row, case_text, compare, reference_rows, tables

POD_START = "k8s_pod_start.csv"
PULLS, MOVES = "containers.yaml", "relocation.yaml"
LAW_PULL = "T_pull + T_unpack"
LAW_MOVE = "T_int"
UNPACK_BPS = 600e6
LINK_BPS = 1e9
REQUEST_S = 1000 * 8 / LINK_BPS


def stage_sums_s(overrides: dict[str, object], *stages: str) -> dict[str, np.ndarray]:
    """Time in each stage of each task [s], in the order of the tasks' creation."""
    tasks, found = tables(PULLS, overrides, "tasks", "stages")
    order = tasks.sort_values(["created_ns", "id"])["id"]
    sums = found.groupby(["id", "stage"], observed=True)["duration_ns"].sum().unstack(fill_value=0) * 1e-9
    sums = sums.reindex(order).reindex(columns=list(stages), fill_value=0.0)
    return {stage: sums[stage].to_numpy() for stage in stages}


def pod_start() -> Iterator[Row]:
    measured = reference_rows(POD_START, all_of_them=True)
    if not measured:
        return
    bound = np.array([float(row["created_to_bound"]) for row in measured])
    running = np.array([float(row["bound_to_running"]) for row in measured])
    overrides: dict[str, object] = {
        "mobility.vehicles": 400,
        "images.a.prepulled": ["server"],
        "containers.control_plane": f"{bound.mean():.5f} s",
        "containers.relist": "1 s",
        "services.first.container.replicas.max": 10000,
        "services.first.container.keep_alive": "0 s",
        "services.first.rate": "0.05 Hz",
        "services.first.arrivals": "poisson",
    }
    start = stage_sums_s(overrides, "container_start")["container_start"]
    ours = start[start > 0] - bound.mean()
    case = case_text(PULLS, overrides, "pods without images on one node")
    # Standard error of the median of 80 values, uniform over a second: 1/(2·√80); twice that.
    yield compare(
        POD_START,
        case,
        "bound_to_running, median [s]",
        float(np.median(running)),
        float(np.median(ours)),
        0.112,
    )
    for name, of in (("mean", np.mean), ("90 %", lambda v: np.quantile(v, 0.9))):
        yield compare(
            POD_START,
            case,
            f"bound_to_running, {name} [s]",
            float(of(running)),
            float(of(ours)),
            float("inf"),
        )


def pulls() -> Iterator[Row]:
    """A layer costs a request (1 kB), a round trip and size/bandwidth; then all that was fetched is unpacked."""
    for mbit, delay_ms in ((1000, 5), (100, 20)):
        overrides: dict[str, object] = {
            "links.registry.rate": f"{mbit} Mbit/s",
            "links.registry.delay": f"{delay_ms} ms",
        }
        bps, rtt = mbit * 1e6, 2e-3 * delay_ms
        expected = 300e6 * 8 / bps + 2 * (rtt + 8000 / bps) + 300e6 * 8 / UNPACK_BPS
        ours = float(stage_sums_s(overrides, "image_pull")["image_pull"][0])
        case = case_text(PULLS, overrides, "300 MB in two layers")
        yield compare(LAW_PULL, case, "image_pull [s]", expected, ours, 1e-3 * expected)
    second = {
        "kind": "perception_offload", "rate": "0.1 Hz", "input": "1 B", "cycles": "0 cycles", "output": "1 B",
        "deadline": "600 s", "container": {"image": "b", "start": "0 s", "replicas": {"max": 1}},
    }  # fmt: skip
    overrides = {"services.second": second}
    tasks, found = tables(PULLS, overrides, "tasks", "stages")
    ready = {}
    for name in ("first", "second"):
        first_task = tasks[tasks["service"] == name].sort_values("created_ns").iloc[0]
        mine = found[(found["id"] == first_task["id"]) & (found["stage"] == "image_pull")]
        ready[name] = (first_task["created_ns"] * 1e-9, float(mine["duration_ns"].sum()) * 1e-9)
    # Whoever came first pulls first. The other one waits for that, and finds the base there: only its own layer.
    earlier, later = sorted(ready, key=lambda name: ready[name][0])
    sizes = {"first": 200e6, "second": 50e6}
    begin = ready[earlier][0]

    def took(size: float, layers: int) -> float:
        return size * 8 / LINK_BPS + layers * (0.01 + REQUEST_S) + size * 8 / UNPACK_BPS

    one = took(100e6 + sizes[earlier], 2)
    other = max(begin + one, ready[later][0]) + took(sizes[later], 1) - ready[later][0]
    case = case_text(PULLS, {"services.second": "…"}, f"{earlier} image, then {later} image of the same base")
    yield compare(LAW_PULL, case, f"image_pull of {earlier} [s]", one, ready[earlier][1], 1e-3 * one)
    yield compare(LAW_PULL, case, f"image_pull of {later} [s]", other, ready[later][1], 1e-3 * other)


@cache
def interruption_s(settings: tuple[tuple[str, object], ...]) -> tuple[float, int]:
    """Mean over the moves of a run [s], and how many."""
    moves = tables(MOVES, dict(settings), "relocations")[0]
    done = moves[moves["done"]]
    return float((done["end_ns"] - done["time_ns"]).mean()) * 1e-9, len(done)


def moves() -> Iterator[Row]:
    link = {1000: "1 Gbit/s", 100: "100 Mbit/s"}
    for size_mb, mbit, delay_ms, classifier_ms, rediscovery_ms in (
        (2, 1000, 5, 100, 50),
        (0.1, 1000, 1, 50, 80),
        (10, 100, 20, 300, 50),
    ):
        overrides: dict[str, object] = {
            "services.assistant.relocation.context": f"{size_mb} MB",
            "services.assistant.relocation.classifier": f"{classifier_ms} ms",
            "services.assistant.relocation.rediscovery": f"{rediscovery_ms} ms",
            "links.between.rate": link[mbit],
            "links.between.delay": f"{delay_ms} ms",
        }
        wire = size_mb * 8 / mbit + 2e-3 * delay_ms
        expected = max(classifier_ms, rediscovery_ms) * 1e-3 + wire + 0.02
        yield moved(overrides, "context to a host without containers", expected)
    base: dict[str, object] = {"services.assistant.relocation.context": "2 MB"}
    wire = 2 * 8 / 1000 + 0.01
    container = {"image": "assistant", "start": "300 ms", "replicas": {"min": 1}}
    warm = {**base, "services.assistant.container": container}
    yield moved(warm, "warm target", 0.1 + wire + 0.02)
    cold = {**warm, "services.assistant.relocation.target": "cold"}
    yield moved(cold, "cold target, T_start 0.81 s", 0.1 + wire + 0.02 + 0.81)
    pulled = {
        **base,
        "images.assistant.prepulled": ["west"],
        "links.registry.delay": "1 ms",
        "services.assistant.container": {"image": "assistant", "start": "300 ms"},
    }
    del container
    # 50 MB over two links of 1 Gbit/s, a chunk (64 KiB) more on the second one; request and answer over both delays.
    pull = 0.4 + 65536 * 8e-9 + 2 * (0.005 + 0.001 + REQUEST_S) + 50 * 8 / 600
    yield moved(
        pulled, "no instance, and its image to be pulled", 0.1 + wire + 0.02 + 0.81 + pull, first=True
    )


def moved(overrides: dict[str, object], label: str, expected: float, *, first: bool = False) -> Row:
    """A row of one run; of `first`, only the first move (later ones find the image and the instance there)."""
    key = tuple((k, repr(v) if isinstance(v, dict | list) else v) for k, v in overrides.items())
    if first:
        moves = tables(MOVES, dict(key), "relocations")[0]
        east = moves[moves["done"] & (moves["to"] == "east")].sort_values("time_ns").iloc[0]
        ours = float(east["end_ns"] - east["time_ns"]) * 1e-9
    else:
        ours, n = interruption_s(key)
        if n < 2:
            raise RuntimeError(f"{n} relocations with {overrides}")
    case = case_text(MOVES, overrides, label)
    return compare(LAW_MOVE, case, "interruption [s]", expected, ours, 2e-3 * expected)


def rows() -> Iterator[Row]:
    yield from pod_start()
    yield from pulls()
    yield from moves()
