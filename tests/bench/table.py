"""The one table of `make bench`: rows are printed as they come and written to out/bench/table.csv at the end."""

from __future__ import annotations

import csv
import re
from pathlib import Path

COLUMNS = ("bench", "case", "metric", "value", "unit", "required", "ok")
_BOUND = re.compile(r"([≥≤]) (-?[\d.]+)|([\d.]+) to ([\d.]+)")


def meets(value: float, required: str) -> bool | None:
    """Whether a value is what is required ("≥ 10", "≤ 1", "0.9 to 1.1"); None where nothing is ("")."""
    if not required:
        return None
    found = _BOUND.fullmatch(required)
    if not found:
        raise ValueError(f"cannot judge {required!r}")
    sign, bound, low, high = found.groups()
    if sign:
        return value >= float(bound) if sign == "≥" else value <= float(bound)
    return float(low) <= value <= float(high)


class Table:
    """Rows of benchmarks: what was measured, and whether it is what is required."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    def add(self, bench: str, case: str, metric: str, value: float, unit: str, required: str = "") -> None:
        ok = meets(value, required)
        text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        verdict = "" if ok is None else "yes" if ok else "NO"
        fields = (bench, case, metric, text, unit, required, verdict)
        self.rows.append(dict(zip(COLUMNS, fields, strict=True)))
        print(f"{bench:<12}{case:<38}{metric:<52}{text:>10} {unit:<10}{required:<12}{verdict}", flush=True)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows)
