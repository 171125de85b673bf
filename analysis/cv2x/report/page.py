"""The report's page: figures in both widths, tables, and the template that they go into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import resources

import jinja2
import plotly.graph_objects as go
from markupsafe import Markup

from cv2x import plots
from cv2x.plots.load import MOST_PANELS
from cv2x.plots.source import Source
from cv2x.plots.stages import MOST_SERVICES
from cv2x.report import paint, tables
from cv2x.report.svg import ColourBar, Drawing, Entry, colour_bar_svg, draw

WIDE, HALF, NARROW = 1160.0, 564.0, 720.0  # px: the whole width, beside another figure, small screens and paper
MOST_SITES_OF_FOUR = 16  # sites a figure of four services may have, to fit on a page of paper


@dataclass
class Shown:
    """A figure in the page."""

    id: str
    title: str
    caption: str
    drawings: list[tuple[str, Drawing]]
    """Class ("wide", "narrow", "any") and drawing: one of them is seen at a time."""
    legend: list[Entry] = field(default_factory=list)
    bars: list[tuple[ColourBar, Markup]] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    empty: str = ""


Maker = Callable[..., go.Figure]


class Page:
    """Everything that the template asks for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._ids = 0

    def show(self, title: str, caption: str, make: Maker, widths: dict[str, float], *, legend: bool = True) -> Shown:
        """Draws a figure in each width."""
        self._ids += 1
        name = f"f{self._ids}"
        drawings = [(kind, draw(make(self.source, width=width), f"{name}{kind[0]}")) for kind, width in widths.items()]
        first = drawings[0][1]
        return Shown(
            name, title, caption, drawings, first.legend if legend else [],
            [(bar, Markup(colour_bar_svg(bar))) for bar in first.bars], first.layers, first.empty,
        )  # fmt: skip

    def html(self) -> str:
        """The whole page."""
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        source, summary = self.source, self.source.summary
        words, inputs = tables.provenance_rows(source)
        return environment.from_string(_text("report.html.j2")).render(
            title=summary.title or source.first.path,
            headline=tables.headline(summary),
            facts=tables.facts(source),
            budgets=tables.budget_rows(summary),
            services=tables.service_rows(source),
            decisions=tables.decision_rows(summary),
            maps=self.maps(),
            latency=self.latency(),
            stages=self.stages(),
            load=self.load(),
            placement=self.placement(),
            provenance=words,
            inputs=inputs,
            scenario=tables.cut(source.first.scenario_text),
            resolved=tables.cut(source.first.scenario_resolved),
            replications=len(source.files),
            css=Markup(_text("report.css") + paint.css()),
            js=Markup(_text("report.js")),
            Markup=Markup,
        )

    both: dict[str, float] = {"wide": WIDE, "narrow": NARROW}  # noqa: RUF012 — read only

    def maps(self) -> list[Shown]:
        """Where latency was bad, and the coverage beside it where there is one."""
        several = " All replications together." if len(self.source.files) > 1 else ""
        late = (
            "The latency that 95 % of what was created in a square kept, as a multiple of the deadline (lost ones are infinitely late). "
            f"Squares with a cross missed the deadline; squares with fewer than 20 messages or tasks are left out.{several}"
        )
        covered = "Signal of the strongest cell at a vehicle, shadowing included. SINR: downlink, with all other cells of the carrier at full power."
        coverage = draw(plots.coverage_map(self.source, width=HALF), "probe")
        if coverage.empty:
            why = Shown("", "Coverage", "", [], empty=coverage.empty)
            return [self.show("Where latency was bad", late, plots.map, self.both), why]
        return [
            self.show("Where latency was bad", late, plots.map, {"any": 640.0}),
            self.show("Coverage", covered, plots.coverage_map, {"any": 640.0}),
        ]

    def latency(self) -> list[Shown]:
        """Distributions, and latency over time."""
        return [
            self.show(
                "Distribution",
                "Left: the higher a curve rises before a latency, the more arrived within it. Right: the tail; each step down is a tenth. "
                "Lost ones never arrive, so a curve may end below 100 %. A diamond is a budget: the curve of its service passes "
                "above it on the left and below it on the right when the budget is met.",
                plots.cdf, self.both,
            ),
            self.show(
                "Over time",
                "Latency by the time of creation. Scales differ; the deadline is drawn where it is near." + self._first(),
                plots.over_time, self.both,
            ),
        ]  # fmt: skip

    def stages(self) -> list[Shown]:
        """Waterfalls, a figure a service (so that paper can break between them), and sites."""
        services = [name for name in self.source.services if self.source.mean_stages(name)][:MOST_SERVICES]
        shown = [
            self.show(
                f"{name}, stage by stage",
                "A bar begins where the one above it ends; the last one ends at the mean latency. Right: the slowest 1 % of the delivered ones, "
                "on a scale of its own, with how many times as long each stage took." if i == 0 else "",
                partial(plots.waterfall, services=[name]), self.both,
            )
            for i, name in enumerate(services)
        ] or [self.show("Waterfall", "", plots.waterfall, self.both)]  # fmt: skip
        sites = {site for name in services for site in self.source.site_stages(name)} if len(self.source.items) else set()
        each = 4 if len(sites) <= MOST_SITES_OF_FOUR else 2
        groups = [services[i : i + each] for i in range(0, len(services), each)] if sites else [None]
        for i, group in enumerate(groups):
            said = "Mean latency of the delivered ones by the site that served the vehicle, in groups of stages." if i == 0 else ""
            shown.append(self.show("By site" if i == 0 else "By site, further services", said, partial(plots.sites, services=group), self.both))
        return shown

    def load(self) -> list[Shown]:
        """Cells, links, hosts."""
        lines = "Lines are means, the tint reaches up to the peak; in the titles: mean (maximum)."
        says = {
            "cells": "Share of the PRBs that were used.",
            "links": "Share of the time that a link was transmitting, in either direction.",
            "hosts": "Share of the cores that were busy, and the longest queue.",
        }
        shown = []
        for what, said in says.items():
            many = len(self.source.first.names(what)) > MOST_PANELS
            said = f"{said} {'Colours are means.' if many else lines}{self._first()}"
            shown.append(self.show(what.capitalize(), said, partial(plots.load, what=what), self.both))
        return shown

    def placement(self) -> list[Shown]:
        """Decisions over time and on the map: side by side where they are few."""
        few = self.source.decided["service"].nunique() <= 2
        widths = {"wide": HALF, "narrow": NARROW} if few else self.both
        return [
            self.show("Over time", "Share of each host in the tasks whose host the policy chose, by the time of the decision." + self._first(),
                      plots.decisions, widths),
            self.show("On the map", "The most frequent host of the tasks made in each square; larger marks are more tasks.",
                      plots.decision_map, {"any": 640.0} if few else self.both, legend=True),
        ]  # fmt: skip

    def _first(self) -> str:
        return " First replication." if len(self.source.files) > 1 else ""


def _text(name: str) -> str:
    return (resources.files("cv2x.report") / name).read_text(encoding="utf-8")
