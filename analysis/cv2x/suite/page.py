"""The leaderboard as one HTML page that needs nothing else."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import jinja2
import pandas as pd

from cv2x import __version__
from cv2x.against_bound import ALL_TASKS
from cv2x.lower_bound import LOST_DEADLINES, above_text
from cv2x.screen import milliseconds
from cv2x.suite import Board
from cv2x.suite.board import behind_text, overall_text

LONGEST_BAR = 6.0  # × bound, where bars end


@dataclass(frozen=True)
class Row:
    """A policy in a table."""

    name: str
    cells: list[tuple[str, str]]
    """Value, and what stands small below it."""
    bar: float
    """Share of the width."""
    low: float
    high: float


def html(board: Board) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = (resources.files("cv2x.suite") / "board.html.j2").read_text(encoding="utf-8")
    css = (resources.files("cv2x.report") / "report.css").read_text(encoding="utf-8")
    best = next(iter(board.leaders.to_dict("index")))
    return environment.from_string(template).render(
        best=best,
        best_overall=f"{board.leaders.loc[best, 'overall']:.2f}",
        places=list(board.titles.items()),
        leaders=[_leader(board, str(policy)) for policy in board.leaders.index],
        scenarios=[_scenario(board, place) for place in board.titles],
        first=board.frame.index.get_level_values("policy")[0],
        replications=board.replications,
        lost=f"{LOST_DEADLINES:g}",
        longest=f"{LONGEST_BAR:g}",
        version=__version__,
        css=css,
    )


def _leader(board: Board, policy: str) -> Row:
    row = board.leaders.to_dict("index")[policy]
    cells = [
        (overall_text(row["overall"], row["low"], row["high"]), ""),
        (behind_text(row["behind"], row["behind_low"], row["behind_high"]), ""),
        *((above_text(row[place]), "") for place in board.titles),
    ]
    return Row(policy, cells, *(_share(row[key]) for key in ("overall", "low", "high")))


def _share(times: float) -> float:
    return 0.0 if math.isnan(times) else 100 * min(max(times, 0) / LONGEST_BAR, 1)


def _scenario(board: Board, place: str) -> dict[str, object]:
    frame = board.frame.loc[place]
    services = [s for s in frame.index.get_level_values("service").unique() if s != ALL_TASKS]
    means = frame["value"].xs((ALL_TASKS, "capped_mean_ms"), level=("service", "metric"))
    rows = []
    for policy in means.sort_values(kind="stable").index:
        of = frame.loc[policy]
        cells = [
            _cell(of.loc[(ALL_TASKS, "capped_mean_ms")], _ms),
            _cell(of.loc[(ALL_TASKS, "late")], _percent),
            (above_text(of.loc[(ALL_TASKS, "above_bound"), "value"]), ""),
        ]
        for service in services:
            cells += [_cell(of.loc[(service, metric)], _ms) for metric in ("p95_ms", "p99_ms")]
            cells.append(_cell(of.loc[(service, "reliability")], _percent))
        above = of.loc[(ALL_TASKS, "above_bound")]
        rows.append(Row(str(policy), cells, *(_share(1 + above[key]) for key in ("value", "low", "high"))))
    least = frame["value"].xs((ALL_TASKS, "least_mean_ms"), level=("service", "metric")).iloc[0]
    late = frame["value"].xs((ALL_TASKS, "least_late"), level=("service", "metric")).iloc[0]
    return {
        "id": place,
        "title": board.titles[place],
        "services": services,
        "rows": rows,
        "least": _ms(least),
        "least_late": _percent(late),
    }


def _cell(row: "pd.Series[float]", text: Callable[[float], str]) -> tuple[str, str]:
    value, low, high, difference, _, difference_high = row.tolist()
    known = math.isfinite(low) and math.isfinite(high)
    small = f"[{text(max(low, 0))}, {text(high)}]" if known else ""
    if math.isfinite(difference) and math.isfinite(difference_high):
        sign = "+" if difference >= 0 else "−"
        small += f"\n{sign}{text(abs(difference))} ± {text(difference_high - difference)}"
    return text(value), small.strip()


def _ms(value: float) -> str:
    return milliseconds(value * 1e6)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.2f}"
