"""Traces of a plotly figure as SVG: lines, marks, texts, bars, heat maps.

Only what the figures of `cv2x.plots` use; anything else is a `ValueError`, so that nothing is drawn differently from
what plotly would draw without anybody noticing.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import numpy as np
import numpy.typing as npt

from cv2x.plots.style import INK
from cv2x.report.paint import LEVELS, class_of, level

Floats = npt.NDArray[np.float64]
Trace = dict[str, Any]

DASHES = {
    "solid": "",
    "dash": "7 4",
    "dot": "1.5 3",
    "dashdot": "7 3 1.5 3",
    "longdash": "13 4",
    "longdashdot": "13 3 1.5 3",
}
SCALES = {"level": "q", "signal": "s"}  # classes of the levels of colour maps
HATCHES = {"/": "hatch-up", "\\": "hatch-down", "x": "hatch-cross", ".": "hatch-dot"}


@dataclass(frozen=True)
class Scale:
    """An axis: data → pixels."""

    low: float
    high: float
    start: float
    """Pixel of `low`."""
    end: float
    log: bool = False

    def __call__(self, values: Any) -> Floats:  # noqa: ANN401 — numbers in any form
        """Pixels of values; NaN where there is none."""
        data = np.array(
            [np.nan if v is None else v for v in values] if isinstance(values, list | tuple) else values,
            np.float64,
        )
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                data = np.log10(data)
        return self.start + (data - self.low) * ((self.end - self.start) / (self.high - self.low))

    def length(self, value: float) -> float:
        """Pixels of a distance, of a linear axis."""
        return abs(value * (self.end - self.start) / (self.high - self.low))


def plain(text: str) -> str:
    """Text for SVG from text for plotly: the same characters on the screen."""
    return escape(unescape(text), quote=True)


def number(value: float) -> str:
    """A pixel to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def tipped(trace: Trace, i: int) -> str:
    """The attribute with what to say about point i; "" for nothing."""
    texts = trace.get("hovertext")
    if texts is None or i >= len(texts) or not texts[i]:
        return ""
    return f' data-tip="{plain(texts[i])}"'


def scatter(trace: Trace, x: Scale, y: Scale) -> tuple[list[str], list[str]]:
    """Elements to clip at the panel's edge, and those to leave whole (texts)."""
    modes = set(trace.get("mode", "").split("+"))
    if not modes or modes - {"lines", "markers", "text"}:
        raise ValueError(f"a mode of scatter that is not drawn: {trace.get('mode')!r}")
    px, py = x(trace["x"]), y(trace["y"])
    clipped: list[str] = []
    if "lines" in modes:
        if trace.get("fill"):
            clipped += _fill(trace, px, py, y)
        if trace["line"].get("width", 2) > 0:
            clipped += _line(trace, px, py)
    if "markers" in modes:
        clipped += _markers(trace, px, py)
    return clipped, list(_texts(trace, px, py)) if "text" in modes else []


def stroke(line: Trace) -> str:
    """Attributes of a line: width and dashes."""
    dash = line.get("dash", "solid")
    dash = dash.replace("px", "").replace(",", " ") if "px" in dash else DASHES[dash]
    return f'stroke-width="{line.get("width", 2):g}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _line(trace: Trace, px: Floats, py: Floats) -> list[str]:
    path = _path(px, py)
    if not path:
        return []
    line = trace["line"]
    classes = " ".join(["line", class_of(line["color"]), *_look(trace)])
    named = trace.get("name") and trace.get("hoverinfo") != "skip"
    name = f' data-name="{plain(trace["name"])}"' if named else ""
    return [f'<path class="{classes}" {stroke(line)}{name} d="{path}"/>']


def _look(trace: Trace) -> list[str]:
    """The class of its own that a trace has, if any."""
    look = (trace.get("meta") or {}).get("class")
    return [look] if look else []


def _fill(trace: Trace, px: Floats, py: Floats, y: Scale) -> list[str]:
    if trace["fill"] != "tozeroy":
        raise ValueError(f"a fill that is not drawn: {trace['fill']!r}")
    parts = []
    for run in _runs(px, py):
        floor = number(float(y([0.0])[0]))
        points = "L".join(f"{number(px[i])},{number(py[i])}" for i in run)
        parts.append(f"M{number(px[run[0]])},{floor}L{points}L{number(px[run[-1]])},{floor}Z")
    opacity = trace.get("opacity", 1)
    return (
        [f'<path class="fill {class_of(trace["fillcolor"])}" opacity="{opacity:g}" d="{"".join(parts)}"/>']
        if parts
        else []
    )


