"""What a result says, in small: services, stages, decisions, verdicts.

All numbers were computed in C++ when the run ended and stand in the file's summary tables. Several files that
are replications of one scenario are combined here by the C++ functions for that (models/measure).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cv2x import _core
from cv2x.errors import ResultError
from cv2x.reader import ResultFile

QUANTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


class Estimate(NamedTuple):
    """A value with its 95 % confidence interval; +inf: lost, NaN: nothing measured."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ServiceSummary:
    """Counted messages or tasks of one service."""

    name: str
    sent: int
    delivered: int
    in_time: int
    """Delivered within the deadline."""
    mean_ns: Estimate
    """Of the delivered ones."""
    quantiles_ns: dict[str, Estimate]
    """By "p50", "p95", "p99"; lost ones count as infinitely late."""
    reliability: Estimate
    """Share delivered within the deadline."""
    stages_ns: dict[str, int]
    """Time the delivered ones spent in each stage; adds up to the sum of their latencies."""


@dataclass(frozen=True)
class BudgetVerdict:
    """A budget held against what was measured."""

    name: str
    service: str
    metric: str
    """"latency" or "reliability"."""
    quantile: float
    """Latency: of which quantile."""
    limit: float
    """Latency: at most [ns]; reliability: at least (a share)."""
    measured: Estimate
    """In the unit of the limit."""
    verdict: str
    """"pass", "fail" or "inconclusive"."""
    replications: int | None
    """Inconclusive: how many replications, in all, would decide; None: not known."""


@dataclass(frozen=True)
class Summary:
    """One screen's worth of one run, or of several replications of one scenario."""

    title: str
    files: list[str]
    services: list[ServiceSummary]
    decisions: dict[str, dict[str, int]]
    """Service → host ("(vehicle)": its own processor, "(none)": not decided) → counted tasks."""
    budgets: list[BudgetVerdict]
    simulated_s: float
    wall_s: float
    incomplete: list[str] = field(default_factory=list)
    """Files whose run was killed, was interrupted, or is still going on."""


def summarise(files: Sequence[ResultFile]) -> Summary:
    """The summary of one file, or of several that are replications of one scenario (else `ResultError`)."""
    parts = [_read(file) for file in files]
    if len(parts) == 1:
        return parts[0]
    if len({scenario_key(file) for file in files}) > 1:
        raise ResultError("these files are not replications of one scenario")
    seeds = [_seed(file) for file in files]
    for i, seed in enumerate(seeds):
        if seed in seeds[:i]:
            twin = files[seeds.index(seed)].path
            raise ResultError(f"{files[i].path} and {twin} are the same replication of the same scenario")
    return _combine(parts)


def scenario_key(file: ResultFile) -> str:
    """What replications of one scenario have in common: the resolved scenario but for its seed."""
    scenario = _resolved(file)
    for key in ("seed", "replication"):
        scenario.get("simulation", {}).pop(key, None)
    return json.dumps(scenario, sort_keys=True)


def _resolved(file: ResultFile) -> dict[str, Any]:
    loaded: dict[str, Any] = _core.parse_yaml(file.scenario_resolved)
    return loaded


def _seed(file: ResultFile) -> tuple[int, int]:
    simulation = _resolved(file)["simulation"]
    return int(simulation["seed"]), int(simulation["replication"])


