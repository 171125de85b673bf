"""A summary as text: one screen, at most 40 lines of 100 columns."""

import math
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cv2x.summary import BudgetVerdict, Estimate, ServiceSummary, Summary

WIDTH = 100
MOST_LINES = 40
MOST_ROWS = 7  # of services, decisions, budgets each
MOST_COLUMNS = 5  # of services
MOST_HOSTS = 4
MOST_BLAMES = 4
MOST_WARNINGS = 4
SHORTEST_NAME = 12  # of a budget, where the table is wider than the screen
FEWEST_STAGES = 4
SMALL_SHARE = 0.005  # stages below this share of every service's time are added up

VERDICT_STYLES = {"pass": "green", "fail": "bold red", "inconclusive": "yellow"}


def console(*, error: bool = False) -> Console:
    """Where text goes: the terminal as wide as it is, anything else (a pipe, CI) at a fixed width."""
    made = Console(stderr=error, highlight=False)
    return made if made.is_terminal else Console(stderr=error, highlight=False, width=WIDTH)


def milliseconds(ns: float) -> str:
    """Three digits or more: "0.083", "4.71", "38.2", "1512", "∞" (lost), "–" (nothing measured)."""
    if math.isnan(ns):
        return "–"
    if math.isinf(ns):
        return "∞" if ns > 0 else "-∞"
    value = ns * 1e-6
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 1000 else 0
    return f"{value:.{digits}f}"


def percent(share: float) -> str:
    """For example "99.87 %"; "–" when nothing was measured."""
    return "–" if math.isnan(share) else f"{100 * share:.2f} %"


def screen(summary: Summary) -> Iterable[Text | Table]:
    """What to print, in order."""
    yield from _head(summary)
    for path in summary.incomplete:
        yield Text(f"incomplete: {path} holds what was there at its last flush", style="yellow")
    for warning in summary.warnings[:MOST_WARNINGS]:
        yield Text(f"warning: {warning}", style="yellow")
    if not summary.services:
        yield Text(
            "No summary: the run did not come to its end, and its file holds no messages.", style="yellow"
        )
        return
    services = _services(summary.services)
    decisions = _decisions(summary.decisions)
    budgets = budgets_table(summary.budgets, MOST_ROWS)
    others = [table for table in (services, decisions, budgets) if table is not None]
    blames = blame_lines(summary.budgets[:MOST_ROWS])[:MOST_BLAMES]
    above = len(summary.incomplete) + len(summary.warnings[:MOST_WARNINGS])
    used = 2 + above + len(blames) + sum(table.row_count + 2 for table in others)
    stages = _stages(summary.services, max(FEWEST_STAGES, MOST_LINES - used - 3))
    for table in (services, stages, decisions, budgets):
        if table is not None:
            yield Text("")
            yield table
    yield from blames


def _head(summary: Summary) -> Iterable[Text]:
    speed = summary.simulated_s / summary.wall_s if summary.wall_s > 0 else math.nan
    runs = f" in {len(summary.files)} replications" if len(summary.files) > 1 else ""
    rate = "" if math.isnan(speed) else f", {speed:.1f} simulated s per wall s"
    title = summary.title or summary.files[0]
    yield Text(title if len(title) <= WIDTH else f"{title[: WIDTH - 1]}…", style="bold")
    yield Text(f"{summary.simulated_s:.1f} s simulated{runs}{rate}")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for i, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if i == 0 else "right", no_wrap=True)
    return table


def _add_row(table: Table, *cells: str | Text, style: str | None = None) -> None:
    """A row as it stands: brackets are brackets and no markup."""
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), style=style)


def _quantile(estimate: Estimate) -> str:
    low, high = milliseconds(estimate.low), milliseconds(estimate.high)
    return f"{milliseconds(estimate.value)} [{low}, {high}]"


def _services(services: list[ServiceSummary]) -> Table:
    table = _table("latency [ms]", "sent", "p50 [95 % CI]", "p95 [95 % CI]", "p99 [95 % CI]", "reliability")
    for service in services[:MOST_ROWS]:
        quantiles = [_quantile(estimate) for estimate in service.quantiles_ns.values()]
        _add_row(table, service.name, str(service.sent), *quantiles, percent(service.reliability.value))
    _say_more(table, len(services))
    return table


def _stages(services: list[ServiceSummary], most: int) -> Table | None:
    """Mean time in each stage, a column a service; the small stages in one row."""
    delivered = [service for service in services if service.delivered > 0]
    shown = delivered[:MOST_COLUMNS]
    if not any(service.stages_ns for service in shown):  # nothing was delivered, or the run goes on
        return None
    totals = [max(sum(service.stages_ns.values()), 1) for service in shown]
    names = list(dict.fromkeys(stage for service in shown for stage in service.stages_ns))
    share = {
        name: max(s.stages_ns.get(name, 0) / total for s, total in zip(shown, totals, strict=True))
        for name in names
    }
    large = [name for name in names if share[name] >= SMALL_SHARE]
    if len(large) < len(names) or len(large) > most:
        large = sorted(large, key=lambda name: -share[name])[: most - 1]
    rest = [name for name in names if name not in large]

    some = "" if len(shown) == len(delivered) else f" ({len(shown)} of {len(delivered)})"
    table = _table(f"time went to [ms]{some}", *(service.name for service in shown))
    for name in [n for n in names if n in large]:
        _add_row(table, name, *_times(shown, totals, [name]))
    if rest:
        _add_row(table, f"{len(rest)} other stages", *_times(shown, totals, rest))
    means = (f"{milliseconds(service.mean_ns.value)} (100 %)" for service in shown)
    _add_row(table, "mean", *means, style="italic")
    return table