def _runs(px: Floats, py: Floats) -> Iterator[npt.NDArray[np.int64]]:
    fine = np.flatnonzero(np.isfinite(px) & np.isfinite(py))
    if len(fine):
        yield from np.split(fine, np.flatnonzero(np.diff(fine) > 1) + 1)


def _path(px: Floats, py: Floats) -> str:
    """Straight lines with gaps; points closer than a quarter of a pixel to the one before are left out."""
    parts = []
    for run in _runs(px, py):
        xs, ys = np.round(px[run], 1), np.round(py[run], 1)
        if len(run) == 1:  # a point alone is a short line
            xs, ys = np.array([xs[0] - 1, xs[0] + 1]), np.repeat(ys, 2)
        keep = np.append(True, np.abs(np.diff(xs)) + np.abs(np.diff(ys)) > 0.25)
        keep[-1] = True
        parts.append(
            "M" + "L".join(f"{a:g},{b:g}" for a, b in zip(xs[keep].tolist(), ys[keep].tolist(), strict=True))
        )
    return "".join(parts)


def symbol(name: str, size: float) -> str:
    """Outline of a marker around the origin, as plotly draws it; `size` is the diameter."""
    r = size / 2
    if name == "circle":
        return f"M{-r:.2f},0a{r:.2f},{r:.2f} 0 1 0 {size:.2f},0a{r:.2f},{r:.2f} 0 1 0 {-size:.2f},0Z"
    if name == "x-thin":
        return f"M{-r:.2f},{-r:.2f}L{r:.2f},{r:.2f}M{-r:.2f},{r:.2f}L{r:.2f},{-r:.2f}"
    a, b = r * 0.36, r
    corners = {
        "square": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "diamond": [(0, -r * 1.3), (r * 1.3, 0), (0, r * 1.3), (-r * 1.3, 0)],
        "triangle-up": [(0, -r * 1.2), (r * 1.15, r * 0.8), (-r * 1.15, r * 0.8)],
        "triangle-down": [(0, r * 1.2), (r * 1.15, -r * 0.8), (-r * 1.15, -r * 0.8)],
        "cross": [
            (-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a),
        ],
        "star": [
            (r * 1.2 * k * math.sin(math.pi * i / 5), -r * 1.2 * k * math.cos(math.pi * i / 5))
            for i, k in ((i, 1.0 if i % 2 == 0 else 0.45) for i in range(10))
        ],
    }  # fmt: skip
    if name == "x":
        turned = [((p - q) * 0.707, (p + q) * 0.707) for p, q in corners["cross"]]
    elif name in corners:
        turned = corners[name]
    else:
        raise ValueError(f"a marker that is not drawn: {name!r}")
    return "M" + "L".join(f"{p:.2f},{q:.2f}" for p, q in turned) + "Z"


def _markers(trace: Trace, px: Floats, py: Floats) -> list[str]:
    marker = trace["marker"]
    seen: list[int] = np.flatnonzero(np.isfinite(px) & np.isfinite(py)).tolist()
    size: Any = marker.get("size", 6)
    if isinstance(size, int) and size <= 3 and "hovertext" not in trace:  # a cloud of dots
        classes = " ".join(["dots", class_of(marker["color"]), *_look(trace)])
        dots = "".join(f"M{number(px[i])},{number(py[i])}h.01" for i in seen)
        return [f'<path class="{classes}" stroke-width="{size}" d="{dots}"/>'] if dots else []
    sizes = np.broadcast_to(np.asarray(size, np.float64), px.shape).tolist()
    shape = marker.get("symbol", "circle")
    kind = "thin" if shape == "x-thin" else "mark edged" if marker.get("line", {}).get("width") else "mark"
    classes = " ".join([kind, *(_look(trace) or [class_of(marker["color"])])])
    outlines = {size: symbol(shape, size) for size in set(sizes)}
    return [
        f'<path class="{classes}" transform="translate({number(px[i])},{number(py[i])})" d="{outlines[sizes[i]]}"'
        f"{tipped(trace, i)}/>"
        for i in seen
    ]


def _texts(trace: Trace, px: Floats, py: Floats) -> Iterator[str]:
    places, font = trace.get("textposition", "middle center"), trace.get("textfont", {})
    halo = " halo" if (trace.get("meta") or {}).get("halo") else ""
    for i, text in enumerate(trace["text"]):
        if not text or not (np.isfinite(px[i]) and np.isfinite(py[i])):
            continue
        vertical, horizontal = (places if isinstance(places, str) else places[i]).split()
        size = font.get("size", 12)
        # As in data/labels.py: 7 px off the point; beside it, the space that the text begins with.
        dx = {"left": -7, "center": 0, "right": 7}[horizontal] if vertical == "middle" and halo else 0
        dy = {"top": -9, "middle": size * 0.35, "bottom": 8 + size * 0.75}[vertical]
        anchor = {"left": "end", "center": "middle", "right": "start"}[horizontal]
        lead = 4 if text.startswith(" ") else 0
        classes = class_of(font.get("color", INK)) + halo
        yield (
            f'<g class="pt" transform="translate({number(px[i] + lead)},{number(py[i])})"><text class="{classes}" '
            f'x="{dx}" y="{dy:.1f}" font-size="{size}" text-anchor="{anchor}">{plain(text.strip())}</text></g>'
        )


