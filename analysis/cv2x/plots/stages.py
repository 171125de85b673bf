"""Figures of where the time went: per service, for its slowest 1 %, and per site."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.breakdown import GROUPS, OTHER, by_group, waterfall_steps
from cv2x.plots.latency import SIDE_BY_SIDE, _known
from cv2x.plots.sheet import WIDTH, Axis, Panel, Sheet, empty
from cv2x.plots.source import Plottable, Source

MOST_SERVICES = 12
MOST_SITES = 24
ROW_PX = 19
NAMES_PX = 178  # room for the names of stages
_GROUPS = [*GROUPS, OTHER]


def group_colour(group: str) -> str:
    """Colour of a group of stages."""
    order = ("#999999", "#E69F00", "#0072B2", "#D55E00", "#7A5C00", "#CC79A7", "#009E73", "#56B4E9", "#566070")
    return order[_GROUPS.index(group)]


def group_pattern(group: str) -> str:
    """Hatching of a group of stages: waiting is hatched, doing is plain, what went wrong is cross-hatched."""
    return {
        "waiting for an uplink grant": "/",
        "waiting for a processor": "/",
        "retransmission, handover": "x",
        "backhaul": ".",
        OTHER: "\\",
    }.get(group, "")


def waterfall(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Where the time of each service went, stage by stage: the mean of all delivered, and of their slowest 1 %.

    A bar begins where the one above it ends, so that the last one ends at the mean latency. Both panels of a service have
    the same stages but scales of their own.
    """
    source = Source.of(result)
    means = {name: source.mean_stages(name) for name in _known(source, services)}
    means = {name: stages for name, stages in means.items() if stages}
    if not means:
        return empty(source.without_rows or "Nothing was delivered, so no time went anywhere.", width)
    shown = list(means)[:MOST_SERVICES]
    slow = {name: source.slowest_stages(name) for name in shown}
    steps = {name: _merged(means[name], slow[name][2]) for name in shown}
    heights = [len(steps[name]) * ROW_PX + 76 for name in shown]
    sheet = Sheet(
        height=sum(heights),
        width=width,
        legend=True,
        describes="Mean time in each stage. " + "; ".join(_in_words(name, means[name]) for name in shown),
    )
    wide = (width - NAMES_PX - 56) / 2
    top = 30.0
    for name, height in zip(shown, heights, strict=True):
        n, least, late = slow[name]
        rows, high = steps[name], len(steps[name]) * ROW_PX
        names = rows["stage"].tolist()
        total = sum(means[name].values())
        title = f"{style.shortened(name, wide / 2)}, all: mean {style.milliseconds(total)}"
        _panel(sheet, rows, "mean_ns", names, NAMES_PX, top, wide, high, title, lambda row: style.percent(row.share, 0))
        if n:
            title = f"slowest 1 % ({n}, from {style.milliseconds(least)}): mean {style.milliseconds(sum(late.values()))}"
            _panel(sheet, rows, "slow_ns", [], NAMES_PX + wide + 40, top, wide, high, title, _times)
        else:
            why = source.without_rows and "slowest 1 %: no rows recorded"
            sheet.text(NAMES_PX + wide + 40, top - 8, why or "slowest 1 %: none")
        top += height
    _legend(sheet, dict.fromkeys(group for rows in steps.values() for group in rows["group"]))
    return sheet.figure()


def _merged(all_of_them: dict[str, float], slowest: dict[str, float]) -> pd.DataFrame:
    """Stages of both in one order; small is what is small in both. Adds slow_ns, slow_start_ns, times (slow / all)."""
    total, late = sum(all_of_them.values()), sum(slowest.values())
    # The share of a stage that decides whether it is small is the larger of its two.
    weight = {
        stage: max(all_of_them.get(stage, 0) / total, slowest.get(stage, 0) / late if late else 0)
        for stage in {**all_of_them, **slowest}
    }
    rows = waterfall_steps(weight, small=0.005 / max(sum(weight.values()), 1))
    known = set(rows["stage"])
    rest = [stage for stage in weight if stage not in known]

    def column(values: dict[str, float]) -> list[float]:
        return [values.get(s, 0.0) if s in weight else sum(values.get(r, 0.0) for r in rest) for s in rows["stage"]]

    rows["mean_ns"], rows["slow_ns"] = column(all_of_them), column(slowest)
    rows["share"] = rows["mean_ns"] / total
    rows["times"] = [slow / mean if mean else math.inf for slow, mean in zip(rows["slow_ns"], rows["mean_ns"], strict=True)]
    return rows


def _times(row: "pd.Series[float]") -> str:
    """How many times as long as for all."""
    if row.slow_ns == 0:
        return ""
    if row.times < 0.05:
        return "×0"
    return "" if math.isinf(row.times) else f"×{row.times:.1f}" if row.times < 9.95 else f"×{row.times:.0f}"


