"""Profiles of services: values that a scenario can take over by `services.NAME.profile`."""

import pandas as pd
from rich.console import Console
from rich.table import Table

from cv2x import _core

_UNITS = {"rate_hz": "Hz", "deadline_ns": "ns", "input_bytes": "byte", "output_bytes": "byte", "cycles": "cycle"}


def profiles() -> pd.DataFrame:
    """All profiles, a row each, indexed by name: shape (profiles, 9).

    Columns: kind, rate_hz (mean), arrivals, deadline_ns, input_bytes, output_bytes (0: none), cycles (means; of a
    pipeline, all its stages), what, source. `attrs["units"]` holds the units.
    """
    frame = pd.DataFrame(_core.profiles()).set_index("profile")
    frame.attrs["units"] = dict(_UNITS)
    return frame


def print_profiles(console: Console) -> None:
    """The same as a table of a terminal."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for heading in ("profile", "kind"):
        table.add_column(heading, no_wrap=True)
    for heading in ("rate [Hz]", "deadline [ms]", "up [kB]", "down [kB]", "Mcycles"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("source", overflow="fold")
    for name, row in profiles().iterrows():
        numbers = (
            row["rate_hz"], row["deadline_ns"] * 1e-6, row["input_bytes"] * 1e-3, row["output_bytes"] * 1e-3,
            row["cycles"] * 1e-6,
        )  # fmt: skip
        table.add_row(str(name), row["kind"], *(f"{number:.6g}" for number in numbers), row["source"])
    console.print(table)
