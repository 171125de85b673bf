"""What the files rows_*.py of this folder share.

A file rows_X.py has `rows()`, an iterator of `Row` (or of equal tuples), and may have `figures()`, an iterator of
(name, plotly figure). table.py finds them by their names, prints all rows as one table and writes them.
"""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import cv2x

FOLDER = Path(__file__).parent
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


def compare(reference: str, case: str, metric: str, expected: float, ours: float, tolerance: float) -> Row:
    """A row that is ok when |ours − expected| ≤ tolerance."""
    return Row(reference, case, metric, expected, ours, tolerance, abs(ours - expected) <= tolerance)


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a reference file, comments left out; none where the file is absent."""
    path = REFERENCES / name
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def case_text(scenario: str, overrides: Mapping[str, object], label: str) -> str:
    """What a row calls its case: label, scenario file and overrides, so that anybody can run it."""
    settings = " ".join(f"--set {key}={value}" for key, value in overrides.items())
    return f"{label} | tests/validation/{scenario} {settings}"


def messages(scenario: str, overrides: Mapping[str, object]) -> pd.DataFrame:
    """The messages of a run, in this process."""
    with (
        tempfile.TemporaryDirectory(prefix="cv2x-validation-") as folder,
        cv2x.run(FOLDER / scenario, overrides, Path(folder) / "run.h5") as result,
    ):
        return result.messages


def latencies_ms(found: pd.DataFrame, kind: str) -> np.ndarray:
    """Latencies of the delivered messages of a kind that count [ms]."""
    chosen = found[(found["kind"] == kind) & found["counted"] & (found["outcome"] == "delivered")]
    return chosen["latency_ns"].to_numpy() * 1e-6


def statistical_error(values: np.ndarray) -> float:
    """Half-width of the 95 % interval of a mean of independent values."""
    return 1.96 * float(values.std(ddof=1)) / math.sqrt(len(values))
