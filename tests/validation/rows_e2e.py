"""End-to-end V2N2V latency by deployment: e2e_v2n2v_latency_model.csv, an analytical model.

Compared are the queueing part of transport and the mean of the radio, within 5 % each. What the model takes as constant
(propagation and nodes of transport and core, the server) is an input here too: listed, with an infinite tolerance.

Transport. The model is M/M/1 (`tn_queue_ms`, sizes exponential) or M/D/1 (`tn_queue_md1_ms`, 300 B) on every link,
with Poisson arrivals. So is this one: vehicles send a Poisson process over `radio: ideal` without delay (a slotted
radio would make batches of it); the other gNBs' load, and for MEC@gNB 95 % of their own gNB's, are the background of
the links, packet by packet. The model draws sizes anew on every link. So has the background; a message has one size
up and another down, and keeps it from link to link. The links after the first are 30 times as fast and more, and at
least 5/6 of their load is background, so the sizes of a message meet themselves in 2 % of its time. The server's time
is exponential: after a link of fixed sizes messages are at least a service time apart, and would never queue on an
equal one (the model has Poisson arrivals everywhere). Sojourn = waiting and serialisation. The model has no queue
from the UPF down to M3; it is here (0.3 % of the sum where it is fullest).

Radio. The cell of v2n_uplink.yaml (rows_v2n.py): configured grants up, broadcast down, at one MCS for everybody (the
model: by rings of distance). Compared with the rows of radio_source 1 and a period of 100 ms, of which
nr_radio_latency_v2n.csv says that they may be. Those of 20 ms are listed: the model's downlink is in periodic
assignments too, which at that period are so closely packed that it waits for them, and a broadcast does not. A server
of 5 ms in the mean, exponential, spreads the answers over the slot, as the model's 0.5 ms ± 0.25 ms do.
"""

from __future__ import annotations

from collections.abc import Iterator

import harness
import pandas as pd
import plotly.graph_objects as go
import rows_v2n
from harness import Row, case_text, compare, reference_rows, tables

REFERENCE = "e2e_v2n2v_latency_model.csv"
SCENARIOS = {"Centralized": "e2e_centralized.yaml", "MEC@gNB": "e2e_mec_gnb.yaml"}
PACKET_BYTES = 300
SENDERS = 10
# Share of a gNB's load that its vehicles send; the rest is background. Small where the link to the gNB is full, so that
# messages see it independently; large where every message has those of 1728 gNBs beside it.
OWN = {"Centralized": 1.0, "MEC@gNB": 0.05}
MESSAGES = 10_000
TOLERANCE = 0.05
BLOCKED_MS = 2
# Rate [bit/s] and gNBs that share it.
LINKS = {
    "MEC@gNB": {"gnb_m1": (10e9, 1)},
    "Centralized": {"gnb_m1": (10e9, 1), "m1_m2": (300e9, 6), "m2_m3": (6e12, 144), "m3_upf": (6e12, 1728)},
}
QUEUEING = ["backhaul_queue", "backhaul_transmission"]
SERVER = ["compute_queue", "compute_service"]


def stages_ms(scenario: str, overrides: dict[str, object], kind: str) -> pd.DataFrame:
    """A row a delivered message of a kind that counts: its stages in order of time [ms], `leg` 0 before the server."""
    messages, stages = tables(scenario, overrides, "messages", "stages")
    chosen = messages[(messages["kind"] == kind) & messages["counted"] & (messages["outcome"] == "delivered")]
    stages = stages[stages["id"].isin(chosen["id"])]
    served = stages["stage"].isin(SERVER)
    return stages.assign(
        ms=stages["duration_ns"] * 1e-6,
        served=served,
        leg=served.groupby(stages["id"]).cumsum() > 0,
    )


def mean_ms(stages: pd.DataFrame, chosen: pd.Series) -> float:
    return float(stages["ms"][chosen].sum() / stages["id"].nunique())


def transport(row: dict[str, str], exponential: bool) -> dict[str, object]:
    load_pps, alpha = float(row["lambda_gnb_pps"]), float(row["alpha"])
    own_pps = OWN[row["deployment"]] * load_pps
    size = "exponential" if exponential else "fixed"
    overrides: dict[str, object] = {
        "simulation.duration": f"{MESSAGES / own_pps + 0.2:.4f} s",
        "simulation.warm_up": "100 ms",
        "simulation.drain": "100 ms",
        "mobility.vehicles": SENDERS,
        "mobility.spacing": "40 m",
        "radio": "{kind: ideal, ideal: {delay: 0 s, serialise: false}}",
        "services.warning.rate": f"{own_pps / SENDERS:.4f} Hz",
        "services.warning.input_distribution": size,
        "services.warning.output_distribution": size,
        "slices": None,
    }
    for name, (rate_bps, gnbs) in LINKS[row["deployment"]].items():
        others_bps = (gnbs * load_pps - own_pps) * 8 * PACKET_BYTES
        overrides |= {
            f"links.{name}.rate": f"{rate_bps * alpha * 1e-6:g} Mbit/s",
            f"links.{name}.background": f"{{rate: {others_bps * 1e-6:.6f} Mbit/s, packet: {PACKET_BYTES} B, "
            f"packet_distribution: {size}}}",
        }
    return overrides


