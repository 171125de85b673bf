"""Progress as text."""

import sys
from pathlib import Path

import pytest

import cv2x
from cv2x import progress, simulate
from cv2x.progress import Live, Notebook, Plain, Update, reporter

SMALL = Path(__file__).with_name("small.yaml")


def update(simulated_s: float, wall_s: float, activity: str = "simulating") -> Update:
    return Update(activity, round(simulated_s * 1e9), 40_000_000_000, 412, wall_s)


def test_text_has_time_speed_vehicles_and_eta():
    assert update(12, 1.5).text() == "12.0 of 40.0 s, 8.0 × real time, 412 vehicles, 4 s left"
    assert update(0, 0).text() == "0.0 of 40.0 s, 0.0 × real time, 412 vehicles"
    assert update(0, 2.4, "running SUMO").text() == "running SUMO (2 s)"


def test_past_the_end_nothing_is_left():
    assert update(44, 2).text().endswith("0 s left")


def test_plain_lines_come_at_most_once_a_period(capsys: pytest.CaptureFixture[str]):
    plain = Plain(period_s=3600)
    for i in range(10):
        plain.update("a", update(i, i))
    assert capsys.readouterr().err == ""
    eager = Plain(period_s=0)
    eager.update("a", update(10, 1))
    assert capsys.readouterr().err == "a: 10.0 of 40.0 s, 10.0 × real time, 412 vehicles, 3 s left\n"


def test_a_notebook_has_a_bar_that_moves_and_goes(monkeypatch: pytest.MonkeyPatch):
    shown = []
    display = __import__("IPython.display").display
    monkeypatch.setattr(display.DisplayHandle, "display", lambda _, data, raw: shown.append(data))
    monkeypatch.setattr(display.DisplayHandle, "update", lambda _, data, raw: shown.append(data))
    bar = Notebook()
    bar.done("a")
    assert shown == []
    bar.update("a", update(12, 1.5))
    bar.update("a", update(44, 1.5, "running <SUMO>"))
    bar.done("a")
    assert 'value="0.3000"' in shown[0]["text/html"]
    assert "8.0 × real time" in shown[0]["text/html"]
    assert 'value="1.0000"' in shown[1]["text/html"]
    assert "&lt;SUMO&gt;" in shown[1]["text/html"]
    assert shown[2]["text/html"] == ""


def test_the_one_that_fits(monkeypatch: pytest.MonkeyPatch):
    assert isinstance(reporter(quiet=False, runs=1), Plain)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert isinstance(reporter(quiet=False, runs=1), Live)
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    assert isinstance(reporter(quiet=False, runs=1), Notebook)
    assert type(reporter(quiet=True, runs=1)) is progress.Silent


def test_a_run_shows_its_progress_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    long = {"simulation.duration": "100000 s"}
    seen = []

    def stop(p: cv2x.Progress) -> bool:
        seen.append(p.simulated_ns)
        return len(seen) < 3

    monkeypatch.setattr(simulate, "reporter", lambda **_: Plain(period_s=0))
    assert cv2x.run(SMALL, long, on_progress=stop, progress=True).state == "ended early"
    assert len(seen) == 3
    assert capsys.readouterr().err.count("of 100000.0 s") == 3
    seen.clear()
    cv2x.run(SMALL, long, on_progress=stop)
    assert capsys.readouterr() == ("", "")
