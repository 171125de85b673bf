"""Rows on the sidelink: packet reception by distance against published simulations, in whole runs.

* LTE-V2X Mode 4: the authors' Veins simulation behind Gonzalez-Martin et al., IEEE TVT 68(2) 2019, doi
  10.1109/TVT.2018.2888704. Mean absolute deviation over 0 to 500 m, per configuration: of the reception ratio at most
  2.5 points, of the losses below sensitivity and by propagation 0.5 points. Road and parts of the MAC are not
  published: sidelink_mode4.yaml says what is assumed.
* LTE-V2X Mode 4 and NR-V2X Mode 2: our own runs of WiLabV2Xsim with its hard SINR thresholds; mean of SEEDS of ours
  against the one placement there. Only distances where the reception ratio is between 0.05 and 0.95 decide.
* NR-V2X Mode 2: 5G-LENA V2X, Brady, Cao and Roy.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import harness
import numpy as np
import numpy.typing as npt
from harness import Row, case_text, compare, reference_rows, tables

SEEDS = 5
LOSSES = {"p_sen": "sensitivity", "p_pro": "propagation"}
LOW, HIGH = 0.05, 0.95
Floats = npt.NDArray[np.float64]


def rows() -> Iterator[Row]:
    """All of them."""
    yield from mode4()
    yield from wilab()
    yield from lena()


def column(found: list[dict[str, str]], name: str) -> Floats:
    """A column as numbers."""
    return np.array([float(row[name]) for row in found])


def counts(scenario: str, overrides: Mapping[str, object], seeds: int) -> tuple[Floats, Floats, Floats]:
    """Summed over the seeds: lower edges of the bins, counts (bins, 5), histogram of the CBR (value, count)."""
    total: Floats | None = None
    ratios: dict[float, float] = {}
    low = np.zeros(0)
    for seed in range(1, seeds + 1):
        receptions, cbr = tables(
            scenario, {**overrides, "simulation.seed": seed}, "sidelink_receptions", "sidelink_cbr"
        )
        low = receptions["from_m"].to_numpy(np.float64)
        some = receptions[["received", "half_duplex", "sensitivity", "propagation", "collision"]].to_numpy(
            np.float64
        )
        total = some if total is None else total + some
        for value, count in zip((cbr["from"] + cbr["to"]) / 2, cbr["count"], strict=True):
            ratios[float(value)] = ratios.get(float(value), 0.0) + float(count)
    assert total is not None
    return low, total, np.array(sorted(ratios.items()))


def shares(low: Floats, found: Floats, edges: Floats) -> Floats:
    """Shares of the five fates in each of the bins between the edges."""
    into = np.searchsorted(edges, low + 1e-6, side="right") - 1
    summed = np.zeros((len(edges) - 1, found.shape[1]))
    inside = (into >= 0) & (into < len(edges) - 1)
    np.add.at(summed, into[inside], found[inside])
    share: Floats = summed / summed.sum(axis=1, keepdims=True)
    return share


# --- LTE Mode 4, Gonzalez-Martin ---


def mode4() -> Iterator[Row]:
    """Each configuration of the published simulation."""
    reference = "Gonzalez-Martin et al. 2019, Veins"
    all_rows = list(reference_rows("gm_mode4_veins_simulation.csv", all_of_them=True))
    curves = list(reference_rows("gm_bler_curves.csv", all_of_them=True))
    keys = ("beta_veh_per_m", "lambda_hz", "pt_dbm", "subchannels")
    configurations = list(dict.fromkeys(tuple(row[k] for k in keys) for row in all_rows))
    for configuration in harness.some(configurations):
        found = [row for row in all_rows if tuple(row[k] for k in keys) == configuration]
        beta, rate, power, subchannels = configuration
        curve = [row for row in curves if row["subchannels_S"] == subchannels]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "curve.csv"
            points = [f"{row['snr_db']},{row['bler']}" for row in curve] + ["20.001,0.0001"]
            path.write_text("\n".join(["snr_db,per", *points]) + "\n", encoding="utf-8")
            period = f"{1000 / float(rate):g} ms"
            overrides: dict[str, object] = {
                # Six lanes share the density; a vehicle is 5 m long, at 70 km/h a second is 19.44 m.
                "mobility.highway.gap_seconds": round((6 / float(beta) - 5) / (70 / 3.6), 5),
                "services.cam.rate": f"{rate} Hz",
                "services.cam.deadline": period,
                "sidelink.sensing.t2": period,
                "sidelink.sensing.reservation_period": period,
                "sidelink.power": f"{power} dBm",
                "sidelink.link.file": str(path),
            }
            if subchannels == "2":
                overrides |= {
                    "sidelink.pool.subchannels": 2,
                    "sidelink.pool.subchannel_prbs": 25,
                    "sidelink.pool.data_prbs": 12,
                    "sidelink.efficiency": 1.18,
                }
            low, total, _ = counts("sidelink_mode4.yaml", overrides, 1)
            overrides["sidelink.link.file"] = f"the points of gm_bler_curves.csv, S = {subchannels}"
        distance = column(found, "distance_m")
        ours = np.array([window(low, total, at) for at in distance])
        case = case_text(
            "sidelink_mode4.yaml", overrides, f"{beta}/m, {rate} Hz, {power} dBm, S = {subchannels}"
        )
        deviation = 100 * np.abs(ours[:, 0] - column(found, "pdr")).mean()
        yield compare(reference, case, "PRR, mean absolute deviation [points]", 0, float(deviation), 2.5)
        for name, index in (("p_sen", 2), ("p_pro", 3)):
            deviation = 100 * np.abs(ours[:, index] - column(found, name)).mean()
            metric = f"lost by {LOSSES[name]}, mean absolute deviation [points]"
            yield compare(reference, case, metric, 0, float(deviation), 0.5)


def window(low: Floats, found: Floats, at_m: float) -> Floats:
    """Shares around a distance: 12.5 m to both sides, none beyond 500 m (where the published curves end)."""
    inside = (low >= at_m - 12.5) & (low + 5 <= at_m + 12.5) & (low + 5 <= 500)
    some = found[inside].sum(axis=0)
    share: Floats = some / some.sum()
    return share


# --- WiLabV2Xsim ---

NR = {
    "sidelink.mode": "nr_mode2",
    "sidelink.mcs": 7,
    "sidelink.pool.numerology": 1,
    "sidelink.pool.subchannels": 1,
    "sidelink.pool.data_prbs": 16,
    "sidelink.link.threshold": "6.43 dB",
    "simulation.duration": "4 s",
}
WILAB: dict[str, Mapping[str, object]] = {"lte_r100": {}, "nr30_r100": NR}


def wilab() -> Iterator[Row]:
    """PRR over the distances that decide, and the median CBR."""
    reference = "WiLabV2Xsim (own run)"
    prr_rows = list(reference_rows("wilab_prr.csv", all_of_them=True))
    cbr_rows = list(reference_rows("wilab_cbr.csv", all_of_them=True))
    for run, overrides in WILAB.items():
        there = [row for row in prr_rows if row["run"] == run]
        if not there:
            continue
        seeds = 1 if harness.quick else SEEDS
        low, total, cbr = counts("sidelink_wilab.yaml", overrides, seeds)
        upper, prr = column(there, "distance_m"), column(there, "prr")
        decides = (prr > LOW) & (prr < HIGH)
        ours = shares(low, total, np.append(upper - 10, upper[-1]))[:, 0]
        case = case_text("sidelink_wilab.yaml", overrides, f"{run}, {seeds} seeds")
        deviation = 100 * np.abs(ours - prr)[decides].mean()
        yield compare(
            reference, case, f"PRR, mean absolute difference over {decides.sum()} distances [points]",
            0, float(deviation), 3,
        )  # fmt: skip
        ratios = [row for row in cbr_rows if row["run"] == run]
        values, share = column(ratios, "cbr"), column(ratios, "cdf")
        median = float(values[np.searchsorted(share, 0.5)])
        at = np.searchsorted(np.cumsum(cbr[:, 1]), cbr[:, 1].sum() / 2)
        yield compare(reference, case, "median CBR", median, float(cbr[at, 0]), 0.1 * median)


# --- 5G-LENA ---


def lena() -> Iterator[Row]:
    """Each separation and window."""
    reference = "Brady et al., 5G-LENA V2X"
    all_rows = list(reference_rows("nr_mode2_prr_ns3_brady.csv", all_of_them=True))
    cases = list(dict.fromkeys((row["ue_separation_m"], row["T2_slots"]) for row in all_rows))
    for separation, t2 in harness.some(cases):
        found = [
            row
            for row in all_rows
            if (row["ue_separation_m"], row["T2_slots"]) == (separation, t2) and row["decisive"] == "1"
        ]
        length = 200 * float(separation)
        overrides: dict[str, object] = {
            "mobility.spacing": f"{separation} m",
            "sidelink.sensing.t2": f"{t2} ms",
            "sidelink.range.to_x": f"{length - float(separation) - 500:g} m",
        }
        low, total, _ = counts("sidelink_lena.yaml", overrides, 1)
        distance, prr = column(found, "distance_m"), column(found, "prr_mean")
        half = float(separation) / 2
        ours = []
        for at in distance:
            inside = np.abs(low + 2.5 - at) < half
            some = total[inside].sum(axis=0)
            ours.append(some[0] / some.sum())
        case = case_text("sidelink_lena.yaml", overrides, f"every {separation} m, T2 = {t2} slots")
        deviation = 100 * np.abs(np.array(ours) - prr).mean()
        yield compare(
            reference, case, f"PRR, mean absolute difference over {len(found)} distances [points]",
            0, float(deviation), 4,
        )  # fmt: skip
