"""What results, plots and report say of containers and relocation, against the rows of a run with both."""

from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x import report
from cv2x.plots import instances
from cv2x.plots.containers import contained, moved
from cv2x.reader import ResultFile
from cv2x.report import tables

SCENARIO = Path(__file__).parents[1] / "validation/relocation.yaml"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    out = tmp_path_factory.mktemp("containers") / "out.h5"
    overrides = {
        "services.assistant.container": {"image": "assistant", "start": "300 ms", "replicas": {"max": 3}},
        "images.assistant.prepulled": [],
        "recording.load": "1 s",
    }
    return cv2x.run(SCENARIO, overrides, out)


def test_instances_and_relocations_are_tables_with_names(result: cv2x.Result):
    rows = result.instances
    assert set(rows["host"].unique()) == {"west", "east"}
    assert set(rows["service"].unique()) == {"assistant"}
    assert rows["pulls"].sum() == 2
    assert rows["pulled_bytes"].sum() == 100_000_000
    assert (rows["ready"] + rows["starting"] + rows["pulling"]).max() <= 3
    moves = result.relocations
    assert len(moves) == 2
    assert moves["done"].dtype == bool
    assert (moves["from"].astype(str) != moves["to"].astype(str)).all()
    done = moves[moves["done"]]
    assert (done["time_ns"] < done["decided_ns"]).all()
    assert (done["executed_ns"] < done["end_ns"]).all()
    arrays = result.to_xarray("instances")
    assert dict(arrays.sizes)["host"] == 2
    assert int(np.nansum(arrays["cold_starts"])) == rows["cold_starts"].sum()


def test_the_phases_of_a_relocation_are_events(result: cv2x.Result):
    events, moves = result.events, result.relocations
    for word, column in (
        ("relocation_detected", "time_ns"),
        ("relocation_decided", "decided_ns"),
        ("relocation_executed", "executed_ns"),
        ("relocation_completed", "end_ns"),
    ):
        times = events[events["kind"] == word]["time_ns"]
        assert set(moves[moves["done"]][column]) <= set(times)
    pulled = events[events["kind"] == "image_pulled"]
    assert list(pulled["host"]) == ["west", "east"]
    assert pulled["vehicle"].isna().all()
    assert list(pulled["value"]) == [50_000_000] * 2


def test_what_is_said_is_what_the_rows_say(result: cv2x.Result):
    (found,) = contained(result.plot.source)
    rows = result.instances
    assert found.cold_starts == rows["cold_starts"].sum() > 0
    assert (
        found.most
        == (rows["ready"] + rows["starting"] + rows["pulling"]).groupby(rows["time_ns"]).sum().max()
    )
    stages = result.stages.merge(result.tasks[["id", "counted", "outcome"]], on="id")
    mine = stages[stages["counted"] & (stages["outcome"] == "delivered")]
    tasks = (result.tasks["counted"] & (result.tasks["outcome"] == "delivered")).sum()
    for stage, mean in (("image_pull", found.pull_ns), ("container_start", found.start_ns)):
        assert mean == pytest.approx(mine[mine["stage"] == stage]["duration_ns"].sum() / tasks)
        assert mean > 0
    (move,) = moved(result.plot.source)
    done = result.relocations[result.relocations["done"]]
    spans = (done["end_ns"] - done["time_ns"]).to_numpy()
    assert move.moves == len(done)
    assert move.warm == done["warm"].sum()
    assert move.most_ns == spans.max()
    assert move.p50_ns == np.quantile(spans, 0.5, method="inverted_cdf")
    parts = move.decision_ns + move.start_ns + move.transfer_ns + move.steer_ns
    assert parts == pytest.approx(spans.mean())
    lines = [trace for trace in instances(result).data if trace.mode == "lines"]
    assert [line.name for line in lines] == ["ready", "starting", "waiting for their image"]
    ready = rows.groupby("time_ns")["ready"].sum()
    assert np.mean(lines[0].y) == pytest.approx(ready.mean(), rel=0.02)


def test_the_report_has_a_section_of_containers(result: cv2x.Result):
    with ResultFile(Path(result.path)) as file:
        text = report.html([file])
    assert '<section id="containers">' in text
    assert 'href="#containers"' in text
    for row in tables.relocation_rows(result.plot.source):
        assert row.p50 in text
        assert row.moves.small in text


def test_without_containers_there_is_no_section(tmp_path: Path):
    plain = cv2x.run(SCENARIO, {"services.assistant.relocation": {"mode": "stay"}}, tmp_path / "plain.h5")
    assert plain.instances.empty
    assert plain.relocations.empty
    with ResultFile(Path(plain.path)) as file:
        assert 'id="containers"' not in report.html([file])
    assert instances(plain).layout.meta["empty"].startswith("No service")
