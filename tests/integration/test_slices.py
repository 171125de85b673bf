"""Slices in whole runs: their rows, where their user plane function stands, pre-emption."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cv2x

SCENARIO = Path(__file__).parent / "slices.yaml"
COUNTS = ["ul_prb_share", "dl_prb_share", "ul_blocks", "ul_nacks", "dl_blocks", "dl_nacks"]


def run(folder: Path, **settings: object) -> cv2x.Result:
    overrides = {key.replace("__", "."): value for key, value in settings.items()}
    return cv2x.run(SCENARIO, overrides, folder / "out.h5")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    return run(tmp_path_factory.mktemp("plain"))


def latencies(result: cv2x.Result, service: str, kind: str) -> pd.Series:
    rows = result.messages
    rows = rows[(rows["service"] == service) & (rows["kind"] == kind) & rows["counted"]]
    assert (rows["outcome"] == "delivered").all()
    return rows["latency_ns"]


def test_rows_of_slices_add_up_to_those_of_their_cell(plain: cv2x.Result) -> None:
    slices = plain.slices.groupby("time_ns")[COUNTS].sum()
    cells = plain.cells.set_index("time_ns")[COUNTS]
    assert set(plain.slices["slice"]) == {"urgent", "broadband"}
    assert len(slices) >= 11
    for column in COUNTS:
        np.testing.assert_allclose(slices[column], cells.loc[slices.index, column], rtol=1e-5, err_msg=column)
    assert plain.slices["dl_mcs"].between(0, 27).all()
    assert (plain.slices["dl_preempted"] == 0).all()


def test_a_central_upf_is_a_way_more(plain: cv2x.Result, tmp_path: Path) -> None:
    # From the gNB to the UPF in the core, and back to the server beside the gNB: 3 ms each, both ways.
    with run(tmp_path, slices__urgent__upf="core") as central:
        for kind in ("uplink", "downlink"):
            more = latencies(central, "urgent", kind).mean() - latencies(plain, "urgent", kind).mean()
            assert more == pytest.approx(6e6, abs=0.1e6)
            same = latencies(central, "download", kind).mean() / latencies(plain, "download", kind).mean()
            assert same == pytest.approx(1, abs=0.1)


def test_the_policy_knows_of_the_way_to_the_upf(tmp_path: Path) -> None:
    seen: list[int] = []

    def nearest(task: cv2x.Task, view: cv2x.View) -> int:
        seen.append(int(view.hosts.network_delay_ns[0]))
        return 0

    settings = {
        "services.urgent": {"kind": "perception_offload", "server": None, "cycles": "1 Mcycles"},
        "services.download": None,
        "simulation.duration": "3 s",
    }
    for upf, expected in (("gnb", 0), ("core", 6_000_000)):
        seen.clear()
        cv2x.run(SCENARIO, settings | {"slices.urgent.upf": upf}, tmp_path / "out.h5", policy=nearest).close()
        assert seen
        assert set(seen) == {expected}


def test_pre_emption_spares_urgent_messages_the_rest_of_the_slot(plain: cv2x.Result, tmp_path: Path) -> None:
    with run(tmp_path, slices__urgent__preempts=True) as fast:
        assert fast.slices.loc[fast.slices["slice"] == "broadband", "dl_preempted"].sum() > 50
        assert fast.slices.loc[fast.slices["slice"] == "urgent", "dl_preempted"].sum() == 0
        before, after = latencies(plain, "urgent", "downlink"), latencies(fast, "urgent", "downlink")
    # The rest of the slot (7 symbols of 14 on average), and 12 of the 14 symbols of a block.
    assert before.mean() - after.mean() > 0.5e6
    assert after.quantile(0.99) < before.quantile(0.99)


def test_a_full_slice_admits_no_more(tmp_path: Path) -> None:
    with run(tmp_path, slices__urgent__max_ues=5, simulation__duration="3 s") as full:
        rows = full.messages[(full.messages["service"] == "urgent") & (full.messages["kind"] == "uplink")]
        by_vehicle = rows.groupby("vehicle", observed=True)["outcome"].agg(lambda o: set(o.astype(str)))
    admitted = [outcomes for outcomes in by_vehicle if outcomes != {"not_admitted"}]
    assert len(by_vehicle) == 12
    assert len(admitted) == 5
    assert all("not_admitted" not in outcomes for outcomes in admitted)


def test_what_waits_too_long_is_discarded_and_what_is_late_is_not(tmp_path: Path) -> None:
    flood = {"services.download.rate": "40 Hz"}  # twice what the cell can carry
    with cv2x.run(SCENARIO, flood | {"slices.broadband.discard": "50 ms"}, tmp_path / "a.h5") as some:
        rows = some.messages[(some.messages["service"] == "download") & (some.messages["kind"] == "downlink")]
        gone = rows[rows["outcome"] == "discarded"]
        assert 0.2 < len(gone) / len(rows) < 0.8
        assert (gone["end_ns"] - gone["created_ns"] >= 50e6).all()
        assert (gone["end_ns"] - gone["created_ns"] < 51e6).all()
    with cv2x.run(SCENARIO, flood, tmp_path / "b.h5") as all_of_them:
        rows = all_of_them.messages[all_of_them.messages["service"] == "download"]
        assert "discarded" not in set(rows["outcome"].astype(str))
        assert rows.loc[rows["outcome"] == "delivered", "latency_ns"].max() > 300e6  # 5QI 9: 300 ms, not GBR
