"""Draws the figures of `cv2x.plots` as SVG: what the report shows.

Plotly in the browser takes about a second to be read and a tenth of a second a figure (measured: 2.0–2.4 s for nine of
them on two cores), and then knows one width and one set of colours. SVG is there with the page; its colours are classes
of CSS, so that dark mode and print cost nothing; and a page without scripts shows it too.
"""

import math
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

import plotly.graph_objects as go

from cv2x.plots.sheet import SMALL_PX
from cv2x.report import marks
from cv2x.report.marks import HATCHES, Scale, plain
from cv2x.report.paint import LEVELS, class_of


@dataclass
class Entry:
    """A line of a legend: a swatch (SVG), and what it stands for."""

    name: str
    group: str
    swatch: str


@dataclass
class ColourBar:
    """The key of a colour map."""

    title: str
    kind: str
    """ "q" or "s": the class of its levels."""
    ticks: list[tuple[float, str]]
    """Share of the length, text."""
    layer: str


@dataclass
class Drawing:
    """A figure drawn."""

    svg: str
    traces: int
    legend: list[Entry] = field(default_factory=list)
    bars: list[ColourBar] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    empty: str = ""
    """Why there is nothing to see."""


def draw(figure: go.Figure, name: str) -> Drawing:
    """The figure as SVG; `name` is part of its ids, unique in the page."""
    layout = figure.layout.to_plotly_json()
    meta = layout["meta"]
    if meta.get("empty"):
        return Drawing("", 0, empty=meta["empty"])
    width, height = meta["width"], meta["height"]
    panels = _panels(layout, width, height, name)
    legend: list[Entry] = []
    bars: list[ColourBar] = []
    count = 0
    for item in figure.data:
        trace = item.to_plotly_json()
        panel = panels[trace.get("xaxis", "x")]
        key = trace.get("legendgroup") or trace.get("name", "")
        if trace.get("showlegend"):
            legend.append(Entry(unescape(trace.get("name", "")), unescape(key), _swatch(trace)))
        if trace["type"] == "heatmap" and trace.get("showscale", True):
            bars.append(_colour_bar(trace))
        clipped, whole = _trace(trace, panel.x, panel.y)
        if not clipped and not whole:
            continue
        count += 1
        more = trace.get("meta") or {}
        layer = f' data-layer="{escape(more["layer"])}"' if "layer" in more else ""
        hidden = " hidden" if trace.get("visible") is False else ""
        start = f'<g class="trace{hidden}" data-group="{plain(key)}"{layer}>'
        into = panel.fixed if more.get("fixed") else panel.drawn
        if clipped:
            into.append(f"{start}{''.join(clipped)}</g>")
        if whole:
            (panel.fixed if more.get("fixed") else panel.over).append(f"{start}{''.join(whole)}</g>")
    is_map = "pitch_m" in meta
    parts = [p.svg(is_map) for p in panels.values()]
    parts += [_annotation(a, width, height) for a in layout.get("annotations", ())]
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    svg = (
        f'<svg class="figure{" map" if is_map else ""}" {size} role="img" aria-label="{plain(meta["describes"])}" '
        f'data-traces="{count}">{"".join(parts)}</svg>'
    )
    return Drawing(svg, count, legend, bars, list(meta.get("layers", ())))


def _trace(trace: dict[str, Any], x: Scale, y: Scale) -> tuple[list[str], list[str]]:
    kind = trace["type"]
    if kind == "scatter":
        return marks.scatter(trace, x, y)
    if kind == "bar":
        return marks.bar(trace, x, y), []
    if kind == "heatmap":
        return marks.heatmap(trace, x, y), []
    raise ValueError(f"a trace that is not drawn: {kind!r}")


