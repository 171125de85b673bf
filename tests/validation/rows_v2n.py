"""Radio latency of V2N: nr_radio_latency_v2n.csv (periodic grants) and nr_radio_latency_dynamic.csv (dynamic ones).

Whole runs of v2n_uplink.yaml and v2n_downlink.yaml. Compared are the metrics that the columns `comparable`,
`q90_decisive`, `q99_decisive` and `regime` allow: mean of the delivered and the quantiles over all messages, lost ones
infinite, within 0.05 ms (the 99 % quantile, which hangs on the order in which PRBs are given away, within 10 %, as the
reference asks); delivered share within 0.5 points. Where cells are loaded (`regime`) 15 %, where they are blocked only
the delivered share within 10 %, as the reference has it.
Left out of the scenarios: the PRBs that SSB and PRACH take in the reference, and the control overhead of its TBS.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import plotly
import plotly.graph_objects as go
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
QUANTILES = {"q50": 0.5, "q90": 0.9, "q99": 0.99}
SECONDS = 20


@cache
def run(link: str, settings: tuple[tuple[str, object], ...]) -> pd.DataFrame:
    found = messages(SCENARIOS[link], dict(settings))
    return found[(found["kind"] == KINDS[link]) & found["counted"]]


def common(row: dict[str, str], interval_ms: float) -> dict[str, object]:
    ues = 6 * int(int(row["density_veh_km_lane"]) * 1.732)
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
    slot_ms = 15 / float(row["scs_khz"])
    overrides |= {
        f"{CARRIER}.numerology": {"15": 0, "30": 1, "60": 2}[row["scs_khz"]],
        f"{CARRIER}.sr_period": f"{slot_ms:g} ms",
        f"{CARRIER}.harq_transmissions": 4,
        f"services.{SERVICES[row['link']]}.arrivals": "shifted_exponential",
        "slices.v2x.discard": None,
        # The source's first retransmission takes a whole new request (2 slots more), or assignment (1 slot more).
        f"{CARRIER}.processing.first_retransmission": f"{(2 if uplink else 1) * slot_ms:g} ms",
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


def latencies(link: str, overrides: dict[str, object]) -> np.ndarray:
    """Of all counted messages [ms], lost ones infinite."""
    return run(link, tuple(overrides.items()))["latency_ns"].to_numpy() * 1e-6


def tolerance_of(metric: str, expected: float, regime: str) -> float:
    if regime == "blocked":
        return 0.1 * expected
    if metric == "delivered":
        return TOLERANCE_SHARE
    if regime == "loaded":
        return 0.15 * expected
    return max(TOLERANCE_MS, 0.1 * expected) if metric == "q99" else TOLERANCE_MS


def label_of(row: dict[str, str]) -> str:
    label = f"{row['link']} density {row['density_veh_km_lane']} table {row['mcs_table']}"
    if row.get("scs_khz", "30") != "30":
        label += f" {row['scs_khz']} kHz"
    return f"{label} interval {row.get('Tpkt_ms') or row.get('mean_interval_ms')} ms"


def compared(
    name: str, row: dict[str, str], overrides: dict[str, object], expected: dict[str, str]
) -> Iterator[Row]:
    latency_ms = latencies(row["link"], overrides)
    delivered = np.isfinite(latency_ms)
    ours = {"mean": float(latency_ms[delivered].mean()), "delivered": float(delivered.mean())}
    for metric, q in QUANTILES.items():
        if row.get(f"{metric}_decisive", "1") == "1":
            ours[metric] = float(np.quantile(latency_ms, q, method="inverted_cdf"))
    case = case_text(SCENARIOS[row["link"]], overrides, label_of(row))
    for metric in row["comparable"].split(";"):
        if metric not in ours or (row["regime"] == "blocked" and metric != "delivered"):
            continue
        wanted = float(expected[metric])
        unit = "share" if metric == "delivered" else "[ms]"
        tolerance = tolerance_of(metric, wanted, row["regime"])
        yield compare(name, case, f"{metric} {unit}", wanted, ours[metric], tolerance)


def periodic(row: dict[str, str]) -> dict[str, object]:
    overrides = common(row, float(row["Tpkt_ms"]))
    period = f"{float(row['Tpkt_ms']):g} ms"
    overrides |= {"slices.v2x.discard": period, "slices.v2x.configured_grant.period": period}
    if row["link"] == "DL":
        overrides["slices.v2x.semi_persistent.period"] = period
    return overrides


def rows() -> Iterator[Row]:
    for row in reference_rows(PERIODIC):
        names = {"mean": "mean_nozero_ms", "delivered": "delivered_nozero"} | {
            q: f"{q}_nozero_ms" for q in QUANTILES
        }
        yield from compared(PERIODIC, row, periodic(row), {key: row[name] for key, name in names.items()})
    for row in reference_rows(DYNAMIC):
        names = {"mean": "mean_delivered_ms", "delivered": "fraction_delivered"} | {
            q: f"{q}_ms" for q in QUANTILES
        }
        yield from compared(DYNAMIC, row, dynamic(row), {key: row[name] for key, name in names.items()})


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Distribution functions of our runs, with the quantiles of the reference as marks."""
    for name, overrides_of in ((PERIODIC, periodic), (DYNAMIC, dynamic)):
        figure = go.Figure()
        for number, row in enumerate(reference_rows(name)):
            found = np.sort(latencies(row["link"], overrides_of(row)))
            found = found[np.isfinite(found)]
            chosen = np.linspace(0, len(found) - 1, 200).astype(int)
            total = len(latencies(row["link"], overrides_of(row)))
            colour = {"color": plotly.colors.qualitative.Dark24[number % 24]}
            label = label_of(row)
            figure.add_scatter(
                x=found[chosen],
                y=(chosen + 1) / total,
                mode="lines",
                name=label,
                line=colour,
                legendgroup=label,
            )
            marks = {
                float(row.get(f"{q}_nozero_ms") or row[f"{q}_ms"]): share for q, share in QUANTILES.items()
            }
            marks = {x: share for x, share in marks.items() if np.isfinite(x)}
            figure.add_scatter(
                x=list(marks), y=list(marks.values()), mode="markers", marker=colour, legendgroup=label,
                showlegend=False, name=f"{label}, reference",
            )  # fmt: skip
        figure.update_layout(
            title=f"Radio latency: lines ours, marks {name}",
            xaxis_title="latency [ms]",
            yaxis_title="share of the messages",
        )
        yield name.removesuffix(".csv").removeprefix("nr_"), figure
