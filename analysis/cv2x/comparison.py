"""Offloading policies held against each other: same vehicles, same arrivals, same radio, pair by pair."""

import inspect
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from rich.table import Table
from rich.text import Text

from cv2x import _core, against_bound, policy_source
from cv2x.errors import ScenarioError
from cv2x.policy import PolicyLike, prepare
from cv2x.progress import Reporter, Silent
from cv2x.reader import ResultFile
from cv2x.screen import milliseconds
from cv2x.simulate import (
    Job,
    Overrides,
    load,
    output_folder,
    override_texts,
    policy_overrides,
    run_job,
    run_jobs,
)
from cv2x.summary import Estimate, ServiceSummary, summarise

if TYPE_CHECKING:
    from cv2x.scenario import Scenario

METRICS = ("mean_ms", "p50_ms", "p95_ms", "p99_ms", "reliability")
SHOWN = ("p50_ms", "p95_ms", "p99_ms", "reliability")
LONGEST_NAME = 20
NOTHING = Estimate(math.nan, math.nan, math.nan)


def compare(
    scenario: "str | os.PathLike[str] | Scenario | Mapping[str, Any] | _core.LoadedScenario",
    policies: Sequence[PolicyLike] | Mapping[str, PolicyLike],
    replications: int = 5,
    overrides: Overrides = (),
    jobs: int = 0,
    output: str | Path | None = None,
    reporter: Reporter | None = None,
    bound: bool = True,
) -> pd.DataFrame:
    """Runs a scenario with each policy, `replications` times, and compares.

    Replication r is the same world for all policies (common random numbers), so what differs between them is
    the policies' doing, and the difference to the first one has a narrower interval than the values have.

    Args:
        scenario: a scenario file; or a `Scenario`, nested dicts, or what `load` gave (the last without overrides),
            which all run in this process.
        policies: two or more, as `cv2x.run` takes them; a dict gives them other names in the table. Objects are
            refused, since they would carry their state from one replication to the next: give the class.
        replications: runs a policy, from the scenario's own replication on.
        overrides: as of `cv2x.run`.
        jobs: runs at a time, in processes of their own; 0: one a core. A policy that another process cannot
            find (of a notebook, a lambda) runs in this one.
        output: a folder that keeps the result files, POLICY-r000.h5 and so on; None: they go.
        reporter: shows how far the runs are.
        bound: whether to say what no policy can beat (`cv2x.bound`); takes about a second of 10 000 tasks.

    Returns:
        Shape (policies × (services × 5 + 5), 6), indexed by policy, service and metric: `mean_ms` (of the delivered
        ones), `p50_ms`, `p95_ms`, `p99_ms` (lost ones infinitely late), `reliability` (a share). Under the service
        "(all tasks)", of those whose host the policy chose: `capped_mean_ms`, where a lost task counts as 5
        deadlines, as do later ones; `late`, a share; `least_mean_ms` and `least_late`, below which no policy can
        come; `above_bound`, by what share the mean is above that. Without these where they cannot be told. Columns:
        `value`, and `difference`: to the first policy, mean over the replications; each with the `low` and
        `high` of its 95 % interval. NaN where nothing was measured or there is no difference to speak of: of
        the first policy itself, and where both lost so much that the quantile is infinite. With one
        replication a difference has no interval (−inf to +inf).

    Raises `ScenarioError` and `PolicyError` as `cv2x.run` does; a run that fails ends the others. `RunError`
    when the process of one was killed, after all others have ended.
    """
    return measure(scenario, policies, replications, overrides, jobs, output, reporter, bound=bound).frame


class Comparison(NamedTuple):
    """What `compare` returns, and what every replication measured against the bound."""

    frame: pd.DataFrame
    against_bound: list[against_bound.Measured]


