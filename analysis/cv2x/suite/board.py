"""A leaderboard as text and as CSV files."""

import math
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table
from rich.text import Text

from cv2x.against_bound import ALL_TASKS
from cv2x.lower_bound import above_text
from cv2x.scaffold import write
from cv2x.screen import milliseconds
from cv2x.suite import Board

HEADLINE = "mean latency over the least that any policy could have, geometric mean over the scenarios"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for i, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if i == 0 else "right", no_wrap=True)
    return table


def overall_text(value: float, low: float, high: float) -> str:
    """For example "1.52 [1.49, 1.55]"."""
    if math.isnan(value):
        return "–"
    interval = f" [{low:.2f}, {high:.2f}]" if math.isfinite(high) and low > 0 else ""
    return f"{value:.2f}{interval}"


def behind_text(value: float, low: float, high: float) -> str:
    """For example "+12 % ± 3"; "≈" where the difference may be none."""
    if math.isnan(value) or value == 1 == low:
        return ""
    text = f"+{above_text(value - 1)}"
    return f"{text} ≈" if low <= 1 <= high else text


def screen(board: Board) -> Iterable[Table | Text]:
    """What the command prints: the leaderboard, by scenario how far above the bound."""
    places = list(board.titles)
    table = _table("policy", "× bound [95 % CI]", "behind", *places)
    for policy, row in board.leaders.iterrows():
        overall = overall_text(row["overall"], row["low"], row["high"])
        behind = behind_text(row["behind"], row["behind_low"], row["behind_high"])
        there = (above_text(row[place]) for place in places)
        table.add_row(*map(Text, (str(policy), overall, behind, *there)))
    yield table
    yield Text(
        f"× bound: {HEADLINE}. Columns of scenarios: mean latency above the bound. ≈: may be the leader's."
    )


def details(board: Board) -> Iterable[tuple[str, Table]]:
    """A table a scenario: mean, late ones, and quantiles of each service, best policy first."""
    for place in board.titles:
        frame = board.frame.loc[place]
        services = [s for s in frame.index.get_level_values("service").unique() if s != ALL_TASKS]
        heads = [f"{service} {q}" for service in services for q in ("p95", "p99")]
        table = _table("policy", "mean [ms]", "late [%]", "above bound", *heads)
        value = frame["value"]
        for policy in sorted(board.leaders.index, key=lambda p: value.loc[p, ALL_TASKS, "capped_mean_ms"]):
            of = value.loc[policy]
            tails = (milliseconds(of.loc[s, f"{q}_ms"] * 1e6) for s in services for q in ("p95", "p99"))
            table.add_row(
                *map(
                    Text,
                    (
                        policy,
                        milliseconds(of.loc[ALL_TASKS, "capped_mean_ms"] * 1e6),
                        f"{100 * of.loc[ALL_TASKS, 'late']:.2f}",
                        above_text(of.loc[ALL_TASKS, "above_bound"]),
                        *tails,
                    ),
                )
            )
        yield board.titles[place], table


def save(board: Board, folder: Path) -> list[Path]:
    """Writes leaderboard.csv, results.csv and index.html; the paths, in this order."""
    from cv2x.suite.page import html

    paths = [folder / "leaderboard.csv", folder / "results.csv", folder / "index.html"]
    write.file(paths[0], board.leaders.to_csv(lineterminator="\n"))
    write.file(paths[1], board.frame.to_csv(lineterminator="\n"))
    write.file(paths[2], html(board))
    return paths
