"""Maps: places gathered in squares of a grid."""

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


class Area(NamedTuple):
    """A rectangle of the plane."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """West to east [m]."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """South to north [m]."""
        return self.north - self.south

    def padded(self, share: float, least: float) -> "Area":
        """Larger on every side by a share of its longer side, and at least `least` long and high."""
        pad = share * max(self.width, self.height)
        x = max((least - self.width) / 2, pad)
        y = max((least - self.height) / 2, pad)
        return Area(self.west - x, self.south - y, self.east + x, self.north + y)

    def in_shape(self, aspect: float) -> "Area":
        """Larger on two sides so that width / height is `aspect`."""
        x = max(self.height * aspect - self.width, 0) / 2
        y = max(self.width / aspect - self.height, 0) / 2
        return Area(self.west - x, self.south - y, self.east + x, self.north + y)


def area_of(*points: tuple[Floats, Floats]) -> Area | None:
    """The least rectangle around all points that are finite; None of nothing."""
    xs = np.concatenate([np.asarray(x, np.float64) for x, _ in points])
    ys = np.concatenate([np.asarray(y, np.float64) for _, y in points])
    fine = np.isfinite(xs) & np.isfinite(ys)
    if not fine.any():
        return None
    xs, ys = xs[fine], ys[fine]
    return Area(xs.min(), ys.min(), xs.max(), ys.max())


def nice(value: float) -> float:
    """The least of 1, 2, 5 × 10^k that is not below `value`."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9)))


def pitch_m(area: Area, most: int, least_m: float) -> float:
    """Side of the squares: a round number of at least `least_m`, no more than `most` along the area's longer side."""
    return nice(max(max(area.width, area.height) / most, least_m))


def squares(x_m: Floats, y_m: Floats, pitch: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Column and row of each place, counted from the origin of the plane."""
    return np.floor(x_m / pitch).astype(np.int64), np.floor(y_m / pitch).astype(np.int64)


def latency_squares(
    items: pd.DataFrame, deadlines_ns: Floats, pitch: float, *, quantile: float = 0.95, least: int = 20
) -> pd.DataFrame:
    """How late it was in each square, of each service: service, column, row, n, value_ns, ratio, late.

    `items`: service, x_m, y_m, latency_ns (+inf: lost). `value_ns`: the quantile (nearest rank); `ratio`: of the
    service's deadline; `late`: share that missed it. Squares with fewer than `least` items of the service are
    left out.
    """
    service = items["service"].to_numpy(np.int64)
    latency = items["latency_ns"].to_numpy(np.float64)
    column, row = squares(items["x_m"].to_numpy(np.float64), items["y_m"].to_numpy(np.float64), pitch)
    if len(items) == 0:
        names = ["service", "column", "row", "n", "value_ns", "ratio", "late"]
        return pd.DataFrame({name: np.empty(0) for name in names})
    left, low = column.min(), row.min()
    wide, high = column.max() - left + 1, row.max() - low + 1
    key = (service * high + (row - low)) * wide + (column - left)
    order = np.lexsort((latency, key))
    key, late = key[order], (latency > deadlines_ns[service])[order]
    begin = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    n = np.diff(np.append(begin, len(key)))
    rank = np.maximum(np.ceil(quantile * n - 1e-9).astype(np.int64), 1) - 1
    of = key[begin]
    frame = pd.DataFrame(
        {
            "service": of // (wide * high),
            "column": of % wide + left,
            "row": of // wide % high + low,
            "n": n,
            "value_ns": latency[order][begin + rank],
            "late": np.add.reduceat(late.astype(np.int64), begin) / n,
        }
    )
    frame["ratio"] = frame["value_ns"] / deadlines_ns[frame["service"]]
    return frame[frame["n"] >= least].reset_index(drop=True)


def worst(cells: pd.DataFrame) -> pd.DataFrame:
    """The row with the greatest ratio of each square."""
    order = cells.sort_values(["ratio", "late"], kind="stable")
    return (
        order.drop_duplicates(["column", "row"], keep="last")
        .sort_values(["row", "column"])
        .reset_index(drop=True)
    )


def main_host(tasks: pd.DataFrame, pitch: float) -> pd.DataFrame:
    """Where the tasks of each square went most: column, row, n (tasks), host, share (of that host).

    `tasks`: host, x_m, y_m.
    """
    column, row = squares(tasks["x_m"].to_numpy(np.float64), tasks["y_m"].to_numpy(np.float64), pitch)
    frame = pd.DataFrame({"column": column, "row": row, "host": tasks["host"].to_numpy()})
    count = frame.groupby(["column", "row", "host"], sort=True).size().rename("tasks").reset_index()
    count["n"] = count.groupby(["column", "row"])["tasks"].transform("sum")
    count["share"] = count["tasks"] / count["n"]
    first = count.sort_values("tasks", kind="stable", ascending=False).drop_duplicates(["column", "row"])
    return first.sort_values(["row", "column"])[["column", "row", "n", "host", "share"]].reset_index(
        drop=True
    )


Kind = TypeVar("Kind", bound=np.generic)


def dense(
    column: npt.NDArray[np.int64], row: npt.NDArray[np.int64], value: npt.NDArray[Kind], empty: object
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Kind]]:
    """A sparse grid as a matrix: its columns, its rows, and values of shape (rows, columns)."""
    columns = np.arange(column.min(), column.max() + 1)
    rows = np.arange(row.min(), row.max() + 1)
    out = np.full((len(rows), len(columns)), empty, dtype=value.dtype)
    out[row - rows[0], column - columns[0]] = value
    return columns, rows, out


def borders(cell: npt.NDArray[np.int64], x_m: Floats, y_m: Floats, pitch: float) -> tuple[Floats, Floats]:
    """Lines where the strongest cell changes: x and y of segments with NaN between them.

    `cell`: of each square, shape (rows, columns); `x_m`, `y_m`: the middles of its columns and rows.
    """
    half = pitch / 2
    below, left = np.nonzero(cell[:, 1:] != cell[:, :-1])
    edge = x_m[left] + half
    upright = np.column_stack([edge, edge, np.full(len(edge), np.nan)])
    upright_y = np.column_stack([y_m[below] - half, y_m[below] + half, np.full(len(edge), np.nan)])
    low, at = np.nonzero(cell[1:] != cell[:-1])
    top = y_m[low] + half
    flat = np.column_stack([x_m[at] - half, x_m[at] + half, np.full(len(at), np.nan)])
    flat_y = np.column_stack([top, top, np.full(len(at), np.nan)])
    return np.concatenate([upright.ravel(), flat.ravel()]), np.concatenate(
        [upright_y.ravel(), flat_y.ravel()]
    )


def polylines(road: npt.NDArray[np.int64], x_m: Floats, y_m: Floats, most: int) -> tuple[Floats, Floats]:
    """All roads as one line with gaps (NaN), thinned to about `most` points: a road keeps both its ends.

    Consecutive rows with the same `road` are one polyline.
    """
    if len(road) == 0:
        return np.empty(0), np.empty(0)
    new = np.append(True, road[1:] != road[:-1])
    end = np.append(new[1:], True)
    step = max(len(road) // most, 1)
    keep = new | end | (np.arange(len(road)) % step == 0) if step > 1 else np.ones(len(road), bool)
    x, y = x_m[keep].astype(np.float64), y_m[keep].astype(np.float64)
    at = np.flatnonzero(new[keep])[1:]
    return np.insert(x, at, np.nan), np.insert(y, at, np.nan)
