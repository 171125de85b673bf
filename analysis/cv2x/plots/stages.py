"""Figures of where the time went: per service, for its slowest 1 %, and per site."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.breakdown import GROUPS, OTHER, Step, by_group, merged
from cv2x.plots.latency import SIDE_BY_SIDE
from cv2x.plots.sheet import SMALL_PX, WIDTH, Axis, Sheet, empty
from cv2x.plots.source import Plottable, Source

MOST_SERVICES = 12
MOST_SITES = 24
ROW_PX = 19
NAMES_PX = 178  # room for the names of stages
_GROUPS = [*GROUPS, OTHER]


def group_colour(group: str) -> str:
    """Colour of a group of stages."""
    order = (
        "#999999",
        "#E69F00",
        "#0072B2",
        "#D55E00",
        "#7A5C00",
        "#882255",
        "#CC79A7",
        "#009E73",
        "#56B4E9",
        "#566070",
    )
    return order[_GROUPS.index(group)]


def group_pattern(group: str) -> str:
    """Hatching of a group of stages: waiting is hatched, doing is plain, what went wrong is cross-hatched."""
    return {
        "waiting for an uplink grant": "/",
        "waiting for a processor": "/",
        "containers, relocation": "/",
        "retransmission, handover": "x",
        "backhaul": ".",
        OTHER: "\\",
    }.get(group, "")


def waterfall(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Where the time of each service went, stage by stage: the mean of all delivered, and of their slowest 1 %.

    A bar begins where the one above it ends, so that the last one ends at the mean latency. Both panels of a service
    have the same stages but scales of their own.
    """
    source = Source.of(result)
    means = {name: source.mean_stages(name) for name in source.known(services)}
    means = {name: stages for name, stages in means.items() if stages}
    if not means:
        return empty(source.without_rows or "Nothing was delivered, so no time went anywhere.", width)
    shown = list(means)[:MOST_SERVICES]
    slow = {name: source.slowest_stages(name) for name in shown}
    steps = {name: merged(means[name], slow[name][2]) for name in shown}
    heights = [len(steps[name]) * ROW_PX + 76 for name in shown]
    sheet = Sheet(
        height=sum(heights),
        width=width,
        legend=True,
        describes="Mean time in each stage. " + "; ".join(_in_words(name, means[name]) for name in shown),
    )
    wide = (width - NAMES_PX - 56) / 2
    beside = NAMES_PX + wide + 40
    top = 30.0
    for name, height in zip(shown, heights, strict=True):
        n, least, late = slow[name]
        rows, total = steps[name], sum(means[name].values())
        sheet.text(
            NAMES_PX, top - 8, f"{style.shortened(name, wide / 2)}, all: mean {style.milliseconds(total)}"
        )
        values = [step.mean_ns for step in rows]
        _half(
            sheet,
            rows,
            values,
            [style.percent(value / total, 0) for value in values],
            NAMES_PX,
            top,
            wide,
            named=True,
        )
        if n:
            mean = style.milliseconds(sum(late.values()))
            sheet.text(beside, top - 8, f"slowest 1 % ({n}, from {style.milliseconds(least)}): mean {mean}")
            _half(
                sheet,
                rows,
                [step.slow_ns for step in rows],
                [_times(step) for step in rows],
                beside,
                top,
                wide,
            )
        else:
            sheet.text(
                beside, top - 8, f"slowest 1 %: {'no rows recorded' if source.without_rows else 'none'}"
            )
        top += height
    _legend(sheet, {step.group for rows in steps.values() for step in rows})
    return sheet.figure()


def _times(step: Step) -> str:
    """How many times as long as for all."""
    if step.slow_ns == 0 or step.mean_ns == 0:
        return ""
    times = step.slow_ns / step.mean_ns
    return "×0" if times < 0.05 else f"×{times:.1f}" if times < 9.95 else f"×{times:.0f}"


def _half(
    sheet: Sheet, steps: list[Step], values_ns: list[float], remarks: list[str], left: float, top: float, wide: float,
    *, named: bool = False,
) -> None:  # fmt: skip
    """One of the two panels of a service; `remarks`: what stands behind the time of each stage."""
    value_ms = np.array(values_ns) * 1e-6
    start_ms = value_ms.cumsum() - value_ms
    total = max(float(value_ms.sum()), 1e-9)
    texts = [
        f"{style.milliseconds(ns)}{f' · {said}' if said else ''}" if ns > 0 else ""
        for ns, said in zip(values_ns, remarks, strict=True)
    ]
    room = max(style.text_px(text, SMALL_PX) for text in texts) + 8
    ys = [float(len(steps) - 1 - i) for i in range(len(steps))]
    labels = [style.escaped(style.shortened(step.stage, NAMES_PX - 14, SMALL_PX)) for step in steps]
    panel = sheet.panel(
        left, top, wide, len(steps) * ROW_PX,
        Axis((0, total * wide / (wide - room)), title="time [ms]"),
        Axis((-0.6, len(steps) - 0.4), ticks=(ys, labels), grid=False, labels=named),
    )  # fmt: skip
    tips = [
        style.escaped(
            f"{step.stage}: {style.milliseconds(ns)}, {style.percent(ns * 1e-6 / total)} of the time"
        )
        for step, ns in zip(steps, values_ns, strict=True)
    ]
    for group in dict.fromkeys(step.group for step in steps):
        at = [i for i, step in enumerate(steps) if step.group == group]
        sheet.add(
            panel, "bar", orientation="h", x=value_ms[at], base=start_ms[at], y=[ys[i] for i in at], width=0.72,
            marker=_marker(group), hovertext=[tips[i] for i in at], legendgroup=group, name=group,
        )  # fmt: skip
    sheet.add(
        panel, "scatter", mode="text", x=start_ms + value_ms, y=ys, text=[f" {text}" for text in texts],
        textposition="middle right", textfont={"size": SMALL_PX, "color": style.INK},
    )  # fmt: skip


def _marker(group: str) -> dict[str, object]:
    return {
        "color": group_colour(group),
        "line": {"width": 0},
        "pattern": {
            "shape": group_pattern(group),
            "fillmode": "overlay",
            "fgcolor": style.PAPER,
            "size": 6,
            "solidity": 0.2,
        },
    }


def _legend(sheet: Sheet, groups: set[str]) -> None:
    for group in sorted(groups, key=_GROUPS.index):
        sheet.add(sheet.panels[0], "bar", orientation="h", x=[None], y=[None], marker=_marker(group), name=group,
                  legendgroup=group, showlegend=True)  # fmt: skip


def sites(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Where the time went at each site: mean times of what was delivered over it, in groups of stages."""
    source = Source.of(result)
    found = {name: source.site_stages(name) for name in source.known(services)} if len(source.items) else {}
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
    groups: set[str] = set()
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
            groups.add(group)
            bars = [(ys[i], sums[site], site) for i, site in enumerate(places) if group in sums.get(site, {})]
            base = [
                sum(v for g, v in values.items() if _GROUPS.index(g) < _GROUPS.index(group)) * 1e-6
                for _, values, _ in bars
            ]
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
