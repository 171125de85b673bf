"""End-to-end latency of V2N2V by deployment (e2e_v2n2v_latency_model.csv): the queues of the transport network.

Compared is the load-dependent part, serialisation included, of fixed 300 B and Poisson arrivals (`tn_queue_md1_ms`)
within 5 %, where no link is used beyond 80 %; and the radio part, an uplink and a downlink, within 5 %, where
nr_radio_latency_v2n.csv says that the cell is not blocked. The constants (processing, fibre, core, Internet, servers)
are inputs of any simulation and prove nothing, so they are left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import rows_v2n
from harness import FOLDER, Row, case_text, compare, reference_rows, some

import cv2x
from cv2x.reader import ResultFile
from cv2x.summary import summarise

NAME = "e2e_v2n2v_latency_model.csv"
SCENARIOS = {"Centralized": "e2e_centralized.yaml", "MEC@gNB": "e2e_mec_gnb.yaml"}
LINKS_BPS = {"g": 10e9, "m1m2": 300e9, "m2m3": 6e12, "m3upf": 6e12}
GNBS = 6
MESSAGES = 60_000
TOLERANCE = 0.05
WARM_UP_S, DRAIN_S = 0.02, 0.05


def overrides_of(row: dict[str, str]) -> dict[str, object]:
    alpha, rate_hz = float(row["alpha"]), float(row["lambda_gnb_pps"])
    # Enough to be right where links are busy, and no more.
    messages = MESSAGES * (4 if float(row["rho_max"]) > 0.5 else 1)
    seconds = max(messages / (GNBS * rate_hz), 0.05) + WARM_UP_S + DRAIN_S
    overrides: dict[str, object] = {
        "simulation.duration": f"{seconds:.3f} s",
        "services.v2n2v.rate": f"{rate_hz:g} Hz",
    }
    for link, rate_bps in LINKS_BPS.items():
        for name in [f"g{i}" for i in range(GNBS)] if link == "g" else [link]:
            overrides[f"links.{name}.rate"] = f"{rate_bps * alpha * 1e-6:g} Mbit/s"
    return overrides


def queue_ms(scenario: str, overrides: dict[str, object]) -> float:
    """Mean time that a delivered message waited for links and was on them, both ways."""
    with tempfile.TemporaryDirectory(prefix="cv2x-validation-") as folder:
        path = Path(folder) / "run.h5"
        cv2x.run(FOLDER / scenario, overrides, path).close()
        with ResultFile(path) as file:
            (service,) = summarise([file]).services
    total = sum(service.stages_ns.get(f"backhaul_{part}", 0) for part in ("queue", "transmission"))
    return total / service.delivered * 1e-6


def cases() -> list[dict[str, str]]:
    """A row of each deployment, share of the links and rate; the others differ in the radio."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in reference_rows(NAME, all_of_them=True):
        if row["status"] == "ok" and row["rho_gt_0.8"] == "0" and row["deployment"] in SCENARIOS:
            found.setdefault((row["deployment"], row["alpha"], row["lambda_gnb_pps"]), row)
    return list(found.values())


def rows() -> Iterator[Row]:
    for row in some(cases()):
        overrides = overrides_of(row)
        scenario = SCENARIOS[row["deployment"]]
        label = f"{row['deployment']}, alpha {row['alpha']}, {row['lambda_gnb_pps']} messages/s a gNB"
        expected = float(row["tn_queue_md1_ms"])
        ours = queue_ms(scenario, overrides)
        points.setdefault(row["deployment"], []).append((expected, ours))
        yield compare(
            NAME,
            case_text(scenario, overrides, label),
            "transport queues [ms]",
            expected,
            ours,
            TOLERANCE * expected,
        )

    yield from radio()


def radio() -> Iterator[Row]:
    """Mean of an uplink plus that of a downlink, each from the runs of rows_v2n.py."""
    found: dict[tuple[str, str, str], str] = {}
    for row in reference_rows(NAME, all_of_them=True):
        if row["radio_source"] == "1":
            found.setdefault(
                (row["Tpkt_ms"], row["density_veh_km_lane"], row["mcs_table"]), row["mean_radio"]
            )
    cells: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in reference_rows(rows_v2n.PERIODIC, all_of_them=True):
        key = (row["Tpkt_ms"], row["density_veh_km_lane"], row["mcs_table"])
        if row["regime"] == "ok" and found.get(key):
            cells.setdefault(key, []).append(row)
    for key, links in some(
        [(key, links) for key, links in cells.items() if len(links) == len(rows_v2n.SCENARIOS)]
    ):
        ours, cases = 0.0, []
        for row in links:
            latency_ms = rows_v2n.latencies(row["link"], rows_v2n.periodic(row))
            ours += float(latency_ms[np.isfinite(latency_ms)].mean())
            cases.append(case_text(rows_v2n.SCENARIOS[row["link"]], rows_v2n.periodic(row), row["link"]))
        expected = float(found[key])
        label = f"period {key[0]} ms, density {key[1]}, table {key[2]}: {' and '.join(cases)}"
        yield compare(NAME, label, "radio, both ways [ms]", expected, ours, TOLERANCE * expected)


points: dict[str, list[tuple[float, float]]] = {}


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Ours against the model's."""
    figure = go.Figure()
    for deployment, found in points.items():
        expected, ours = zip(*sorted(found), strict=True)
        figure.add_scatter(x=expected, y=ours, mode="markers", name=deployment)
        figure.add_scatter(
            x=expected, y=expected, mode="lines", name=f"{deployment}, equal", line={"dash": "dot"}
        )
    figure.update_layout(
        title="Queues of the transport network, mean", xaxis_title="M/D/1 [ms]", yaxis_title="ours [ms]"
    )
    yield "e2e", figure
