"""What plots and report say of slices, against the rows of a run with two of them."""

from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x import report
from cv2x.plots import slices
from cv2x.plots.slices import fared
from cv2x.reader import ResultFile
from cv2x.report import tables

SCENARIO = Path(__file__).parents[1] / "integration/slices.yaml"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    out = tmp_path_factory.mktemp("slices") / "out.h5"
    return cv2x.run(
        SCENARIO,
        {"simulation.duration": "4 s", "slices.urgent.preempts": True, "recording.load": "0.2 s"},
        out,
    )


def test_what_is_said_of_a_slice_is_what_its_rows_say(result: cv2x.Result):
    found = {(f.slice, f.direction): f for f in fared(result.plot.source)}
    assert list(found) == [(s, d) for s in ("urgent", "broadband") for d in ("uplink", "downlink")]
    intervals = result.cells["time_ns"].nunique()
    for (name, direction), f in found.items():
        rows = result.slices[result.slices["slice"] == name]
        short = {"uplink": "ul", "downlink": "dl"}[direction]
        assert f.prb_share == pytest.approx(rows[f"{short}_prb_share"].sum() / intervals, rel=1e-6)
        assert f.bler == pytest.approx(rows[f"{short}_nacks"].sum() / rows[f"{short}_blocks"].sum())
        some = rows[rows[f"{short}_blocks"] > 0]
        assert f.mcs == pytest.approx(np.average(some[f"{short}_mcs"], weights=some[f"{short}_blocks"]))
        messages = result.messages
        mine = messages[
            (messages["service"] == ("urgent" if name == "urgent" else "download"))
            & (messages["kind"] == direction)
            & messages["counted"]
        ]
        assert f.messages == len(mine) > 50
        assert f.p99_ns == np.quantile(mine["latency_ns"], 0.99, method="inverted_cdf")
    assert found["broadband", "downlink"].preempted > 0
    assert found["urgent", "downlink"].preempted == 0
    # The means of the lines are those of the table.
    figure = slices(result)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.name for trace in lines] == ["urgent", "broadband"] * 2
    assert np.mean(lines[3].y) == pytest.approx(found["broadband", "downlink"].prb_share, rel=0.02)


def test_the_report_has_a_section_of_slices(result: cv2x.Result):
    with ResultFile(Path(result.path)) as file:
        text = report.html([file])
    assert '<section id="slices">' in text
    for row in tables.slice_rows(result.plot.source):
        assert f"<td>{row.direction}</td>" in text
        assert row.p99 in text
    assert "pre-empted" in text


def test_older_files_say_that_they_have_none(result: cv2x.Result, monkeypatch: pytest.MonkeyPatch):
    source = result.plot.source
    monkeypatch.setattr(source.first, "has_table", lambda name: name != "slices")
    assert fared(source) == []
    assert slices(source).layout.meta["empty"].startswith("A result of format 1.")
