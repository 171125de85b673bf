"""The report's tables and sentences, from the summary: what the template fills in."""

import math
from dataclasses import dataclass

from cv2x.plots.containers import contained, moved
from cv2x.plots.slices import fared
from cv2x.plots.source import Source
from cv2x.plots.style import milliseconds, percent
from cv2x.screen import blame_text, limit_text
from cv2x.summary import BudgetVerdict, Estimate, Summary

SYMBOLS = {"pass": "✓", "fail": "✗", "inconclusive": "?"}
INCOMPLETE = "The run has not come to its end: this is what there was at its last flush, without verdicts."
MOST_BUDGETS, MOST_SERVICES = 200, 200
MOST_TEXT = 300_000  # bytes of a scenario that the page holds


@dataclass(frozen=True)
class BudgetRow:
    """A line of the table of budgets."""

    name: str
    scope: str
    limit: str
    value: str
    interval: str
    bar: str
    """SVG."""
    verdict: str
    symbol: str
    remark: str
    """What to do, or what is to blame."""


@dataclass(frozen=True)
class Cell:
    """A number and, smaller, how sure it is."""

    value: str
    small: str = ""


@dataclass(frozen=True)
class ServiceRow:
    """A line of the table of services."""

    name: str
    kind: str
    sent: str
    quantiles: list[Cell]
    reliability: Cell
    deadline: str
    lost: Cell


@dataclass(frozen=True)
class SliceRow:
    """A line of the table of slices."""

    name: str
    direction: str
    prbs: str
    mcs: str
    bler: Cell
    sinr: str
    p50: str
    p99: str
    lost: str


@dataclass(frozen=True)
class ContainerRow:
    """A line of the table of containers."""

    name: str
    most: str
    cold_starts: str
    pull: str
    start: str
    pulls: Cell
    evicted: str
    refused: str


@dataclass(frozen=True)
class RelocationRow:
    """A line of the table of relocations."""

    name: str
    mode: str
    moves: Cell
    p50: str
    most: str
    decision: str
    start: str
    transfer: str
    steer: str
    waited: str


@dataclass(frozen=True)
class Headline:
    """The answer in one line."""

    verdict: str
    """ "pass", "fail", "inconclusive" or "none"."""
    symbol: str
    word: str
    text: str


def headline(summary: Summary) -> Headline:
    """The worst verdict, and how many there are of each."""
    verdicts = [budget.verdict for budget in summary.budgets]
    if summary.incomplete:
        return Headline("none", "…", "Incomplete", INCOMPLETE)
    if not verdicts:
        return Headline(
            "none", "–", "No budgets", "The scenario sets no budgets, so there is nothing to pass or to fail."
        )
    count = {verdict: verdicts.count(verdict) for verdict in ("fail", "inconclusive", "pass")}
    worst = next(verdict for verdict, n in count.items() if n)
    words = {"fail": "not met", "inconclusive": "cannot be decided yet", "pass": "met"}
    said = ", ".join(f"{n} {words[verdict]}" for verdict, n in count.items() if n)
    many = "1 budget" if len(verdicts) == 1 else f"{len(verdicts)} budgets"
    title = {"fail": "Fail", "inconclusive": "Inconclusive", "pass": "Pass"}[worst]
    return Headline(worst, SYMBOLS[worst], title, f"{many}: {said}.")


def budget_rows(summary: Summary) -> list[BudgetRow]:
    """Verdicts, in the order of the scenario; none of a run that has not come to its end, as in `cv2x check`."""
    if summary.incomplete:
        return []
    return [_budget_row(budget) for budget in summary.budgets[:MOST_BUDGETS]]


def _budget_row(budget: BudgetVerdict) -> BudgetRow:
    show = percent_2 if budget.metric == "reliability" else milliseconds
    return BudgetRow(
        name=budget.name,
        scope=budget.scope,
        limit=limit_text(budget),
        value=show(budget.measured.value),
        interval=_interval(budget.measured, show),
        bar=interval_bar(budget),
        verdict=budget.verdict,
        symbol=SYMBOLS[budget.verdict],
        remark=_remark(budget),
    )


def _remark(budget: BudgetVerdict) -> str:
    parts = []
    if budget.reason:
        parts.append(f"{budget.reason[:1].upper()}{budget.reason[1:].removesuffix('.')}.")
    if budget.replications:
        parts.append(f"{budget.replications} replications would decide (-R {budget.replications}).")
    blame = blame_text(budget)
    if blame:
        parts.append(f"To blame: {blame}.")
    return " ".join(parts)