def transport_rows(row: dict[str, str]) -> Iterator[Row]:
    scenario = SCENARIOS[row["deployment"]]
    for exponential, column in ((True, "tn_queue_ms"), (False, "tn_queue_md1_ms")):
        overrides = transport(row, exponential)
        stages = stages_ms(scenario, overrides, "v2n2v")
        counted = stages["stage"].isin(QUEUEING)
        if row["deployment"] == "MEC@gNB":
            counted &= ~stages["leg"]
        expected = float(row[column])
        label = (
            f"{row['deployment']} alpha {row['alpha']} load {row['lambda_gnb_pps']}/s rho {row['rho_max']}"
        )
        case = case_text(scenario, overrides, label)
        ours = mean_ms(stages, counted)
        points.setdefault(f"{row['deployment']}, {column}", []).append((expected, ours))
        yield compare(REFERENCE, case, f"{column}", expected, ours, TOLERANCE * expected)
    constant = stages["stage"] == "backhaul_propagation"
    expected = float(row["tn_const_ms"]) + float(row["cn_const_ms"])
    yield compare(REFERENCE, case, "constants of transport and core, an input [ms]", expected,
                  mean_ms(stages, constant), float("inf"))  # fmt: skip
    yield compare(REFERENCE, case, "mean_as, an input [ms]", float(row["mean_as"]), mean_ms(stages, stages["served"]),
                  float("inf"))  # fmt: skip


def radio_rows(row: dict[str, str]) -> Iterator[Row]:
    scenario = SCENARIOS[row["deployment"]]
    # The source packs periodic grants of 20 ms so densely that it drops packets: no case of broadcast, nor worth a run.
    if float(row["mean_radio"]) > BLOCKED_MS:
        case = f"{row['deployment']} table {row['mcs_table']} Tpkt 20 density {row['density_veh_km_lane']}, blocked"
        yield Row(
            REFERENCE,
            case,
            "mean_radio, listed [ms]",
            float(row["mean_radio"]),
            float("nan"),
            float("inf"),
            True,
        )
        return
    settings = {
        "density_veh_km_lane": row["density_veh_km_lane"],
        "mcs_table": row["mcs_table"],
        "link": "UL",
    }
    overrides = rows_v2n.common(settings, float(row["Tpkt_ms"]))
    rate = overrides.pop("services.up.rate")
    overrides |= {
        "simulation.duration": f"{2 + max(1, MESSAGES / float(row['lambda_gnb_pps'])):.2f} s",
        "services.warning.input": "289 B",
        "services.warning.output": "289 B",
        "services.warning.rate": rate,
        "services.warning.arrivals": "periodic",
        "services.warning.cycles": "5 Mcycles",
        "services.warning.radius": f"{1.2 * rows_v2n.LENGTH_M / int(str(overrides['mobility.vehicles']))} m",  # two
        "slices.v2x.configured_grant.period": f"{row['Tpkt_ms']} ms",
        "radio.carriers.c.pdsch.broadcast": "{mcs: 16, layers: 2}",
    }
    stages = stages_ms(scenario, overrides, "copy")
    radio = ~stages["served"] & ~stages["stage"].str.startswith("backhaul")
    label = f"{row['deployment']} table {row['mcs_table']} Tpkt {row['Tpkt_ms']} density {row['density_veh_km_lane']}"
    expected = float(row["mean_radio"])
    compared = row["Tpkt_ms"] == "100"
    yield compare(
        REFERENCE,
        case_text(scenario, overrides, label),
        "mean_radio [ms]" if compared else "mean_radio, listed [ms]",
        expected,
        mean_ms(stages, radio),
        TOLERANCE * expected if compared else float("inf"),
    )


def rows() -> Iterator[Row]:
    """Rows with rho_max of at most 0.8, each set of parameters once; a quick run: the fullest of each deployment."""
    everything = reference_rows(REFERENCE, all_of_them=True)
    found = [row for row in everything if row["status"] == "ok" and row["rho_gt_0.8"] == "0"]
    loads = {(row["deployment"], row["alpha"], row["lambda_gnb_pps"]): row for row in found}
    measured = {
        (row["deployment"], row["mcs_table"], row["Tpkt_ms"], row["density_veh_km_lane"]): row
        for row in found
        if row["radio_source"] == "1"
    }
    if harness.quick:
        loads = {
            row["deployment"]: row for row in sorted(loads.values(), key=lambda row: float(row["rho_max"]))
        }
        measured = {row["deployment"]: row for row in measured.values() if row["Tpkt_ms"] == "100"}
    for row in loads.values():
        yield from transport_rows(row)
    for row in measured.values():
        yield from radio_rows(row)


points: dict[str, list[tuple[float, float]]] = {}


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Ours against the model's."""
    if not points:
        return
    figure = go.Figure()
    for name, found in points.items():
        expected, ours = zip(*sorted(found), strict=True)
        figure.add_scatter(x=expected, y=ours, mode="markers", name=name)
    most = max(expected for found in points.values() for expected, _ in found)
    figure.add_scatter(x=[0, most], y=[0, most], mode="lines", name="equal", line={"dash": "dot"})
    figure.update_layout(title="Queues of transport, mean", xaxis_title="model [ms]", yaxis_title="ours [ms]")
    yield "e2e", figure
