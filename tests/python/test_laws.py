"""Laws of the radio from Python: against formulas, references, and the simulator itself."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x import radio

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference"
C = 299_792_458.0


def reference(name: str) -> list[dict[str, str]]:
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with path.open() as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


# --- propagation ---


def uma_db(d2d: float, f_hz: float, h_ut: float, los: bool) -> float:
    """TR 38.901 table 7.4.1-1, written down once more."""
    d3d = math.hypot(d2d, 25 - h_ut)
    breakpoint = 4 * 24 * (h_ut - 1) * f_hz / C
    lg_f = math.log10(f_hz / 1e9)
    sight = (
        28 + 22 * math.log10(d3d) + 20 * lg_f
        if d2d <= breakpoint
        else 28 + 40 * math.log10(d3d) + 20 * lg_f - 9 * math.log10(breakpoint**2 + (25 - h_ut) ** 2)
    )
    return sight if los else max(sight, 13.54 + 39.08 * math.log10(d3d) + 20 * lg_f - 0.6 * (h_ut - 1.5))


def test_path_loss_is_the_formula_and_broadcasts():
    distances = np.array([[10.0], [100.0], [800.0], [5000.0]])
    frequencies = np.array([0.7e9, 3.5e9, 28e9])
    for los in (True, False):
        ours = radio.path_loss_db("uma", distances, frequencies, h_ut_m=1.8, los=los)
        assert ours.shape == (4, 3)
        for i, d in enumerate(distances[:, 0]):
            for j, f in enumerate(frequencies):
                assert ours[i, j] == pytest.approx(uma_db(d, f, 1.8, los), abs=1e-9)
    both = radio.path_loss_db("uma", 300, 3.5e9, los=[True, False])
    assert both[0] == radio.path_loss_db("uma", 300, 3.5e9, los=True) < both[1]
    assert isinstance(radio.path_loss_db("uma", 300, 3.5e9, los=True), float)
    assert radio.path_loss_db("uma", np.zeros((0, 3)), 3.5e9, los=True).shape == (0, 3)


def test_path_loss_is_ns3_s():
    names = {"RMa": "rma", "UMa": "uma", "UMi": "umi"}
    rows = [r for r in reference("ns3_pathloss_testvectors.csv") if r["model"] in names]
    assert len(rows) == 18
    for r in rows:
        distance, h_bs, h_ut = (float(r[key]) for key in ("distance_2d_m", "h_bs_m", "h_ut_m"))
        arguments = (names[r["model"]], distance, float(r["fc_ghz"]) * 1e9, h_bs, h_ut)
        ours = radio.path_loss_db(*arguments, los=r["condition"] == "LOS", extend=True)
        assert ours == pytest.approx(
            float(r["ns3_expected_db"]), abs=0.006
        )  # its speed of light is 3.0e8 m/s


def test_line_of_sight():
    assert radio.los_probability("umi", [0, 18]).tolist() == [1, 1]
    assert radio.los_probability("umi", 100) == pytest.approx(0.18 + math.exp(-100 / 36) * 0.82)
    assert radio.los_probability("uma", 100) == pytest.approx(0.18 + math.exp(-100 / 63) * 0.82)
    assert radio.los_probability("rma", 1010) == pytest.approx(math.exp(-1))
    assert radio.los_probability("uma", 300, [10, 20])[1] > radio.los_probability("uma", 300, 10)


def test_shadowing_and_breakpoint():
    assert radio.breakpoint_m("uma", 3.5e9) == pytest.approx(4 * 24 * 0.5 * 3.5e9 / C)
    assert radio.breakpoint_m("rma", 3.5e9) == pytest.approx(2 * math.pi * 35 * 1.5 * 3.5e9 / C)
    rma = radio.shadowing("rma", [1000, 9000], 3.5e9, los=True)
    assert rma.sigma_db.tolist() == [4, 6]
    assert radio.shadowing("umi", 100, 3.5e9, los=[True, False]).correlation_m.tolist() == [10, 13]


def test_the_simulator_uses_the_same():
    changes = {"simulation.duration": "4 s", "mobility.highway.length": "1 km"}
    for cell in ("c1", "c2"):
        changes[f"radio.cells.{cell}"] = None
    plain = {"radio.carriers.n1.channel.shadowing": False}
    result = cv2x.run(ROOT / "scenarios/highway/scenario.yaml", {**changes, **plain})
    grid = result.coverage
    site = result.scenario["sites"]["gnb-0"]
    distance = np.hypot(grid["x_m"] - float(site["x"][:-2]), grid["y_m"] - float(site["y"][:-2]))
    losses = [
        radio.path_loss_db("rma", distance, 2.14e9, 35, 1.5, los=los, extend=True) for los in (True, False)
    ]
    per_element = 46 + 8 - 10 * math.log10(12 * radio.prbs(20e6, 1, 2.14e9))
    off = np.abs(grid["rsrp_dbm"].to_numpy() - (per_element - np.array(losses)))
    assert len(grid) > 300
    assert off.min(axis=0).max() < 0.01
    assert (off.argmin(axis=0) == 0).any()
    assert (off.argmin(axis=0) == 1).any()


# --- power, blocks, timing ---


def test_power():
    assert radio.noise_dbm_per_prb(0, 9) == pytest.approx(-174 + 10 * math.log10(180e3) + 9)
    assert radio.pusch_power_dbm([60, 140], 10, p0_dbm=-80, alpha=0.8, mu=1).tolist() == [
        pytest.approx(-80 + 10 * math.log10(20) + 48),
        23,
    ]


def test_transport_blocks():
    assert radio.tbs_bits([0, 0, 8, 12], [1, 10, 20, 50], [12, 14, 13, 14]).tolist() == [24, 368, 3368, 13320]
    assert radio.tbs_bits(27, 273, layers=4, table=2) == 1_277_992
    assert radio.tbs_bits(5, 10, symbols=1) == 0
    sizes = np.array([1, 300, 1500, 9000])
    needed = radio.prbs_needed(sizes, 12)
    assert (radio.tbs_bits(12, needed) >= 8 * sizes).all()
    assert (radio.tbs_bits(12, np.maximum(needed - 1, 1)) < 8 * sizes)[needed > 1].all()
    assert radio.prbs_needed(10**6, 0) == 0
    assert radio.segmentation(100_000, 0.8).code_blocks == 12


def test_tables_are_the_standard_s():
    for r in reference("nr_mcs_tables.csv"):
        row = radio.mcs_table(int(r["table"])).loc[int(r["mcs"])]
        assert (row["qm"], row["rate_x1024"]) == (int(r["Qm"]), float(r["code_rate_x1024"]))
        assert row["efficiency"] == pytest.approx(float(r["spectral_efficiency"]), abs=1e-4)
    assert radio.cqi_table(1).index.tolist() == list(range(1, 16))


def test_error_rates():
    sinr = np.linspace(-10, 30, 200)
    rates = radio.bler(sinr[:, None], [0, 10, 20], 3824, table=2)
    assert rates.shape == (200, 3)
    assert ((rates >= 0) & (rates <= 1)).all()
    assert (np.diff(rates, axis=0) <= 0).all()
    at = radio.sinr_db_at([0.1, 0.01], 10, 3840)
    assert radio.code_block_bler(at, 10, 3840).tolist() == pytest.approx([0.1, 0.01], rel=1e-6)
    graphs = [radio.sinr_db_at(0.1, 27, 500, base_graph=graph) for graph in (1, 2)]
    assert graphs[0] != graphs[1]
    # A rate above 0.67 and more than 292 bits: base graph 1.
    assert radio.sinr_db_at(0.1, 27, 500) == graphs[0]
    assert radio.code_block_bler(graphs[1], 27, 500, base_graph=2) == pytest.approx(0.1, rel=1e-6)
    cut = radio.segmentation(30_000, radio.mcs_table(1).loc[10, "rate"])
    assert cut.code_blocks == 4
    sinr_db = radio.sinr_db_at(0.3, 10, cut.code_block_bits)
    one = radio.code_block_bler(sinr_db, 10, cut.code_block_bits)
    assert 0.05 < one < 0.9
    assert radio.bler(sinr_db, 10, 30_000) == pytest.approx(1 - (1 - one) ** 4)


def test_numerology_and_timing():
    assert [radio.numerology(mu).slot_ns for mu in range(4)] == [1_000_000, 500_000, 250_000, 125_000]
    assert radio.prbs(20e6, 1, 2.1e9) == 51
    assert 100e6 in radio.bandwidths_hz(1, 3.5e9)
    assert radio.bandwidths_hz(0, 28e9) == []
    assert radio.symbol_time_ns([0, 2], [14, 7], 1).tolist() == [500_000, 1_250_000]
    assert radio.processing_time_ns(0, additional_dmrs=True).tproc1_ns > radio.processing_time_ns(0).tproc1_ns
    assert radio.processing_time_ns(3, 2) == (None, None)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (
            lambda: radio.path_loss_db("uma", 5, 3.5e9, los=True),
            "distance_2d_m: found 5 m; .*uma LOS: 10 to 5000 m",
        ),
        (lambda: radio.path_loss_db("rma", 7e3, 3.5e9, los=False), "rma NLOS: 10 to 5000 m; extend=True"),
        (lambda: radio.path_loss_db("umi", 50, 3.5e9, 25, los=True), "h_bs_m: found 25 m; .*umi: 10 m"),
        (lambda: radio.path_loss_db("rma", 50, 60e9, los=True), "frequency_hz: found 6e.10 Hz"),
        (lambda: radio.path_loss_db("uma", math.nan, 3.5e9, los=True), "found nan m"),
        (lambda: radio.path_loss_db("uma", -1, 3.5e9, los=True, extend=True), "must be not negative"),
        (
            lambda: radio.path_loss_db("uma", 50, 0, los=True, extend=True),
            "frequency_hz: found 0 Hz; it must be above",
        ),
        (lambda: radio.path_loss_db("uma", 50, 3.5e9, los=True, street_width_m=500), "street_width_m"),
        (lambda: radio.path_loss_db("uva", 50, 3.5e9, los=True), "environment: found 'uva'; allowed: 'uma'"),
        (lambda: radio.path_loss_db("uma", [1, 2], [1, 2, 3], los=True), r"do not fit together: .*\(3,\)"),
        (lambda: radio.path_loss_db("uma", "far", 3.5e9, los=True), "distance_2d_m: found <U3; numbers"),
        (lambda: radio.los_probability("uma", 10, 30), "h_ut_m: found 30 m"),
        (lambda: radio.tbs_bits(28, 1, table=2), "mcs: found 28; MCS table 2 has 0 to 27"),
        (lambda: radio.tbs_bits(1.5, 1), "mcs: found 1.5; whole numbers"),
        (lambda: radio.tbs_bits(1, 276), "prbs: found 276"),
        (lambda: radio.tbs_bits(1, 1, 15), "symbols: found 15; a slot has 1 to 14"),
        (lambda: radio.tbs_bits(1, 1, overhead_re_per_prb=5), "allowed: 0, 6, 12, 18"),
        (lambda: radio.tbs_bits(1, 1, table=4), "table: found 4; allowed: 1, 2, 3"),
        (lambda: radio.prbs_needed(-1, 1), "size_bytes: found -1"),
        (lambda: radio.bler(0, 29, 100), "mcs: found 29"),
        (lambda: radio.bler(0, 1, 0), "tb_bits: found 0"),
        (lambda: radio.bler(math.nan, 1, 100), "sinr_db: found nan"),
        (lambda: radio.sinr_db_at(1, 1, 100), "target: found 1"),
        (lambda: radio.code_block_bler(0, 1, 9000), "bits: found 9000"),
        (lambda: radio.code_block_bler(0, 1, 900, base_graph=3), "base_graph: found 3; allowed: 0, 1, 2"),
        (lambda: radio.gaussian_field(0, 0, 0), "correlation_m: found 0 m; it must be above 0"),
        (lambda: radio.gaussian_field(3e7, 0, 10), "x_m: found 3e.07 m"),
        (lambda: radio.segmentation(100, 1.0), "rate: found 1; a code rate is above 0 and below 1"),
        (lambda: radio.prbs(33e6, 1, 3.5e9), r"no channel of 33 MHz with µ = 1 at 3.5 GHz; .*30, 35"),
        (lambda: radio.prbs(20e6, 0, 28e9), "that there are: none"),
        (lambda: radio.numerology(4), "mu: found 4"),
        (lambda: radio.processing_time_ns(1, 3), "capability: found 3"),
        (lambda: radio.symbol_time_ns(0, 15, 1), "symbol: found 15"),
        (lambda: radio.pusch_power_dbm(-5, 1), "path_loss_db: found -5 dB"),
    ],
)
def test_what_a_law_does_not_hold_for(call: Callable[[], object], part: str):
    with pytest.raises(ValueError, match=part):
        call()


def test_the_field_of_shadowing():
    x = np.array([0.0, 50.0, 5000.0]) + 431
    fields = np.array([radio.gaussian_field(x, -87, 50, key=key) for key in range(2000)])
    assert fields[:, 0].std() == pytest.approx(1, abs=0.08)
    assert (fields[:, 0] * fields[:, 1]).mean() == pytest.approx(math.exp(-1), abs=0.1)
    assert abs((fields[:, 0] * fields[:, 2]).mean()) < 0.1
    assert radio.gaussian_field(431, -87, 50, key=7) == fields[7, 0]
    assert radio.gaussian_field(431, -87, 50, key=7, seed=2) != fields[7, 0]


def test_the_core_itself_does_not_read_beyond_its_tables():
    one = np.ones(1, dtype=np.int64)
    for call in (
        lambda: cv2x._core.radio_tbs_bits(9, one, one, one, one, one, one),
        lambda: cv2x._core.radio_tbs_bits(1, one * 99, one, one, one, one, one),
        lambda: cv2x._core.radio_block_error_rate(1, one, -one, one),
        lambda: cv2x._core.radio_processing_ns(9, 1, False),
        lambda: cv2x._core.radio_tbs_bits(1, one, np.ones(2), one, one, one, one),
    ):
        with pytest.raises(ValueError, match=r"table|index|capability|lengths"):
            call()
