"""Figures of latency: its distribution, and how it went over time."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.distribution import Distribution, curve, quantiles_over_time
from cv2x.plots.limits import Limit, draw, legend
from cv2x.plots.limits import limits as limits_of
from cv2x.plots.sheet import WIDTH, Axis, Sheet, empty
from cv2x.plots.source import Plottable, Source

SIDE_BY_SIDE = 860  # px; narrower sheets have one panel below the other
MOST_SERVICES = 12  # in figures with a panel each


def cdf(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """How late messages and tasks were: the share that was there in time, and the tail on a logarithmic scale.

    Lost ones are infinitely late: the curve of a service that loses some does not reach 100 %. A budget is a line up
    to a mark. The curve of its service has to pass above (left panel) or below it (right panel); one on a slice, an
    area or an age is named in the legend, and a dot in its colour is what was measured: it has to be left of the mark
    (of a reliability, above or below it as a curve).
    """
    source = Source.of(result)
    names = source.known(services)
    all_of_them = {name: source.distribution(name) for name in names}
    spread = {name: d for name, d in all_of_them.items() if len(d.latency_ns)}
    if not spread:
        return empty("Nothing was delivered, so there is no distribution of latency.", width)
    limits = limits_of(source, spread, every=services is None)
    return distributions(spread, names, limits, width)


def distributions(
    spread: dict[str, Distribution], order: Sequence[str], limits: Sequence[Limit] = (), width: float = WIDTH
) -> go.Figure:
    """Curves of latency, each with a name, and their tails; `order`: of the names, which gives them their colours."""
    low_ms = (
        min(d.quantile(0.01) if math.isfinite(d.quantile(0.01)) else d.latency_ns[0] for d in spread.values())
        * 1e-6
    )
    high_ms = max(d.latency_ns[-1] for d in spread.values()) * 1e-6
    measured = [limit.measured for limit in limits if limit.measured]
    high_ms = max([high_ms, *(limit.at_ms for limit in limits), *(ms for ms, _ in measured)])
    low_ms = min([low_ms, *(limit.at_ms for limit in limits), *(ms for ms, _ in measured if ms > 0)])
    along = (low_ms * 0.8, high_ms * 1.25)
    curves = {name: curve(distribution) for name, distribution in spread.items()}
    seen = [points["later"][points["later"] > 0].min() for points in curves.values()]
    shares = [limit.share for limit in limits] + [share for _, share in measured]
    least = max(min([*seen, *(1 - share for share in shares if share < 1)]) * 0.7, 1e-7)

    beside = width >= SIDE_BY_SIDE
    height, wide = 300, (width - 130) / 2 if beside else width - 60
    sheet = Sheet(
        height=height + 86 if beside else 2 * height + 160,
        width=width,
        legend=True,
        describes="Distribution of latency of " + "; ".join(_in_words(name, d) for name, d in spread.items()),
    )
    ticks = _log_ticks(*along, most=int(wide / 62))
    bulk = sheet.panel(
        48, 30, wide, height,
        Axis(along, log=True, ticks=ticks, title="latency [ms]"), Axis((0, 1.02), format="percent"),
        title="Share that arrived within …",
    )  # fmt: skip
    powers = range(math.floor(math.log10(least)), 1)
    percents = [f"{100 * 10.0**p:.{max(0, -p - 2)}f}%" for p in powers]
    tail = sheet.panel(
        48 + wide + 72 if beside else 48, 30 if beside else height + 110, wide, height,
        Axis(along, log=True, ticks=ticks, title="latency [ms]"),
        Axis((least, 1), log=True, ticks=([10.0**p for p in powers], percents)),
        title="Share that was later than … (the tail)",
    )  # fmt: skip
    for i, name in enumerate(order):
        if name not in spread:
            continue
        points = curves[name]
        line = {"color": style.colour(i), "dash": style.dash(i), "width": 2}
        shared = {"mode": "lines", "line": line, "name": style.escaped(name), "legendgroup": f"s{i}"}
        x = points["latency_ns"].to_numpy() * 1e-6
        sheet.add(
            bulk,
            "scatter",
            x=x,
            y=points["share"].to_numpy(),
            showlegend=True,
            hoverinfo="x+y+name",
            **shared,
        )
        later = points["later"].to_numpy()
        some = later > 0
        sheet.add(tail, "scatter", x=x[some], y=later[some], hoverinfo="x+y+name", **shared)
    for limit in limits:
        draw(sheet, bulk, limit)
        draw(sheet, tail, limit, tail=least)
    legend(sheet, bulk, limits)
    return sheet.figure()


def over_time(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Median and 95 % quantile of each service's latency over the time of creation (first replication)."""
    source = Source.of(result)
    names = source.known(services)
    series = {name: quantiles_over_time(source.histogram(name, first=True)) for name in names}
    series = {name: frame for name, frame in series.items() if len(frame)}
    if not series:
        return empty("No message or task counted, so there are no latencies over time.", width)
    shown = dict(list(series.items())[:MOST_SERVICES])
    columns = (
        min(4 if width >= SIDE_BY_SIDE else 3, len(shown)) if len(shown) != 4 or width >= SIDE_BY_SIDE else 2
    )
    rows = -(-len(shown) // columns)
    gap, left, high = 62, 50, 150
    wide = (width - left - 14 - gap * (columns - 1)) / columns
    sheet = Sheet(
        height=rows * (high + 74),
        width=width,
        legend=True,
        describes="Median and 95 % quantile of latency over time, a panel each for "
        + style.listed(list(shown), 8),
    )
    end_s = source.window_ns[1] * 1e-9
    for at, (name, frame) in enumerate(shown.items()):
        i = names.index(name)
        deadline_ms = float(source.deadlines_ns[source.services.index(name)]) * 1e-6
        values = frame[[0.5, 0.95]].to_numpy() * 1e-6
        fine = values[np.isfinite(values)]
        top = max(fine.max(initial=0) * 1.15, 1e-3) if len(fine) else deadline_ms
        near = deadline_ms < 3 * top
        top = max(top, deadline_ms * 1.15) if near else top
        panel = sheet.panel(
            left + (at % columns) * (wide + gap), 30 + (at // columns) * (high + 74), wide, high,
            Axis((0, end_s), title="time [s]" if at + columns >= len(shown) else "", grid=False), Axis((0, top)),
            title=style.shortened(f"{name} [ms]", wide),
        )  # fmt: skip
        x = frame["time_ns"].to_numpy() * 1e-9
        if near:
            rule = {"color": style.MUTED, "dash": "dot", "width": 1.5}
            sheet.add(panel, "scatter", x=[0, end_s], y=[deadline_ms] * 2, mode="lines", line=rule, name="deadline",
                      legendgroup="deadline", hoverinfo="name")  # fmt: skip
        for q, word, kind, weight in ((0.5, "median", "solid", 2), (0.95, "95 % quantile", "dash", 1.6)):
            line = {"color": style.colour(i), "dash": kind, "width": weight}
            y = frame[q].to_numpy() * 1e-6
            sheet.add(panel, "scatter", x=x, y=np.where(np.isfinite(y), y, np.nan), mode="lines", line=line, name=word,
                      legendgroup=word, hoverinfo="x+y+name")  # fmt: skip
            lost = np.isposinf(y)
            if lost.any():
                mark = {"symbol": "triangle-up", "size": 7, "color": style.colour(i)}
                tips = [f"{word}: lost (infinitely late)"] * int(lost.sum())
                sheet.add(panel, "scatter", x=x[lost], y=np.full(lost.sum(), top * 0.97), mode="markers", marker=mark,
                          legendgroup="lost", hovertext=tips)  # fmt: skip
    drawn = {trace.get("legendgroup") for trace in sheet.data}
    for word, kind in (("median", "solid"), ("95 % quantile", "dash"), ("deadline", "dot")):
        if word not in drawn:
            continue
        line = {"color": style.MUTED, "dash": kind, "width": 2}
        sheet.add(sheet.panels[0], "scatter", x=[None], y=[None], mode="lines", line=line, name=word, legendgroup=word,
                  showlegend=True)  # fmt: skip
    if "lost" in drawn:
        mark = {"symbol": "triangle-up", "size": 8, "color": style.MUTED}
        sheet.add(sheet.panels[0], "scatter", x=[None], y=[None], mode="markers", marker=mark, legendgroup="lost",
                  name="the quantile is a lost one", showlegend=True)  # fmt: skip
    return sheet.figure()


def _in_words(name: str, distribution: Distribution) -> str:
    p50, p99 = (style.milliseconds(distribution.quantile(q)) for q in (0.5, 0.99))
    return f"{name}: median {p50}, 99 % quantile {p99}"


def _log_ticks(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Ticks 1, 2, 5, 10, … as many as fit."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        values = [m * 10.0**d for d in decades for m in steps if low <= m * 10.0**d <= high]
        if len(values) <= most:
            break
    return values, [f"{value:.10g}" for value in values]