def bar(trace: Trace, x: Scale, y: Scale) -> list[str]:
    """Bars, with `base`, of a given width; hatched as their pattern says."""
    across = trace.get("orientation", "v") == "h"
    length, place = (trace["x"], trace["y"]) if across else (trace["y"], trace["x"])
    if len(length) == 1 and length[0] is None:  # only in the legend
        return []
    along, other = (x, y) if across else (y, x)
    base = np.asarray(trace.get("base", 0.0), np.float64)
    begin, end = np.broadcast_to(along(base), (len(length),)), along(base + np.asarray(length, np.float64))
    half = other.length(trace["width"]) / 2
    middle = other(place)
    k = class_of(trace["marker"]["color"])
    hatch = HATCHES.get(trace["marker"].get("pattern", {}).get("shape", ""))
    out, over = [], []
    for i in range(len(length)):
        low, high = sorted((float(begin[i]), float(end[i])))
        m = float(middle[i])
        box = (low, m - half, high - low, 2 * half) if across else (m - half, low, 2 * half, high - low)
        if not all(math.isfinite(v) for v in box) or min(box[2:]) <= 0:
            continue
        # Never thinner than a pixel: what is there can be seen.
        where = f'x="{box[0]:.2f}" y="{box[1]:.2f}" width="{max(box[2], 1.0):.2f}" height="{max(box[3], 1.0):.2f}"'
        out.append(f'<rect class="fill {k}" {where}{tipped(trace, i)}/>')
        if hatch and min(box[2:]) > 2:
            over.append(f'<rect class="over" {where} fill="url(#{hatch})"/>')
    return out + over


def heatmap(trace: Trace, x: Scale, y: Scale) -> list[str]:
    """Squares coloured by level: one by one when there is something to say about each, else a path a level."""
    meta, z = trace["meta"], np.asarray(trace["z"], np.float64)
    if meta["scale"] == "cells":
        classes = [class_of(colour) for _, colour in trace["colorscale"][::2]]
    else:
        classes = [f"{SCALES[meta['scale']]}{i}" for i in range(LEVELS)]
    px, py = x(trace["x"]), y(trace["y"])
    wide = abs(px[1] - px[0]) if len(px) > 1 else _lone(trace["x"], x, y, py)
    high = abs(py[1] - py[0]) if len(py) > 1 else _lone(trace["y"], y, x, px)
    gap = min(trace.get("xgap", 0), wide / 4)
    low, top = trace["zmin"], trace["zmax"]
    tips = trace.get("hovertext")
    out, levels = [], {}  # type: list[str], dict[int, list[str]]
    for r, c in np.argwhere(np.isfinite(z)).tolist():
        k = level(float(z[r, c]), low, top, len(classes))
        left, upper = px[c] - wide / 2 + gap / 2, py[r] - high / 2 + gap / 2
        if tips is None:
            levels.setdefault(k, []).append(
                f"M{left:.1f},{upper:.1f}h{wide + 0.3:.1f}v{high + 0.3:.1f}h{-wide - 0.3:.1f}z"
            )
        else:
            out.append(
                f'<rect class="fill {classes[k]}" x="{left:.1f}" y="{upper:.1f}" width="{wide - gap:.1f}" '
                f'height="{high - gap:.1f}" data-tip="{plain(tips[r][c])}"/>'
            )
    unit = meta.get("unit", "")
    for k, parts in sorted(levels.items()):
        step = (top - low) / LEVELS
        tip = f"{trace['name']} {low + k * step:.0f} to {low + (k + 1) * step:.0f} {unit}"
        out.append(f'<path class="fill flat {classes[k]}" d="{"".join(parts)}" data-tip="{plain(tip)}"/>')
    return out


def _lone(values: Any, own: Scale, other: Scale, pixels: Floats) -> float:  # noqa: ANN401
    """Side of the squares where there is one column (or row): as long as the other side."""
    if len(pixels) > 1:
        return abs(float(pixels[1] - pixels[0]))
    return own.length(1.0) if len(values) else 0.0
