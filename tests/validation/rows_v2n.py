"""Radio latency of V2N: nr_radio_latency_v2n.csv (periodic grants) and nr_radio_latency_dynamic.csv (dynamic ones).

Whole runs of v2n_uplink.yaml and v2n_downlink.yaml. Compared are the metrics that the column `comparable` allows: mean
of the delivered messages and median over all, lost ones infinite, within 0.05 ms; delivered share within 0.5 points.
Left out of the scenarios: the PRBs that SSB and PRACH take in the reference, and the control overhead of its TBS.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
from harness import Row, case_text, compare, messages, reference_rows

PERIODIC = "nr_radio_latency_v2n.csv"
DYNAMIC = "nr_radio_latency_dynamic.csv"
KINDS = {"UL": "uplink", "DL": "downlink"}
SCENARIOS = {"UL": "v2n_uplink.yaml", "DL": "v2n_downlink.yaml"}
SERVICES = {"UL": "up", "DL": "down"}
CARRIER = "radio.carriers.c"
LENGTH_M = 1732
TOLERANCE_MS = 0.05
TOLERANCE_SHARE = 0.005
SECONDS = 20


@cache
def run(link: str, settings: tuple[tuple[str, object], ...]) -> pd.DataFrame:
    found = messages(SCENARIOS[link], dict(settings))
    return found[(found["kind"] == KINDS[link]) & found["counted"]]


def common(row: dict[str, str], interval_ms: float) -> dict[str, object]:
    ues = 6 * int(int(row["density" + ("_veh_km_lane")]) * 1.732)
    error = {"2": "10 %", "3": "0.001 %"}[row["mcs_table"]]
    spacing_m = LENGTH_M / ues
    return {
        "simulation.duration": f"{max(SECONDS, 200 * interval_ms / 1000):g} s",
        "mobility.vehicles": ues,
        "mobility.spacing": f"{spacing_m:.4f} m",
        "mobility.x": f"{(spacing_m - LENGTH_M) / 2:.4f} m",
        f"{CARRIER}.mcs_table": int(row["mcs_table"]),
        f"{CARRIER}.fixed_error.first": error,
        f"{CARRIER}.fixed_error.later": error,
        f"services.{SERVICES[row['link']]}.rate": f"{1000 / interval_ms:g} Hz",
    }


def dynamic(row: dict[str, str]) -> dict[str, object]:
    overrides = common(row, float(row["mean_interval_ms"]))
    uplink = row["link"] == "UL"
    overrides |= {
        f"{CARRIER}.harq_transmissions": 4,
        f"services.{SERVICES[row['link']]}.arrivals": "shifted_exponential",
        "slices.v2x.discard": None,
        # The source's first retransmission takes a whole new request (2 slots more), or assignment (1 slot more).
        f"{CARRIER}.processing.first_retransmission": "1 ms" if uplink else "0.5 ms",
    }
    if uplink:
        overrides |= {
            "slices.v2x.uplink_grants": "dynamic",
            "slices.v2x.configured_grant": None,
            f"{CARRIER}.pusch.k2": 1,
        }
    else:
        overrides |= {
            "slices.v2x.downlink_grants": "dynamic",
            "slices.v2x.semi_persistent": None,
            "slices.v2x.uplink_grants": "dynamic",
            "slices.v2x.configured_grant": None,
            f"{CARRIER}.pdsch.k0": 1,
            # Long against a slot, so that answers leave at any time of it.
            "services.down.cycles": "4 Mcycles",
            "services.down.cycles_distribution": "exponential",
        }
    return overrides


def compared(
    name: str, row: dict[str, str], overrides: dict[str, object], expected: dict[str, str]
) -> Iterator[Row]:
    link = row["link"]
    found = run(link, tuple(overrides.items()))
    latency_ms = found["latency_ns"].to_numpy() * 1e-6
    delivered = np.isfinite(latency_ms)
    ours = {
        "mean": float(latency_ms[delivered].mean()),
        "q50": float(np.quantile(latency_ms, 0.5, method="inverted_cdf")),
        "delivered": float(delivered.mean()),
    }
    label = f"{link} density {row['density_veh_km_lane']} table {row['mcs_table']}"
    label += f" interval {row.get('Tpkt_ms') or row.get('mean_interval_ms')} ms"
    case = case_text(SCENARIOS[link], overrides, label)
    for metric in row["comparable"].split(";"):
        if metric not in ours:
            continue
        tolerance = TOLERANCE_SHARE if metric == "delivered" else TOLERANCE_MS
        unit = "share" if metric == "delivered" else "[ms]"
        yield compare(name, case, f"{metric} {unit}", float(expected[metric]), ours[metric], tolerance)


def rows() -> Iterator[Row]:
    for row in reference_rows(PERIODIC):
        expected = {
            "mean": row["mean_nozero_ms"],
            "q50": row["q50_nozero_ms"],
            "delivered": row["delivered_nozero"],
        }
        yield from compared(PERIODIC, row, common(row, float(row["Tpkt_ms"])), expected)
    for row in reference_rows(DYNAMIC):
        expected = {
            "mean": row["mean_delivered_ms"],
            "q50": row["q50_ms"],
            "delivered": row["fraction_delivered"],
        }
        yield from compared(DYNAMIC, row, dynamic(row), expected)
