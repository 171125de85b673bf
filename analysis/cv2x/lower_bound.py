"""How much better any offloading policy could have done with the tasks of a run; docs/bound.md says what is proven."""

import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from rich.table import Table
from rich.text import Text

from cv2x import _core
from cv2x.errors import ResultError, ScenarioError
from cv2x.reader import ResultFile
from cv2x.screen import milliseconds

if TYPE_CHECKING:
    from cv2x.results import Result

LOST_DEADLINES = 5.0
MOST_LOST_DEADLINES = 1e6
BY_POLICY = "perception_offload"  # the kind of service whose host the policy chooses
NEVER_NS = 2**63 - 1
BACKHAUL = "backhaul: empty links, from the best site with a cell"


@dataclass(frozen=True)
class Bound:
    """What a policy measured, and what none can go below with the same tasks in the same world.

    Latency is that of the counted tasks whose host the policy chose; one that was lost, or later than `lost_deadlines`
    deadlines, counts as that late. So no policy looks better for losing what is slow.
    """

    tasks: int
    exact: bool
    """These are the best possible values of the relaxed world themselves; else what is proven to be below them."""
    lost_deadlines: float
    least_mean_ns: float
    """No policy has a smaller mean latency."""
    least_late: float
    """No policy has a smaller share of tasks that are late or lost."""
    mean_ns: float
    """What the recorded policy has."""
    late: float
    relaxed: tuple[str, ...]
    """What the bound leaves out of the world."""

    @property
    def above(self) -> float:
        """By what share the recorded mean is above the least one, so that 0.14 means at most 14 % above the best."""
        return self.mean_ns / self.least_mean_ns - 1 if self.least_mean_ns > 0 else math.nan


def bound(result: "Result | ResultFile | str | os.PathLike[str]", lost: float = LOST_DEADLINES) -> Bound:
    """What no policy can beat on the recorded arrivals of a finished run: the least mean latency and share of misses.

    Args:
        result: a result, its reader, or its file; recorded in full.
        lost: what a lost task counts as, in deadlines of its service; later ones count as much.

    A policy knows less than the bound, which knows all arrivals and the cycles of every task beforehand; and the bound
    is of a world without other traffic: see `Bound.relaxed` and docs/bound.md. With at most 12 tasks it is the optimum
    of that world, with more a lower bound.

    Raises `ResultError` when the file cannot tell: the run did not come to its end, it did not record every task, or
    the policy had nothing to decide.
    """
    if not 1 <= lost <= MOST_LOST_DEADLINES:  # so that NaN is wrong
        raise ScenarioError(f"lost: found {lost:g}; 1 to {MOST_LOST_DEADLINES:g} deadlines are allowed")
    if isinstance(result, ResultFile):
        return _of(result, lost)
    if isinstance(result, str | os.PathLike):
        with ResultFile(os.fspath(result)) as file:
            return _of(file, lost)
    return _of(result._file, lost)


def least(file: ResultFile, lost: float = LOST_DEADLINES) -> Bound | None:
    """The same for those that show it beside other things; None: the file cannot tell."""
    try:
        return _of(file, lost)
    except ResultError:
        return None


def _of(file: ResultFile, lost: float) -> Bound:
    scenario = file.scenario
    if file.incomplete:
        raise ResultError(f"{file.path}: the run did not come to its end; a bound needs all of its tasks")
    mode = scenario["recording"]["mode"]
    if mode != "full":
        raise ResultError(
            f"{file.path}: recorded with recording.mode {mode}; a bound needs every task: recording.mode=full"
        )
    tasks = placed(file)
    if not len(tasks["created_ns"]):
        raise ResultError(
            f"{file.path}: no counted task of a service of kind {BY_POLICY} had its host chosen by the offloading "
            "policy"
        )
    for i in np.unique(tasks["service"]):
        name = file.names("services")[i]
        if scenario["services"].get(name, {}).get("network"):
            raise ResultError(f"{file.path}: service {name} runs on GPUs, of which no bound is known")
    count = len(tasks["created_ns"])
    _, vehicle = np.unique(tasks["vehicle"], return_inverse=True)
    latency_ns, late, exact = _core.offload_bound(
        _world(file, scenario),
        (
            tasks["service"],
            vehicle,
            tasks["input_bytes"],
            tasks["output_bytes"],
            tasks["cycles"],
            tasks["created_ns"],
            _gone_ns(file)[tasks["vehicle"]],
        ),
        lost,
    )
    return Bound(
        tasks=count,
        exact=exact,
        lost_deadlines=lost,
        least_mean_ns=latency_ns / count,
        least_late=late / count,
        mean_ns=float(capped_ns(file, tasks, lost).mean()),
        late=float(is_late(file, tasks).mean()),
        relaxed=_relaxed(scenario),
    )


def placed(file: ResultFile) -> dict[str, npt.NDArray[Any]]:
    """Columns of the counted tasks whose host the policy chose, in the order of their creation."""
    services = [file.scenario["services"].get(name, {}) for name in file.names("services")]
    mine = [i for i, s in enumerate(services) if s.get("kind") == BY_POLICY and "server" not in s]
    table = file.table("tasks")
    kept = (table["counted"] == 1) & np.isin(table["service"], mine) & (table["parent_id"] == 0)
    order = np.flatnonzero(kept)
    order = order[np.argsort(table["id"][order], kind="stable")]
    return {name: values[order] for name, values in table.items()}


