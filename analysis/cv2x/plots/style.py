"""How figures look: colours, lines, texts. One place, for notebooks and for the report alike.

Series are told apart by colour and by dash, symbol or pattern, never by colour alone. The colours are those of Okabe
and Ito ("Color Universal Design", 2008), which people with the usual kinds of colour blindness tell apart, in an order
that puts those with little contrast on white last.
"""

import html
import math
from collections.abc import Sequence

INK = "#1b2330"
MUTED = "#566070"
GRID = "#dfe4ea"
PAPER = "#ffffff"
ROAD = "#8a93a0"

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5C00", "#566070")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "10px,2px", "2px,6px")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star")
PATTERNS = ("", "/", "", "\\", "", ".", "", "x")

# Colour maps that are perceptually uniform and monotone in lightness: they survive colour blindness and a grey printer.
# "matter" (of cmocean) is pale at its low end, which is what is nothing to worry about.
SEQUENTIAL, SIGNAL = "matter", "viridis"

_WIDE, _NARROW = frozenset("mwMW@%—…"), frozenset("ijlI|.,:;'!()[]/ tfr-·")


def colour(i: int) -> str:
    """Colour of series i."""
    return PALETTE[i % len(PALETTE)]


def dash(i: int) -> str:
    """Dash of series i: changes with every series, and differs between those that share a colour."""
    return DASHES[(i + i // len(PALETTE)) % len(DASHES)]


def symbol(i: int) -> str:
    """Marker of series i."""
    return SYMBOLS[(i + i // len(PALETTE)) % len(SYMBOLS)]


def pattern(i: int) -> str:
    """Hatching of area i."""
    return PATTERNS[(i + i // len(PALETTE)) % len(PATTERNS)]


def escaped(name: str) -> str:
    """A name that stands in a figure as it is: plotly takes text for a kind of HTML."""
    return html.escape(name, quote=False)


def text_px(text: str, size: float = 12) -> float:
    """About how wide a text is, on the wide side (DejaVu Sans, the widest of the usual fonts)."""
    em = sum(1.0 if c in _WIDE else 0.41 if c in _NARROW else 0.72 if c.isupper() else 0.64 for c in text)
    return em * size


def shortened(name: str, px: float, size: float = 12) -> str:
    """A name that fits into `px`: its middle left out when it is longer."""
    if text_px(name, size) <= px:
        return name
    keep = len(name)
    while keep > 2:
        keep -= 1
        short = f"{name[: keep - keep // 2]}…{name[len(name) - keep // 2 :]}"
        if text_px(short, size) <= px:
            return short
    return "…"


def milliseconds(ns: float) -> str:
    """Three digits or more, with the unit: "0.083 ms", "38.2 ms", "∞" (lost), "–" (nothing measured)."""
    from cv2x.screen import milliseconds as number

    return f"{number(ns)} ms" if math.isfinite(ns) else number(ns)


def percent(share: float, digits: int = 1) -> str:
    """For example "34.1 %"; "–" of nothing; a share that is there is never shown as 0."""
    if math.isnan(share):
        return "–"
    least = 10.0**-digits
    if 0 < 100 * share < least / 2:
        return f"< {least:.{digits}f} %"
    return f"{100 * share:.{digits}f} %"


def listed(names: Sequence[str], most: int = 4) -> str:
    """For example "a, b, c, d and 3 more"."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