def _times(services: list[ServiceSummary], totals: list[int], stages: list[str]) -> list[str]:
    cells = []
    for service, total in zip(services, totals, strict=True):
        spent = sum(service.stages_ns.get(stage, 0) for stage in stages)
        cells.append(
            f"{milliseconds(spent / service.delivered)} ({100 * spent / total:3.0f} %)" if spent else ""
        )
    return cells


def _decisions(decisions: dict[str, dict[str, int]]) -> Table | None:
    if not decisions:
        return None
    hosts = list(dict.fromkeys(host for counts in decisions.values() for host in counts))
    hosts.sort(key=lambda host: -sum(counts.get(host, 0) for counts in decisions.values()))
    shown, rest = (
        (hosts, []) if len(hosts) <= MOST_HOSTS else (hosts[: MOST_HOSTS - 1], hosts[MOST_HOSTS - 1 :])
    )
    table = _table("where tasks ran", "tasks", *shown, *([f"{len(rest)} others"] if rest else []))
    groups = [[host] for host in shown] + ([rest] if rest else [])
    for service, counts in list(decisions.items())[:MOST_ROWS]:
        total = sum(counts.values())
        shares = [sum(counts.get(host, 0) for host in group) / max(total, 1) for group in groups]
        _add_row(table, service, str(total), *(f"{100 * share:.1f} %" if share else "" for share in shares))
    _say_more(table, len(decisions))
    return table


def budgets_table(budgets: list[BudgetVerdict], most: int | None = None) -> Table | None:
    """Verdicts, a row a budget."""
    if not budgets:
        return None
    table = _table("budget", "of", "limit", "measured [95 % CI]", "verdict")
    rows = []
    for budget in budgets[:most]:
        verdict = Text(budget.verdict, style=VERDICT_STYLES[budget.verdict])
        if budget.replications:
            verdict.append(f" (try -R {budget.replications})", style="default")
        rows.append([Text(budget.scope), Text(limit_text(budget)), Text(measured_text(budget)), verdict])
    # Where it does not all fit, names give way and not numbers.
    taken = (
        sum(max(cell.cell_len for cell in column) + 2 for column in zip(*rows, strict=True)) if rows else 0
    )
    room = max(WIDTH - taken - 2, SHORTEST_NAME)
    for budget, cells in zip(budgets[:most], rows, strict=True):
        name = budget.name if len(budget.name) <= room else f"{budget.name[: room - 1]}…"
        _add_row(table, name, *cells)
    table.columns[1].justify = table.columns[4].justify = "left"
    if most is not None:
        _say_more(table, len(budgets))
    return table


def blame_lines(budgets: list[BudgetVerdict]) -> list[Text]:
    """What is to blame for those that did not pass, a line each; to print below `budgets_table`."""
    found = [(budget, blame_text(budget)) for budget in budgets]
    return [Text(f"{budget.name}: {text}", style="dim") for budget, text in found if text]


def blame_text(budget: BudgetVerdict) -> str:
    """One line: "mostly compute_queue: +35.0 ms in the late ones (80 %); lost: 12 compute_full"; or empty."""
    if budget.blame is None:
        return ""
    stage, excess_ns, share, lost = budget.blame
    parts = []
    if stage:
        what = "when it is too old" if budget.metric == "age_of_information" else "in the late ones"
        parts.append(f"mostly {stage}: +{milliseconds(excess_ns)} ms {what} ({100 * share:.0f} %)")
    if lost:
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(lost.items(), key=lambda kv: -kv[1]))
        parts.append(f"lost: {counts}")
    return "; ".join(parts)


def limit_text(budget: BudgetVerdict) -> str:
    """For example "p99 ≤ 50.0 ms", "age p95 ≤ 100.0 ms", "reliability ≥ 99.9 %"."""
    if budget.metric == "reliability":
        return f"reliability ≥ {100 * budget.limit:g} %"
    what = "age " if budget.metric == "age_of_information" else ""
    return f"{what}p{100 * budget.quantile:g} ≤ {milliseconds(budget.limit)} ms"


def measured_text(budget: BudgetVerdict) -> str:
    """With its interval: "61.2 [58.0, 64.4]" [ms], "99.87 % [99.80, 99.91]"."""
    if budget.metric != "reliability":
        return _quantile(budget.measured)
    value, low, high = budget.measured
    return f"{percent(value)} [{100 * low:.2f}, {100 * high:.2f}]"


def _say_more(table: Table, rows: int) -> None:
    if rows > MOST_ROWS:
        _add_row(table, f"… and {rows - MOST_ROWS} more", style="dim")
