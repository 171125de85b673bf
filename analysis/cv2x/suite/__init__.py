"""`cv2x bench offload`: fixed scenarios × policies × seeds, and a leaderboard."""

import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from cv2x import _core
from cv2x.against_bound import Measured, estimate
from cv2x.comparison import measure, name_policies
from cv2x.errors import ScenarioError
from cv2x.policy import PolicyLike
from cv2x.progress import Reporter, Silent, Update

QUICK = {"simulation.duration": "4 s"}
REFERENCE = "least_latency"
REPLICATIONS, QUICK_REPLICATIONS = 5, 2


@dataclass(frozen=True)
class Board:
    """What the suite measured."""

    frame: pd.DataFrame
    """As of `cv2x.compare`, with a level `scenario` before the others. Differences are to the first policy."""
    leaders: pd.DataFrame
    """The policies, best first, indexed by their names. Columns: `overall`, the geometric mean over the scenarios of
    mean latency over the least possible mean, with `low` and `high` of its 95 % interval; `behind`, that over the
    leader's, paired, with `behind_low` and `behind_high`; then a column a scenario, `above_bound` there."""
    titles: dict[str, str]
    """Scenario → its title."""
    replications: int


def built_in() -> list[str]:
    """All policies that are built in, the one that differences are to first."""
    return [REFERENCE, *(name for name in _core.policies() if name != REFERENCE)]


def scenarios() -> dict[str, Path]:
    """Name → file of the scenarios of the suite."""
    folder = Path(str(resources.files("cv2x.suite") / "offload"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def offload(
    policies: Sequence[PolicyLike] | Mapping[str, PolicyLike] | None = None,
    replications: int = 0,
    jobs: int = 0,
    only: Sequence[str] = (),
    output: str | Path | None = None,
    reporter: Reporter | None = None,
    *,
    quick: bool = False,
) -> Board:
    """Runs every scenario of the suite with every policy, `replications` times, and ranks the policies.

    Replication r of a scenario is the same world for all policies, so they are compared in pairs. The same arguments
    give the same numbers, whatever `jobs` is.

    Args:
        policies: two or more, as `cv2x.compare` takes them; None: all that are built in, `REFERENCE` first.
        replications: runs of a policy and scenario; 0: 5, or 2 when `quick`.
        jobs: runs at a time; 0: one a core.
        only: names of scenarios; none: all of them.
        output: a folder that keeps the result files, SCENARIO/POLICY-r000.h5 and so on; None: they go.
        reporter: shows how far the runs are.
        quick: short runs, for a first look; their numbers are others.
    """
    known = scenarios()
    for name in only:
        if name not in known:
            near = _core.nearest(name, list(known))
            hint = f"; did you mean {near!r}?" if near else ""
            raise ScenarioError(f"scenario: found {name!r}{hint}; there are: {', '.join(known)}")
    chosen = {name: path for name, path in known.items() if not only or name in only}
    named = name_policies(built_in() if policies is None else policies)
    times = replications or (QUICK_REPLICATIONS if quick else REPLICATIONS)
    frames: dict[str, pd.DataFrame] = {}
    measured: dict[str, list[Measured]] = {}
    titles: dict[str, str] = {}
    with reporter or nullcontext(Silent()) as shown:
        for name, path in chosen.items():
            titles[name] = _core.load(str(path), []).title
            folder = None if output is None else Path(output) / name
            overrides = QUICK if quick else {}
            told = _Within(name, shown)
            frames[name], measured[name] = measure(
                path, named, times, overrides, jobs, folder, told, bound=True
            )
    frame = pd.concat(frames, names=["scenario"])
    return Board(frame, leaders(measured), titles, times)


def leaders(measured: Mapping[str, Sequence[Measured]]) -> pd.DataFrame:
    """The table `Board.leaders` of what each scenario measured."""
    above = {
        (scenario, m.policy): m.values
        for scenario, all_of in measured.items()
        for m in all_of
        if m.metric == "above_bound"
    }
    names = list(dict.fromkeys(policy for _, policy in above))
    logs = {policy: _mean_logs([above[scenario, policy] for scenario in measured]) for policy in names}
    order = sorted(names, key=lambda policy: (_mean(logs[policy]), names.index(policy)))
    rows = []
    for policy in order:
        overall = estimate(logs[policy])
        pairs = [a - b for a, b in zip(logs[policy], logs[order[0]], strict=True)]
        behind = estimate(pairs)
        there = [estimate(above[scenario, policy]).value for scenario in measured]
        rows.append((policy, *map(_exp, overall), *map(_exp, behind), *there))
    columns = ["policy", "overall", "low", "high", "behind", "behind_low", "behind_high", *measured]
    return pd.DataFrame(rows, columns=columns).set_index("policy")


def _mean_logs(above: Sequence[Sequence[float]]) -> list[float]:
    """Of every replication: mean over the scenarios of the logarithm of mean latency over least mean latency."""
    return [_mean([math.log1p(value) for value in values]) for values in zip(*above, strict=True)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _exp(value: float) -> float:
    return math.inf if value > 700 else math.exp(value)


class _Within:
    """Reports runs of one scenario to a display that goes on after them."""

    def __init__(self, scenario: str, display: Reporter) -> None:
        self._scenario, self._display = scenario, display

    def update(self, name: str, update: Update) -> None:
        self._display.update(f"{self._scenario}: {name}", update)

    def done(self, name: str) -> None:
        self._display.done(f"{self._scenario}: {name}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return
