"""Progress as text."""

import pytest

from cv2x.progress import Plain, Update


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
