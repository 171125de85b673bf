"""Policies held against what none can beat: how far each is above it, over replications."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from cv2x import _core
from cv2x.errors import ResultError
from cv2x.lower_bound import LOST_DEADLINES, Bound, above_text, bound, capped_ns, is_late, placed
from cv2x.reader import ResultFile
from cv2x.screen import milliseconds
from cv2x.summary import Estimate

ALL_TASKS = "(all tasks)"  # stands in the place of a service
METRICS = ("capped_mean_ms", "late", "above_bound")
LEAST = ("least_mean_ms", "least_late")


class Measured(NamedTuple):
    """One metric of one policy: a value a replication."""

    policy: str
    metric: str
    values: list[float]


def against_bound(
    files: Mapping[str, Sequence[str]], workers: int = 1, lost: float = LOST_DEADLINES
) -> list[Measured]:
    """Of each policy, from its results of the same worlds in the same order.

    The bound is that of the first policy's results: arrivals are the same for all. Empty when the results cannot tell
    (`cv2x.bound`).
    """
    first = next(iter(files.values()))
    try:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            bounds = list(pool.map(lambda path: bound(path, lost), first))
    except ResultError:
        return []
    out = []
    for policy, paths in files.items():
        pairs = [measured(path, found) for path, found in zip(paths, bounds, strict=True)]
        means, late = [mean for mean, _ in pairs], [share for _, share in pairs]
        above = [
            mean * 1e6 / found.least_mean_ns - 1 if found.least_mean_ns > 0 else math.nan
            for mean, found in zip(means, bounds, strict=True)
        ]
        out += [Measured(policy, name, v) for name, v in zip(METRICS, (means, late, above), strict=True)]
        least = ([found.least_mean_ns * 1e-6 for found in bounds], [found.least_late for found in bounds])
        out += [Measured(policy, name, v) for name, v in zip(LEAST, least, strict=True)]
    return out


def measured(path: str, found: Bound) -> tuple[float, float]:
    """Mean latency [ms] and share of late ones of a result, counted as the bound counts; NaN: it has other tasks."""
    with ResultFile(path) as file:
        tasks = placed(file)
        if len(tasks["created_ns"]) != found.tasks:
            return math.nan, math.nan
        mean = float(capped_ns(file, tasks, found.lost_deadlines).mean())
        return mean * 1e-6, float(is_late(file, tasks).mean())


def estimate(values: Sequence[float]) -> Estimate:
    """Mean over the replications with its 95 % interval; NaN where one is."""
    if any(math.isnan(value) for value in values):
        return Estimate(math.nan, math.nan, math.nan)
    return Estimate(*_core.over_replications(list(values)))


# --- as text ---


def screen(
    cells: Mapping[tuple[str, str, str], Sequence[float]], policies: Sequence[str], name_width: int
) -> Table:
    """A row a policy: its mean and its late ones, with how much lower they could be at best."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    table.add_column(Text("all tasks"), no_wrap=True, max_width=name_width)
    lost = f"lost: {LOST_DEADLINES:g} deadlines"
    for heading in (f"mean [ms], {lost}", "late [%]", "above the bound [95 % CI]"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    for policy in policies:
        mean, late, above = (cells[policy, ALL_TASKS, metric] for metric in METRICS)
        known = math.isfinite(above[1]) and math.isfinite(above[2])  # with more than one replication
        interval = f" [{above_text(max(above[1], 0))}, {above_text(above[2])}]" if known else ""
        table.add_row(
            Text(policy),
            Text(milliseconds(mean[0] * 1e6)),
            Text(f"{100 * late[0]:.2f}"),
            Text(f"{above_text(above[0])}{interval}"),
        )
    mean, late = (cells[policies[0], ALL_TASKS, metric] for metric in LEAST)
    table.add_row(
        Text("no policy below"), Text(milliseconds(mean[0] * 1e6)), Text(f"{100 * late[0]:.2f}"), style="dim"
    )
    return table
