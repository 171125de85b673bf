"""Figures of load over time: cells, links, hosts."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.grid import nice
from cv2x.plots.data.series import Binned, binned, bins, interval_ns
from cv2x.plots.latency import SIDE_BY_SIDE
from cv2x.plots.sheet import WIDTH, Axis, Sheet, empty
from cv2x.plots.source import Plottable, Source

What = Literal["cells", "links", "hosts"]

MOST_BINS = 100
MOST_PANELS = 12
MOST_ROWS = 28


@dataclass(frozen=True)
class _Lines:
    """What is drawn of a table: a line a column, or of a column a line a direction."""

    thing: str
    columns: tuple[str, ...]
    words: tuple[str, ...]
    marks: tuple[str, ...]
    """Of the lines, in the title of a panel."""
    says: str


_LINES = {
    "cells": _Lines(
        "cell", ("ul_prb_share", "dl_prb_share"), ("uplink", "downlink"), ("↑", "↓"), "share of PRBs used"
    ),
    "links": _Lines(
        "link", ("utilisation",), ("from → to", "to → from"), ("→", "←"), "share of time transmitting"
    ),
    "hosts": _Lines("host", ("utilisation",), ("busy cores",), ("mean",), "share of cores busy"),
}


def load(result: Plottable, what: What = "cells", *, width: float = WIDTH) -> go.Figure:
    """Load of cells, links or hosts over time, of the first replication: means of each bin, and the peak as a tint.

    Up to twelve have a panel each, all with the same scale; of more there is a heat map, a row each.
    """
    source = Source.of(result)
    names = source.first.names(what)
    frame = source.load(what)
    if len(frame) == 0 or not names:
        if what == "cells" and source.ideal:
            return empty(f"With radio: {source.radio} there are no cells.", width)
        if not names:
            return empty(f"There are no {what} in this scenario.", width)
        return empty(f"No load of the {what} was recorded.", width)
    lines = _LINES[what]
    step = interval_ns(frame["time_ns"].to_numpy())
    over = bins(int(frame["time_ns"].min()) - step, int(frame["time_ns"].max()), step, MOST_BINS)
    thing = frame[lines.thing].to_numpy(np.int64)
    index = over.index(frame["time_ns"].to_numpy(np.int64))
    series: list[Binned] = []
    for at, _ in enumerate(lines.words):
        mine = frame["direction"].to_numpy() == at if what == "links" else np.ones(len(frame), bool)
        value = frame[lines.columns[min(at, len(lines.columns) - 1)]].to_numpy(np.float64)
        series.append(binned(thing[mine], index[mine], value[mine], len(names), over.count))
    if len(names) > MOST_PANELS:
        return _heat(names, lines, series, over.middle_s, width)
    waiting = np.zeros(len(names))
    if what == "hosts":
        np.maximum.at(waiting, thing, frame["waiting"].to_numpy(np.float64))
    return _panels(names, lines, series, over.middle_s, width, waiting if what == "hosts" else None)


def _busy(series: list[Binned]) -> npt.NDArray[np.float64]:
    """Mean load of each thing, of the line that has more."""
    busy: npt.NDArray[np.float64] = np.stack([np.nan_to_num(s.mean).mean(axis=1) for s in series]).max(axis=0)
    return busy


def _in_words(names: list[str], series: list[Binned], says: str) -> str:
    order = np.argsort(-_busy(series), kind="stable")[:3]
    busiest = ", ".join(f"{names[i]} {style.percent(float(_busy(series)[i]))}" for i in order)
    return f"Load over time, {says}; the busiest on average: {busiest}"


def _panels(
    names: list[str], lines: _Lines, series: list[Binned], x: npt.NDArray[np.float64], width: float,
    waiting: npt.NDArray[np.float64] | None,
) -> go.Figure:  # fmt: skip
    columns = min(4 if width >= SIDE_BY_SIDE else 3, len(names))
    rows = -(-len(names) // columns)
    left, gap, high, each = 46, 24, 104, 172
    wide = (width - left - 14 - gap * (columns - 1)) / columns
    sheet = Sheet(
        height=rows * each + 14, width=width, legend=True, describes=_in_words(names, series, lines.says)
    )
    peak = max(float(np.nanmax(np.append(s.peak, 0.0))) for s in series)
    top = min(nice(max(peak, 1e-4)), 1.0) if peak <= 1 else peak
    for at, name in enumerate(names):
        first, last = at % columns == 0, at + columns >= len(names)
        panel = sheet.panel(
            left + (at % columns) * (wide + gap), 44 + (at // columns) * each, wide, high,
            Axis(_along(x), title="time [s]" if last else "", grid=False),
            Axis((0, top * 1.02), format="percent", labels=first),
        )  # fmt: skip
        means = [f"{mark} {_brief(_mean(s.mean[at]))}" for mark, s in zip(lines.marks, series, strict=True)]
        peaks = [f"{mean} ({_brief(_peak(s.peak[at]))})" for mean, s in zip(means, series, strict=True)]
        queue = [] if waiting is None else [f"queue ≤ {waiting[at]:.0f}"]
        choices = ["  ".join(parts) for parts in ([*peaks, *queue], peaks, means)]
        said = next((text for text in choices if style.text_px(text, 11) <= wide), choices[-1])
        sheet.text(panel.left, panel.top - 22, style.shortened(name, wide), strong=True)
        sheet.text(panel.left, panel.top - 7, style.shortened(said, wide, 11))
        for i, s in enumerate(series):
            sheet.add(
                panel, "scatter", x=x, y=s.peak[at], mode="lines", fill="tozeroy", fillcolor=style.colour(i),
                opacity=0.16, line={"width": 0, "color": style.colour(i)}, legendgroup=f"l{i}",
            )  # fmt: skip
        for i, (word, s) in enumerate(zip(lines.words, series, strict=True)):
            line = {"color": style.colour(i), "dash": style.dash(i), "width": 1.8}
            sheet.add(
                panel, "scatter", x=x, y=s.mean[at], mode="lines", line=line, name=word, legendgroup=f"l{i}",
                showlegend=at == 0, hoverinfo="x+y+name",
            )  # fmt: skip
    return sheet.figure()


def _along(x: npt.NDArray[np.float64]) -> tuple[float, float]:
    """From the begin of the first bin to the end of the last one."""
    half = (x[1] - x[0]) / 2 if len(x) > 1 else 0.5
    return float(x[0]) - half, float(x[-1]) + half


def _brief(share: float) -> str:
    return style.percent(share, 0 if share >= 0.1 else 1)


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan


def _peak(values: npt.NDArray[np.float64]) -> float:
    return float(np.nanmax(values)) if np.isfinite(values).any() else np.nan


def _heat(
    names: list[str], lines: _Lines, series: list[Binned], x: npt.NDArray[np.float64], width: float
) -> go.Figure:
    busy = _busy(series)
    chosen = np.sort(np.argsort(-busy, kind="stable")[:MOST_ROWS])
    beside = len(series) > 1 and width >= SIDE_BY_SIDE
    left, gap, high = 150, 30, len(chosen) * 14
    wide = (width - left - 20 - gap) / 2 if beside else width - left - 20
    each = high + 84
    sheet = Sheet(
        height=each if beside else each * len(series),
        width=width,
        right=90,
        describes=_in_words(names, series, lines.says),
    )
    peak = max(float(np.nanmax(np.append(s.mean, 0.0))) for s in series)
    top = min(nice(max(peak, 1e-4)), 1.0)
    ys = [float(len(chosen) - 1 - i) for i in range(len(chosen))]
    labels = [style.escaped(style.shortened(names[i], left - 14, 11)) for i in chosen]
    key = {"title": {"text": lines.says}, "tickformat": ".0%" if top > 0.04 else ".2%"}
    for at, (word, s) in enumerate(zip(lines.words, series, strict=True)):
        texts = labels if at == 0 or not beside else [""] * len(ys)
        panel = sheet.panel(
            left + (at * (wide + gap) if beside else 0), 30 + (0 if beside else at * each), wide, high,
            Axis(_along(x), title="time [s]", grid=False),
            Axis((-0.5, len(chosen) - 0.5), ticks=(ys, texts), grid=False),
            title=word,
        )  # fmt: skip
        tips = [
            [
                style.escaped(f"{names[i]}, {word}, {t:.1f} s: {style.percent(float(v))}")
                for t, v in zip(x, s.mean[i], strict=True)
            ]
            for i in chosen
        ]
        sheet.add(
            panel, "heatmap", x=x, y=ys, z=s.mean[chosen], zmin=0, zmax=top, colorscale=style.SEQUENTIAL,
            hovertext=tips, showscale=at == 0, colorbar=key, meta={"scale": "level"},
        )  # fmt: skip
    if len(chosen) < len(names):
        sheet.text(left, sheet.height - 4, f"the busiest {len(chosen)} of {len(names)}")
    return sheet.figure()