@dataclass
class _Panel:
    x: Scale
    y: Scale
    frame: str
    """Grid, ticks and titles."""
    box: tuple[float, float, float, float]
    clip: str
    says: str
    drawn: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)

    def svg(self, is_map: bool) -> str:
        left, top, width, height = self.box
        clip = (
            f'<clipPath id="{self.clip}"><rect x="{left:.1f}" y="{top - 1:.1f}" width="{width:.1f}" '
            f'height="{height + 2:.1f}"/></clipPath>'
        )
        inside = f'<g clip-path="url(#{self.clip})">{"".join(self.drawn)}</g>{"".join(self.over)}'
        if is_map:  # texts move with the map, so they are cut off at its edge too
            both = "".join(self.drawn) + "".join(self.over)
            inside = f'<g clip-path="url(#{self.clip})"><g class="zoom">{both}</g></g>'
        hit = f'<rect class="hit" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        return f'<g class="panel" {self.says}>{clip}{hit}{self.frame}{inside}{"".join(self.fixed)}</g>'


def _panels(layout: dict[str, Any], width: float, height: float, name: str) -> dict[str, _Panel]:
    out = {}
    for key in [k for k in layout if k.startswith("xaxis")]:
        n = key.removeprefix("xaxis")
        ax, ay = layout[key], layout[f"yaxis{n}"]
        left, right = (share * width for share in ax["domain"])
        bottom, top = ((1 - share) * height for share in ay["domain"])
        x = Scale(ax["range"][0], ax["range"][1], left, right, ax["type"] == "log")
        y = Scale(ay["range"][0], ay["range"][1], bottom, top, ay["type"] == "log")
        says = (
            f'data-x="{x.low:.6g} {x.high:.6g} {left:.1f} {right:.1f} {int(x.log)}" '
            f'data-y="{y.low:.6g} {y.high:.6g} {bottom:.1f} {top:.1f} {int(y.log)}" '
            f'data-as="{"percent" if "tickformat" in ay else ""}" '
            f'data-along="{plain(ax.get("title", {}).get("text", ""))}"'
        )
        frame = _frame(ax, ay, x, y, (left, top, right, bottom))
        out[f"x{n}"] = _Panel(x, y, frame, (left, top, right - left, bottom - top), f"{name}-{n or 1}", says)
    return out


def _frame(
    ax: dict[str, Any], ay: dict[str, Any], x: Scale, y: Scale, box: tuple[float, float, float, float]
) -> str:
    left, top, right, bottom = box
    parts = []
    if ay.get("visible", True):
        for value, text in ticks(ay):
            at = float(y([value])[0])
            if ay.get("showgrid", True):
                parts.append(f'<path class="grid" d="M{left:.1f},{at:.1f}H{right:.1f}"/>')
            if ay.get("showticklabels", True) and text:
                parts.append(_label(left - 7, at + 4, text, "end"))
    if ax.get("visible", True):
        for value, text in ticks(ax):
            at = float(x([value])[0])
            if ax.get("showgrid", True):
                parts.append(f'<path class="grid" d="M{at:.1f},{top:.1f}V{bottom:.1f}"/>')
            else:
                parts.append(f'<path class="grid" d="M{at:.1f},{bottom:.1f}v4"/>')
            if ax.get("showticklabels", True) and text:
                parts.append(_label(at, bottom + 16, text, "middle"))
        parts.append(f'<path class="base" d="M{left:.1f},{bottom:.1f}H{right:.1f}"/>')
        if ax.get("title", {}).get("text"):
            parts.append(_label((left + right) / 2, bottom + 33, ax["title"]["text"], "middle"))
    return "".join(parts)


def _label(x: float, y: float, text: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{SMALL_PX}" text-anchor="{anchor}"'
    return f'<text class="tick" {place}>{plain(text)}</text>'


def ticks(axis: dict[str, Any]) -> list[tuple[float, str]]:
    """Where an axis has its ticks, and what stands there."""
    low, high = axis["range"]
    log = axis["type"] == "log"
    if "tickvals" in axis:
        inside = (10.0**low, 10.0**high) if log else (low, high)
        return [
            (float(v), text)
            for v, text in zip(axis["tickvals"], axis["ticktext"], strict=True)
            if inside[0] * (1 - 1e-9) <= v <= inside[1] * (1 + 1e-9) or (not log and low <= v <= high)
        ]
    if log:
        return [(10.0**p, f"{10.0**p:g}") for p in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)]
    step = _step(high - low, axis["nticks"])
    values = [step * i for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    if "tickformat" in axis:
        digits = max(0, -math.floor(math.log10(step * 100) + 1e-9))
        return [(v, f"{100 * v:.{digits}f}%") for v in values]
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(v, f"{v:.{digits}f}") for v in values]


