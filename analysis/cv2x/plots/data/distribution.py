"""Distributions of latency: from the histograms of a run, or from rows where there are none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

LOST_NS = np.iinfo(np.int64).max  # the bucket of those lost (FORMAT.md)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Distribution:
    """Latencies of one service; lost ones are infinitely late."""

    latency_ns: Floats
    """Ascending, shape (values,)."""
    count: Ints
    """How many of each, shape (values,)."""
    lost: int

    @property
    def total(self) -> int:
        """How many, lost ones included."""
        return int(self.count.sum()) + self.lost

    def quantile(self, q: float) -> float:
        """Nearest rank ⌈q·n⌉ [ns]; +inf when that one is lost, NaN of nothing."""
        if self.total == 0:
            return np.nan
        rank = max(int(np.ceil(q * self.total - 1e-9)), 1)
        at = int(np.searchsorted(np.cumsum(self.count), rank))
        return float(self.latency_ns[at]) if at < len(self.latency_ns) else np.inf


def of_histogram(frame: pd.DataFrame) -> Distribution:
    """Buckets of one service, of any number of blocks and files, added up.

    `frame`: lower_ns, upper_ns, count as in the table `histograms`. A bucket stands at its middle, which is within
    0.1 % of every latency in it.
    """
    lost = frame["lower_ns"].to_numpy() == LOST_NS
    kept = frame[~lost]
    middle = (kept["lower_ns"].to_numpy() + kept["upper_ns"].to_numpy() - 1) / 2.0
    values, where = np.unique(middle, return_inverse=True)
    count = np.bincount(where, weights=kept["count"].to_numpy(dtype=np.float64), minlength=len(values))
    return Distribution(values, count.astype(np.int64), int(frame.loc[lost, "count"].sum()))


def of_rows(items: pd.DataFrame, block_ns: int = 10**9) -> pd.DataFrame:
    """Rows of the table `histograms` made of items: service, created_ns, latency_ns (+inf: lost)."""
    latency = items["latency_ns"].to_numpy(np.float64)
    lower = np.full(len(items), LOST_NS)
    delivered = np.isfinite(latency)
    lower[delivered] = latency[delivered].astype(np.int64)
    return pd.DataFrame(
        {
            "service": items["service"].to_numpy(),
            "block_start_ns": items["created_ns"].to_numpy(np.int64) // block_ns * block_ns,
            "block_ns": np.full(len(items), block_ns),
            "lower_ns": lower,
            "upper_ns": np.where(delivered, lower + delivered, LOST_NS),
            "count": np.ones(len(items), np.int64),
        }
    )


def curve(distribution: Distribution, most: int = 240) -> pd.DataFrame:
    """The empirical distribution function at no more than `most` points: latency_ns, share (at most as late), later.

    Points lie evenly in share over the bulk and evenly in log(1 − share) over the tail, so that the figure is right
    at p99.99 too. The first point is (smallest latency, 0); lost ones keep the share below 1.
    """
    total = distribution.total
    if len(distribution.latency_ns) == 0:
        return pd.DataFrame({"latency_ns": [], "share": [], "later": []}, dtype=np.float64)
    below = np.cumsum(distribution.count)
    bulk = np.linspace(0, 1, most // 2)
    tail = 1 - np.geomspace(1, 0.5 / total, most - most // 2 - 1)
    wanted = np.unique(np.ceil(np.concatenate([bulk, tail]) * total).astype(np.int64))
    at = np.unique(np.minimum(np.searchsorted(below, wanted), len(below) - 1))
    share = np.concatenate([[0.0], below[at] / total])
    latency = distribution.latency_ns[np.concatenate([[0], at])]
    later = np.concatenate([[1.0], (total - below[at]) / total])
    return pd.DataFrame({"latency_ns": latency, "share": share, "later": later})


def quantiles_over_time(
    histograms: pd.DataFrame, quantiles: Sequence[float] = (0.5, 0.95), *, blocks: int = 60, least: int = 10
) -> pd.DataFrame:
    """Quantiles of one service in each block of time: time_ns (the block's middle), n, and a column a quantile.

    `histograms`: block_start_ns, block_ns, lower_ns, upper_ns, count. Neighbouring blocks are put together until
    there are no more than `blocks`. A quantile q that fewer than `least` / (1 − q) / 10 values stand behind is NaN.
    """
    columns = {"time_ns": [], "n": []} | {q: [] for q in quantiles}  # type: dict[object, list[float]]
    if len(histograms) == 0:
        return pd.DataFrame(columns, dtype=np.float64)
    start, length = histograms["block_start_ns"].to_numpy(), int(histograms["block_ns"].iloc[0])
    first = int(start.min())
    index = (start - first) // length
    step = -(-(int(index.max()) + 1) // blocks)
    for block, rows in histograms.groupby(index // step, sort=True):
        distribution = of_histogram(rows)
        columns["time_ns"].append(first + (int(block) + 0.5) * step * length)  # type: ignore[call-overload]
        columns["n"].append(distribution.total)
        for q in quantiles:
            enough = distribution.total * (1 - q) * 10 >= least
            columns[q].append(distribution.quantile(q) if enough else np.nan)
    return pd.DataFrame(columns)
