"""`make validation`: every row of every rows_*.py of this folder as one table, and in out/validation/table.csv.

Usage: table.py [--quick] [--out FOLDER] [part of a name of rows_*.py …]. Exit code 1 when a row is not ok.
Curves go to FOLDER/*.html. --quick: a few rows of each kind, without curves.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import os
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

import harness  # noqa: E402
from harness import Row  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="only the files whose names contain one of these")
    parser.add_argument("--out", type=Path, default=FOLDER.parents[1] / "out/validation")
    parser.add_argument("--quick", action="store_true", help="a few rows of each kind, and no curves")
    options = parser.parse_args()
    harness.quick = options.quick
    options.out.mkdir(parents=True, exist_ok=True)
    names = sorted(path.stem for path in FOLDER.glob("rows_*.py"))
    if options.parts:
        names = [name for name in names if any(part in name for part in options.parts)]
    table: list[Row] = []
    start = os.times()
    print(f"{'':4} {'expected':>10} {'ours':>10} {'tolerance':>10}  reference: metric, case", flush=True)
    for name in names:
        module = importlib.import_module(name)
        found = 0
        began = time.process_time()
        for row in map(Row._make, module.rows()):
            found += 1
            table.append(row)
            mark = "listed" if row.is_listed else "ok" if row.ok else "FAIL"
            print(
                f"{mark:6} {row.expected:10.4f} {row.ours:10.4f} {row.tolerance:10.4f}  "
                f"{row.reference}: {row.metric}, {row.case}",
                flush=True,
            )
        if found == 0:
            print(f"     {name}: no rows, its reference numbers are not here", flush=True)
        for figure_name, figure in () if options.quick else getattr(module, "figures", lambda: ())():
            figure.write_html(options.out / f"{figure_name}.html", include_plotlyjs="directory")
        print(f"     {name}: {found} rows, {time.process_time() - began:.1f} s of CPU time", flush=True)
    with (options.out / "table.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Row._fields)
        writer.writerows((*row[:-1], "" if row.is_listed else int(row.ok)) for row in table)
    compared = [row for row in table if not row.is_listed]
    good = sum(row.ok for row in compared)
    end = os.times()
    cpu_s = sum(end[:4]) - sum(start[:4])
    print(
        f"{good} of {len(compared)} rows ok; {len(table) - len(compared)} more are listed and not compared; "
        f"{cpu_s:.0f} s of CPU time; written to {options.out / 'table.csv'}"
    )
    return 0 if good == len(compared) else 1


if __name__ == "__main__":
    sys.exit(main())
