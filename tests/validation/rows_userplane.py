"""User-plane latency of TR 37.910 (nr_userplane_latency.csv) and of dynamic grants (nr_ul_dynamic_grant_latency.csv).

Mean over arrivals at any time of a slot or TDD period, of messages of whole runs (userplane.yaml). Tolerance: 0.02 ms
plus the 95 % error of the mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import plotly.graph_objects as go
from harness import Row, case_text, compare, latencies_ms, messages, reference_rows, statistical_error

USERPLANE = "nr_userplane_latency.csv"
GRANTS = "nr_ul_dynamic_grant_latency.csv"
SCENARIO = "userplane.yaml"
TOLERANCE_MS = 0.02
CARRIER = "radio.carriers.c"
KINDS = {"UL": "uplink", "DL": "downlink"}


@cache
def measured(settings: tuple[tuple[str, object], ...]) -> dict[str, np.ndarray]:
    """Latencies [ms] by link of one run."""
    found = messages(SCENARIO, dict(settings))
    lost = found[(found["outcome"] != "delivered") & found["counted"]]
    if len(lost) > 0:
        raise RuntimeError(
            f"{len(lost)} messages lost with {settings}: {lost['outcome'].value_counts().head(1)}"
        )
    return {link: latencies_ms(found, kind) for link, kind in KINDS.items()}


def key(overrides: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple((k, repr(v) if isinstance(v, dict) else v) for k, v in overrides.items())


def label_of(row: dict[str, str]) -> str:
    return (
        f"{row['duplex']} {row['tdd_pattern']} {row['link']} cap {row['ue_capability']} {row['scs_khz']} kHz "
        f"{row['mapping_type']} L={row['n_symbols']} p={row['p_initial_bler']}"
    )


def userplane_overrides(row: dict[str, str]) -> dict[str, object]:
    pdsch = {"mapping": row["mapping_type"].lower(), "symbols": int(row["n_symbols"])}
    overrides: dict[str, object] = {
        f"{CARRIER}.numerology": {"15": 0, "30": 1, "60": 2, "120": 3}[row["scs_khz"]],
        f"{CARRIER}.ue_capability": int(row["ue_capability"]),
        f"{CARRIER}.pdsch": pdsch,
        f"{CARRIER}.pusch": pdsch,
        f"{CARRIER}.fixed_error.first": f"{float(row['p_initial_bler']) * 100:g} %",
    }
    if row["duplex"] == "TDD":
        overrides[f"{CARRIER}.duplex"] = "tdd"
        overrides[f"{CARRIER}.tdd_pattern"] = row["tdd_pattern"]
    return overrides


def grant_overrides(row: dict[str, str]) -> dict[str, object]:
    symbols = int(row["n_symbols"])
    return {
        f"{CARRIER}.numerology": {"15": 0, "30": 1}[row["scs_khz"]],
        f"{CARRIER}.ue_capability": int(row["ue_capability"]),
        # Mapping type A has no PUSCH of two symbols; of type B it is the first one of the next slot.
        f"{CARRIER}.pusch": {"mapping": "b" if symbols == 2 else "a", "symbols": symbols, "k2": 1},
        f"{CARRIER}.pdcch.occasions": "slot",
        f"{CARRIER}.processing.gnb_d11": "false",
        f"{CARRIER}.sr_period": {"15": "1 ms", "30": "0.5 ms"}[row["scs_khz"]],
        "slices.user.uplink_grants": "dynamic",
        "slices.user.configured_grant": None,
    }


def judge(reference: str, label: str, link: str, overrides: dict[str, object], expected: float) -> Row:
    found = measured(key(overrides))[link]
    tolerance = TOLERANCE_MS + statistical_error(found)
    case = case_text(SCENARIO, overrides, label)
    return compare(reference, case, "mean latency [ms]", expected, float(found.mean()), tolerance)


def rows() -> Iterator[Row]:
    for row in reference_rows(USERPLANE):
        yield judge(USERPLANE, label_of(row), row["link"], userplane_overrides(row), float(row["derived_ms"]))
    for row in reference_rows(GRANTS):
        label = f"FDD UL dynamic cap {row['ue_capability']} {row['scs_khz']} kHz L={row['n_symbols']}"
        yield judge(GRANTS, label, "UL", grant_overrides(row), float(row["mean_ms"]))


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Distribution functions of the rows without errors, one figure a link."""
    for link in KINDS:
        figure = go.Figure()
        for row in reference_rows(USERPLANE):
            if row["link"] != link or row["p_initial_bler"] != "0":
                continue
            found = np.sort(measured(key(userplane_overrides(row)))[link])
            chosen = np.linspace(0, len(found) - 1, 200).astype(int)
            name = label_of(row)
            figure.add_scatter(x=found[chosen], y=(chosen + 1) / len(found), mode="lines", name=name)
        figure.update_layout(
            title=f"User-plane latency, {link}",
            xaxis_title="latency [ms]",
            yaxis_title="share of the messages",
        )
        yield f"userplane_{link.lower()}", figure
