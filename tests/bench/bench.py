"""`make bench`: all benchmarks, one table on the screen and in out/bench/table.csv."""

from __future__ import annotations

import figures
import uu_bench
from table import Table

if __name__ == "__main__":
    table = Table()
    try:
        figures.main(table)
        uu_bench.main(table)
    finally:
        table.write(figures.ROOT / "out/bench/table.csv")