def _read(file: ResultFile) -> Summary:
    services = file.names("services")
    hosts = {-2: "(none)", -1: "(vehicle)", **dict(enumerate(file.names("hosts")))}
    stages: dict[int, dict[str, int]] = {}
    for row in file.rows("stage_summary"):
        stages.setdefault(row["service"], {})[file.word("stage_summary", "stage", row["stage"])] = row[
            "sum_ns"
        ]
    decisions: dict[str, dict[str, int]] = {}
    for row in file.rows("decisions"):
        decisions.setdefault(services[row["service"]], {})[hosts[row["host"]]] = row["tasks"]
    return Summary(
        title=str(_resolved(file).get("title", "")),
        files=[file.path],
        services=[
            ServiceSummary(
                name=services[row["service"]],
                sent=row["sent"],
                delivered=row["delivered"],
                in_time=row["in_time"],
                mean_ns=_estimate(row, "mean", "_ns"),
                quantiles_ns={name: _estimate(row, name, "_ns") for name, _ in QUANTILES},
                reliability=_estimate(row, "reliability"),
                stages_ns=stages.get(row["service"], {}),
            )
            for row in file.rows("summary")
        ],
        decisions=decisions,
        budgets=[
            BudgetVerdict(
                name=file.names("budgets")[row["budget"]],
                service=services[row["service"]],
                metric=file.word("budgets", "metric", row["metric"]),
                quantile=row["quantile"],
                limit=row["limit"],
                measured=Estimate(row["measured"], row["low"], row["high"]),
                verdict=file.word("budgets", "verdict", row["verdict"]),
                replications=row["replications"] or None,
            )
            for row in file.rows("budgets")
        ],
        simulated_s=max(file.flushed_ns, 0) * 1e-9,
        wall_s=file.wall_s,
        incomplete=[file.path] if file.incomplete else [],
    )


def _estimate(row: dict[str, Any], name: str, unit: str = "") -> Estimate:
    return Estimate(row[name + unit], row[f"{name}_low{unit}"], row[f"{name}_high{unit}"])


def _combine(parts: Sequence[Summary]) -> Summary:
    """Replications, service by service and budget by budget; all have the same ones in the same order."""
    return Summary(
        title=parts[0].title,
        files=[path for part in parts for path in part.files],
        services=[_combine_service(same) for same in zip(*(part.services for part in parts), strict=True)],
        decisions={
            service: _add([part.decisions.get(service, {}) for part in parts])
            for service in dict.fromkeys(name for part in parts for name in part.decisions)
        },
        budgets=[
            _combine_budget(parts, same) for same in zip(*(part.budgets for part in parts), strict=True)
        ],
        simulated_s=sum(part.simulated_s for part in parts),
        wall_s=sum(part.wall_s for part in parts),
        incomplete=[path for part in parts for path in part.incomplete],
    )


def _add(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    return {key: sum(c.get(key, 0) for c in counts) for key in dict.fromkeys(k for c in counts for k in c)}


def _combine_service(same: Sequence[ServiceSummary]) -> ServiceSummary:
    return ServiceSummary(
        name=same[0].name,
        sent=sum(s.sent for s in same),
        delivered=sum(s.delivered for s in same),
        in_time=sum(s.in_time for s in same),
        mean_ns=_over([s.mean_ns.value for s in same]),
        quantiles_ns={name: _over([s.quantiles_ns[name].value for s in same]) for name, _ in QUANTILES},
        reliability=_reliability(same),
        stages_ns=_add([s.stages_ns for s in same]),
    )


def _combine_budget(parts: Sequence[Summary], same: Sequence[BudgetVerdict]) -> BudgetVerdict:
    first = same[0]
    if first.metric == "latency":
        measured = _over([b.measured.value for b in same])
        verdict, replications = _core.judge_latency(first.limit, measured, len(same))
    else:
        services = [next(s for s in part.services if s.name == first.service) for part in parts]
        measured = _reliability(services)
        verdict, replications = _core.judge_reliability(first.limit, measured, len(same))
    return BudgetVerdict(
        first.name,
        first.service,
        first.metric,
        first.quantile,
        first.limit,
        measured,
        verdict,
        replications,
    )


def _over(values: Sequence[float]) -> Estimate:
    return Estimate(*_core.over_replications([v for v in values if not math.isnan(v)]))


def _reliability(same: Sequence[ServiceSummary]) -> Estimate:
    return Estimate(*_core.reliability_over_replications([(float(s.in_time), float(s.sent)) for s in same]))
