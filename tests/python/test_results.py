"""Results as tables: the small world's file."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import cv2x
from cv2x.reader import FORMAT_MAJOR, ResultFile
from cv2x.summary import summarise

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("result") / "small.h5"
    cv2x.run(SMALL, output=out).close()
    return out


@pytest.fixture
def result(path: Path) -> cv2x.Result:
    return cv2x.open(path)


def test_stages_add_up_exactly(result: cv2x.Result):
    spent = result.stages.groupby("id")["duration_ns"].sum()
    for frame in (result.messages, result.tasks):
        rows = frame[frame["stages"] > 0].set_index("id")
        assert len(rows) > 1000
        assert (spent.loc[rows.index] == rows["end_ns"] - rows["created_ns"]).all()
    assert (result.stages["duration_ns"] >= 0).all()


def test_names_are_words(result: cv2x.Result):
    assert set(result.tasks["service"].unique()) == {"perception"}
    assert set(result.tasks["outcome"].unique()) == {"delivered", "compute_full", "unfinished"}
    assert set(result.tasks["host"].dropna().unique()) == {"server"}
    assert result.tasks["vehicle"].nunique() == 20
    assert result.messages["kind"].isin(["uplink", "downlink"]).all()
    assert set(result.events["kind"].unique()) == {"enter"}
    assert set(result.links["link"].unique()) == {"fibre"}
    assert result.tasks["counted"].dtype == bool


def test_vehicle_itself_is_a_host():
    tasks = cv2x.run(SMALL, {"simulation.duration": "3 s", "offloading.policy": "local"}).tasks
    assert set(tasks["host"].unique()) == {"(vehicle)"}


def test_lost_ones_are_infinitely_late(result: cv2x.Result):
    lost = result.tasks["outcome"] != "delivered"
    assert lost.any()
    assert np.isinf(result.tasks.loc[lost, "latency_ns"]).all()
    assert np.isfinite(result.tasks.loc[~lost, "latency_ns"]).all()


def test_intervals_by_bootstrap(result: cv2x.Result):
    q = (0.3, 0.5, 0.7)
    two_way, resampled = result.quantiles(q), result.quantiles(q, interval="bootstrap")
    assert (two_way["value_ms"] == resampled["value_ms"]).all()
    assert (two_way["low_ms"] != resampled["low_ms"]).any()
    width = {
        name: (frame["high_ms"] - frame["low_ms"]).loc["perception"]
        for name, frame in (("two-way", two_way), ("bootstrap", resampled))
    }
    assert width["bootstrap"].to_numpy() == pytest.approx(width["two-way"].to_numpy(), rel=0.5)
    assert resampled.equals(result.quantiles(q, interval="bootstrap"))
    with pytest.raises(ValueError, match="there is no interval 'wild'; there are: two-way, bootstrap"):
        result.quantiles(q, interval="wild")  # type: ignore[arg-type]


def test_warnings_are_in_the_summary(path: Path, tmp_path: Path):
    assert summarise([ResultFile(path)]).warnings == []
    short = shutil.copy(path, tmp_path / "short.h5")
    with h5py.File(short, "r+") as file:
        file["summary/warm_up_short"][0] = 1
    (warning,) = summarise([ResultFile(short)]).warnings
    assert warning == "service 'perception': the warm-up looks too short; lengthen simulation.warm_up"
    assert warning in cv2x.open(short)._repr_html_().replace("&#x27;", "'")


def test_replications_too_short_for_a_quantile_are_told(tmp_path: Path):
    files = []
    for r in range(3):
        out = tmp_path / f"{r}.h5"
        cv2x.run(SMALL, {"simulation.replication": r, "services.telemetry.rate": "1 Hz"}, output=out).close()
        files.append(ResultFile(out))
    warnings = summarise(files).warnings
    assert [w for w in warnings if "'telemetry': 3 of 3 replications are too short for p99" in w], warnings
    assert not [w for w in warnings if "p50" in w]


def test_quantiles_agree_with_the_rows(result: cv2x.Result):
    latency = result.counted(result.tasks)["latency_ns"].to_numpy()
    quantiles = result.quantiles((0.25, 0.5, 0.7, 0.99)).loc["perception"]
    for q in (0.25, 0.5, 0.7):
        exact = np.quantile(latency, q, method="inverted_cdf") * 1e-6
        assert quantiles.loc[q, "value_ms"] == pytest.approx(exact, rel=1e-3)
    assert np.isinf(quantiles.loc[0.99, "value_ms"])
    assert quantiles.loc[0.5, "low_ms"] < quantiles.loc[0.5, "value_ms"] < quantiles.loc[0.5, "high_ms"]
    assert quantiles.loc[0.7, "low_ms"] < quantiles.loc[0.7, "value_ms"] < quantiles.loc[0.7, "high_ms"]
    row = result.summary.set_index("service").loc["perception"]
    assert quantiles.loc[0.5].tolist() == [row[f"p50{end}_ns"] * 1e-6 for end in ("", "_low", "_high")]
    with pytest.raises(ValueError, match="a quantile is above 0 and below 1"):
        result.quantiles((1.0,))


def test_breakdown_adds_up(result: cv2x.Result):
    breakdown = result.latency_breakdown()
    mean_ms = result.summary.set_index("service")["mean_ns"] * 1e-6
    for service in ("perception", "telemetry"):
        assert breakdown.loc[service, "share"].sum() == pytest.approx(1)
        assert breakdown.loc[service, "mean_ms"].sum() == pytest.approx(mean_ms[service])
    delivered = result.counted(result.tasks).query("outcome == 'delivered'")
    assert mean_ms["perception"] == pytest.approx(delivered["latency_ns"].mean() * 1e-6)


def test_summary_counts(result: cv2x.Result):
    tasks = result.counted(result.tasks)
    row = result.summary.set_index("service").loc["perception"]
    assert row["sent"] == len(tasks)
    assert row["delivered"] == (tasks["outcome"] == "delivered").sum()
    assert row["in_time"] == (tasks["latency_ns"] <= 30e6).sum()
    assert result.budgets.loc["telemetry-p99", "verdict"] == "pass"


def test_where_it_comes_from(result: cv2x.Result):
    assert result.provenance["seed"] == "1"
    assert result.provenance["version"] == cv2x.__version__
    assert result.scenario["simulation"]["warm_up"] == "1 s"
    assert result.scenario["simulation"]["seed"] == 1
    assert result.scenario["compute"]["hosts"]["server"]["cores"] == 2
    assert result.scenario_text == SMALL.read_text()


def test_without_rows_the_summary_is_the_same(result: cv2x.Result):
    thin = cv2x.run(SMALL, {"recording.mode": "histogram"})
    assert len(thin.messages) == 0
    assert len(thin.stages) == 0
    assert thin.quantiles((0.3, 0.5)).equals(result.quantiles((0.3, 0.5)))
    assert thin.latency_breakdown().equals(result.latency_breakdown())


def test_columns_have_units(result: cv2x.Result):
    for name in (
        "messages",
        "tasks",
        "stages",
        "cells",
        "links",
        "hosts",
        "vehicles",
        "events",
        "summary",
        "sites",
    ):
        frame = getattr(result, name)
        assert set(frame.attrs["units"]) == set(frame.attrs["descriptions"]) == set(frame.columns), name
        assert all(frame.attrs["descriptions"].values())
        for column, units in frame.attrs["units"].items():
            suffix = {"ns": "_ns", "m": "_m", "m/s": "_mps", "byte": "bytes"}.get(units)
            assert suffix is None or column.endswith(suffix), column
    assert result.messages.attrs["units"]["latency_ns"] == "ns"
    assert result.messages.query("counted").attrs["units"]["end_ns"] == "ns"


def test_what_the_file_holds(result: cv2x.Result):
    described = result.describe()
    assert described.loc[("messages", "created_ns"), "units"] == "ns"
    assert described.loc[("messages", "created_ns"), "rows"] == len(result.messages)
    assert described.loc[("vehicle_names", "name"), "type"] == "text"
    assert set(result.describe("links").index.get_level_values("table")) == {"links"}
    assert described["description"].all()
    with pytest.raises(ValueError, match="there is no table 'link'; there are: stages"):
        result.describe("link")


def test_how_it_looks_in_a_notebook(result: cv2x.Result):
    page = result._repr_html_()
    assert "Small [world]" in page
    for word in ("perception", "telemetry", "telemetry-p99", "pass", "compute_service", "server"):
        assert f">{word}<" in page
    assert page.count("<table") == page.count("</table>") == 4
    assert repr(result) == f"<cv2x.Result {result.path}: 2 services>"
    wild = cv2x.run(
        SMALL, {"title": "<img src=x onerror=alert(1)>", "simulation.duration": "3 s"}
    )._repr_html_()
    assert "<img" not in wild
    assert "&lt;img" in wild


# --- files that are not right ---


def test_a_newer_major_version_is_refused(path: Path, tmp_path: Path):
    newer = shutil.copy(path, tmp_path / "newer.h5")
    with h5py.File(newer, "r+") as file:
        file.attrs["format_major"] = FORMAT_MAJOR + 1
    with pytest.raises(
        cv2x.ResultError, match=rf"newer\.h5: its format is {FORMAT_MAJOR + 1}\.\d+.*use a newer cv2x"
    ):
        cv2x.open(newer)


def test_foreign_files(tmp_path: Path):
    text, other, missing = tmp_path / "text.h5", tmp_path / "other.h5", tmp_path / "missing.h5"
    text.write_text("not HDF5")
    h5py.File(other, "w").close()
    for path, why in ((text, "not an HDF5 file"), (other, "not a result of cv2x"), (missing, "no such file")):
        with pytest.raises(cv2x.ResultError, match=f"{path.name}: .*{why}"):
            cv2x.open(path)
    with pytest.raises(cv2x.ResultError, match="a folder"):
        cv2x.open(tmp_path)


def test_a_closed_one_says_so(path: Path):
    result = cv2x.open(path)
    services = len(result.summary)
    result.close()
    for read in (lambda: result.messages, lambda: result.provenance, lambda: result.scenario):
        with pytest.raises(cv2x.ResultError, match=r"small\.h5: is closed"):
            read()
    assert len(result.summary) == services  # what was read stays
    assert len(result.refresh().messages) > 0


def test_with_ideal_radio_the_cell_is_a_site(result: cv2x.Result):
    assert set(result.messages["cell"].dropna().unique()) == {"gnb"}
    assert set(result.vehicles["cell"].dropna().unique()) == {"gnb"}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_a_truncated_file_is_an_error_and_no_crash(path: Path, tmp_path: Path, share: float):
    data = path.read_bytes()
    cut = tmp_path / "cut.h5"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(cv2x.ResultError, match=r"cut\.h5: "):
        summarise([cv2x.open(cut)._file])
