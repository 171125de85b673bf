"""What quantiles cost that are read from the rows of a run that was killed, or is still going on.

`killed` makes such a file of a finished one; `measure` adds CPU time (user and system) and peak memory of a Python
process that reads it to the table, given a result of 10⁷ rows (as `result_cost.reading` makes it).
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import figures
import h5py

if TYPE_CHECKING:
    from pathlib import Path

    from table import Table

# Tables that a run writes at its end.
AT_THE_END = (
    "summary", "stage_summary", "decisions", "budgets", "budget_stages", "budget_losses", "histograms", "latency_cells",
    "host_summary",
)  # fmt: skip
QUANTILES = "import sys, cv2x; print(cv2x.open(sys.argv[1]).quantiles((0.5, 0.95, 0.99)))"


def killed(finished: Path, to: Path) -> None:
    """A copy of a result as it would be had the run been killed after its last flush: all rows, no summary."""
    shutil.copy(finished, to)
    with h5py.File(to, "r+") as file:
        file["incomplete"][()] = 1
        names = [n.decode() if isinstance(n, bytes) else n for n in file["flushed"].attrs["columns"]]
        rows = file["flushed"][-1]
        for table in AT_THE_END:
            rows[names.index(table)] = 0
        file["flushed"][-1] = rows


def measure(finished: Path, folder: Path, table: Table) -> None:
    """Quantiles with intervals of `finished`, from its tables, and of a killed copy in `folder`, from its rows."""
    killed(finished, folder / "killed.h5")
    for what, path in (("finished", finished), ("killed", folder / "killed.h5")):
        _, cpu_s, peak_mb = figures.median([sys.executable, "-c", QUANTILES, str(path)])
        case = f"quantiles and intervals, {what} run"
        table.add("result", case, "CPU time for 10⁷ rows", cpu_s, "s", "≤ 1")
        table.add("result", case, "peak memory for 10⁷ rows", peak_mb, "MB", "≤ 500")
