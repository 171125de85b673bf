"""A result as pandas tables."""

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cv2x import _core
from cv2x.frames import FLAGS, categorical, in_order, stages_of, subtask_names
from cv2x.reader import ResultFile
from cv2x.summary import Summary, latency_quantiles, summarise
from cv2x.vector import ABOVE_0, BELOW_1, within

if TYPE_CHECKING:
    import xarray as xr

    from cv2x.plots import Plots


def open_result(path: str | Path) -> "Result":
    """Opens a result file; `ResultError` when it is not one, is damaged, or is of a newer format."""
    return Result(path)


class Result:
    """What a run wrote.

    Tables are pandas DataFrames, read when first used and kept. Names (services, hosts, cells, vehicles, stages,
    outcomes) are categoricals, times are integer nanoseconds. `frame.attrs["units"]` and
    `frame.attrs["descriptions"]` are dicts by column; `describe()` lists them all, `to_xarray()` gives arrays.

    In a file of a run that was killed or is still going on (`incomplete`, `state`) the tables hold everything up
    to the last flush, and the table `summary` is empty; `quantiles()` says what there is so far. `refresh()` reads
    on, `follow()` does so until the run has ended.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = ResultFile(path)

    def close(self) -> None:
        """Closes the file; what was read stays."""
        self._file.close()

    def __enter__(self) -> "Result":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "" if self.state == "finished" else f"{self.state}, "
        return f"<cv2x.Result {self.path}: {state}{len(self._file.names('services'))} services>"

    def _repr_html_(self) -> str:
        from cv2x.notebook import result_html

        return result_html(self._digest, self.state)

    @property
    def path(self) -> str:
        """The file."""
        return self._file.path

    @property
    def incomplete(self) -> bool:
        """The run was killed or interrupted, or is still going on."""
        return self._file.incomplete

    @property
    def state(self) -> Literal["finished", "running", "ended early"]:
        """Whether the run came to its end, is still writing the file, or was killed or interrupted."""
        if not self.incomplete:
            return "finished"
        return "running" if _core.is_being_written(self.path) else "ended early"

    @property
    def simulated_s(self) -> float:
        """Simulated time up to which the tables are filled [s]: in a finished file the end of the run."""
        return max(self._file.flushed_ns, 0) * 1e-9

    def refresh(self) -> "Result":
        """Reads what a run that is going on has written since; frames that were taken before stay as they are."""
        path = self.path
        self._file.close()  # first: HDF5 would share what it knows of an open file
        self.__dict__.clear()
        self._file = ResultFile(path)
        return self

    def follow(self, every_s: float = 1.0) -> Iterator["Result"]:
        """Yields this result, read anew every so many seconds, until the run has ended; the last time all is there.

        for result in cv2x.open("out.h5").follow():
            print(result.simulated_s, len(result.messages))
        """
        while True:
            going_on = self.state == "running"  # asked first: what it says then is complete
            yield self.refresh()
            if not going_on:
                return
            time.sleep(every_s)

    # --- tables ---

    @cached_property
    def messages(self) -> pd.DataFrame:
        """Messages and copies of messages, a row each: shape (messages, columns of FORMAT.md + `latency_ns`).

        `latency_ns` (float64): end − creation of those delivered, +inf of those lost or unfinished, so that a
        quantile over it never improves when messages get lost.
        """
        return self._with_latency("messages")

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """Tasks, a row each, with `latency_ns` as in `messages`. `host`: "(vehicle)" is its own processor.

        A task graph is a row with "(split)" as `host`; its subtasks are rows with its `id` as `parent_id`, and
        `subtask` names them (of other rows it is NaN).
        """
        return self._with_latency("tasks")

    @cached_property
    def stages(self) -> pd.DataFrame:
        """Stages of every message and task: shape (stages, 5): id, service, stage, enter_ns, duration_ns.

        The durations of an id add up to its end − creation exactly. `id` is that of `messages` and `tasks`.
        """
        return stages_of(self.messages, self.tasks, self._frame("stages"), self.path)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Load of the links over time, a row a link, direction and interval."""
        return self._frame("links")

    @cached_property
    def hosts(self) -> pd.DataFrame:
        """Load of MEC hosts and clouds over time, a row a host and interval."""
        return self._frame("hosts")

    @cached_property
    def host_summary(self) -> pd.DataFrame:
        """What hosts have done, drawn and cost in the whole run, a row a host; empty before format 1.3.

        `task_energy_j` over `finished` is the energy of a task; `energy_j` holds what idling draws too. The row
        "(vehicle)" is about the processors of all vehicles together.
        """
        return self._frame("host_summary")

    @cached_property
    def instances(self) -> pd.DataFrame:
        """Container instances over time, a row a host, service and interval: shape (rows, columns of FORMAT.md).

        `ready`, `starting`, `pulling`, `busy`, `waiting` as of `time_ns`; `cold_starts`, `pulls`, `evicted`, … are
        counts of the interval. Empty without containers and before format 1.3.
        """
        return self._frame("instances")

    @cached_property
    def relocations(self) -> pd.DataFrame:
        """Services that moved to another host, a row a move, with the times of its phases.

        The interruption is `end_ns` − `time_ns`. Empty without relocation and before format 1.3.
        """
        return self._frame("relocations")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Load of the cells over time, a row a cell and interval."""
        return self._frame("cells")

    @cached_property
    def slices(self) -> pd.DataFrame:
        """Load of the slices in the cells over time, a row a cell, slice and interval; empty before format 1.2."""
        return self._frame("slices")

    @cached_property
    def vehicles(self) -> pd.DataFrame:
        """Where the vehicles were, decimated, a row a vehicle and time."""
        return self._frame("vehicles")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened once: vehicles, handovers, lost coverage, hosts that fail, containers, relocations."""
        return self._frame("events")

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Where the sites are, a row a site; empty in files before format 1.1."""
        return self._frame("sites")

    @cached_property
    def roads(self) -> pd.DataFrame:
        """The roads' lines: consecutive points with the same `road`; empty where no road network is known."""
        return self._frame("roads")

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """The strongest cell on a grid of squares, with RSRP and SINR; only of `radio: nr`."""
        return self._frame("coverage")

    def to_xarray(self, table: str) -> "xr.Dataset":
        """A table as labelled arrays: an `xarray.Dataset` with `units` and `long_name` on every variable.

        * "cells", "hosts", "vehicles": dimensions (time, cell), (time, host), (time, vehicle), "links": (time, link,
          direction). Coordinate `time` [s] is the end of the interval, `time_ns` the same exactly. Where there is no
          row, numbers are NaN and names "".
        * "instances": dimensions (time, host, service); "coverage": (y, x), in m.
        * "messages", "tasks", "stages", "events", "relocations": one dimension, a row each.

            result.to_xarray("hosts").utilisation.plot(x="time", hue="host")
        """
        from cv2x.arrays import to_xarray

        return to_xarray(self, table)

    def describe(self, table: str | None = None) -> pd.DataFrame:
        """What the file holds: shape (columns, 4): type, units, description, rows, indexed by table and column.

        `table`: only that one. These are the columns as they are stored (sim/record/FORMAT.md).
        """
        names = self._file.tables if table is None else [table]
        if table is not None and table not in self._file.tables:
            raise ValueError(f"there is no table {table!r}; there are: {', '.join(self._file.tables)}")
        rows = [
            (
                name,
                column,
                self._file.dtype(name, column),
                *self._file.info(name, column)[:2],
                self._file.size(name),
            )
            for name in names
            for column in in_order(self._file.columns(name))
        ]
        columns = ["table", "column", "type", "units", "description", "rows"]
        return pd.DataFrame(rows, columns=columns).set_index(["table", "column"])

    @cached_property
    def plot(self) -> "Plots":
        """Quick figures (plotly): `plot.cdf()`, `.waterfall()`, `.sites()`, `.map()`, `.timeline()`, …."""
        from cv2x.plots import Plots

        return Plots([self._file])

    @staticmethod
    def counted(frame: pd.DataFrame) -> pd.DataFrame:
        """Those rows of `messages` or `tasks` that count: created within [warm-up, duration − drain)."""
        return frame[frame["counted"]]

    # --- in small ---

    @cached_property
    def summary(self) -> pd.DataFrame:
        """What the run computed of its counted messages and tasks at its end, a row a service (FORMAT.md)."""
        return self._frame("summary")

    @cached_property
    def _digest(self) -> Summary:
        return summarise([self._file])

    @property
    def budgets(self) -> pd.DataFrame:
        """Verdicts, a row a budget, indexed by its name: shape (budgets, 17).

        Columns: service, slice, area ("": any), metric, quantile, limit, measured, low, high (in ns or as a
        share), samples, verdict, replications (that would decide; None: not known, not needed), reason, and of
        those that did not pass what is to blame: blame_stage, blame_excess_ns (a late one), blame_share, and
        lost, a dict outcome → count. See `cv2x.summary.BudgetVerdict`.
        """
        columns = [
            "budget", "service", "slice", "area", "metric", "quantile", "limit", "measured", "low", "high",
            "samples", "verdict", "replications", "reason",
            "blame_stage", "blame_excess_ns", "blame_share", "lost",
        ]  # fmt: skip
        rows = [
            (
                *(b.name, b.service, b.slice, b.area, b.metric, b.quantile, b.limit, *b.measured),
                *(b.samples, b.verdict, b.replications, b.reason),
                *(b.blame or ("", np.nan, np.nan, {})),
            )
            for b in self._digest.budgets
        ]
        return pd.DataFrame(rows, columns=columns).set_index("budget")

    def quantiles(
        self,
        q: Sequence[float] = (0.5, 0.95, 0.99),
        interval: Literal["two-way", "bootstrap"] = "two-way",
    ) -> pd.DataFrame:
        """Latency quantiles of the counted messages or tasks, lost ones infinitely late.

        Shape (services × q, 3): value_ms, low_ms, high_ms, indexed by service and q. The 95 % interval within the run
        is two-way over time and vehicles, or by the block bootstrap over both (docs/statistics.md). Values are those
        of buckets, exact to 0.1 %. Of a run that has not come to its end: from its rows so far, without what was sent
        in the last `simulation.drain`, or the deadline where that is longer. Empty when the file cannot tell: an
        unfinished run that records no rows. NaN ends: it cannot tell an interval (before format 1.2, without rows).
        """
        within("q", np.asarray(q, dtype=np.float64), ABOVE_0, BELOW_1, "", "a quantile is")
        found = latency_quantiles(self._file, list(q), interval)
        rows = [
            (service, value, *(ns * 1e-6 for ns in estimate))
            for service, estimates in zip(self._file.names("services"), found, strict=False)
            for value, estimate in zip(q, estimates, strict=True)
        ]
        columns = ["service", "q", "value_ms", "low_ms", "high_ms"]
        return pd.DataFrame(rows, columns=columns).set_index(["service", "q"])

    def latency_breakdown(self) -> pd.DataFrame:
        """Where the time of the delivered, counted messages and tasks went.

        Shape (services × stages, 2): mean_ms a message or task, and share of the service's time, indexed by
        service and stage. The means of a service add up to its mean latency, the shares to 1.
        """
        rows = []
        for service in self._digest.services:
            if not service.delivered:
                continue  # has no stages, unless the file is damaged
            total = sum(service.stages_ns.values())
            for stage, spent in service.stages_ns.items():
                rows.append((service.name, stage, spent / service.delivered * 1e-6, spent / total))
        columns = ["service", "stage", "mean_ms", "share"]
        return pd.DataFrame(rows, columns=columns).set_index(["service", "stage"])

    # --- where it comes from ---

    @property
    def provenance(self) -> dict[str, str]:
        """Versions, seed, policy, command, host and the hashes of all inputs; `stopped`: why the run did not end."""
        return self._file.provenance

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario with every default filled in; quantities are texts with units ("20 MHz")."""
        return self._file.scenario

    @property
    def scenario_text(self) -> str:
        """The scenario file as given."""
        return self._file.scenario_text

    # --- inside ---

    def _frame(self, name: str) -> pd.DataFrame:
        columns: dict[str, Any] = {}
        units: dict[str, str] = {}
        descriptions: dict[str, str] = {}
        table = self._file.table(name) if name in self._file.tables else {}
        for column in in_order(list(table)):
            values, info = table[column], self._file.info(name, column)
            if info.words:
                columns[column] = categorical(values, info.words)
            elif info.index_of and info.index_of != "stages":
                columns[column] = self._named(values, info.index_of, vehicles=name != "events")
            elif column == "subtask":
                services = [self.scenario["services"].get(s, {}) for s in self._file.names("services")]
                columns[column] = subtask_names(table["service"], values, services)
            elif column in FLAGS:
                columns[column] = values.astype(bool)
            else:
                columns[column] = values
            units[column], descriptions[column] = info.units, info.description
        frame = pd.DataFrame(columns)
        frame.attrs = {"units": units, "descriptions": descriptions}
        return frame

    def _named(self, values: npt.NDArray[Any], index_of: str, *, vehicles: bool) -> "pd.Categorical[str]":
        names = self._file.indexed(index_of)
        if index_of == "names/hosts" and vehicles:  # −1 is the vehicle itself, −2 not decided, −3 a graph
            codes = values.astype(np.int64)
            codes[values == -1], codes[values == -3] = len(names), len(names) + 1
            return categorical(codes, [*names, "(vehicle)", "(split)"])
        return categorical(values, names)

    def _with_latency(self, name: str) -> pd.DataFrame:
        frame = self._frame(name)
        latency = (frame["end_ns"] - frame["created_ns"]).astype("float64")
        frame["latency_ns"] = latency.where(frame["outcome"] == "delivered", np.inf)
        frame.attrs["units"]["latency_ns"] = "ns"
        frame.attrs["descriptions"]["latency_ns"] = "End less creation; inf: lost or unfinished"
        return frame
