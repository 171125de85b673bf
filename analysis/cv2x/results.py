"""A result as pandas tables."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cv2x import _core
from cv2x.errors import ResultError
from cv2x.reader import ResultFile
from cv2x.summary import QUANTILES, Estimate, Summary, summarise

# Columns that come first, in this order; HDF5 keeps none.
FIRST_COLUMNS = (
    "time_ns", "id", "parent_id", "service", "kind", "outcome", "counted", "vehicle", "cell", "host", "link",
    "direction", "from", "to", "created_ns", "decided_ns", "end_ns",
)  # fmt: skip
FLAGS = {"counted", "warm_up_short"}


def open_result(path: str | Path) -> "Result":
    """Opens a result file; `ResultError` when it is not one, is damaged, or is of a newer format."""
    return Result(path)


class Result:
    """What a run wrote.

    Tables are read when first used and kept. Names (services, hosts, cells, vehicles, stages, outcomes) are
    categoricals, times are integer nanoseconds. In a file of a run that was killed or is still going on
    (`incomplete`) the tables hold everything up to the last flush, and there is no summary.
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
        state = "incomplete, " if self.incomplete else ""
        return f"<cv2x.Result {self.path}: {state}{len(self._file.names('services'))} services>"

    @property
    def path(self) -> str:
        """The file."""
        return self._file.path

    @property
    def incomplete(self) -> bool:
        """The run was killed or interrupted, or is still going on."""
        return self._file.incomplete

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
        """Tasks, a row each, with `latency_ns` as in `messages`. `host`: "(vehicle)" is its own processor."""
        return self._with_latency("tasks")

    @cached_property
    def stages(self) -> pd.DataFrame:
        """Stages of every message and task: shape (stages, 5): id, service, stage, enter_ns, duration_ns.

        The durations of an id add up to its end − creation exactly. `id` is that of `messages` and `tasks`.
        """
        parts = [self._stages_of(name) for name in ("messages", "tasks")]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Load of the links over time, a row a link, direction and interval."""
        return self._frame("links")

    @cached_property
    def hosts(self) -> pd.DataFrame:
        """Load of MEC hosts and clouds over time, a row a host and interval."""
        return self._frame("hosts")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Load of the cells over time, a row a cell and interval."""
        return self._frame("cells")

    @cached_property
    def slices(self) -> pd.DataFrame:
        """Load of the slices in the cells over time, a row a cell, slice and interval; empty before format 1.1."""
        return self._frame("slices")

    @cached_property
    def vehicles(self) -> pd.DataFrame:
        """Where the vehicles were, decimated, a row a vehicle and time."""
        return self._frame("vehicles")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened once: vehicles that enter and leave, handovers, lost coverage."""
        return self._frame("events")

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
        """Verdicts, a row a budget: limits and measured values in ns or as a share."""
        rows = [
            (b.name, b.service, b.metric, b.quantile, b.limit, *b.measured, b.verdict, b.replications)
            for b in self._digest.budgets
        ]
        columns = ["budget", "service", "metric", "quantile", "limit", "measured", "low", "high", "verdict"]
        return pd.DataFrame(rows, columns=[*columns, "replications"]).set_index("budget")

    def quantiles(self, q: Sequence[float] = (0.5, 0.95, 0.99)) -> pd.DataFrame:
        """Latency quantiles of the counted messages or tasks, lost ones infinitely late.

        Shape (services × q, 3): value_ms, low_ms, high_ms, indexed by service and q. The 95 % interval is the
        summary's, which has 0.5, 0.95 and 0.99; for another q it is NaN, and the value is exact to 0.1 % (from
        the histogram).
        """
        known = {value: name for name, value in QUANTILES}
        rows = []
        for service in self._digest.services:
            others = [value for value in q if value not in known]
            from_histogram = dict(zip(others, self._histogram_quantiles(service.name, others), strict=True))
            for value in q:
                if value in known:
                    estimate = service.quantiles_ns[known[value]]
                else:
                    estimate = Estimate(from_histogram[value], np.nan, np.nan)
                rows.append((service.name, value, *(ns * 1e-6 for ns in estimate)))
        columns = ["service", "q", "value_ms", "low_ms", "high_ms"]
        return pd.DataFrame(rows, columns=columns).set_index(["service", "q"])

    def latency_breakdown(self) -> pd.DataFrame:
        """Where the time of the delivered, counted messages and tasks went.

        Shape (services × stages, 2): mean_ms a message or task, and share of the service's time, indexed by
        service and stage. The means of a service add up to its mean latency, the shares to 1.
        """
        rows = []
        for service in self._digest.services:
            total = sum(service.stages_ns.values())
            for stage, spent in service.stages_ns.items():
                rows.append((service.name, stage, spent / service.delivered * 1e-6, spent / total))
        columns = ["service", "stage", "mean_ms", "share"]
        return pd.DataFrame(rows, columns=columns).set_index(["service", "stage"])

    # --- where it comes from ---

    @property
    def provenance(self) -> dict[str, str]:
        """Versions, seed, command, host and the hashes of all inputs."""
        return self._file.provenance

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario with every default filled in; quantities are texts with units ("20 MHz")."""
        resolved: dict[str, Any] = _core.parse_yaml(self._file.scenario_resolved)
        return resolved

    @property
    def scenario_text(self) -> str:
        """The scenario file as given."""
        return self._file.scenario_text

    # --- inside ---

    def _frame(self, name: str) -> pd.DataFrame:
        columns: dict[str, Any] = {}
        for column, values in self._file.table(name).items():
            info = self._file.info(name, column)
            if info.words:
                columns[column] = _categorical(values, info.words)
            elif info.index_of and info.index_of != "stages":
                columns[column] = self._named(values, info.index_of)
            elif column in FLAGS:
                columns[column] = values.astype(bool)
            else:
                columns[column] = values
        order = [c for c in FIRST_COLUMNS if c in columns] + [c for c in columns if c not in FIRST_COLUMNS]
        return pd.DataFrame(columns, columns=order)

    def _named(self, values: npt.NDArray[Any], index_of: str) -> "pd.Categorical[str]":
        names = self._file.names(index_of)
        if index_of == "names/hosts":  # −1 is the vehicle itself, −2 not decided
            return _categorical(np.where(values == -1, len(names), values), [*names, "(vehicle)"])
        return _categorical(values, names)

    def _with_latency(self, name: str) -> pd.DataFrame:
        frame = self._frame(name)
        latency = (frame["end_ns"] - frame["created_ns"]).astype("float64")
        frame["latency_ns"] = latency.where(frame["outcome"] == "delivered", np.inf)
        return frame

    def _stages_of(self, name: str) -> pd.DataFrame:
        owners = self.messages if name == "messages" else self.tasks
        stages = self._frame("stages")
        counts = owners["stages"].to_numpy(dtype=np.int64)
        first = owners["first_stage"].to_numpy(dtype=np.int64)
        ends = np.cumsum(counts)
        if len(stages) < (first + counts).max(initial=0):
            raise ResultError(f"{self.path}: rows of {name} point behind the end of the table stages")
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        rows = np.repeat(first, counts) + within
        enter = stages["enter_ns"].to_numpy()[rows]
        leave = np.append(enter[1:], 0)
        last = ends[counts > 0] - 1
        leave[last] = owners["end_ns"].to_numpy()[counts > 0]
        return pd.DataFrame(
            {
                "id": np.repeat(owners["id"].to_numpy(), counts),
                "service": owners["service"]
                .take(np.repeat(np.arange(len(owners)), counts))
                .reset_index(drop=True),
                "stage": stages["stage"].take(rows).reset_index(drop=True),
                "enter_ns": enter,
                "duration_ns": leave - enter,
            }
        )

    def _histogram_quantiles(self, service: str, q: list[float]) -> list[float]:
        if not q:
            return []
        table = self._file.table("histograms")
        mine = table["service"] == self._file.names("services").index(service)
        return _core.histogram_quantiles_ns(
            table["lower_ns"][mine].tolist(), table["count"][mine].tolist(), q
        )


def _categorical(values: npt.NDArray[Any], names: Sequence[str]) -> "pd.Categorical[str]":
    """Numbers → names; a number without a name (−1) → NaN."""
    codes = values.astype(np.int64)
    codes = np.where((codes >= 0) & (codes < len(names)), codes, -1)
    return pd.Categorical.from_codes(codes, categories=pd.Index(_unique(names)))


def _unique(names: Sequence[str]) -> list[str]:
    """Names made different where they are not (vehicles' names are cut to 64 bytes)."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return out
