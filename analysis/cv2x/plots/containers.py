"""Container instances over time, cold starts, and services that moved from host to host."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.grid import nice
from cv2x.plots.data.series import bins, interval_ns
from cv2x.plots.latency import SIDE_BY_SIDE
from cv2x.plots.load import MOST_BINS
from cv2x.plots.sheet import WIDTH, Axis, Sheet, empty
from cv2x.plots.source import Plottable, Source

STATES = {"ready": "ready", "starting": "starting", "pulling": "waiting for their image"}
MOST_SERVICES = 6


@dataclass(frozen=True)
class Contained:
    """A service with a container, over a whole run and all hosts."""

    service: str
    most: int
    """Instances at a time, ready or not."""
    started: int
    stopped: int
    evicted: int
    refused: int
    cold_starts: int
    pulls: int
    pulled_bytes: int
    pull_ns: float
    """Mean time that a delivered task of it lost to pulls, those that lost none included."""
    start_ns: float
    """The same, to the start of instances."""


@dataclass(frozen=True)
class Moved:
    """A service's moves from host to host, over a whole run."""

    service: str
    mode: str
    moves: int
    """That came to their end at the new host."""
    failed: int
    warm: int
    waited: int
    """Tasks that waited for a move, or were lost to it."""
    p50_ns: float
    most_ns: float
    """Interruption of those that came to their end."""
    decision_ns: float
    start_ns: float
    transfer_ns: float
    steer_ns: float
    """Its parts, in the mean."""


def contained(source: Source) -> list[Contained]:
    """Services that had instances, in the order of the scenario; of the first file."""
    rows = _rows(source, "instances")
    out = []
    for number, name in enumerate(source.services):
        mine = rows[rows["service"] == number] if len(rows) else rows
        if not len(mine):
            continue
        at_once = mine.groupby("time_ns")[list(STATES)].sum().sum(axis=1)
        total = mine.drop(columns="service").sum()
        stages = source.mean_stages(name)
        out.append(
            Contained(
                service=name,
                most=int(at_once.max()),
                pull_ns=stages.get("image_pull", 0.0),
                start_ns=stages.get("container_start", 0.0),
                **{
                    key: int(total[key])
                    for key in (
                        "started",
                        "stopped",
                        "evicted",
                        "refused",
                        "cold_starts",
                        "pulls",
                        "pulled_bytes",
                    )
                },
            )
        )
    return out


def moved(source: Source) -> list[Moved]:
    """Services that moved, in the order of the scenario; of the first file."""
    rows = _rows(source, "relocations")
    out = []
    for number, name in enumerate(source.services):
        mine = rows[rows["service"] == number] if len(rows) else rows
        if not len(mine):
            continue
        done = mine[mine["done"] == 1]
        at = {key: done[key].to_numpy(np.float64) for key in ("time_ns", *_STEPS)}
        spans = [
            at[later] - at[earlier] for earlier, later in zip(("time_ns", *_STEPS), _STEPS, strict=False)
        ]
        total = np.sort(at["end_ns"] - at["time_ns"])
        decision, start, transfer, steer = (_mean(span) for span in spans)
        out.append(
            Moved(
                service=name,
                mode=source.first.word("relocations", "mode", int(mine["mode"].iloc[0])),
                moves=len(done),
                failed=len(mine) - len(done),
                warm=int(done["warm"].sum()),
                waited=int(mine["waited"].sum()),
                p50_ns=float(total[-(-len(total) // 2) - 1]) if len(total) else np.nan,
                most_ns=float(total[-1]) if len(total) else np.nan,
                decision_ns=decision,
                start_ns=start,
                transfer_ns=transfer,
                steer_ns=steer,
            )
        )
    return out


_STEPS = ("decided_ns", "started_ns", "executed_ns", "end_ns")


def instances(result: Plottable, *, width: float = WIDTH) -> go.Figure:
    """Instances of each service over time, on all hosts together, by their state (first replication)."""
    source = Source.of(result)
    rows = _rows(source, "instances")
    if not len(rows):
        return empty(why_none(source), width)
    numbers = list(dict.fromkeys(np.sort(rows["service"].to_numpy()).tolist()))[:MOST_SERVICES]
    times = np.unique(rows["time_ns"].to_numpy(np.int64))
    step = interval_ns(times)
    over = bins(int(times.min()) - step, int(times.max()), step, MOST_BINS)
    parts = np.maximum(np.bincount(over.index(times), minlength=over.count), 1)

    def mean(number: int, state: str) -> npt.NDArray[np.float64]:
        mine = rows[rows["service"] == number]
        index = over.index(mine["time_ns"].to_numpy(np.int64))
        made: npt.NDArray[np.float64] = (
            np.bincount(index, weights=mine[state].to_numpy(np.float64), minlength=over.count) / parts
        )
        return made

    found = {number: [mean(number, state) for state in STATES] for number in numbers}
    columns = min(2 if width >= SIDE_BY_SIDE else 1, len(numbers))
    left, gap, high, each = 46, 40, 130, 200
    wide = (width - left - 14 - gap * (columns - 1)) / columns
    x = over.middle_s
    half = (x[1] - x[0]) / 2 if len(x) > 1 else 0.5
    names = source.services
    said = ", ".join(f"{names[n]} {float(lines[0].mean()):.1f}" for n, lines in found.items())
    sheet = Sheet(
        height=-(-len(numbers) // columns) * each + 14, width=width, legend=True,
        describes=f"Container instances over time; ready on average: {said}",
    )  # fmt: skip
    for at, (number, lines) in enumerate(found.items()):
        top = nice(max(max(float(line.max()) for line in lines), 1.0))
        panel = sheet.panel(
            left + (at % columns) * (wide + gap), 30 + (at // columns) * each, wide, high,
            Axis((float(x[0]) - half, float(x[-1]) + half), title="time [s]", grid=False), Axis((0, top * 1.02)),
            title=style.escaped(names[number]),
        )  # fmt: skip
        for i, (line, word) in enumerate(zip(lines, STATES.values(), strict=True)):
            sheet.add(
                panel, "scatter", x=x, y=line, mode="lines", name=word, legendgroup=f"i{i}", showlegend=at == 0,
                line={"color": style.colour(i), "dash": style.dash(i), "width": 1.8}, hoverinfo="x+y+name",
            )  # fmt: skip
    return sheet.figure()


def why_none(source: Source) -> str:
    """Why there is nothing to draw."""
    if not source.first.has_table("instances"):
        return f"A result of format {'.'.join(map(str, source.first.format))} has no container instances."
    return "No service of this scenario has a container, or no load was recorded."


def _rows(source: Source, table: str) -> pd.DataFrame:
    return pd.DataFrame(source.first.table(table) if source.first.has_table(table) else {})


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")
