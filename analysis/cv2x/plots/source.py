"""What figures need of one result, or of several replications of one scenario, read column by column.

Rows stay numbers here (codes, ns, m): a result of 10⁶ messages has 10⁷ stages, of which categoricals cost more than
the figures.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from cv2x.errors import ResultError
from cv2x.frames import PIPELINE
from cv2x.plots.data import breakdown
from cv2x.plots.data.distribution import Distribution, of_histogram, of_rows
from cv2x.reader import ResultFile
from cv2x.summary import Summary, summarise

if TYPE_CHECKING:
    from cv2x.results import Result

Plottable = Union["Result", "Source"]

IN_VEHICLE, UNDECIDED, NO_TASK = -1, -2, -4  # −3: a task graph, whose subtasks have hosts
SLOWEST = 0.01  # the share of "the slowest 1 %"

_COMMON = (
    "service",
    "outcome",
    "counted",
    "cell",
    "created_ns",
    "end_ns",
    "x_m",
    "y_m",
    "first_stage",
    "stages",
)

_DECIDED = ("file", "service", "host", "created_ns", "decided_ns", "x_m", "y_m")


def placed_subtasks(service: dict[str, Any]) -> list[bool]:
    """Of a service of the resolved scenario, for each subtask: whether the offloading policy places it."""
    if service.get("kind") == "perception_pipeline":
        subtasks = [service.get(stage, {}) for stage in PIPELINE]
    else:
        subtasks = list(service.get("subtasks", {}).values())
    return [subtask.get("runs_on") not in ("vehicle", "host") for subtask in subtasks]


class Source:
    """The files of one scenario. Everything is read when first used and kept.

    Distributions, stages and maps are of all files together; what goes over time is of the first one.
    """

    def __init__(self, files: Sequence[ResultFile]) -> None:
        self.files = list(files)
        self.first = self.files[0]
        if len(self.files) > 1:
            for file in self.files:
                if file.incomplete:
                    raise ResultError(f"{file.path}: incomplete: its run has not ended; report it by itself")
        self.summary: Summary = summarise(self.files)
        self.services = self.first.names("services")
        self.deadlines_ns = np.array(self.first.service_deadlines_ns, dtype=np.float64)
        self.hosts = self.first.names("hosts")
        self.cells = self.first.names("cells")
        self.sites = self.first.names("sites")

    @classmethod
    def of(cls, result: Plottable) -> "Source":
        """Itself, or that of a result."""
        return result if isinstance(result, Source) else result.plot.source

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario."""
        return self.first.scenario

    @property
    def ideal(self) -> bool:
        """A kind of radio without cells: sites in place of them."""
        return bool(self.radio != "nr")

    @property
    def radio(self) -> str:
        """Kind of the radio."""
        return str(self.scenario["radio"]["kind"])

    @property
    def without_rows(self) -> str:
        """Why there are no rows of messages and tasks; "" when there are."""
        if len(self.items):
            return ""
        mode = self.scenario["recording"]["mode"]
        if mode == "histogram":
            return "This run was recorded with recording.mode: histogram, which keeps no rows of messages or tasks."
        if any(file.incomplete for file in self.files):
            return "The run ended before any message or task that counts was written."
        return "No message or task counted: none was created between warm-up and drain."

    def known(self, services: Sequence[str] | None) -> list[str]:
        """The services asked for, in the order of the result; None: all. `ValueError` names those there are."""
        wrong = [name for name in services or () if name not in self.services]
        if wrong:
            raise ValueError(f"no service {wrong[0]!r}; there are {', '.join(self.services)}")
        return [name for name in self.services if services is None or name in services]

    # --- messages and tasks ---

    @cached_property
    def items(self) -> pd.DataFrame:
        """What services are judged by, counted ones only: tasks, messages of their own, copies of warnings.

        Columns: file, service, outcome (numbers), cell, site (−1: none), host (`NO_TASK`: a message), created_ns,
        decided_ns, end_ns, latency_ns (+inf: lost), x_m, y_m, first_stage, stages.
        """
        return pd.concat([self._items(i) for i in range(len(self.files))], ignore_index=True)

    def _items(self, i: int) -> pd.DataFrame:
        file = self.files[i]
        table = file.table("messages", (*_COMMON, "kind", "parent_id"))
        kinds = file.info("messages", "kind").words
        kind, parent = table.pop("kind"), table.pop("parent_id")
        # As sim/run/collector.h counts them: a task's input and result and a warning before it is copied are parts.
        own = (parent == 0) & (kind != kinds.index("v2n2v")) | (kind == kinds.index("copy"))
        own &= table["counted"] == 1
        messages = {name: values[own] for name, values in table.items()}
        tasks = file.table("tasks", (*_COMMON, "host", "decided_ns", "parent_id"))
        whole = (tasks["counted"] == 1) & (tasks.pop("parent_id") == 0)  # a subtask is a part
        tasks = {name: values[whole] for name, values in tasks.items()}
        n = len(messages["service"])
        messages |= {"host": np.full(n, NO_TASK, np.int32), "decided_ns": np.zeros(n, np.int64)}
        both = {name: np.concatenate([messages[name], tasks[name]]) for name in messages if name != "counted"}
        frame = pd.DataFrame(both)
        delivered = frame["outcome"].to_numpy() == file.info("tasks", "outcome").words.index("delivered")
        latency = (frame["end_ns"] - frame["created_ns"]).to_numpy(np.float64)
        frame["latency_ns"] = np.where(delivered, latency, np.inf)
        frame["file"] = np.uint16(i)
        cell = frame["cell"].to_numpy(np.int64)
        known = np.append(self.site_of_cell, -1)
        frame["site"] = known[np.where((cell >= 0) & (cell < len(known) - 1), cell, len(known) - 1)]
        return frame

    @cached_property
    def site_of_cell(self) -> npt.NDArray[np.int64]:
        """Site of each cell; without cells it is a site."""
        if self.ideal:
            return np.arange(len(self.sites))
        cells = self.scenario["radio"]["cells"]
        try:
            return np.array([self.sites.index(cells[name]["site"]) for name in self.cells], dtype=np.int64)
        except (KeyError, ValueError):
            raise ResultError(
                f"{self.first.path}: damaged: its cells and sites are not those of its scenario"
            ) from None

    @cached_property
    def decided(self) -> pd.DataFrame:
        """Counted tasks whose host the offloading policy chose, and of task graphs such subtasks.

        Those of services without a server of their own, and subtasks that have no place by name. Columns: file,
        service, host, created_ns, decided_ns, x_m, y_m.
        """
        services = self.scenario["services"]
        free = [
            i
            for i, name in enumerate(self.services)
            if "server" not in services.get(name, {}) and not placed_subtasks(services.get(name, {}))
        ]
        items = self.items
        tasks = items[(items["host"] != NO_TASK) & items["service"].isin(free)]
        parts = [tasks[list(_DECIDED)], *(self._subtasks(i) for i in range(len(self.files)))]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Counted tasks and whole task graphs of the services for which the policy decides: rows of `items`."""
        return self.items[self.items["service"].isin(self.decided["service"].unique())]

    def _subtasks(self, i: int) -> pd.DataFrame:
        """Counted subtasks of a file that the policy placed."""
        file = self.files[i]
        if "subtask" not in file.columns("tasks"):  # format 1.2
            return pd.DataFrame({name: [] for name in _DECIDED}).astype({"file": np.uint16})
        frame = pd.DataFrame(file.table("tasks", (*_DECIDED[1:], "counted", "subtask")))
        asked = np.zeros(len(frame), dtype=bool)
        for number, name in enumerate(self.services):
            of_policy = placed_subtasks(self.scenario["services"].get(name, {}))
            subtask = frame["subtask"].to_numpy()
            for at in np.flatnonzero(of_policy):
                asked |= (frame["service"].to_numpy() == number) & (subtask == at)
        frame = frame[asked & (frame["counted"] == 1)].assign(file=np.uint16(i))
        return frame[list(_DECIDED)]

    @cached_property
    def lost(self) -> dict[str, dict[str, int]]:
        """Service → outcome → how many of the rows were lost so."""
        words = self.first.info("tasks", "outcome").words
        lost = self.items[np.isinf(self.items["latency_ns"])]
        count = lost.groupby(["service", "outcome"]).size()
        out: dict[str, dict[str, int]] = {}
        for (service, outcome), n in count.sort_values(ascending=False).items():
            out.setdefault(self.services[service], {})[words[outcome]] = int(n)
        return out

    # --- distributions ---

    def histogram(self, service: str, *, first: bool = False) -> pd.DataFrame:
        """Rows of the table `histograms` of a service, of all files or of the first one."""
        parts = self._histograms[:1] if first else self._histograms
        frame = pd.concat(parts) if len(parts) > 1 else parts[0]
        return frame[frame["service"] == self.services.index(service)]

    @cached_property
    def _histograms(self) -> list[pd.DataFrame]:
        # Of a run that was killed there are none, but its rows are as good (and it is the only file).
        return [
            pd.DataFrame(file.table("histograms")) if file.size("histograms") else of_rows(self.items)
            for file in self.files
        ]

    def distribution(self, service: str) -> Distribution:
        """Latencies of a service."""
        return of_histogram(self.histogram(service))

    # --- stages ---

    @cached_property
    def stage_names(self) -> list[str]:
        """Names of the stages' codes."""
        return self.first.info("stages", "stage").words

    @cached_property
    def _stage_sums(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """(Services, sites + 1, stages) of the delivered; (services, stages) of the slowest; which those are."""
        items, sites, stages = self.items, len(self.sites) + 1, len(self.stage_names)
        service = items["service"].to_numpy(np.int64)
        delivered = np.isfinite(items["latency_ns"].to_numpy())
        slow = breakdown.slowest(service, items["latency_ns"].to_numpy(), SLOWEST)
        site = items["site"].to_numpy(np.int64)
        place = service * sites + np.where(site < 0, sites - 1, site)
        every = np.zeros((len(self.services) * sites, stages))
        few = np.zeros((len(self.services), stages))
        for i, file in enumerate(self.files):
            table = file.table("stages")
            mine = items["file"].to_numpy() == i
            chosen = mine & delivered
            rows = items[chosen]
            if len(table["stage"]) < (rows["first_stage"] + rows["stages"]).max() if len(rows) else False:
                raise ResultError(f"{file.path}: rows point behind the end of the table stages")
            every += breakdown.stage_sums(
                rows, place[chosen], len(every), table["stage"], table["enter_ns"], stages
            )
            few += breakdown.stage_sums(
                items[mine & slow], service[mine & slow], len(few), table["stage"], table["enter_ns"], stages
            )
        return every.reshape(len(self.services), sites, stages), few, slow

    def mean_stages(self, service: str) -> dict[str, float]:
        """Mean time a delivered one spent in each stage [ns], as the run counted it (else, from the rows)."""
        for summary in self.summary.services:
            if summary.name == service and summary.delivered:
                return {stage: ns / summary.delivered for stage, ns in summary.stages_ns.items()}
        means = self.site_stages(service)
        total = sum(n for n, _ in means.values())
        sums: dict[str, float] = {}
        for n, stages in means.values():
            for stage, mean in stages.items():
                sums[stage] = sums.get(stage, 0) + mean * n / total
        return sums

    def site_stages(self, service: str) -> dict[str, tuple[int, dict[str, float]]]:
        """Site ("(none)": no serving cell) → delivered there, and the mean time of each stage [ns]."""
        number, names = self.services.index(service), [*self.sites, "(none)"]
        items = self.items
        mine = (items["service"] == number) & np.isfinite(items["latency_ns"])
        site = items.loc[mine, "site"].to_numpy(np.int64)
        count = np.bincount(np.where(site < 0, len(self.sites), site), minlength=len(names))
        if not count.any():
            return {}
        sums = self._stage_sums[0][number]
        return {names[i]: (int(count[i]), self._named(sums[i] / count[i])) for i in np.flatnonzero(count)}

    def slowest_stages(self, service: str) -> tuple[int, float, dict[str, float]]:
        """The slowest 1 % of the delivered: how many, the least latency of them, mean time of each stage [ns]."""
        number, items = self.services.index(service), self.items
        if not len(items):
            return 0, np.nan, {}
        _, sums, slow = self._stage_sums
        mine = slow & (items["service"].to_numpy() == number)
        n = int(mine.sum())
        if n == 0:
            return 0, np.nan, {}
        return n, float(items["latency_ns"].to_numpy()[mine].min()), self._named(sums[number] / n)

    def _named(self, values: npt.NDArray[np.float64]) -> dict[str, float]:
        return {name: float(v) for name, v in zip(self.stage_names, values, strict=True) if v > 0}

    # --- over time ---

    def load(self, table: str) -> pd.DataFrame:
        """Table `cells`, `links` or `hosts` of the first file, numbers as stored."""
        return pd.DataFrame(self.first.table(table))

    @property
    def window_ns(self) -> tuple[int, int]:
        """Simulated time the first file covers."""
        return 0, max(self.first.flushed_ns, 0)