def capped_ns(file: ResultFile, tasks: dict[str, npt.NDArray[Any]], lost: float) -> npt.NDArray[np.float64]:
    """Latency of each task, at most `lost` deadlines, which is also what lost ones count as."""
    cap = lost * np.array(file.service_deadlines_ns, dtype=np.float64)[tasks["service"]]
    latency = (tasks["end_ns"] - tasks["created_ns"]).astype(np.float64)
    counted: npt.NDArray[np.float64] = np.where(_delivered(file, tasks), np.minimum(latency, cap), cap)
    return counted


def is_late(file: ResultFile, tasks: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    """Whether each task was lost or later than its deadline."""
    deadline = np.array(file.service_deadlines_ns, dtype=np.int64)[tasks["service"]]
    late: npt.NDArray[np.bool_] = ~_delivered(file, tasks) | (
        tasks["end_ns"] - tasks["created_ns"] > deadline
    )
    return late


def _delivered(file: ResultFile, tasks: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    return np.asarray(tasks["outcome"] == file.info("tasks", "outcome").words.index("delivered"))


def _gone_ns(file: ResultFile) -> npt.NDArray[np.int64]:
    """When each vehicle left: from then on nobody takes its results."""
    gone = np.full(len(file.names("vehicle_names")), NEVER_NS, dtype=np.int64)
    events = file.table("events", ["time_ns", "kind", "vehicle"])
    left = events["kind"] == file.info("events", "kind").words.index("leave")
    gone[events["vehicle"][left]] = events["time_ns"][left]
    return gone


def _world(file: ResultFile, scenario: dict[str, Any]) -> _core.LoadedScenario:
    """The scenario without what a bound does not ask for, such as files that may not be here."""
    kept = {
        key: value
        for key, value in scenario.items()
        if key not in ("title", "mobility", "sites", "areas", "budgets", "offloading", "recording")
    }
    kept["mobility"] = {"kind": "static", "vehicles": 1}
    kept["sites"] = {name: {"kind": site["kind"]} for name, site in scenario["sites"].items()}
    kept["offloading"] = {
        key: value for key, value in scenario["offloading"].items() if key == "decision_time"
    }
    try:
        return _core.load_text(json.dumps(kept), file.path, "", [], False)
    except ScenarioError as error:
        raise ResultError(
            f"{file.path}: its scenario cannot be read by this version of cv2x: {error}"
        ) from None


def _relaxed(scenario: dict[str, Any]) -> tuple[str, ...]:
    kind = scenario["radio"]["kind"]
    network = {
        "nr": (
            "radio: every task alone, all resources at the highest MCS, without requests, grants and errors",
            BACKHAUL,
        ),
        "ideal": ("radio: every task alone", BACKHAUL),
    }.get(kind, (f"radio ({kind}) and backhaul: no delay at all",))
    return (
        "knowledge: all arrivals and the cycles of every task are known beforehand",
        *network,
        "hosts: no other tasks than these, in whatever order, and none is refused; a task may be refused at the price "
        "of a lost one",
    )


# --- as text ---


def screen(path: str, policy: str, found: Bound) -> Iterable[Table | Text]:
    """What `cv2x bound` prints of one result."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    table.add_column(Text(f"{found.tasks} tasks"), no_wrap=True)
    best = "best possible" if found.exact else "no policy below"
    for heading in (policy, best, "above it"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    table.add_row(
        Text("mean latency [ms]"),
        Text(milliseconds(found.mean_ns)),
        Text(milliseconds(found.least_mean_ns)),
        Text(above_text(found.above)),
    )
    table.add_row(
        Text("late or lost [%]"),
        Text(f"{100 * found.late:.2f}"),
        Text(f"{100 * found.least_late:.2f}"),
        Text(f"{100 * (found.late - found.least_late):.2f} points"),
    )
    yield Text(path, style="bold")
    yield table
    yield Text(f"A lost task counts as {found.lost_deadlines:g} deadlines late, as do later ones. Left out:")
    for line in found.relaxed:
        yield Text(f"  {line}")


def above_text(above: float) -> str:
    """For example "14 %"; three digits where it is small."""
    if math.isnan(above):
        return "–"
    return f"{100 * above:.1f} %" if above < 0.1 else f"{100 * above:.0f} %"


def json_of(path: str, policy: str, found: Bound) -> dict[str, Any]:
    """The same for programs."""
    return {
        "file": path,
        "policy": policy,
        "tasks": found.tasks,
        "exact": found.exact,
        "lost_deadlines": found.lost_deadlines,
        "mean_ms": found.mean_ns * 1e-6,
        "least_mean_ms": found.least_mean_ns * 1e-6,
        "above": None if math.isnan(found.above) else found.above,
        "late": found.late,
        "least_late": found.least_late,
        "relaxed": list(found.relaxed),
    }
