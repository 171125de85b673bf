"""Budgets in the figure of distributions: lines up to a mark, for the whole of a service or for a scope of their own.

The curves are of services. A budget on all of one is met where its curve passes the mark on the right side. One on a
slice, an area or an age has no curve here, so a dot tied to its mark shows what was measured of just that.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

from cv2x.plots import style
from cv2x.plots.sheet import Panel, Sheet
from cv2x.plots.source import Source
from cv2x.screen import limit_text, measured_text
from cv2x.summary import BudgetVerdict

MOST_SCOPED = 8
SYMBOLS = (
    "square",
    "triangle-up",
    "triangle-down",
    "cross",
    "x",
    "star",
)  # the diamond is that of whole services
WORST_FIRST = ("fail", "inconclusive", "pass")


@dataclass(frozen=True)
class Limit:
    """A budget as it is drawn."""

    budget: BudgetVerdict
    at_ms: float
    """Where its line stands."""
    share: float
    """Up to (left panel) or down to (right panel, 1 − share) which it reaches."""
    measured: tuple[float, float] | None
    """Latency or age [ms] and share of what was measured; None: of a whole service (its curve), or infinite."""
    colour: str
    dash: str
    symbol: str
    name: str
    """In the legend; "": as all of whole services."""
    group: str
    """What is switched on and off together."""


def limits(source: Source, drawn: Collection[str], *, every: bool) -> list[Limit]:
    """The budgets to draw beside the curves of some services; `every`: those on no service in particular too.

    Of those with a scope of their own at most `MOST_SCOPED`, failed ones first. Left out is a reliability over services
    whose deadlines differ: it has no one place along the axis.
    """
    whole: list[Limit] = []
    scoped: list[tuple[BudgetVerdict, tuple[float, float]]] = []
    for budget in source.summary.budgets:
        place = gate(source, budget)
        if place is None or (budget.service not in drawn if budget.service else not every):
            continue
        if _of_a_whole_service(budget):
            i = source.services.index(budget.service)
            whole.append(Limit(budget, *place, None, style.colour(i), "dash", "diamond", "", f"s{i}"))
        else:
            scoped.append((budget, place))
    scoped.sort(key=lambda one: WORST_FIRST.index(one[0].verdict))
    return whole + [_scoped(source, i, *one) for i, one in enumerate(scoped[:MOST_SCOPED])]


def gate(source: Source, budget: BudgetVerdict) -> tuple[float, float] | None:
    """Where a budget stands: latency or age [ms], and share; None: nowhere in particular."""
    if budget.metric != "reliability":
        return budget.limit * 1e-6, budget.quantile
    deadlines = {
        float(deadline)
        for name, deadline in zip(source.services, source.deadlines_ns, strict=True)
        if (not budget.service or name == budget.service)
        and (not budget.slice or source.scenario["services"][name]["slice"] == budget.slice)
    }
    return (deadlines.pop() * 1e-6, budget.limit) if len(deadlines) == 1 else None


def _of_a_whole_service(budget: BudgetVerdict) -> bool:
    return bool(
        budget.service and not budget.slice and not budget.area and budget.metric != "age_of_information"
    )


def _scoped(source: Source, i: int, budget: BudgetVerdict, place: tuple[float, float]) -> Limit:
    value = budget.measured.value
    seen = (place[0], value) if budget.metric == "reliability" else (value * 1e-6, place[1])
    about = "age, " if budget.metric == "age_of_information" else ""
    return Limit(
        budget,
        *place,
        seen if math.isfinite(value) else None,
        style.colour(source.services.index(budget.service)) if budget.service else style.INK,
        ("dot", "dashdot")[i // len(SYMBOLS) % 2],
        SYMBOLS[i % len(SYMBOLS)],
        style.escaped(f"{budget.name}: {about}{budget.scope or 'all services'}"),
        f"b{i}",
    )


def draw(sheet: Sheet, panel: Panel, limit: Limit, *, tail: float = 0) -> None:
    """Line, mark and dot in a panel; `tail`: it shows shares of later ones, and none below this."""

    def up(share: float) -> float:
        return max(1 - share, tail) if tail else share

    budget = limit.budget
    tip = f"budget {budget.name} of {budget.scope or 'all services'}: {budget.verdict}"
    said = f"{limit_text(budget)}, measured {measured_text(budget)}"
    group = {"legendgroup": limit.group}
    line = {"color": limit.colour, "dash": limit.dash, "width": 1.5}
    sheet.add(
        panel, "scatter", x=[limit.at_ms] * 2, y=[up(0), up(limit.share)], mode="lines", line=line, **group
    )
    edge = {"color": style.PAPER, "width": 1.5}
    mark = {"symbol": limit.symbol, "size": 9, "color": limit.colour, "line": edge}
    sheet.add(panel, "scatter", x=[limit.at_ms], y=[up(limit.share)], mode="markers", marker=mark,
              hovertext=[style.escaped(f"{tip}\n{said}")], **group)  # fmt: skip
    if limit.measured:
        x, share = limit.measured
        way = {"color": limit.colour, "width": 1}
        sheet.add(
            panel,
            "scatter",
            x=[limit.at_ms, x],
            y=[up(limit.share), up(share)],
            mode="lines",
            line=way,
            **group,
        )
        dot = {"symbol": "circle", "size": 7, "color": limit.colour, "line": edge}
        sheet.add(panel, "scatter", x=[x], y=[up(share)], mode="markers", marker=dot,
                  hovertext=[style.escaped(f"{tip}\n{said}")], **group)  # fmt: skip


def legend(sheet: Sheet, panel: Panel, drawn: Collection[Limit]) -> None:
    """An entry for all budgets on whole services, and one for each of the others."""

    def entry(name: str, colour: str, dash: str, symbol: str, group: str) -> None:
        line = {"color": colour, "dash": dash, "width": 1.5}
        mark = {"symbol": symbol, "size": 9, "color": colour}
        sheet.add(panel, "scatter", x=[None], y=[None], mode="lines+markers", line=line, marker=mark, name=name,
                  legendgroup=group, showlegend=True)  # fmt: skip

    if any(not limit.name for limit in drawn):
        entry("budget", style.MUTED, "dash", "diamond", "budget")
    for limit in drawn:
        if limit.name:
            entry(limit.name, limit.colour, limit.dash, limit.symbol, limit.group)
