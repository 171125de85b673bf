"""The sidelink from Python: a run, and its reception by distance in one line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cv2x
from cv2x.sidelink import LOSSES, reception

SCENARIO = Path(__file__).parents[2] / "scenarios" / "highway-v2v" / "scenario.yaml"
SHORT = {"simulation.duration": "2 s", "simulation.warm_up": "1 s", "mobility.highway.length": "1 km",
         "sidelink.range.from_x": "0 m", "sidelink.range.to_x": "1 km"}  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("sidelink") / "out.h5"
    with cv2x.run(SCENARIO, SHORT, path) as made:
        yield made


def test_shares_add_up_and_fall_with_the_distance(result: cv2x.Result):
    prr = result.prr()
    assert len(prr) == 25
    np.testing.assert_allclose(prr[["prr", *LOSSES]].sum(axis=1), 1)
    assert prr.prr.iloc[1] > 0.9
    assert prr.prr.iloc[1] > prr.prr.iloc[-1]
    assert list(prr.index[:3]) == [10.0, 30.0, 50.0]


def test_bins_of_ones_own_hold_the_same_packets(result: cv2x.Result):
    mine, fine = result.prr("awareness", edges_m=[0, 100, 500]), result.prr()
    assert mine.receptions.tolist() == [fine.receptions[:5].sum(), fine.receptions[5:].sum()]
    assert mine.prr.iloc[0] == pytest.approx((fine.prr * fine.receptions)[:5].sum() / mine.receptions.iloc[0])


def test_the_summary_counts_packets_at_each_receiver(result: cv2x.Result):
    row, rows = result.summary.iloc[0], result.sidelink_receptions
    assert row["delivered"] == rows["received"].sum()
    assert row["sent"] == rows[["received", *LOSSES]].to_numpy().sum()


def test_load_is_recorded_over_time(result: cv2x.Result):
    load = result.sidelink_load
    assert len(load) >= 19
    assert load.cbr_mean.iloc[-1] > 0.2
    assert load.packets.iloc[5:].between(0.9 * load.vehicles.iloc[-1], 1.1 * load.vehicles.iloc[-1]).all()


def test_equal_runs_and_threads_give_equal_counts(result: cv2x.Result, tmp_path: Path):
    with cv2x.run(SCENARIO, {**SHORT, "sidelink.threads": 2}, tmp_path / "two.h5") as two:
        pd.testing.assert_frame_equal(two.sidelink_receptions, result.sidelink_receptions)
        pd.testing.assert_frame_equal(two.sidelink_cbr, result.sidelink_cbr)


def test_unknown_services_and_edges_are_refused(result: cv2x.Result):
    with pytest.raises(ValueError, match="no service 'cam' uses the sidelink; there are: awareness"):
        result.prr("cam")
    with pytest.raises(ValueError, match="ascending"):
        result.prr(edges_m=[100, 0])
    with pytest.raises(ValueError, match="give one: a, b"):
        reception(pd.DataFrame({"service": ["a", "b"]}), None, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("snr_db,bler\n0,1\n", ":1: has no column 'per'"),
        ("snr_db,per\n0,1\n0,0.5\n", ":3: snr_db is 0 after 0; it must ascend"),
        ("snr_db,per\n0,1.5\n", ":2: per is 1.5; allowed: 0 to 1"),
        ("snr_db,per\n0,x\n", ":2: 'x' is no number (per)"),
        ("snr_db,per\n", "has no points"),
    ],
)
def test_a_wrong_link_curve_is_refused_before_anything_is_written(tmp_path: Path, text: str, message: str):
    curve, out = tmp_path / "curve.csv", tmp_path / "out.h5"
    curve.write_text(text)
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.run(SCENARIO, {**SHORT, "sidelink.link.kind": "curve", "sidelink.link.file": str(curve)}, out)
    assert message in str(caught.value)
    assert not out.exists()