def percent_2(share: float) -> str:
    """A reliability."""
    return percent(share, 2)


def interval_bar(budget: BudgetVerdict, width: float = 190, height: float = 26) -> str:
    """What was measured with its interval against the limit, as a small SVG.

    The tinted part is allowed. What is infinitely late ends in an arrow.
    """
    value, low, high = budget.measured
    finite = [v for v in (value, low, high, budget.limit) if math.isfinite(v)]
    most_is_best = budget.metric == "reliability"
    if most_is_best:
        pad = max(1 - min(finite), 1e-4) * 0.15
        begin, end = min(finite) - pad, 1 + pad / 3
    else:
        begin, end = 0.0, max(finite) * 1.12
    scale = (width - 14) / (end - begin)

    def px(v: float) -> float:
        return width - 4 if v == math.inf else 4 + (min(max(v, begin), end) - begin) * scale

    limit = px(budget.limit)
    allowed = (limit, width - 10 - limit + 4) if most_is_best else (4, limit - 4)
    y = height / 2
    parts = [
        f'<rect class="track" x="4" y="{y - 5}" width="{width - 14:.1f}" height="10"/>',
        f'<rect class="allowed" x="{allowed[0]:.1f}" y="{y - 5}" width="{max(allowed[1], 0):.1f}" height="10"/>',
    ]
    if not math.isnan(value):
        if not math.isnan(low):
            ends = (px(low), max(px(high), px(low) + 1))
            whiskers = "".join(f"M{end:.1f},{y - 4}v8" for end in ends)
            parts.append(f'<path class="interval" d="M{ends[0]:.1f},{y}H{ends[1]:.1f}{whiskers}"/>')
        if math.inf in (value, high):
            parts.append(f'<path class="arrow" d="M{width - 10:.1f},{y - 5}l7,5l-7,5"/>')
        if math.isfinite(value):
            parts.append(f'<circle class="point" cx="{px(value):.1f}" cy="{y}" r="3.6"/>')
    parts.append(f'<path class="limit" d="M{limit:.1f},{y - 11}V{y + 11}"/>')
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'<svg class="bar" {size} aria-hidden="true">{"".join(parts)}</svg>'


def service_rows(source: Source) -> list[ServiceRow]:
    """Services as the run counted them."""
    rows = []
    lost = source.lost if len(source.items) else {}
    for service in source.summary.services[:MOST_SERVICES]:
        gone = service.sent - service.delivered
        reasons = lost.get(service.name, {})
        why = ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in list(reasons.items())[:3])
        share = percent(gone / service.sent, 2) if service.sent else "–"
        rows.append(
            ServiceRow(
                name=service.name,
                kind=str(source.scenario["services"].get(service.name, {}).get("kind", "")).replace("_", " "),
                sent=f"{service.sent:,}".replace(",", " "),
                quantiles=[_cell(estimate) for estimate in service.quantiles_ns.values()],
                reliability=Cell(
                    percent_2(service.reliability.value), _interval(service.reliability, percent_2)
                ),
                deadline=milliseconds(float(source.deadlines_ns[source.services.index(service.name)])),
                lost=Cell(share, why) if gone else Cell("none"),
            )
        )
    return rows


def _cell(estimate: Estimate) -> Cell:
    return Cell(milliseconds(estimate.value), _interval(estimate, milliseconds))


