"""Verdicts on results: `cv2x.summary.assess`, and what the summary and the frames say of them."""

import math
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import cv2x
from cv2x.reader import ResultFile
from cv2x.summary import assess, scenario_key, summarise

SMALL = Path(__file__).with_name("small.yaml")

BUDGETS = """\
areas:
  near: {kind: circle, x: 0 m, y: 0 m, radius: 45 m}
  far: {kind: polygon, points: [[5 km, 0 m], [6 km, 0 m], [5 km, 1 km]]}
budgets:
  fails: {service: perception, metric: latency, quantile: 90 %, limit: 20 ms}
  open: {service: perception, metric: latency, quantile: 50 %, limit: 16.5 ms}
  share: {slice: default, area: near, metric: reliability, at_least: 80 %}
  age: {service: telemetry, metric: age_of_information, quantile: 99 %, limit: 90 ms}
  nothing: {area: far, metric: latency, quantile: 50 %, limit: 1 s}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three replications."""
    folder = tmp_path_factory.mktemp("results")
    paths = [folder / f"{r}.h5" for r in range(3)]
    for r, path in enumerate(paths):
        cv2x.run(SMALL, {"simulation.replication": r}, output=path).close()
    return paths


@pytest.fixture
def budgets(tmp_path: Path) -> Path:
    path = tmp_path / "budgets.yaml"
    path.write_text(BUDGETS)
    return path


def test_budgets_of_a_file(files: list[Path], budgets: Path):
    fails, undecided, share, age, nothing = assess(files[:1], budgets)
    assert (fails.name, fails.scope, fails.metric, fails.verdict) == (
        "fails",
        "perception",
        "latency",
        "fail",
    )
    assert (fails.limit, fails.quantile, fails.replications, fails.reason) == (20e6, 0.9, None, "")
    assert fails.measured.low < fails.measured.value < fails.measured.high
    assert fails.blame is not None
    assert fails.blame.stage in ("compute_queue", "compute_service")
    assert 5e6 < fails.blame.excess_ns < 40e6
    assert 0.4 < fails.blame.share <= 1
    assert list(fails.blame.lost) == ["compute_full"]

    assert undecided.verdict == "inconclusive"
    assert undecided.reason == "the interval straddles the limit"
    assert undecided.replications is not None
    assert undecided.replications > 1
    assert undecided.blame is not None

    assert (share.scope, share.quantile) == ("slice default · area near", 0)
    assert age.blame is not None
    assert age.blame.stage == "update_interval"
    assert age.blame.excess_ns == pytest.approx(100e6, rel=1e-3)
    assert age.measured.value == pytest.approx(101e6, rel=3e-3)

    assert (nothing.verdict, nothing.samples, nothing.blame) == ("inconclusive", 0, None)
    assert math.isnan(nothing.measured.value)
    assert nothing.reason == "nothing was measured in area 'far'"


def test_agrees_with_the_rows(files: list[Path], budgets: Path):
    verdicts = {v.name: v for v in assess(files[:1], budgets)}
    tasks = cv2x.open(files[0]).tasks.query("counted")
    messages = cv2x.open(files[0]).messages.query("counted and kind == 'uplink' and parent_id == 0")
    late = tasks.query("outcome == 'delivered' and latency_ns > 20e6")
    assert verdicts["fails"].samples == len(tasks)
    assert verdicts["fails"].blame.lost == {"compute_full": (tasks["outcome"] == "compute_full").sum()}
    kept = tasks.query("outcome == 'delivered' and latency_ns <= 20e6")
    stages = (
        cv2x.open(files[0]).stages.pivot_table("duration_ns", "id", "stage", "sum", observed=True).fillna(0)
    )
    excess = stages.loc[late["id"]].mean() - stages.loc[kept["id"]].mean()
    assert verdicts["fails"].blame.stage == excess.idxmax()
    assert verdicts["fails"].blame.excess_ns == pytest.approx(excess.max())
    assert verdicts["fails"].blame.share == pytest.approx(excess.max() / excess[excess > 0].sum())

    in_time = 0
    near = 0
    for frame, deadline in ((tasks, 30e6), (messages, 50e6)):
        here = frame[np.hypot(frame["x_m"], frame["y_m"]) <= 45]
        near += len(here)
        in_time += (here["latency_ns"] <= deadline).sum()
    assert verdicts["share"].samples == near
    assert verdicts["share"].measured.value == in_time / near