def _step(length: float, most: int) -> float:
    """1, 2 or 5 × 10^k: the least with no more than `most` ticks."""
    power = 10.0 ** math.floor(math.log10(length / most))
    return next(m * power for m in (1, 2, 5, 10) if length / (m * power) <= most)


def _annotation(a: dict[str, Any], width: float, height: float) -> str:
    font = a["font"]
    weight = ' font-weight="600"' if font.get("weight") == 600 else ""
    anchor = {"left": "start", "center": "middle", "right": "end"}[a["xanchor"]]
    return (
        f'<text class="{class_of(font["color"])}" x="{a["x"] * width:.1f}" y="{(1 - a["y"]) * height - 2:.1f}" '
        f'font-size="{font["size"]}"{weight} text-anchor="{anchor}">{plain(a["text"])}</text>'
    )


def _swatch(trace: dict[str, Any]) -> str:
    inside = ""
    if trace["type"] == "bar":
        inside = (
            f'<rect class="fill {class_of(trace["marker"]["color"])}" x="5" y="1" width="16" height="12"/>'
        )
        hatch = HATCHES.get(trace["marker"].get("pattern", {}).get("shape", ""))
        if hatch:
            inside += f'<rect class="over" x="5" y="1" width="16" height="12" fill="url(#{hatch})"/>'
    else:
        if "lines" in trace["mode"]:
            line = trace["line"]
            inside += f'<path class="line {class_of(line["color"])}" {marks.stroke(line)} d="M0,7H26"/>'
        if "markers" in trace["mode"]:
            marker = trace["marker"]
            size = marker.get("size", 6)
            shape = marks.symbol(
                marker.get("symbol", "circle"), float(size) if isinstance(size, int | float) else 9.0
            )
            inside += (
                f'<path class="mark {class_of(marker["color"])}" transform="translate(13,7)" d="{shape}"/>'
            )
    return f'<svg class="swatch" viewBox="0 0 26 14" width="26" height="14" aria-hidden="true">{inside}</svg>'


def _colour_bar(trace: dict[str, Any]) -> ColourBar:
    low, high, bar = trace["zmin"], trace["zmax"], trace.get("colorbar", {})
    if "tickvals" in bar:
        marked = list(zip(bar["tickvals"], bar["ticktext"], strict=True))
    elif "tickformat" in bar:
        marked = [(v, f"{100 * v:.3g}%") for v in (low, (low + high) / 2, high)]
    else:
        marked = [(v, f"{v:g}") for v in (low, (low + high) / 2, high)]
    meta = trace["meta"]
    shares = [((v - low) / (high - low), text) for v, text in marked]
    return ColourBar(bar["title"]["text"], marks.SCALES[meta["scale"]], shares, meta.get("layer", ""))


def colour_bar_svg(bar: ColourBar) -> str:
    """The key as SVG, 220 × 30."""
    left, wide = 14.0, 192.0
    each = wide / LEVELS
    parts = [
        f'<rect class="fill {bar.kind}{i}" x="{left + i * each:.1f}" y="0" width="{each + 0.3:.1f}" height="10"/>'
        for i in range(LEVELS)
    ]
    for share, text in bar.ticks:
        at = left + share * wide
        parts.append(f'<path class="grid" d="M{at:.1f},10v4"/>')
        parts.append(
            f'<text class="tick" x="{at:.1f}" y="26" font-size="11" text-anchor="middle">{plain(text)}</text>'
        )
    return f'<svg class="key" viewBox="0 0 220 30" width="220" height="30" aria-hidden="true">{"".join(parts)}</svg>'
