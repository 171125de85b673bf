"""What a map shows besides measurements: sites, links between them, roads, coverage.

From the tables `sites`, `roads` and `coverage` of the result; a file of format 1.0 has none: then sites come from the
scenario, and roads show only as the places where vehicles were.
"""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from cv2x.plots.data.grid import polylines
from cv2x.plots.source import Source

Floats = npt.NDArray[np.float64]

MOST_ROAD_POINTS = 4000
MOST_VEHICLE_POINTS = 1500
_METRES = {"km": 1000.0, "m": 1.0, "cm": 0.01, "mm": 0.001}


def sites(source: Source) -> pd.DataFrame:
    """Sites that have a place on the map: name, kind, x_m, y_m."""
    if source.first.has_table("sites") and source.first.size("sites"):
        table = source.first.table("sites")
        placed = table["placed"] == 1
        return pd.DataFrame(
            {
                "name": [source.sites[i] for i in table["site"][placed]],
                "kind": [source.first.word("sites", "kind", int(kind)) for kind in table["kind"][placed]],
                "x_m": table["x_m"][placed].astype(np.float64),
                "y_m": table["y_m"][placed].astype(np.float64),
            }
        )
    rows = []
    for name, site in source.scenario["sites"].items():
        x, y = metres(site.get("x")), metres(site.get("y"))
        # A router or a cloud at the origin has not been given a place.
        bare = site["kind"] in ("router", "cloud") and x == y == 0
        if x is not None and y is not None and not bare:
            rows.append((name, site["kind"], x, y))
    return pd.DataFrame(rows, columns=["name", "kind", "x_m", "y_m"])


def metres(quantity: object) -> float | None:
    """Metres of a length ("0.7 km" → 700); None of anything else."""
    match = re.fullmatch(r"(\S+) (km|m|cm|mm)", str(quantity))
    return float(match[1]) * _METRES[match[2]] if match else None


def fibres(source: Source, placed: pd.DataFrame) -> tuple[Floats, Floats]:
    """Links between sites that have a place, as a line with gaps: x and y in m."""
    places = {name: (x, y) for name, x, y in zip(placed["name"], placed["x_m"], placed["y_m"], strict=True)}
    xs: list[float] = []
    ys: list[float] = []
    for link in source.scenario.get("links", {}).values():
        ends = (link["from"], link["to"])
        if all(end in places for end in ends) and places[ends[0]] != places[ends[1]]:
            xs += [places[ends[0]][0], places[ends[1]][0], np.nan]
            ys += [places[ends[0]][1], places[ends[1]][1], np.nan]
    return np.array(xs), np.array(ys)


def roads(source: Source) -> tuple[Floats, Floats]:
    """All roads as one line with gaps; empty where none is known."""
    if not source.first.has_table("roads"):
        return np.empty(0), np.empty(0)
    table = source.first.table("roads")
    return polylines(
        table["road"].astype(np.int64), table["x_m"].astype(np.float64), table["y_m"].astype(np.float64),
        MOST_ROAD_POINTS,
    )  # fmt: skip


def vehicle_places(source: Source) -> tuple[Floats, Floats]:
    """Where vehicles were, thinned: what a map shows in place of roads."""
    table = source.first.table("vehicles", ("x_m", "y_m"))
    step = max(len(table["x_m"]) // MOST_VEHICLE_POINTS, 1)
    return table["x_m"][::step].astype(np.float64), table["y_m"][::step].astype(np.float64)


def coverage(source: Source) -> pd.DataFrame:
    """Squares of the coverage grid: x_m, y_m (middles), cell, rsrp_dbm, sinr_db."""
    return pd.DataFrame(source.first.table("coverage"))


def no_coverage(source: Source) -> str:
    """Why there is no coverage grid; "" when there is one."""
    if source.first.has_table("coverage") and source.first.size("coverage"):
        return ""
    return (
        f"With radio: {source.radio} every vehicle is covered."
        if source.ideal
        else "This result holds no coverage grid."
    )