def test_replications_are_judged_together(files: list[Path], budgets: Path):
    together = {v.name: v for v in assess(files, budgets)}
    single = [{v.name: v for v in assess([file], budgets)} for file in files]
    for name in ("fails", "open", "age"):
        mean = np.mean([run[name].measured.value for run in single])
        assert together[name].measured.value == pytest.approx(mean)
        assert together[name].samples == sum(run[name].samples for run in single)
    with ResultFile(files[0]) as first, ResultFile(files[1]) as second:
        # As texts: NaN is not itself.
        assert str(assess([first, second], budgets)) == str(assess(files[:2], str(budgets)))
        assert scenario_key(first) == scenario_key(second)
        assert summarise([first, second]).budgets == assess([first, second])
    own = assess(files)
    assert [v.name for v in own] == ["telemetry-p99"]
    assert own[0].verdict == "pass"
    assert own[0].blame is None


def test_mistakes_in_the_file_have_their_places(files: list[Path], tmp_path: Path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("budgets:\n  a: {service: perceptoin, metric: reliability, at_least: 90 %}\n")
    with pytest.raises(cv2x.ScenarioError) as raised:
        assess(files, wrong)
    (found,) = raised.value.diagnostics
    assert (found.file, found.line, found.column, found.key) == (str(wrong), 2, 16, "budgets.a.service")
    assert "did you mean 'perception'?" in found.message
    with pytest.raises(cv2x.ScenarioError, match=r"none\.yaml"):
        assess(files, tmp_path / "none.yaml")


def test_results_that_cannot_be_judged(files: list[Path], budgets: Path, tmp_path: Path):
    other = tmp_path / "other.h5"
    cv2x.run(SMALL, {"simulation.duration": "5 s"}, output=other).close()
    with pytest.raises(cv2x.ResultError, match="not replications of one scenario"):
        assess([files[0], other])
    with pytest.raises(cv2x.ResultError, match="the same replication"):
        assess([files[0], files[0]])
    with pytest.raises(cv2x.ResultError, match="no such"):
        assess([tmp_path / "none.h5"])
    killed = shutil.copy(files[0], tmp_path / "killed.h5")
    with h5py.File(killed, "r+") as file:
        file["incomplete"][()] = 1
    with pytest.raises(cv2x.ResultError, match="incomplete"):
        assess([killed])
    with ResultFile(killed) as file:
        assert summarise([file]).budgets == []
    histogram = tmp_path / "histogram.h5"
    cv2x.run(SMALL, {"recording.mode": "histogram"}, output=histogram).close()
    with pytest.raises(cv2x.ResultError, match=r"budget 'share' cannot be judged.*area.*histogram"):
        assess([histogram], budgets)


def test_a_result_of_format_1_0(files: list[Path], tmp_path: Path):
    """As an older version wrote it: without what 1.1 has added."""
    old = shutil.copy(files[0], tmp_path / "old.h5")
    new_columns = (
        "slice",
        "area",
        "samples",
        "kept",
        "blame",
        "blame_excess_ns",
        "blame_share",
        "lost",
    )
    with h5py.File(old, "r+") as file:
        file.attrs["format_minor"] = 0
        flushed, names = file["flushed"][()], list(file["flushed"].attrs["columns"])
        names = [name.decode() if isinstance(name, bytes) else name for name in names]
        kept = [i for i, name in enumerate(names) if not name.startswith("budget_")]
        del file["flushed"], file["budget_stages"], file["budget_losses"], file["names/areas"]
        dataset = file.create_dataset("flushed", data=flushed[:, kept])
        kept_names = [names[i].encode() for i in kept]
        dataset.attrs["columns"] = np.array(kept_names, dtype=h5py.string_dtype("utf-8", 64))
        for column in new_columns:
            del file["budgets"][column]
    (new,) = assess([files[0]])
    (verdict,) = assess([old])
    assert (verdict.measured, verdict.verdict, verdict.samples) == (new.measured, new.verdict, new.samples)
    assert cv2x.open(old).budgets["verdict"].tolist() == ["pass"]


def test_frame_has_the_scope_and_the_blame(tmp_path: Path):
    overrides = {
        "budgets.x": "{slice: default, metric: reliability, at_least: 99 %}",
        "areas.a": "{kind: circle, x: 0 m, y: 0 m, radius: 45 m}",
        "budgets.y": "{area: a, metric: latency, quantile: 50 %, limit: 1 s}",
    }
    frame = cv2x.run(SMALL, overrides).budgets
    assert frame.shape == (3, 17)
    assert frame.loc["x", ["service", "slice", "area", "verdict"]].tolist() == ["", "default", "", "fail"]
    assert frame.loc["x", "blame_stage"] in ("compute_queue", "compute_service")
    assert frame.loc["x", "lost"].keys() == {"compute_full"}
    assert frame.loc["y", ["area", "verdict", "blame_stage"]].tolist() == ["a", "pass", ""]
    assert frame.loc["y", "samples"] > 500
