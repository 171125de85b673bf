"""Slices and schedulers, measured on whole runs (slices.yaml, peak.yaml).

A flooded slice must not move the 99 % quantile of another one whose share suffices by more than a slot. A slice that
pre-empts it with mini-slots has the user-plane latency that TR 37.910 gives mini-slots in an empty cell (within 0.02 ms
plus the 95 % error of the mean). The rate of a saturated UE follows TS 38.306 §4.1.2 within 3 %.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from harness import Row, case_text, compare, messages, reference_rows, some, statistical_error, tables

SLICES, PEAK = "slices.yaml", "peak.yaml"
SLOT_MS = 0.5
PREEMPTING = {
    "duplex": "FDD", "link": "DL", "ue_capability": "1", "scs_khz": "30", "mapping_type": "B", "p_initial_bler": "0",
}  # fmt: skip
FLOODS = {
    "uplink": {"services.flood_up.vehicles": "100 %"},
    "downlink": {"services.flood_down.vehicles": "100 %"},
}


def q99_ms(found: pd.DataFrame, kind: str) -> float:
    chosen = found[(found["kind"] == kind) & (found["service"] == "urgent") & found["counted"]]
    return float(np.quantile(chosen["latency_ns"], 0.99, method="inverted_cdf")) * 1e-6


def guarantees() -> Iterator[Row]:
    quiet = messages(SLICES, {})
    for kind, flood in FLOODS.items():
        flooded, cells = tables(SLICES, flood, "messages", "cells")
        case = case_text(SLICES, flood, f"{kind}, the cell")
        used = cells.loc[cells["time_ns"] > 2e9, {"uplink": "ul_prb_share", "downlink": "dl_prb_share"}[kind]]
        # That it is flooded: but for dedicated PRBs that are not needed, and what is too small for a block.
        yield compare("TS 28.541 §4.3.36", case, "PRBs in use [share]", 1, float(used.mean()), 0.08)
        case = case_text(SLICES, flood, f"{kind} of slice urgent beside a flooded one")
        expected, ours = q99_ms(quiet, kind), q99_ms(flooded, kind)
        yield compare("TS 28.541 §4.3.36", case, "99 % quantile [ms]", expected, ours, SLOT_MS)


def preemption() -> Iterator[Row]:
    overrides: dict[str, object] = {
        **FLOODS["downlink"],
        "services.flood_down.rate": "20 Hz",
        "services.urgent.output": "32 B",
        "slices.urgent.preempts": "true",
        "slices.broadband.priority": 1,
        "radio.carriers.c.fixed_error": "{first: 0 %, later: 0 %}",
    }
    for row in reference_rows("nr_userplane_latency.csv", all_of_them=True):
        if [row[key] for key in PREEMPTING] != list(PREEMPTING.values()):
            continue
        symbols = int(row["n_symbols"])
        overrides["radio.carriers.c.pdsch.preempting_symbols"] = symbols
        found = messages(SLICES, overrides)
        chosen = found[(found["kind"] == "downlink") & (found["service"] == "urgent") & found["counted"]]
        latency_ms = chosen["latency_ns"].to_numpy() * 1e-6
        case = case_text(SLICES, overrides, f"mini-slots of {symbols} symbols over a flooded slice")
        tolerance = 0.02 + statistical_error(latency_ms)
        yield compare(
            "nr_userplane_latency.csv", case, "mean latency [ms]", float(row["derived_ms"]),
            float(latency_ms.mean()), tolerance,
        )  # fmt: skip


def rate_bps(found: pd.DataFrame, kind: str, seconds: float) -> float:
    chosen = found[(found["kind"] == kind) & found["counted"] & (found["outcome"] == "delivered")]
    return 8 * float(chosen["bytes"].sum()) / seconds


def peak_bps(layers: int, prbs: int, mu: int, overhead: float) -> float:
    """TS 38.306 §4.1.2 with 256QAM, f = 1, one carrier."""
    symbol_s = 1e-3 / (14 * 2**mu)
    return layers * 8 * 948 / 1024 * prbs * 12 / symbol_s * (1 - overhead)


PEAKS = [  # bandwidth, µ, PRBs, layers, share of the slots
    ("20 MHz", 1, 51, 1, {}, 1.0, 1.0),
    ("20 MHz", 0, 106, 2, {}, 1.0, 1.0),
    ("100 MHz", 1, 273, 4, {}, 1.0, 1.0),
    (
        "100 MHz",
        1,
        273,
        4,
        {"radio.carriers.c.duplex": "tdd", "radio.carriers.c.tdd_pattern": "DDDSU"},
        0.6,
        0.2,
    ),
]


def peaks() -> Iterator[Row]:
    for bandwidth, mu, prbs, layers, duplex, down_share, up_share in some(PEAKS):
        for kind, overhead, share in (("downlink", 0.14, down_share), ("uplink", 0.08, up_share)):
            expected = peak_bps(layers, prbs, mu, overhead) * share
            service = "down" if kind == "downlink" else "up"
            message = 2e6 if kind == "downlink" else 60e3
            overrides: dict[str, object] = {
                "radio.carriers.c.bandwidth": bandwidth,
                "radio.carriers.c.numerology": mu,
                "radio.carriers.c.pdsch.layers": layers,
                "radio.carriers.c.pusch.layers": layers,
                f"services.{service}.vehicles": "100 %",
                f"services.{service}.{'output' if service == 'down' else 'input'}": f"{message:.0f} B",
                f"services.{service}.rate": f"{1.3 * expected / 8 / message:.3f} Hz",
                **duplex,
            }
            found = messages(PEAK, overrides)
            chosen = found[(found["kind"] == kind) & (found["outcome"] == "delivered")]
            # From the first to the last delivery of a saturated second and a half.
            ends = chosen[chosen["end_ns"].between(1e9, 4e9)].sort_values("end_ns")
            ours = (
                8 * ends["bytes"].iloc[1:].sum() / ((ends["end_ns"].iloc[-1] - ends["end_ns"].iloc[0]) * 1e-9)
            )
            label = f"{kind}, {bandwidth}, µ = {mu}, {layers} layers, MCS table 2 {' '.join(map(str, duplex.values()))}"
            yield compare(
                "TS 38.306 §4.1.2", case_text(PEAK, overrides, label), "rate [Mbit/s]", expected * 1e-6, ours * 1e-6,
                0.03 * expected * 1e-6,
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from guarantees()
    yield from preemption()
    yield from peaks()


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Latency of the urgent slice, alone and beside the flooded one."""
    figure = go.Figure()
    for kind, flood in FLOODS.items():
        for word, overrides in (("alone", {}), ("beside a flooded slice", flood)):
            found = messages(SLICES, overrides)
            chosen = found[(found["kind"] == kind) & (found["service"] == "urgent") & found["counted"]]
            latency = np.sort(chosen["latency_ns"].to_numpy() * 1e-6)
            at = np.linspace(0, len(latency) - 1, 300).astype(int)
            figure.add_scatter(x=latency[at], y=(at + 1) / len(latency), mode="lines", name=f"{kind}, {word}")
    figure.update_layout(
        title="Slice guarantee", xaxis_title="latency [ms]", yaxis_title="share of the messages"
    )
    yield "slices", figure
