"""Tables of a result file as pandas has them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cv2x.errors import ResultError

# Columns that come first, in this order; HDF5 keeps none.
FIRST_COLUMNS = (
    "time_ns", "id", "parent_id", "service", "subtask", "kind", "outcome", "counted", "vehicle", "cell", "host", "link",
    "direction", "from", "to", "to_host", "site", "road", "created_ns", "decided_ns", "end_ns",
)  # fmt: skip
# Subtasks of a perception_pipeline.
PIPELINE = ("detect", "fuse", "warn")
FLAGS = {"counted", "placed", "warm_up_short", "up", "done", "warm"}


def in_order(columns: list[str]) -> list[str]:
    """Columns as they are shown: those that say what a row is about come first."""
    return [c for c in FIRST_COLUMNS if c in columns] + [c for c in columns if c not in FIRST_COLUMNS]


def categorical(values: npt.NDArray[Any], names: Sequence[str]) -> "pd.Categorical[str]":
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


def subtask_names(
    service: npt.NDArray[Any], subtask: npt.NDArray[Any], services: Sequence[dict[str, Any]]
) -> "pd.Categorical[str]":
    """Numbers of subtasks, each in its service's graph → names; `services` of the resolved scenario."""
    of_service = [
        PIPELINE if s.get("kind") == "perception_pipeline" else tuple(s.get("subtasks", {})) for s in services
    ]
    names = list(dict.fromkeys(name for graph in of_service for name in graph))
    codes = np.full(len(subtask), -1, dtype=np.int64)
    for number, graph in enumerate(of_service):
        for at, name in enumerate(graph):
            codes[(service == number) & (subtask == at)] = names.index(name)
    return categorical(codes, names)


def stages_of(messages: pd.DataFrame, tasks: pd.DataFrame, stages: pd.DataFrame, path: str) -> pd.DataFrame:
    """See `Result.stages`; `stages` as they are stored."""
    frame = pd.concat([_stages(messages, stages, path), _stages(tasks, stages, path)], ignore_index=True)
    described = {
        "id": ("", "Message or task"),
        "service": ("", "Its service"),
        "stage": ("", "Where the time went"),
        "enter_ns": ("ns", "When it was entered"),
        "duration_ns": ("ns", "How long it lasted"),
    }
    frame.attrs["units"] = {column: units for column, (units, _) in described.items()}
    frame.attrs["descriptions"] = {column: text for column, (_, text) in described.items()}
    return frame


def _stages(owners: pd.DataFrame, stages: pd.DataFrame, path: str) -> pd.DataFrame:
    counts = owners["stages"].to_numpy(dtype=np.int64)
    first = owners["first_stage"].to_numpy(dtype=np.int64)
    ends = np.cumsum(counts)
    if len(stages) < (first + counts).max(initial=0):
        raise ResultError(f"{path}: rows point behind the end of the table stages")
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    rows = np.repeat(first, counts) + within
    enter = stages["enter_ns"].to_numpy()[rows]
    leave = np.append(enter[1:], 0)
    last = ends[counts > 0] - 1
    leave[last] = owners["end_ns"].to_numpy()[counts > 0]
    service = owners["service"].take(np.repeat(np.arange(len(owners)), counts))
    return pd.DataFrame(
        {
            "id": np.repeat(owners["id"].to_numpy(), counts),
            "service": service.reset_index(drop=True),
            "stage": stages["stage"].take(rows).reset_index(drop=True),
            "enter_ns": enter,
            "duration_ns": leave - enter,
        }
    )
