"""What a run says of the sidelink (PC5): packet reception by distance, and why packets were lost."""

import numpy as np
import pandas as pd

LOSSES = ("half_duplex", "sensitivity", "propagation", "collision")


def reception(rows: pd.DataFrame, service: str | None, edges_m: "np.typing.ArrayLike | None") -> pd.DataFrame:
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
