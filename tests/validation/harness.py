"""What the files rows_*.py of this folder share.

A file rows_X.py has `rows()`, an iterator of `Row` (or of equal tuples), and may have `figures()`, an iterator of
(name, plotly figure). table.py finds them by their names, prints all rows as one table and writes them. In a quick run
(`table.py --quick`, which a test does) `reference_rows` and `some` pick a few.
"""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

import cv2x

T = TypeVar("T")
FOLDER = Path(__file__).parent
QUICK_ROWS = 6
quick = False  # set by table.py
REFERENCES = FOLDER.parents[2] / "shared/reference"


class Row(NamedTuple):
    """One comparison: the columns of out/validation/table.csv."""

    reference: str
    case: str
    metric: str
    expected: float
    ours: float
    tolerance: float
    ok: bool

    @property
    def is_listed(self) -> bool:
        """Shown and not compared: an input of ours, or nothing that the reference lets one compare."""
        return math.isinf(self.tolerance)


def compare(reference: str, case: str, metric: str, expected: float, ours: float, tolerance: float) -> Row:
    """A row that is ok when |ours − expected| ≤ tolerance."""
    return Row(reference, case, metric, expected, ours, tolerance, abs(ours - expected) <= tolerance)


def some(all_of_them: Sequence[T]) -> Sequence[T]:
    """All; in a quick run a few, spread over the whole."""
    return all_of_them[:: -(-len(all_of_them) // QUICK_ROWS)] if quick and all_of_them else all_of_them


def reference_rows(name: str, *, all_of_them: bool = False) -> Sequence[dict[str, str]]:
    """The rows of a reference file, comments left out; none where the file is absent. `all_of_them`: quick or not."""
    path = REFERENCES / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        found = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return found if all_of_them else some(found)


def case_text(scenario: str, overrides: Mapping[str, object], label: str) -> str:
    """What a row calls its case: label, scenario file and overrides, so that anybody can run it."""
    settings = " ".join(f"--set {key}={value}" for key, value in overrides.items())
    return f"{label} | tests/validation/{scenario} {settings}"


def tables(scenario: str, overrides: Mapping[str, object], *names: str) -> list[pd.DataFrame]:
    """Tables of a run, in this process."""
    with (
        tempfile.TemporaryDirectory(prefix="cv2x-validation-") as folder,
        cv2x.run(FOLDER / scenario, overrides, Path(folder) / "run.h5") as result,
    ):
        return [getattr(result, name) for name in names]


def messages(scenario: str, overrides: Mapping[str, object]) -> pd.DataFrame:
    """The messages of a run, in this process."""
    return tables(scenario, overrides, "messages")[0]


def latencies_ms(found: pd.DataFrame, kind: str) -> np.ndarray:
    """Latencies of the delivered messages of a kind that count [ms]."""
    chosen = found[(found["kind"] == kind) & found["counted"] & (found["outcome"] == "delivered")]
    return chosen["latency_ns"].to_numpy() * 1e-6


def statistical_error(values: np.ndarray) -> float:
    """Half-width of the 95 % interval of a mean of independent values."""
    return 1.96 * float(values.std(ddof=1)) / math.sqrt(len(values))