def _interval(estimate: Estimate, show) -> str:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Its ends, the unit once."""
    if math.isnan(estimate.low):
        return ""
    low, high = show(estimate.low), show(estimate.high)
    unit = next((unit for unit in (" ms", " %") if low.endswith(unit) and high.endswith(unit)), "")
    return f"{low.removesuffix(unit)} – {high}"


def slice_rows(source: Source) -> list[SliceRow]:
    """Slices and directions in which something was sent."""
    return [
        SliceRow(
            name=found.slice,
            direction=found.direction,
            prbs=percent(found.prb_share),
            mcs=f"{found.mcs:.1f}",
            bler=Cell(
                percent(found.bler, 2), f"{percent(found.preempted)} pre-empted" if found.preempted else ""
            ),
            sinr=f"{found.sinr_db:.1f} dB",
            p50=milliseconds(found.p50_ns),
            p99=milliseconds(found.p99_ns),
            lost=percent(found.lost, 2) if found.lost else "none",
        )
        for found in fared(source)[:MOST_SERVICES]
    ]


def container_rows(source: Source) -> list[ContainerRow]:
    """Services with containers."""
    return [
        ContainerRow(
            name=found.service,
            most=str(found.most),
            cold_starts=str(found.cold_starts),
            pull=milliseconds(found.pull_ns),
            start=milliseconds(found.start_ns),
            pulls=Cell(str(found.pulls), f"{found.pulled_bytes / 1e6:.0f} MB" if found.pulls else ""),
            evicted=str(found.evicted),
            refused=str(found.refused),
        )
        for found in contained(source)[:MOST_SERVICES]
    ]


def relocation_rows(source: Source) -> list[RelocationRow]:
    """Services that moved."""
    return [
        RelocationRow(
            name=found.service,
            mode=found.mode,
            moves=Cell(
                str(found.moves),
                ", ".join([f"{found.warm} warm"] + ([f"{found.failed} failed"] if found.failed else [])),
            ),
            p50=milliseconds(found.p50_ns),
            most=milliseconds(found.most_ns),
            decision=milliseconds(found.decision_ns),
            start=milliseconds(found.start_ns),
            transfer=milliseconds(found.transfer_ns),
            steer=milliseconds(found.steer_ns),
            waited=str(found.waited),
        )
        for found in moved(source)[:MOST_SERVICES]
    ]


def decision_rows(summary: Summary) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Hosts, most tasks first (eight at most), and a line a service: name, tasks, share of each host."""
    hosts = list(dict.fromkeys(host for counts in summary.decisions.values() for host in counts))
    hosts.sort(key=lambda host: -sum(counts.get(host, 0) for counts in summary.decisions.values()))
    shown, rest = (hosts, []) if len(hosts) <= 8 else (hosts[:7], hosts[7:])
    rows = []
    for service, counts in summary.decisions.items():
        total = sum(counts.values())
        groups = [[host] for host in shown] + ([rest] if rest else [])
        shares = [sum(counts.get(host, 0) for host in group) / total for group in groups]
        rows.append(
            (service, f"{total:,}".replace(",", " "), [percent(share) if share else "" for share in shares])
        )
    return [*shown, *([f"{len(rest)} others"] if rest else [])], rows


def facts(source: Source) -> list[tuple[str, str]]:
    """What was simulated, in a few pairs of words."""
    provenance, first, scenario = source.first.provenance, source.first, source.scenario
    seeds = list(dict.fromkeys(file.provenance.get("seed", "") for file in source.files))
    radio = scenario["radio"]["kind"] + ("" if source.ideal else f", {_many(len(source.cells), 'cell')}")
    return [
        (
            "simulated",
            f"{source.summary.simulated_s:.0f} s"
            + (f" in {len(source.files)} replications" if len(source.files) > 1 else ""),
        ),
        ("vehicles", str(first.size("vehicle_names"))),
        ("radio", radio),
        ("hosts", _many(len(source.hosts), "host")),
        ("policy", provenance.get("policy", "–")),
        ("seed", ", ".join(seeds[:4])),
        ("cv2x", provenance.get("version", "–")),
    ]


def _many(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def provenance_rows(source: Source) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Where the result comes from: (what, value) of the first file, and the inputs with their hashes."""
    words: list[tuple[str, str]] = []
    inputs: list[tuple[str, str]] = []
    for key, value in source.first.provenance.items():
        if key.startswith("sha256 "):
            inputs.append((key.removeprefix("sha256 "), value))
        else:
            words.append((key.replace("_", " "), value))
    if len(source.files) > 1:
        words.insert(0, ("files", ", ".join(file.path for file in source.files)))
    else:
        words.insert(0, ("file", source.first.path))
    words.append(("format", ".".join(str(part) for part in source.first.format)))
    if source.first.wall_s:
        words.append(("wall-clock time", f"{source.summary.wall_s:.1f} s"))
    return words, inputs


def cut(text: str) -> str:
    """A scenario as the page holds it."""
    data = text.encode()
    if len(data) <= MOST_TEXT:
        return text
    more = f"… ({len(data) - MOST_TEXT} more bytes; all of it: cv2x.open(file).scenario_text)"
    return f"{data[:MOST_TEXT].decode(errors='ignore')}\n{more}"
