"""A result's tables as labelled arrays (xarray), with units."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from cv2x.results import Result

# Tables that are a cube: a row a time and one of each of these.
OVER_TIME = {
    "cells": ("cell",), "slices": ("cell", "slice"), "links": ("link", "direction"), "hosts": ("host",),
    "instances": ("host", "service"),
    "vehicles": ("vehicle",),
}  # fmt: skip
ROWS = {
    "messages": "message",
    "tasks": "task",
    "stages": "entry",
    "events": "event",
    "relocations": "relocation",
}
GRIDS = {"coverage": {"y_m": "y", "x_m": "x"}}
TABLES = (*ROWS, *OVER_TIME, *GRIDS)


def to_xarray(result: "Result", table: str) -> xr.Dataset:
    """See `Result.to_xarray`."""
    if table not in TABLES:
        raise ValueError(f"there are no arrays of {table!r}; there are: {', '.join(TABLES)}")
    frame: pd.DataFrame = getattr(result, table)
    if table in OVER_TIME:
        data = _cube(frame, {"time_ns": "time", **{key: key for key in OVER_TIME[table]}})
        seconds = data["time_ns"].to_numpy() / 1e9
        data = data.assign_coords(time=("time", seconds, {"units": "s", "long_name": "Simulated time"}))
    elif table in GRIDS:
        data = _cube(frame, GRIDS[table])
    else:
        rows = ROWS[table]
        data = xr.Dataset({name: (rows, _values(column)) for name, column in frame.items()})
        if "id" in data:
            data = data.set_coords("id")
    for name in data.variables:
        column = f"{name}_m" if name in ("x", "y") else str(name)
        attributes = {
            "units": frame.attrs["units"].get(column),
            "long_name": frame.attrs["descriptions"].get(column),
        }
        data[name].attrs.update({key: text for key, text in attributes.items() if text})
    data.attrs = {
        "title": str(result.scenario.get("title", "")),
        "source": result.path,
        "version": result.provenance.get("version", ""),
        "seed": int(result.provenance.get("seed", 0)),
        "replication": int(result.provenance.get("replication", 0)),
        "state": result.state,
    }
    return data


def _values(column: "pd.Series[Any]") -> npt.NDArray[Any]:
    """Numbers as they are; names as texts, "" where there is none."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.to_numpy()
    names = np.array([*column.cat.categories, ""], dtype=object)
    return names[column.cat.codes.to_numpy()]


def _cube(frame: pd.DataFrame, dims: dict[str, str]) -> xr.Dataset:
    """Columns over their keys, `dims` from key to dimension: shape (values of the first, of the second, …).

    Where the table has no row, numbers are NaN (integers become float64 then) and names "".
    """
    coords: dict[str, Any] = {}
    places, shape = [], []
    for key, dim in dims.items():
        column = frame[key]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.remove_unused_categories()
            values = np.asarray(column.cat.categories, dtype=object)
            place = column.cat.codes.to_numpy()
        else:
            values, place = np.unique(column.to_numpy(), return_inverse=True)
        coords[key if key.endswith("_ns") else dim] = (dim, values)
        places.append(place.astype(np.intp))
        shape.append(len(values))
    size = int(np.prod(shape))
    flat = np.ravel_multi_index(places, shape) if size else np.zeros(0, dtype=np.intp)
    whole = len(np.unique(flat)) == size
    variables = {}
    for name, column in frame.items():
        if name in dims:
            continue
        values = _values(column)
        if values.dtype == object:
            out = np.full(size, "", dtype=object)
        elif whole:
            out = np.empty(size, dtype=values.dtype)
        else:
            out = np.full(size, np.nan, dtype=np.promote_types(values.dtype, np.float32))
        out[flat] = values
        variables[str(name)] = (tuple(dims.values()), out.reshape(shape))
    return xr.Dataset(variables, coords)
