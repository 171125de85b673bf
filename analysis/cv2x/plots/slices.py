"""Network slices: what each used of the radio, and how it fared, per direction."""

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

DIRECTIONS = {"ul": "uplink", "dl": "downlink"}
MOST_SLICES = 8


@dataclass(frozen=True)
class Fared:
    """A slice in one direction over a whole run; NaN where nothing was measured."""

    slice: str
    direction: str
    prb_share: float
    """Of the PRBs of all cells."""
    mcs: float
    bler: float
    """Of all transmissions, retransmissions included."""
    sinr_db: float
    preempted: float
    """Share of the blocks that lost PRBs to another slice (downlink)."""
    messages: int
    p50_ns: float
    p99_ns: float
    """Of the counted messages, lost ones infinite."""
    lost: float


def why_none(source: Source) -> str:
    """Why there are no rows of slices; "" when there are."""
    if source.ideal:
        return f"With radio: {source.radio} there are no slices of the radio."
    if not source.first.has_table("slices"):
        return f"A result of format {'.'.join(map(str, source.first.format))} has no load of slices."
    if source.first.size("slices") == 0:
        return "No load of the slices was recorded."
    return ""


def fared(source: Source) -> list[Fared]:
    """Every slice and direction that sent something, in the order of the scenario; of the first file."""
    if why_none(source):
        return []
    rows = pd.DataFrame(source.first.table("slices"))
    parts = _cell_intervals(source)
    latency = _latencies(source)
    out = []
    for number, name in enumerate(source.first.names("slices")):
        mine = rows[rows["slice"] == number]
        for short, direction in DIRECTIONS.items():
            blocks = mine[f"{short}_blocks"].to_numpy(np.float64)
            if not blocks.sum():
                continue
            times = latency.get((name, direction), np.empty(0))
            out.append(
                Fared(
                    slice=name,
                    direction=direction,
                    prb_share=float(mine[f"{short}_prb_share"].sum()) / parts,
                    mcs=_mean(mine[f"{short}_mcs"].to_numpy(np.float64), blocks),
                    bler=float(mine[f"{short}_nacks"].sum() / blocks.sum()),
                    sinr_db=_mean(mine[f"{short}_sinr_db"].to_numpy(np.float64), blocks),
                    preempted=float(mine["dl_preempted"].sum() / blocks.sum()) if short == "dl" else 0.0,
                    messages=len(times),
                    p50_ns=_rank(times, 0.5),
                    p99_ns=_rank(times, 0.99),
                    lost=float(np.isinf(times).mean()) if len(times) else np.nan,
                )
            )
    return out


def slices(result: Plottable, *, width: float = WIDTH) -> go.Figure:
    """Share of the PRBs that each slice used over time per direction, mean over all cells (first replication)."""
    source = Source.of(result)
    why = why_none(source)
    if why:
        return empty(why, width)
    rows = pd.DataFrame(source.first.table("slices"))
    cells = source.load("cells")
    times = np.unique(cells["time_ns"].to_numpy(np.int64))
    step = interval_ns(times)
    over = bins(int(times.min()) - step, int(times.max()), step, MOST_BINS)
    parts = np.maximum(np.bincount(over.index(times), minlength=over.count), 1) * len(source.cells)
    names = source.first.names("slices")
    place = rows["slice"].to_numpy(np.int64) * over.count + over.index(rows["time_ns"].to_numpy(np.int64))

    def used(short: str) -> npt.NDArray[np.float64]:
        weights = rows[f"{short}_prb_share"].to_numpy(np.float64)
        sums = np.bincount(place, weights=weights, minlength=len(names) * over.count)
        made: npt.NDArray[np.float64] = sums.reshape(len(names), over.count) / parts
        return made

    shares = {direction: used(short) for short, direction in DIRECTIONS.items()}
    busy = sum(share.mean(axis=1) for share in shares.values())
    shown = np.sort(np.argsort(-np.asarray(busy), kind="stable")[:MOST_SLICES])
    top = min(nice(max(max(float(share.max()) for share in shares.values()), 1e-4)), 1.0)
    beside = width >= SIDE_BY_SIDE
    left, gap, high = 46, 60, 150
    wide = (width - left - 14 - gap) / 2 if beside else width - left - 14
    x = over.middle_s
    half = (x[1] - x[0]) / 2 if len(x) > 1 else 0.5
    each = high + 74
    said = "; ".join(
        f"{direction}: " + ", ".join(f"{names[i]} {style.percent(float(share[i].mean()))}" for i in shown)
        for direction, share in shares.items()
    )
    sheet = Sheet(
        height=each if beside else 2 * each, width=width, legend=True,
        describes=f"Share of PRBs used by each slice over time, on average {said}",
    )  # fmt: skip
    for at, (direction, share) in enumerate(shares.items()):
        panel = sheet.panel(
            left + (at * (wide + gap) if beside else 0), 30 + (0 if beside else at * each), wide, high,
            Axis((float(x[0]) - half, float(x[-1]) + half), title="time [s]", grid=False),
            Axis((0, top * 1.02), format="percent"),
            title=direction,
        )  # fmt: skip
        for n, i in enumerate(shown):
            line = {"color": style.colour(n), "dash": style.dash(n), "width": 1.8}
            sheet.add(
                panel, "scatter", x=x, y=share[i], mode="lines", line=line, name=style.escaped(names[i]),
                legendgroup=f"s{n}", showlegend=at == 0, hoverinfo="x+y+name",
            )  # fmt: skip
    return sheet.figure()


def _cell_intervals(source: Source) -> int:
    """How many rows a slice would have that always sent something in every cell."""
    return len(np.unique(source.first.table("cells", ("time_ns",))["time_ns"])) * len(source.cells)


def _latencies(source: Source) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
    """Latencies [ns] of the counted uplink and downlink messages (a task's input and result too), lost ones +inf."""
    table = source.first.table("messages", ("service", "kind", "outcome", "counted", "created_ns", "end_ns"))
    kinds = source.first.info("messages", "kind").words
    delivered = table["outcome"] == source.first.info("messages", "outcome").words.index("delivered")
    latency = np.where(delivered, (table["end_ns"] - table["created_ns"]).astype(np.float64), np.inf)
    services = source.scenario["services"]
    slice_of = np.array([services.get(name, {}).get("slice", "") for name in source.services], dtype=object)
    out = {}
    for direction in DIRECTIONS.values():
        mine = (table["counted"] == 1) & (table["kind"] == kinds.index(direction))
        for name in source.first.names("slices"):
            chosen = mine & np.isin(table["service"], np.flatnonzero(slice_of == name))
            out[name, direction] = np.sort(latency[chosen])
    return out


def _rank(ascending: npt.NDArray[np.float64], q: float) -> float:
    """The nearest rank, as everywhere."""
    if not len(ascending):
        return np.nan
    return float(ascending[max(int(np.ceil(q * len(ascending))) - 1, 0)])


def _mean(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    some = weights > 0
    return float(np.average(values[some], weights=weights[some]))
