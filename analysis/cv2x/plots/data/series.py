"""Things over time, in bins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """Equal stretches of time."""

    start_ns: int
    width_ns: int
    count: int

    @property
    def middle_s(self) -> Floats:
        """Shape (count,)."""
        return (self.start_ns + (np.arange(self.count, dtype=np.float64) + 0.5) * self.width_ns) * 1e-9

    def index(self, time_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The bin of each time; a time on an edge belongs to the bin that ends there; outside: the nearest."""
        return np.clip(-((self.start_ns - time_ns) // self.width_ns) - 1, 0, self.count - 1)


def bins(start_ns: int, end_ns: int, step_ns: int, most: int) -> Bins:
    """No more than `most` bins from start to end, each a whole number of steps of `step_ns` wide."""
    steps = max(-(-(end_ns - start_ns) // step_ns), 1)
    width = -(-steps // most)
    return Bins(start_ns, width * step_ns, -(-steps // width))


@dataclass(frozen=True)
class Binned:
    """Mean and greatest value of each thing in each bin: shape (things, bins), NaN where there is none."""

    mean: Floats
    peak: Floats


def binned(
    which: npt.NDArray[np.int64], index: npt.NDArray[np.int64], value: Floats, things: int, count: int
) -> Binned:
    """Values of `things` in `count` bins; `which` thing and `index` of the bin, of each value."""
    cell = which * count + index
    size = things * count
    n = np.bincount(cell, minlength=size)
    total = np.bincount(cell, weights=value, minlength=size)
    peak = np.full(size, -np.inf)
    np.maximum.at(peak, cell, value)
    with np.errstate(invalid="ignore"):
        mean = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return Binned(mean.reshape(things, count), np.where(n > 0, peak, np.nan).reshape(things, count))


def interval_ns(time_ns: npt.NDArray[np.int64]) -> int:
    """The usual distance of the times of a sampled table; 1 s where there is only one."""
    steps = np.diff(np.unique(time_ns))
    return int(np.median(steps)) if len(steps) else 10**9


def shares(
    service: npt.NDArray[np.int64], host: npt.NDArray[np.int64], index: npt.NDArray[np.int64], count: int
) -> pd.DataFrame:
    """How tasks were placed over time: service, bin, host, tasks, share (of the service's tasks in the bin)."""
    frame = pd.DataFrame({"service": service, "bin": index, "host": host})
    out = frame.groupby(["service", "bin", "host"], sort=True).size().rename("tasks").reset_index()
    total = out.groupby(["service", "bin"])["tasks"].transform("sum")
    out["share"] = out["tasks"] / total
    return out[out["bin"] < count]