def _panel(sheet: Sheet, rows: pd.DataFrame, column: str, names: list[str], left: float, top: float, wide: float, high: float, title: str, remark) -> Panel:  # type: ignore[no-untyped-def] # noqa: ANN001, E501
    value_ms = rows[column].to_numpy() * 1e-6
    start_ms = value_ms.cumsum() - value_ms
    total = max(value_ms.sum(), 1e-9)
    texts = []
    for row, ms in zip(rows.itertuples(), value_ms, strict=True):
        said = remark(row)
        texts.append(f"{style.milliseconds(ms * 1e6)}{f' · {said}' if said else ''}" if ms > 0 else "")
    room = max((style.text_px(text, 11) for text in texts), default=0) + 8
    end = total * wide / (wide - room)
    count = len(rows)
    ys = [float(count - 1 - i) for i in range(count)]
    labels = [style.escaped(style.shortened(name, NAMES_PX - 14, 11)) for name in names]
    sheet.text(left, top - 8, title)
    panel = sheet.panel(
        left, top, wide, high,
        Axis((0, end), title="time [ms]"),
        Axis((-0.6, count - 0.4), ticks=(ys, labels) if names else None, grid=False, labels=bool(names)),
    )  # fmt: skip
    tips = [
        style.escaped(f"{row.stage}: {style.milliseconds(ms * 1e6)}, {style.percent(ms / total)} of the time")
        for row, ms in zip(rows.itertuples(), value_ms, strict=True)
    ]
    for group in dict.fromkeys(rows["group"]):
        at = [i for i, g in enumerate(rows["group"]) if g == group]
        sheet.add(
            panel, "bar", orientation="h", x=value_ms[at], base=start_ms[at], y=[ys[i] for i in at], width=0.72,
            marker=_marker(group), hovertext=[tips[i] for i in at], legendgroup=group, name=group,
        )  # fmt: skip
    sheet.add(
        panel, "scatter", mode="text", x=start_ms + value_ms, y=ys, text=[f" {text}" for text in texts],
        textposition="middle right", textfont={"size": 11, "color": style.INK},
    )  # fmt: skip
    return panel


def _marker(group: str) -> dict[str, object]:
    return {
        "color": group_colour(group),
        "line": {"width": 0},
        "pattern": {"shape": group_pattern(group), "fillmode": "overlay", "fgcolor": style.PAPER, "size": 6, "solidity": 0.2},
    }


def _legend(sheet: Sheet, groups: dict[str, None]) -> None:
    for group in sorted(groups, key=_GROUPS.index):
        sheet.add(sheet.panels[0], "bar", orientation="h", x=[None], y=[None], marker=_marker(group), name=group,
                  legendgroup=group, showlegend=True)  # fmt: skip


def sites(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Where the time went at each site: mean times of the delivered by the site that served them, in groups of stages."""
    source = Source.of(result)
    found = {name: source.site_stages(name) for name in _known(source, services)} if len(source.items) else {}
    found = {name: places for name, places in found.items() if places}
    if not found:
        return empty(source.without_rows or "Nothing was delivered, so no time went anywhere.", width)
    shown = list(found)[:MOST_SERVICES]
    count: dict[str, int] = {}
    for name in shown:
        for site, (n, _) in found[name].items():
            count[site] = count.get(site, 0) + n
    places = sorted(count, key=lambda site: -count[site])[:MOST_SITES]
    places = [site for site in [*source.sites, "(none)"] if site in places]
    per_row = min(4 if width >= SIDE_BY_SIDE else 2, len(shown))
    high, left, gap = len(places) * 22, 150, 26
    wide = (width - left - 14 - gap * (per_row - 1)) / per_row
    sheet = Sheet(
        height=-(-len(shown) // per_row) * (high + 80),
        width=width,
        legend=True,
        describes=f"Mean time in groups of stages at {len(places)} sites, a panel each for {style.listed(shown, 8)}",
    )
    ys = [float(len(places) - 1 - i) for i in range(len(places))]
    labels = [style.escaped(style.shortened(site, left - 14, 11)) for site in places]
    groups: dict[str, None] = {}
    for at, name in enumerate(shown):
        table = found[name]
        sums = {site: by_group(table[site][1]) for site in places if site in table}
        longest = max(sum(values.values()) for values in sums.values()) * 1e-6
        first = at % per_row == 0
        panel = sheet.panel(
            left + (at % per_row) * (wide + gap), 30 + (at // per_row) * (high + 80), wide, high,
            Axis((0, longest * wide / (wide - 58)), title="mean latency [ms]"),
            Axis((-0.6, len(places) - 0.4), ticks=(ys, labels if first else [""] * len(ys)), grid=False),
            title=style.shortened(name, wide),
        )  # fmt: skip
        for group in [g for g in _GROUPS if any(g in values for values in sums.values())]:
            groups[group] = None
            bars = [(ys[i], sums[site], site) for i, site in enumerate(places) if group in sums.get(site, {})]
            base = [sum(v for g, v in values.items() if _GROUPS.index(g) < _GROUPS.index(group)) * 1e-6 for _, values, _ in bars]
            tips = [
                style.escaped(f"{site}, {name}: {group} {style.milliseconds(values[group])} of "
                              f"{style.milliseconds(sum(values.values()))} ({table[site][0]} delivered)")
                for _, values, site in bars
            ]  # fmt: skip
            sheet.add(
                panel, "bar", orientation="h", x=[values[group] * 1e-6 for _, values, _ in bars], base=base,
                y=[y for y, _, _ in bars], width=0.7, marker=_marker(group), hovertext=tips, legendgroup=group,
                name=group,
            )  # fmt: skip
        ends = [(ys[i], sum(sums[site].values())) for i, site in enumerate(places) if site in sums]
        sheet.add(
            panel, "scatter", mode="text", x=[end * 1e-6 for _, end in ends], y=[y for y, _ in ends],
            text=[f" {style.milliseconds(end).removesuffix(' ms')}" for _, end in ends], textposition="middle right",
            textfont={"size": 11, "color": style.INK},
        )  # fmt: skip
    _legend(sheet, groups)
    return sheet.figure()


def _in_words(name: str, means: dict[str, float]) -> str:
    total = sum(means.values())
    most = sorted(means, key=lambda stage: -means[stage])[:3]
    shares = ", ".join(f"{stage} {style.percent(means[stage] / total, 0)}" for stage in most)
    return f"{name}: mean {style.milliseconds(total)}, most of it in {shares}"
