"""What a result says, in small: services, stages, decisions, verdicts.

All numbers were computed in C++ when the run ended and stand in the file's summary tables. Several files that
are replications of one scenario are combined here by the C++ functions for that (models/measure).
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cv2x import _core
from cv2x.errors import ResultError, ScenarioError
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


class Blame(NamedTuple):
    """What is to blame for the messages (or ages) that broke a limit."""

    stage: str
    """Stage of which the late ones have most more than those that kept the limit; of an age also
    "update_interval" (they are sent too rarely) and "lost_updates". Empty: none was late, all were lost."""
    excess_ns: float
    """How much more of it a late one has, on average."""
    share: float
    """Of all that the late ones have more."""
    lost: dict[str, int]
    """Outcome → how many of those that broke the limit were lost; of an age, updates lost meanwhile."""


@dataclass(frozen=True)
class BudgetVerdict:
    """A budget held against what one run, or several replications together, measured."""

    name: str
    service: str
    """What it is about: a service, a slice, an area, or where they meet; "": not restricted."""
    slice: str
    area: str
    metric: str
    """"latency", "reliability" or "age_of_information"."""
    quantile: float
    """Latency, age: of which quantile."""
    limit: float
    """Latency, age: at most [ns]; reliability: at least (a share)."""
    measured: Estimate
    """In the unit of the limit."""
    samples: int
    """Counted messages or tasks; of an age, stretches of time between two deliveries."""
    verdict: str
    """"pass", "fail" or "inconclusive"."""
    replications: int | None
    """Inconclusive: how many replications, in all, would decide; None: not known."""
    reason: str
    """Inconclusive: why, one sentence. Also of another verdict, that it stands on a sample, or on
    replications most of which are too short for the quantile. Else empty."""
    blame: Blame | None
    """Of a failed or inconclusive one; None where nothing was late or lost, or no messages are at hand."""

    @property
    def scope(self) -> str:
        """What it is about, in words: "telemetry · slice v2x · area junction"."""
        parts = [self.service, self.slice and f"slice {self.slice}", self.area and f"area {self.area}"]
        return " · ".join(part for part in parts if part)


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
    warnings: list[str] = field(default_factory=list)
    """What makes the numbers doubtful: a warm-up that looks too short, replications too short for a quantile."""


def summarise(files: Sequence[ResultFile]) -> Summary:
    """The summary of one file, or of several that are replications of one scenario (else `ResultError`)."""
    if len(files) == 1:
        return _read(files[0], assess(files) if not files[0].incomplete else [])
    if len({scenario_key(file) for file in files}) > 1:
        raise ResultError("these files are not replications of one scenario")
    seeds = [_seed(file) for file in files]
    for i, seed in enumerate(seeds):
        if seed in seeds[:i]:
            twin = files[seeds.index(seed)].path
            raise ResultError(f"{files[i].path} and {twin} are the same replication of the same scenario")
    complete = not any(file.incomplete for file in files)
    return _combine([_read(file, []) for file in files], assess(files) if complete else [])


def assess(
    files: Sequence[ResultFile | str | Path], budgets: str | Path | None = None
) -> list[BudgetVerdict]:
    """Verdicts on the budgets of one result, or of several replications of one scenario together.

    Args:
        files: results; complete ones.
        budgets: a budgets file (YAML, the keys `budgets` and `areas` as in a scenario) that takes the place
            of the scenario's own budgets; measured from what the results hold, without a new run.

    Raises:
        ResultError: a result cannot be read, is incomplete, is no replication of the same scenario as the
            others or the same one, or does not hold what a budget needs.
        ScenarioError: mistakes in the budgets file, each with its place.
    """
    paths = [file.path if isinstance(file, ResultFile) else str(file) for file in files]
    text = None if budgets is None else _core.read_budgets_file(str(budgets))
    try:
        found = _core.assess(paths, text, str(budgets))
    except ScenarioError as error:
        if any(diagnostic.file not in paths for diagnostic in error.diagnostics):
            raise
        raise ResultError(str(error)) from None
    return [
        BudgetVerdict(
            name=a.name,
            service=a.service,
            slice=a.slice,
            area=a.area,
            metric=a.metric,
            quantile=a.quantile,
            limit=a.limit,
            measured=Estimate(*a.measured),
            samples=a.samples,
            verdict=a.verdict,
            replications=a.replications,
            reason=a.reason,
            blame=None if a.blame is None else Blame(*a.blame),
        )
        for a in found
    ]


def scenario_key(file: ResultFile) -> str:
    """What replications of one scenario have in common: the resolved scenario but for its seed."""
    return _core.scenario_key(file.scenario_resolved)


def _seed(file: ResultFile) -> tuple[int, int]:
    simulation = file.scenario["simulation"]
    return int(simulation["seed"]), int(simulation["replication"])


def _read(file: ResultFile, budgets: list[BudgetVerdict]) -> Summary:
    services = file.names("services")
    rows = file.rows("summary")
    if (rows or not file.incomplete) and [row["service"] for row in rows] != list(range(len(services))):
        raise ResultError(f"{file.path}: damaged: its table summary has not one row a service")
    hosts = {-2: "(none)", -1: "(vehicle)", **dict(enumerate(file.names("hosts")))}
    stages: dict[int, dict[str, int]] = {}
    for row in file.rows("stage_summary"):
        stages.setdefault(row["service"], {})[file.word("stage_summary", "stage", row["stage"])] = row[
            "sum_ns"
        ]
    decisions: dict[str, dict[str, int]] = {}
    for row in file.rows("decisions"):
        decisions.setdefault(services[row["service"]], {})[hosts.get(row["host"], "(none)")] = row["tasks"]
    rows = file.rows("summary")
    if not rows and file.incomplete:
        rows = _so_far(file)
    return Summary(
        title=str(file.scenario.get("title", "")),
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
            for row in rows
        ],
        decisions=decisions,
        budgets=budgets,
        simulated_s=max(file.flushed_ns, 0) * 1e-9,
        wall_s=file.wall_s,
        incomplete=[file.path] if file.incomplete else [],
        warnings=[warm_up_warning(services[row["service"]]) for row in rows if row["warm_up_short"]],
    )


def _so_far(file: ResultFile) -> list[dict[str, Any]]:
    """The table `summary` of a run that was killed or is still going on, from its rows."""
    with _result_errors(file.path):
        return _core.summary_so_far(file.path)


def latency_quantiles(file: ResultFile, q: Sequence[float], interval: str) -> list[list[Estimate]]:
    """Latency quantiles [ns] of the services, in the order of their names; see `cv2x.Result.quantiles`."""
    with _result_errors(file.path):
        found = _core.latency_quantiles(file.path, q, interval)
    return [[Estimate(*triple) for triple in of_service] for of_service in found]


@contextlib.contextmanager
def _result_errors(path: str) -> Iterator[None]:
    """What C++ finds wrong with a result is a `ResultError`."""
    try:
        yield
    except ScenarioError as error:
        raise ResultError(str(error)) from None


def warm_up_warning(service: str) -> str:
    """As `cv2x run` says it."""
    return f"service '{service}': the warm-up looks too short; lengthen simulation.warm_up"


def _estimate(row: dict[str, Any], name: str, unit: str = "") -> Estimate:
    return Estimate(row[name + unit], row[f"{name}_low{unit}"], row[f"{name}_high{unit}"])


def _combine(parts: Sequence[Summary], budgets: list[BudgetVerdict]) -> Summary:
    """Replications, service by service; all have the same ones in the same order."""
    return Summary(
        title=parts[0].title,
        files=[path for part in parts for path in part.files],
        services=[_combine_service(same) for same in zip(*(part.services for part in parts), strict=False)],
        decisions={
            service: _add([part.decisions.get(service, {}) for part in parts])
            for service in dict.fromkeys(name for part in parts for name in part.decisions)
        },
        budgets=budgets,
        simulated_s=sum(part.simulated_s for part in parts),
        wall_s=sum(part.wall_s for part in parts),
        incomplete=[path for part in parts for path in part.incomplete],
        warnings=list(dict.fromkeys(warning for part in parts for warning in part.warnings))
        + [
            warning
            for same in zip(*(part.services for part in parts), strict=False)
            for warning in _too_short(same)
        ],
    )


def _too_short(same: Sequence[ServiceSummary]) -> Iterator[str]:
    """Says of which quantiles most replications know too little: their nearest rank is biased, and so is the mean."""
    for name, _ in QUANTILES:
        estimates = [s.quantiles_ns[name] for s in same if not math.isnan(s.quantiles_ns[name].value)]
        unsure = sum(math.isinf(e.high) and not math.isinf(e.value) for e in estimates)
        if 2 * unsure > len(estimates):
            yield (
                f"service '{same[0].name}': {unsure} of {len(estimates)} replications are too short for {name} by "
                "themselves, so their mean may be off; lengthen simulation.duration"
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


def _over(values: Sequence[float]) -> Estimate:
    return Estimate(*_core.over_replications([v for v in values if not math.isnan(v)]))


def _reliability(same: Sequence[ServiceSummary]) -> Estimate:
    return Estimate(*_core.reliability_over_replications([(float(s.in_time), float(s.sent)) for s in same]))