def measure(
    scenario: "str | os.PathLike[str] | Scenario | Mapping[str, Any] | _core.LoadedScenario",
    policies: Sequence[PolicyLike] | Mapping[str, PolicyLike],
    replications: int,
    overrides: Overrides,
    jobs: int,
    output: str | Path | None,
    reporter: Reporter | None,
    *,
    bound: bool,
) -> Comparison:
    """The comparison itself; arguments and errors as of `compare`."""
    if replications < 1:
        raise ScenarioError(f"replications: found {replications}; at least 1 is needed")
    if jobs < 0:
        raise ScenarioError(f"jobs: found {jobs}; at least 0 is needed (0: one a core)")
    if isinstance(scenario, _core.LoadedScenario):
        if overrides:
            raise TypeError("overrides go to load() when a loaded scenario is given")
        loaded, path = scenario, None
    else:
        loaded = load(scenario, overrides)
        path = os.fspath(scenario) if isinstance(scenario, str | os.PathLike) else None
    named = name_policies(policies)
    for policy in named.values():
        prepare(loaded, policy)  # what is wrong with any of them comes to light before the first run
    numbers = range(loaded.replication, loaded.replication + replications)
    workers = jobs or len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="cv2x-") as temporary:
        folder = Path(output) if output is not None else Path(temporary)
        files = {
            name: [f"{folder / stem}-r{r:03}.h5" for r in numbers] for name, stem in _stems(named).items()
        }
        todo: list[Job] = []
        here: list[tuple[Job, _core.LoadedScenario, PolicyLike]] = []
        for name, policy in named.items():
            spec = _spec(policy)
            for r, file in zip(numbers, files[name], strict=True):
                number = f"simulation.replication={r}"
                keys = [*override_texts(overrides), number]
                if path is not None and spec is not None:
                    todo.append(Job(f"{name} {r}", path, file, [*keys, *policy_overrides(spec)]))
                else:
                    here.append(
                        (Job(f"{name} {r}", path or "", file), loaded.with_overrides([number]), policy)
                    )
        with output_folder(folder), reporter or Silent() as shown:
            run_jobs(todo, workers, shown)
            for job, world, policy in here:
                run_job(job, shown, world, policy)
        measured = against_bound.against_bound(files, workers) if bound else []
        return Comparison(_table(files, measured), measured)


def name_policies(policies: Sequence[PolicyLike] | Mapping[str, PolicyLike]) -> dict[str, PolicyLike]:
    """The policies by the names they have in the table."""
    if isinstance(policies, Mapping):
        named = dict(policies)
    else:
        if isinstance(policies, str):
            raise ScenarioError(f"policies: found {policies!r}; a list of policies is needed")
        short = [_short(policy) for policy in policies]
        names = [
            Path(policy).name if short.count(name) > 1 and isinstance(policy, str) else name
            for name, policy in zip(short, policies, strict=True)
        ]
        for name in names:
            if names.count(name) > 1:
                raise ScenarioError(
                    f"two policies are called {name!r}; name them with a dict {{name: policy}}"
                )
        named = dict(zip(names, policies, strict=True))
    if len(named) < 2:
        raise ScenarioError(f"policies: found {len(named)}; two or more are needed for a comparison")
    for name, policy in named.items():
        if callable(getattr(policy, "decide", None)) and not inspect.isclass(policy):
            raise ScenarioError(
                f"policy {name!r} is an object, which would carry its state from one run to the next; give its "
                "class, or the name of the class"
            )
    return named


def _short(policy: PolicyLike) -> str:
    if isinstance(policy, str):
        return policy.rpartition(":")[2]
    return str(getattr(policy, "__name__", type(policy).__name__))


def _stems(named: Iterable[str]) -> dict[str, str]:
    """Beginnings of file names, all different."""
    stems: dict[str, str] = {}
    for i, name in enumerate(named):
        stem = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
        stems[name] = f"{stem}-{i}" if stem in stems.values() else stem
    return stems


def _spec(policy: PolicyLike) -> str | None:
    """The name by which another process finds it; None: it cannot."""
    if isinstance(policy, str):
        return policy
    source = policy_source.describe(policy)
    return source.name if policy_source.importable(source) else None


# --- the table ---


def _table(files: Mapping[str, Sequence[str]], measured: Sequence[against_bound.Measured]) -> pd.DataFrame:
    rows = []
    first: list[dict[str, ServiceSummary]] | None = None
    for name, paths in files.items():
        opened = [ResultFile(path) for path in paths]
        try:
            combined = summarise(opened)
            single = [{s.name: s for s in summarise([file]).services} for file in opened]
        finally:
            for file in opened:
                file.close()
        for service in combined.services:
            for metric in METRICS:
                mine = [_value(parts[service.name], metric) for parts in single]
                other = [_value(parts[service.name], metric) for parts in first] if first else []
                difference = _difference(mine, other) if first else NOTHING
                rows.append((name, service.name, metric, *_estimate(service, metric), *difference))
        first = first or single
        rows += [
            (
                name,
                against_bound.ALL_TASKS,
                m.metric,
                *against_bound.estimate(m.values),
                *_above_first(m, measured),
            )
            for m in measured
            if m.policy == name
        ]
    columns = ["value", "low", "high", "difference", "difference_low", "difference_high"]
    index = ["policy", "service", "metric"]
    return pd.DataFrame(rows, columns=[*index, *columns]).set_index(index)


