"""Policies side by side in a report: which files are whose, and a table of how they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cv2x.against_bound import METRICS, Measured, against_bound, estimate
from cv2x.errors import ResultError
from cv2x.lower_bound import LOST_DEADLINES, above_text
from cv2x.plots.decisions import host_names
from cv2x.plots.source import Source
from cv2x.plots.style import milliseconds, percent
from cv2x.reader import ResultFile
from cv2x.report.tables import Cell
from cv2x.summary import Estimate

MOST_TASKS = 300_000  # of a file, whose bound a report takes the time to find


@dataclass(frozen=True)
class PolicyRow:
    """A policy in the table."""

    name: str
    mean: Cell
    above: Cell
    late: Cell
    shares: list[str]
    """Of the tasks, by host."""


@dataclass(frozen=True)
class PolicyTable:
    """What the section says."""

    hosts: list[str]
    rows: list[PolicyRow]
    sentence: str
    """How far the first policy is from the best possible; "" when that cannot be told."""
    lost: str


def by_policy(files: Sequence[ResultFile]) -> dict[str, list[ResultFile]]:
    """The files of each policy, in the order in which the policies come first.

    `ResultError` when they differ in more than the policy and the replication, or the policies have other replications.
    """
    out: dict[str, list[ResultFile]] = {}
    for file in files:
        out.setdefault(file.provenance.get("policy", ""), []).append(file)
    if len(out) == 1:
        return out
    first = files[0]
    worlds = {file.path: _world(file) for file in files}
    for file in files:
        key = _difference(worlds[first.path], worlds[file.path])
        if key:
            raise ResultError(
                f"{file.path} is of another scenario than {first.path}: {key} differs; a report holds replications of "
                "one scenario, by one policy or several"
            )
        if file.incomplete:
            raise ResultError(f"{file.path}: incomplete: its run has not ended; report it by itself")
    replications = {name: sorted(_replication(file) for file in mine) for name, mine in out.items()}
    wanted = next(iter(replications.values()))
    for name, found in replications.items():
        if found != wanted:
            raise ResultError(
                f"policy {name}: replications {_listed(found)}, but {_listed(wanted)} of {next(iter(out))}; "
                "policies are held against each other in the same worlds"
            )
    return {name: sorted(mine, key=_replication) for name, mine in out.items()}


def _replication(file: ResultFile) -> tuple[int, int]:
    simulation = file.scenario["simulation"]
    return int(simulation["seed"]), int(simulation["replication"])


def _listed(found: list[tuple[int, int]]) -> str:
    return ", ".join(str(replication) for _, replication in found)


def _world(file: ResultFile) -> dict[str, Any]:
    scenario = file.scenario
    simulation = {k: v for k, v in scenario["simulation"].items() if k not in ("seed", "replication")}
    offloading = {
        k: v for k, v in scenario["offloading"].items() if k == "decision_time" or k == "load_report"
    }
    return scenario | {"simulation": simulation, "offloading": offloading}


def _difference(a: object, b: object) -> str:
    """The first key in which they differ; "": none."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(k for k in b if k not in a)]:
            if key not in a or key not in b:
                return str(key)
            inner = _difference(a[key], b[key])
            if inner:
                return f"{key}{'.' if inner[0] != ' ' else ''}{inner}".rstrip()
        return ""
    return "" if a == b else " "


def policy_table(policies: dict[str, Source]) -> PolicyTable | None:
    """How the policies did; None: no task had its host chosen by them."""
    sources = list(policies.values())
    if not any(len(source.decided) for source in sources):
        return None
    names = host_names(*sources)
    hosts = list(dict.fromkeys(names.values()))
    few = all(len(source.decided) <= MOST_TASKS * len(source.files) for source in sources)
    paths = {name: [file.path for file in source.files] for name, source in policies.items()}
    measured = against_bound(paths) if few else []
    rows = []
    for name, source in policies.items():
        count = source.decided["host"].map(names).value_counts()
        total = max(int(count.sum()), 1)
        mean, late, above = (_of(measured, name, metric) for metric in METRICS)
        rows.append(
            PolicyRow(
                name,
                _cell(mean, lambda ms: milliseconds(ms * 1e6)),
                _cell(above, above_text),
                _cell(late, lambda share: percent(share, 2)),
                [percent(int(count.get(host, 0)) / total) if count.get(host, 0) else "" for host in hosts],
            )
        )
    return PolicyTable(hosts, rows, _sentence(measured, next(iter(policies))), f"{LOST_DEADLINES:g}")


def _of(measured: Sequence[Measured], policy: str, metric: str) -> Estimate:
    values = [m.values for m in measured if (m.policy, m.metric) == (policy, metric)]
    return estimate(values[0]) if values else Estimate(float("nan"), float("nan"), float("nan"))


def _cell(of: Estimate, text: Any) -> Cell:  # noqa: ANN401
    if of.value != of.value:
        return Cell("–")
    known = abs(of.low) != float("inf") and abs(of.high) != float("inf")
    return Cell(text(of.value), f"{text(of.low)} – {text(of.high)}" if known else "")


def _sentence(measured: Sequence[Measured], policy: str) -> str:
    if not measured:
        return ""
    above, least = _of(measured, policy, "above_bound").value, _of(measured, policy, "least_mean_ms").value
    late = _of(measured, policy, "least_late").value
    return (
        f"{policy} is at most {above_text(above)} above the best possible: no policy, not even one that knew all tasks "
        f"beforehand, has a mean latency below {milliseconds(least * 1e6)}, nor less than {percent(late, 2)} late or "
        "lost."
    )
