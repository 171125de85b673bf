"""Latencies in small: histograms that merge, and intervals over replications (models/measure)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.summary import Estimate
from cv2x.vector import ABOVE_0, BELOW_1, Floats, within

if TYPE_CHECKING:
    import pandas as pd

    from cv2x.results import Result

__all__ = ["Histogram", "over_replications", "reliability"]


class Histogram:
    """Latencies in buckets, none of which is wider than 0.2 % of its latencies; lost ones count as infinitely late.

    Merging keeps all there is: the quantile of the merged is that of all samples together, within 0.1 %.

    >>> h = Histogram([1_000_000, 2_000_000, np.inf])
    >>> h.count, h.lost, h.quantile_ns([0.3, 0.6, 0.9]).round(-4)
    (3, 1, array([1000000., 2000000.,      inf]))
    """

    def __init__(self, latency_ns: npt.ArrayLike = ()) -> None:
        self._histogram = _core.Histogram()
        self.add(latency_ns)

    @classmethod
    def of(cls, result: "Result", service: str) -> Self:
        """All counted messages or tasks of a service, whatever was recorded of them."""
        names = result._file.names("services")
        if service not in names:
            raise ValueError(f"there is no service {service!r}; there are: {', '.join(names)}")
        table = result._file.table("histograms")
        mine = table["service"] == names.index(service)
        histogram = cls()
        histogram._histogram.add_buckets(table["lower_ns"][mine], table["count"][mine])
        return histogram

    def add(self, latency_ns: npt.ArrayLike) -> None:
        """Latencies [ns], not negative; +inf: lost. For example a column `latency_ns`."""
        values = np.asarray(latency_ns, dtype=np.float64).ravel()
        within("latency_ns", values, 0, np.inf, "ns", "it must be")
        finite = np.isfinite(values)
        self._histogram.add(np.rint(values[finite]).astype(np.int64))
        self._histogram.add_lost(int((~finite).sum()))

    def merge(self, other: "Histogram") -> None:
        """Adds all samples of another one."""
        self._histogram.merge(other._histogram)

    @property
    def count(self) -> int:
        """Samples, the lost ones included."""
        return self._histogram.count

    @property
    def lost(self) -> int:
        """Lost ones."""
        return self._histogram.lost

    def quantile_ns(self, q: npt.ArrayLike) -> Floats:
        """Nearest-rank quantiles [ns], 0 < q < 1; +inf: a lost one, NaN: no samples. Of the shape of `q`."""
        values = np.asarray(q, dtype=np.float64)
        within("q", values, ABOVE_0, BELOW_1, "", "a quantile is")
        flat = [self._histogram.quantile_ns(float(one)) for one in values.ravel()]
        return np.array(flat).reshape(values.shape)[()]

    def share_within(self, latency_ns: float) -> float:
        """Share of the samples that are at most so late; NaN: no samples."""
        within("latency_ns", np.asarray(latency_ns), 0, np.inf, "ns", "it must be")
        return self._histogram.count_up_to(latency_ns) / self.count if self.count else float("nan")

    def frame(self) -> "pd.DataFrame":
        """The buckets that are not empty: shape (buckets, 3): lower_ns, upper_ns, count; without the lost ones."""
        import pandas as pd

        return pd.DataFrame(
            dict(zip(("lower_ns", "upper_ns", "count"), self._histogram.buckets(), strict=True))
        )


def over_replications(values: Sequence[float]) -> Estimate:
    """What replications measured, one value each: their mean with a 95 % interval (Student's t).

    +inf stands for lost: then the mean is +inf, and the interval [least, +inf]. Unbounded with fewer than two.

    >>> over_replications([1.0, 2.0, 3.0]).value
    2.0
    """
    return Estimate(*_core.over_replications([float(value) for value in values]))


def reliability(in_time: Sequence[int], sent: Sequence[int]) -> Estimate:
    """Share delivered in time over replications, pooled, with a 95 % interval (Wilson; design effect).

    `in_time` and `sent`: one number a replication.
    """
    pairs = [(float(good), float(total)) for good, total in zip(in_time, sent, strict=True)]
    if any(not 0 <= good <= total for good, total in pairs):
        raise ValueError("in_time: 0 up to sent, in every replication")
    return Estimate(*_core.reliability_over_replications(pairs))
