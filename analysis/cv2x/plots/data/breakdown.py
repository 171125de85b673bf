"""Where the time went: sums of stages over groups of messages and tasks."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

CHUNK = 100_000  # items at a time; bounds the memory, and is faster than all at once

# What belongs together, in the order of the way; a colour a group. Within a group in the order of the way too.
GROUPS: dict[str, tuple[str, ...]] = {
    "decision": ("decision",),
    "waiting for an uplink grant": ("ue_processing", "sr_wait", "grant_wait", "ul_queue", "ul_alignment"),
    "uplink": ("ul_transmission", "ul_harq", "access_up", "gnb_processing"),
    "retransmission, handover": ("rlc_retransmission", "handover"),
    "backhaul": ("backhaul_queue", "backhaul_transmission", "backhaul_propagation"),
    "containers, relocation": ("relocation", "image_pull", "container_start"),
    "waiting for a processor": ("compute_queue", "batch_wait", "local_queue"),
    "computing": ("compute_service", "local_service"),
    "downlink": (
        "dl_processing",
        "dl_alignment",
        "dl_queue",
        "dl_transmission",
        "dl_harq",
        "access_down",
        "ue_decoding",
    ),
}
OTHER = "other stages"


def group_of(stage: str) -> str:
    """The group of a stage; `OTHER` of one that this version does not know."""
    return next((group for group, stages in GROUPS.items() if stage in stages), OTHER)


def in_order(stages: list[str]) -> list[str]:
    """Stages in the order of the way; unknown ones last, as given."""
    order = [stage for group in GROUPS.values() for stage in group]
    return sorted(stages, key=lambda stage: order.index(stage) if stage in order else len(order))


def stage_sums(
    items: pd.DataFrame,
    group: npt.NDArray[np.int64],
    groups: int,
    stage: npt.NDArray[np.uint8],
    enter_ns: npt.NDArray[np.int64],
    stages: int,
) -> npt.NDArray[np.float64]:
    """Time spent in each stage by each group of items: shape (groups, stages), ns.

    `items`: first_stage, stages, end_ns. `group`: of each item, shape (items,). `stage`, `enter_ns`: the table
    `stages`. A stage lasts until the next one of its item, the last until end_ns; so a group's row adds up to the
    sum of its items' times from first enter to end.
    """
    sums = np.zeros(groups * stages)
    first, count = items["first_stage"].to_numpy(np.int64), items["stages"].to_numpy(np.int64)
    end = items["end_ns"].to_numpy(np.int64)
    for begin in range(0, len(items), CHUNK):
        some = slice(begin, begin + CHUNK)
        keep = count[some] > 0
        n, ends = count[some][keep], np.cumsum(count[some][keep])
        if len(n) == 0:
            continue
        rows = np.arange(ends[-1]) + np.repeat(first[some][keep] - (ends - n), n)
        enter = enter_ns[rows]
        leave = np.empty_like(enter)
        leave[:-1] = enter[1:]
        leave[ends - 1] = end[some][keep]
        key = np.repeat(group[some][keep] * stages, n) + stage[rows]
        sums += np.bincount(key, weights=(leave - enter).astype(np.float64), minlength=len(sums))
    return sums.reshape(groups, stages)


def slowest(
    service: npt.NDArray[np.int64], latency_ns: npt.NDArray[np.float64], share: float
) -> npt.NDArray[np.bool_]:
    """Which are the slowest `share` of the delivered of their service, rounded up; of equally slow ones the first."""
    chosen = np.zeros(len(service), dtype=bool)
    for one in np.unique(service):
        mine = np.flatnonzero((service == one) & np.isfinite(latency_ns))
        if len(mine) == 0:
            continue
        n = max(int(np.ceil(share * len(mine) - 1e-9)), 1)
        values = latency_ns[mine]
        limit = np.partition(values, len(mine) - n)[len(mine) - n]
        above = mine[values > limit]
        chosen[above] = True
        chosen[mine[values == limit][: n - len(above)]] = True
    return chosen


class Step(NamedTuple):
    """A stage of a service: its mean time, of all delivered and of the slowest 1 %."""

    stage: str
    group: str
    mean_ns: float
    slow_ns: float


def merged(every: dict[str, float], slowest: dict[str, float], small: float = 0.005) -> list[Step]:
    """Stages of both in the order of the way; those below a share of `small` in both together in one last row."""
    total, late = sum(every.values()), sum(slowest.values())
    share = {
        stage: max(every.get(stage, 0) / total, slowest.get(stage, 0) / late if late else 0)
        for stage in {**every, **slowest}
    }
    names = in_order([stage for stage, value in share.items() if value > 0])
    little = [stage for stage in names if share[stage] < small]
    if len(little) < 2:
        little = []
    steps = [Step(s, group_of(s), every.get(s, 0), slowest.get(s, 0)) for s in names if s not in little]
    if little:
        sums = [sum(values.get(stage, 0) for stage in little) for values in (every, slowest)]
        steps.append(Step(f"{len(little)} other stages", OTHER, sums[0], sums[1]))
    return steps


def by_group(mean_ns: dict[str, float]) -> dict[str, float]:
    """Mean times added up to groups, in the order of the way, groups without time left out."""
    sums = dict.fromkeys([*GROUPS, OTHER], 0.0)
    for stage, value in mean_ns.items():
        sums[group_of(stage)] += value
    return {group: value for group, value in sums.items() if value > 0}
