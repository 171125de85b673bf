"""Slices and schedulers, measured on whole runs (slices.yaml, peak.yaml).

A flooded slice must not move the 99 % quantile of another one whose share suffices by more than a slot; the rate of a
saturated UE follows TS 38.306 §4.1.2 within 3 %.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from harness import Row, case_text, compare, messages

SLICES, PEAK = "slices.yaml", "peak.yaml"
SLOT_MS = 0.5
FLOOD = {"services.flood_up.vehicles": "100 %", "services.flood_down.vehicles": "100 %"}


def q99_ms(found: pd.DataFrame, kind: str) -> float:
    chosen = found[(found["kind"] == kind) & (found["service"] == "urgent") & found["counted"]]
    return float(np.quantile(chosen["latency_ns"], 0.99, method="inverted_cdf")) * 1e-6


def guarantees() -> Iterator[Row]:
    quiet, flooded = messages(SLICES, {}), messages(SLICES, FLOOD)
    for kind in ("uplink", "downlink"):
        case = case_text(SLICES, FLOOD, f"{kind} of slice urgent beside a flooded one")
        yield compare(
            "TS 28.541 §4.3.36",
            case,
            "99 % quantile [ms]",
            q99_ms(quiet, kind),
            q99_ms(flooded, kind),
            SLOT_MS,
        )


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
    for bandwidth, mu, prbs, layers, duplex, down_share, up_share in PEAKS:
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
    yield from peaks()