def _estimate(service: ServiceSummary, metric: str) -> Estimate:
    if metric == "reliability":
        return service.reliability
    ns = service.mean_ns if metric == "mean_ms" else service.quantiles_ns[metric.removesuffix("_ms")]
    return Estimate(*(value * 1e-6 for value in ns))


def _value(service: ServiceSummary, metric: str) -> float:
    return _estimate(service, metric).value


def _above_first(mine: against_bound.Measured, all_of: Sequence[against_bound.Measured]) -> Estimate:
    first = all_of[0].policy
    if mine.policy == first:
        return NOTHING
    return _difference(
        mine.values, next(m.values for m in all_of if (m.policy, m.metric) == (first, mine.metric))
    )


def _difference(mine: Sequence[float], first: Sequence[float]) -> Estimate:
    """Of pairs, one a replication; NaN when one of them has no difference (both infinite, or not measured)."""
    pairs = [a - b for a, b in zip(mine, first, strict=True)]
    if any(math.isnan(pair) for pair in pairs) or (math.inf in pairs and -math.inf in pairs):
        return NOTHING
    if -math.inf in pairs:  # over_replications knows lost ones as +inf
        value, low, high = _core.over_replications([-pair for pair in pairs])
        return Estimate(-value, -high, -low)
    return Estimate(*_core.over_replications(pairs))


# --- as text ---


def screen(frame: pd.DataFrame) -> Iterable[Table]:
    """What to print: a table a service, for each policy its values and below them the difference to the first.

    Green and red: the interval of the difference leaves out 0; better and worse.
    """
    cells: dict[tuple[str, str, str], list[float]] = {key: row for key, *row in frame.itertuples()}
    policies = list(dict.fromkeys(policy for policy, _, _ in cells))
    for service in dict.fromkeys(service for _, service, _ in cells):
        if service == against_bound.ALL_TASKS:
            continue
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
        table.add_column(Text(f"{service} [ms]"), no_wrap=True, max_width=LONGEST_NAME)
        for heading in ("p50", "p95 [95 % CI]", "p99 [95 % CI]", "reliability [%]"):
            table.add_column(Text(heading), justify="right", no_wrap=True)
        for policy in policies:
            rows = [cells[policy, service, metric] for metric in SHOWN]
            values = [_interval(metric, *row[:3]) for metric, row in zip(SHOWN, rows, strict=True)]
            table.add_row(Text(policy), *map(Text, values))
            if policy != policies[0]:
                differences = [_change(metric, *row[3:]) for metric, row in zip(SHOWN, rows, strict=True)]
                table.add_row(Text(f"  − {policies[0]}", style="dim"), *differences)
        yield table
    if any(service == against_bound.ALL_TASKS for _, service, _ in cells):
        yield against_bound.screen(cells, policies, LONGEST_NAME)


def _text(metric: str, value: float) -> str:
    if metric == "reliability" and math.isfinite(value):
        return f"{100 * value:.1f}"
    text = milliseconds(abs(value) * 1e6)
    return f"-{text}" if value < 0 else text


def _interval(metric: str, value: float, low: float, high: float) -> str:
    if math.isnan(value) or metric == "p50_ms":
        return milliseconds(value * 1e6)
    return f"{_text(metric, value)} [{_text(metric, low)}, {_text(metric, high)}]"


def _change(metric: str, value: float, low: float, high: float) -> Text:
    """For example "+3.1 ± 0.4": the interval of a difference has its value in the middle."""
    if math.isnan(value):
        return Text("–")
    better = low > 0 if metric == "reliability" else high < 0
    worse = high < 0 if metric == "reliability" else low > 0
    text = f"{'+' if value > 0 else ''}{_text(metric, value)}"
    if math.isfinite(value):
        text += f" ± {_text(metric, high - value)}"
    return Text(text, style="green" if better else "red" if worse else "")
