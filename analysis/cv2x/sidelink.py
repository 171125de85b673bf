"""What a run says of the sidelink (PC5): packet reception by distance, and why packets were lost."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

LOSSES = ("half_duplex", "sensitivity", "propagation", "collision")


def reception(rows: pd.DataFrame, service: str | None, edges_m: npt.ArrayLike | None) -> pd.DataFrame:
    """Packet reception ratio and the shares of the four losses by distance: see `Result.prr`.

    `rows`: the table sidelink_receptions.
    """
    present = list(dict.fromkeys(rows["service"].astype(str)))
    if service is None and len(present) > 1:
        raise ValueError(f"several services use the sidelink; give one: {', '.join(present)}")
    if service is not None and service not in present:
        raise ValueError(
            f"no service {service!r} uses the sidelink; there are: {', '.join(present) or 'none'}"
        )
    if service is not None:
        rows = rows[rows["service"].astype(str) == service]
    columns = ["received", *LOSSES]
    counts = rows[columns].to_numpy(np.float64)
    low = rows["from_m"].to_numpy(np.float64)
    high = rows["to_m"].to_numpy(np.float64)
    if edges_m is not None:
        edges = np.asarray(edges_m, dtype=np.float64)
        if edges.ndim != 1 or len(edges) < 2 or np.any(np.diff(edges) <= 0):
            raise ValueError("edges_m: ascending distances, at least two")
        middle = (low + high) / 2
        into = np.searchsorted(edges, middle, side="right") - 1
        inside = (into >= 0) & (into < len(edges) - 1)
        summed = np.zeros((len(edges) - 1, len(columns)))
        np.add.at(summed, into[inside], counts[inside])
        counts, low, high = summed, edges[:-1], edges[1:]
    total = counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares = counts / total[:, None]
    frame = pd.DataFrame(shares, columns=["prr", *LOSSES])
    frame.insert(0, "to_m", high)
    frame.insert(0, "from_m", low)
    frame["receptions"] = total.astype(np.int64)
    return frame.set_index((low + high) / 2).rename_axis("distance_m")


class SidelinkTables:
    """The tables of the sidelink, and what follows from them; part of `Result`."""

    def _frame(self, name: str) -> pd.DataFrame:
        raise NotImplementedError

    @cached_property
    def sidelink_receptions(self) -> pd.DataFrame:
        """Counted packets of the sidelink at the receivers around, by distance; empty before format 1.3."""
        return self._frame("sidelink_receptions")

    @cached_property
    def sidelink_gaps(self) -> pd.DataFrame:
        """Gaps between receptions of a pair by distance, a histogram; empty before format 1.3."""
        return self._frame("sidelink_gaps")

    @cached_property
    def sidelink_load(self) -> pd.DataFrame:
        """Channel busy ratio and packets of the sidelink over time; empty before format 1.3."""
        return self._frame("sidelink_load")

    @cached_property
    def sidelink_cbr(self) -> pd.DataFrame:
        """Channel busy ratios of vehicles and intervals that count, a histogram; empty before format 1.3."""
        return self._frame("sidelink_cbr")

    @cached_property
    def sidelink_totals(self) -> pd.DataFrame:
        """Packets sent and given up by the services of the sidelink; empty before format 1.3."""
        return self._frame("sidelink_totals")

    def prr(self, service: str | None = None, edges_m: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Packet reception ratio of a sidelink service by distance, and why the others were lost.

        Shape (bins, 8), indexed by the middle of the bin [m]: from_m, to_m, the shares prr, half_duplex, sensitivity,
        propagation, collision (they add up to 1; NaN where nobody was at that distance), and receptions, the number
        of packets and receivers. `service` may be left out where only one uses the sidelink; `edges_m`: bins of your
        own, made of those of the file. `ValueError`: no such service.

            result.prr().prr.plot()
        """
        return reception(self.sidelink_receptions, service, edges_m)
