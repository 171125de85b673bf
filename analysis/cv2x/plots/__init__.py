"""Figures of results: plotly figures, in notebooks by `result.plot.cdf()`, and the same in `cv2x report`.

    result.plot.cdf()          # how late messages and tasks were, with the budgets
    result.plot.waterfall()    # where the time went, of all and of the slowest 1 %
    result.plot.map()          # where latency was bad
    result.plot.timeline()     # latency over time; timeline("cells"), "slices", "links", "hosts", "instances", …

Every figure holds a few thousand points at most, whatever the size of the result: all is gathered before it is drawn.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import plotly.graph_objects as go

from cv2x.plots.containers import instances
from cv2x.plots.decisions import decisions
from cv2x.plots.latency import cdf, over_time
from cv2x.plots.load import load
from cv2x.plots.maps import coverage_map, decision_map, map
from cv2x.plots.slices import slices
from cv2x.plots.source import Plottable, Source
from cv2x.plots.stages import sites, waterfall

if TYPE_CHECKING:
    from cv2x.reader import ResultFile

__all__ = [
    "Plots", "cdf", "coverage_map", "decision_map", "decisions", "instances", "load", "map", "over_time", "sites",
    "slices", "timeline", "waterfall",
]  # fmt: skip

What = Literal["latency", "cells", "slices", "links", "hosts", "instances", "decisions"]


def timeline(result: Plottable, what: What = "latency") -> go.Figure:
    """What happened over time: "latency", load of "cells", "slices", "links", "hosts"; "instances"; "decisions"."""
    if what == "latency":
        return over_time(result)
    if what == "decisions":
        return decisions(result)
    if what == "slices":
        return slices(result)
    if what == "instances":
        return instances(result)
    if what in ("cells", "links", "hosts"):
        return load(result, what)
    raise ValueError(
        f"nothing over time is called {what!r}; there are latency, cells, slices, links, hosts, instances, "
        "decisions"
    )


class Plots:
    """`result.plot`: quick figures of a result, each a plotly `Figure` to show, change or save.

    `services` names the services to draw; None: all.
    """

    def __init__(self, files: "Sequence[ResultFile]") -> None:
        self._files = files
        self._source: Source | None = None

    @property
    def source(self) -> Source:
        """What the figures are made of, read once."""
        if self._source is None:
            self._source = Source(self._files)
        return self._source

    def cdf(self, services: Sequence[str] | None = None) -> go.Figure:
        """Distribution of latency per service with its tail and the budgets; lost ones are infinitely late."""
        return cdf(self.source, services)

    def waterfall(self, services: Sequence[str] | None = None) -> go.Figure:
        """Mean time in each stage, of all delivered ones and of their slowest 1 %, per service."""
        return waterfall(self.source, services)

    def sites(self, services: Sequence[str] | None = None) -> go.Figure:
        """Mean time in groups of stages per site and service."""
        return sites(self.source, services)

    def map(self, services: Sequence[str] | None = None) -> go.Figure:
        """Where latency was bad: 95 % quantile against the deadline in squares of the map, with roads and sites."""
        return map(self.source, services)

    def coverage(self) -> go.Figure:
        """RSRP and SINR of the coverage grid, the cells' borders, roads and sites."""
        return coverage_map(self.source)

    def decisions(self) -> go.Figure:
        """Where tasks ran, by where their vehicle was."""
        return decision_map(self.source)

    def timeline(self, what: What = "latency") -> go.Figure:
        """What happened over time: "latency", load of "cells", "slices", "links", "hosts"; "instances"; "decisions"."""
        return timeline(self.source, what)
