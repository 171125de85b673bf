"""The report's page: figures in both widths, tables, and the template that they go into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import resources

import jinja2
import plotly.graph_objects as go

from cv2x import plots
from cv2x.plots import geography
from cv2x.plots.limits import limits
from cv2x.plots.load import MOST_PANELS, What
from cv2x.plots.policies import policies_cdf, policies_map
from cv2x.plots.source import Source
from cv2x.plots.stages import MOST_SERVICES
from cv2x.report import captions, paint, tables
from cv2x.report.policies import policy_table
from cv2x.report.svg import ColourBar, Drawing, Entry, colour_bar_svg, draw

WIDE, HALF, NARROW = (
    1160.0,
    564.0,
    720.0,
)  # px: the whole width, beside another figure, small screens and paper
BOTH = {"wide": WIDE, "narrow": NARROW}
MAP = {"any": 640.0}  # scaled to half the width of a wide page, and to all of a narrow one
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
    bars: list[tuple[ColourBar, str]] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    empty: str = ""


Maker = Callable[..., go.Figure]


class Page:
    """Everything that the template asks for."""

    def __init__(self, policies: dict[str, Source]) -> None:
        self.policies = policies
        self.source = next(iter(policies.values()))
        self._ids = 0

    def show(self, title: str, caption: str, make: Maker, widths: dict[str, float]) -> Shown:
        """Draws a figure in each width."""
        self._ids += 1
        name = f"f{self._ids}"
        drawings = [
            (kind, draw(make(self.source, width=width), f"{name}{kind[0]}")) for kind, width in widths.items()
        ]
        first = drawings[0][1]
        return Shown(
            name, title, caption, drawings, first.legend,
            [(bar, colour_bar_svg(bar)) for bar in first.bars], first.layers, first.empty,
        )  # fmt: skip

    def html(self) -> str:
        """The whole page."""
        environment = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        source, summary = self.source, self.source.summary
        words, inputs = tables.provenance_rows(source)
        return environment.from_string(_text("report.html.j2")).render(
            title=summary.title or source.first.path,
            headline=tables.headline(summary),
            facts=tables.facts(source),
            budgets=tables.budget_rows(summary),
            services=tables.service_rows(source),
            warnings=summary.warnings,
            policies=policy_table(self.policies),
            policy_figures=self.side_by_side(),
            decisions=tables.decision_rows(summary),
            maps=self.maps(),
            latency=self.latency(),
            stages=self.stages(),
            load=self.load(),
            slice_rows=tables.slice_rows(source),
            slice_words=captions.SLICES + self._first(),
            slices=[
                self.show("PRBs over time", captions.SLICES_OVER_TIME + self._first(), plots.slices, BOTH)
            ],
            container_rows=tables.container_rows(source),
            container_words=captions.CONTAINERS + self._first(),
            relocation_rows=tables.relocation_rows(source),
            relocation_words=captions.RELOCATIONS + self._first(),
            instances=self.instances(),
            placement=self.placement(),
            provenance=words,
            inputs=inputs,
            scenario=tables.cut(source.first.scenario_text),
            resolved=tables.cut(source.first.scenario_resolved),
            replications=len(source.files),
            css=_text("report.css") + paint.css(),
            js=_text("report.js"),
        )

    def maps(self) -> list[Shown]:
        """Where latency was bad, and the coverage beside it where there is one."""
        late = captions.LATE + (captions.ALL_REPLICATIONS if len(self.source.files) > 1 else "")
        missing = geography.no_coverage(self.source)
        if missing:
            why = Shown("", "Coverage", "", [], empty=missing)
            return [self.show("Where latency was bad", late, plots.map, BOTH), why]
        return [
            self.show("Where latency was bad", late, plots.map, MAP),
            self.show("Coverage", captions.COVERAGE, plots.coverage_map, MAP),
        ]

    def latency(self) -> list[Shown]:
        """Distributions, and latency over time."""
        scoped = any(limit.name for limit in limits(self.source, self.source.services, every=True))
        said = captions.DISTRIBUTION + (captions.SCOPED if scoped else "")
        return [
            self.show("Distribution", said, plots.cdf, BOTH),
            self.show("Over time", captions.OVER_TIME + self._first(), plots.over_time, BOTH),
        ]

    def stages(self) -> list[Shown]:
        """Waterfalls, a figure a service (so that paper can break between them), and sites."""
        source = self.source
        services = [name for name in source.services if source.mean_stages(name)][:MOST_SERVICES]
        if not services:
            return [self.show("Stage by stage", "", plots.waterfall, BOTH)]
        shown = []
        for i, name in enumerate(services):
            said = captions.WATERFALL if i == 0 else ""
            shown.append(
                self.show(f"{name}, stage by stage", said, partial(plots.waterfall, services=[name]), BOTH)
            )
        used = {site for name in services for site in source.site_stages(name)}
        each = 4 if len(used) <= MOST_SITES_OF_FOUR else 2
        for i in range(0, len(services) if used else 1, each):
            title, said = ("By site", captions.SITES) if i == 0 else ("By site, further services", "")
            shown.append(self.show(title, said, partial(plots.sites, services=services[i : i + each]), BOTH))
        return shown

    def load(self) -> list[Shown]:
        """Cells, links, hosts."""
        shown = []
        whats: tuple[What, ...] = ("cells", "links", "hosts")
        for what in whats:
            how = captions.COLOURS if len(self.source.first.names(what)) > MOST_PANELS else captions.LINES
            said = f"{captions.LOAD[what]} {how}{self._first()}"
            shown.append(self.show(what.capitalize(), said, partial(plots.load, what=what), BOTH))
        return shown

    def instances(self) -> list[Shown]:
        """Instances over time, where there are any."""
        if not self.source.first.has_table("instances") or not self.source.first.size("instances"):
            return []
        return [self.show("Instances", captions.INSTANCES + self._first(), plots.instances, BOTH)]

    def placement(self) -> list[Shown]:
        """Decisions over time and on the map: side by side where they are few."""
        few = self.source.decided["service"].nunique() <= 2
        widths = {"wide": HALF, "narrow": NARROW} if few else BOTH
        return [
            self.show("Over time", captions.DECISIONS + self._first(), plots.decisions, widths),
            self.show("On the map", captions.PLACES, plots.decision_map, MAP if few else BOTH),
        ]

    def side_by_side(self) -> list[Shown]:
        """Policies beside each other, where there are several."""
        if len(self.policies) < 2:
            return []
        late = captions.POLICIES_LATE + (captions.ALL_REPLICATIONS if len(self.source.files) > 1 else "")

        def of_all(make: Maker) -> Maker:
            return lambda _, width: make(self.policies, width=width)

        return [
            self.show("Distribution", late, of_all(policies_cdf), BOTH),
            self.show("On the map", captions.POLICIES_PLACES, of_all(policies_map), BOTH),
        ]

    def _first(self) -> str:
        return captions.FIRST_REPLICATION if len(self.source.files) > 1 else ""


def _text(name: str) -> str:
    return (resources.files("cv2x.report") / name).read_text(encoding="utf-8")
