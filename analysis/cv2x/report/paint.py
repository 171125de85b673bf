"""Colours of the report's figures, as classes of CSS: each has a value on white and one on dark paper."""

from plotly.colors import sample_colorscale

from cv2x.plots import style
from cv2x.plots.data.breakdown import GROUPS, OTHER
from cv2x.plots.stages import group_colour

LEVELS = 24  # of a colour map

# Roles, by the colour that plotly's figures have.
ROLES = {style.INK: "ink", style.MUTED: "muted", style.GRID: "grid", style.PAPER: "paper", style.ROAD: "road"}

# On dark paper: the same hues, lighter where they would be lost (contrast of 3 at least with #14181f).
ON_DARK = {
    "#0072B2": "#3d9fe0", "#D55E00": "#f0772a", "#009E73": "#1fbf8f", "#CC79A7": "#dd92ba", "#E69F00": "#e8ad2e",
    "#56B4E9": "#8fd0f5", "#7A5C00": "#b08d2f", "#566070": "#9aa5b4", "#999999": "#a8a8a8",
    "#882255": "#c46a8f",
}  # fmt: skip


def class_of(colour: str) -> str:
    """The class that sets `--k` to a colour."""
    role = ROLES.get(colour)
    return f"k-{role}" if role else f"k-{colour.lstrip('#').lower()}"


def level(value: float, low: float, high: float, levels: int = LEVELS) -> int:
    """Which of the levels of a colour map a value has."""
    share = (value - low) / (high - low)
    return min(max(int(share * levels), 0), levels - 1)


def css() -> str:
    """Rules for all colours: light, and dark for screens that want it."""
    used = dict.fromkeys([*style.PALETTE, *(group_colour(group) for group in (*GROUPS, OTHER))])
    light = [f".{class_of(colour)}{{--k:{colour}}}" for colour in used]
    light += [f".k-{role}{{--k:var(--{role})}}" for role in ROLES.values()]
    dark = [f".{class_of(colour)}{{--k:{ON_DARK[colour]}}}" for colour in used]
    shares = [(i + 0.5) / LEVELS for i in range(LEVELS)]
    # The high end stands out from the paper: dark on white, bright on dark.
    light += [f".q{i}{{--k:{colour}}}" for i, colour in enumerate(_samples(style.SEQUENTIAL, shares))]
    dark += [f".q{i}{{--k:{colour}}}" for i, colour in enumerate(_samples(f"{style.SEQUENTIAL}_r", shares))]
    light += [f".s{i}{{--k:{colour}}}" for i, colour in enumerate(_samples(style.SIGNAL, shares))]
    return f"{''.join(light)}@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}"


def _samples(scale: str, shares: list[float]) -> list[str]:
    values = sample_colorscale(scale, shares, colortype="tuple")
    return [f"#{''.join(f'{round(255 * part):02x}' for part in value)}" for value in values]
