"""A figure as a sheet of panels that are laid out in pixels.

Plotly's own arrangement of subplots is in shares of the figure; here a panel says where it is in pixels of a sheet as
wide as `width`, so that what stands beside it has room. The figure itself is responsive: it keeps the shares.
"""

from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from cv2x.plots.style import GRID, INK, MUTED, PAPER, escaped

WIDTH = 1000
FONT_PX, SMALL_PX = 12, 11
LEGEND_PX = 34  # above the sheet, for plotly's legend; the report has its own


@dataclass
class Axis:
    """An axis of a panel. Data that lie outside `range` are cut off."""

    range: tuple[float, float]
    """In units of the data, with a logarithmic axis too."""
    log: bool = False
    format: str = ""
    """"" or "percent" (the data are shares)."""
    ticks: tuple[list[float], list[str]] | None = None
    """Values and texts; None: by themselves."""
    title: str = ""
    grid: bool = True
    visible: bool = True
    labels: bool = True
    """Whether ticks have texts."""


@dataclass
class Panel:
    """A place to draw in."""

    number: int
    left: float
    top: float
    width: float
    height: float

    @property
    def axes(self) -> dict[str, str]:
        """What a trace needs to be drawn here."""
        n = "" if self.number == 1 else str(self.number)
        return {"xaxis": f"x{n}", "yaxis": f"y{n}"}


@dataclass
class Sheet:
    """A figure in the making."""

    height: float
    width: float = WIDTH
    legend: bool = False
    """Whether series are named above the panels."""
    describes: str = ""
    """What the figure shows, for those who cannot see it."""
    right: float = 0
    """Room for a colour bar [px]: plotly's; the report has its own."""
    data: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    panels: list[Panel] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)

    def panel(
        self, left: float, top: float, width: float, height: float, x: Axis, y: Axis, title: str = ""
    ) -> Panel:
        """A new panel: its drawing area; ticks and titles stand outside of it."""
        made = Panel(len(self.panels) + 1, left, top, width, height)
        self.panels.append(made)
        n = "" if made.number == 1 else str(made.number)
        across = [left / self.width, (left + width) / self.width]
        upright = [1 - (top + height) / self.height, 1 - top / self.height]
        self.layout[f"xaxis{n}"] = self._axis(x, across, f"y{n}", width / 52)
        self.layout[f"yaxis{n}"] = self._axis(y, upright, f"x{n}", height / 30)
        if title:
            self.text(left, top - 8, title, strong=True)
        return made

    @staticmethod
    def _axis(axis: Axis, domain: list[float], anchor: str, ticks: float) -> dict[str, Any]:
        from math import log10

        low, high = axis.range
        made: dict[str, Any] = {
            "domain": [min(max(share, 0.0), 1.0) for share in domain],
            "anchor": anchor,
            "type": "log" if axis.log else "linear",
            "range": [log10(low), log10(high)] if axis.log else [low, high],
            "showgrid": axis.grid,
            "gridcolor": GRID,
            "zeroline": False,
            "showticklabels": axis.labels,
            "ticks": "",
            "nticks": min(max(int(ticks), 2), 6 if anchor[0] == "x" else 12),
            "tickfont": {"size": SMALL_PX, "color": MUTED},
            "visible": axis.visible,
            "automargin": False,
        }
        if axis.log:
            made |= {"dtick": 1, "exponentformat": "none"}
        if axis.format == "percent":
            made["tickformat"] = ".0%" if high - low > 0.04 else ".1%" if high - low > 0.004 else ".2%"
        if axis.ticks is not None:
            made |= {"tickmode": "array", "tickvals": axis.ticks[0], "ticktext": axis.ticks[1]}
        if axis.title:
            made["title"] = {"text": axis.title, "font": {"size": SMALL_PX, "color": MUTED}, "standoff": 6}
        return made

    def text(
        self, x: float, y: float, text: str, *, strong: bool = False, anchor: str = "left", colour: str = ""
    ) -> None:
        """A text at a place of the sheet, its lower edge at y (downwards); `text` is shown as it is."""
        self.annotations.append(
            {
                "x": x / self.width,
                "y": 1 - y / self.height,
                "xref": "paper",
                "yref": "paper",
                "xanchor": anchor,
                "yanchor": "bottom",
                "text": escaped(text),
                "showarrow": False,
                "borderpad": 0,
                "font": {
                    "size": FONT_PX if strong else SMALL_PX,
                    "color": colour or (INK if strong else MUTED),
                    "weight": 600 if strong else 400,
                },
            }
        )

    def add(self, panel: Panel, kind: str, **trace: Any) -> None:  # noqa: ANN401 — plotly's properties
        """A trace in a panel; without a name in the legend unless `showlegend` says so."""
        made = {"type": kind, "showlegend": False, **panel.axes, **trace}
        if "hoverinfo" not in made:
            made["hoverinfo"] = "text" if "hovertext" in made else "skip"
        self.data.append(made)

    def figure(self) -> go.Figure:
        """The plotly figure."""
        top = LEGEND_PX if self.legend else 0
        layout = {
            **self.layout,
            "annotations": self.annotations,
            "height": self.height + top,
            "margin": {"l": 0, "r": self.right, "t": top, "b": 0, "autoexpand": False},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "font": {"family": "Inter, Roboto, Helvetica, Arial, sans-serif", "size": FONT_PX, "color": INK},
            "showlegend": self.legend,
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1,
                "yanchor": "bottom",
                "xanchor": "left",
                "font": {"size": 12},
            },
            "barmode": "overlay",
            "hovermode": "closest",
            "meta": {"width": self.width, "height": self.height, "describes": self.describes},
            "template": "none",
        }
        return go.Figure(data=self.data, layout=layout)


def empty(why: str, width: float = WIDTH) -> go.Figure:
    """A figure that says why there is nothing to draw; its `layout.meta["empty"]` is the reason."""
    sheet = Sheet(height=90, width=width, describes=why)
    sheet.text(width / 2, 52, why, anchor="center")
    made = sheet.figure()
    made.update_layout(
        meta={**made.layout.meta, "empty": why}, xaxis={"visible": False}, yaxis={"visible": False}
    )
    return made
