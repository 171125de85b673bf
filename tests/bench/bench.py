"""`make bench`: all benchmarks, one table on the screen and in out/bench/table.csv.

    python tests/bench/bench.py [--long] [part …]

Parts: program, policy, gym, result, sidelink, tasks, uu; all of them without an argument. `--long`
(`make bench LONG=1`) adds the comparisons with ns-3 that take it minutes each.
"""

from __future__ import annotations

import argparse

import edgecloudsim_cost
import figures
import gym_bench
import policy_cost
import result_cost
import sidelink_bench
import uu_bench
from table import Table

PARTS = {
    "program": figures.main,
    "policy": policy_cost.main,
    "gym": gym_bench.main,
    "result": result_cost.main,
    "sidelink": sidelink_bench.main,
    "tasks": edgecloudsim_cost.main,
}


def main() -> None:
    """Rows of the chosen parts; the table is written even when one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", choices=[*PARTS, "uu", []])
    parser.add_argument("--long", action="store_true", help="also what takes ns-3 minutes a row")
    options = parser.parse_args()
    table = Table()
    try:
        for name, run in PARTS.items():
            if not options.parts or name in options.parts:
                run(table)
        if not options.parts or "uu" in options.parts:
            uu_bench.main(table, options.long)
    finally:
        table.write(figures.ROOT / "out/bench/table.csv")


if __name__ == "__main__":
    main()
