"""`cv2x bench offload`: the suite of scenarios, its leaderboard, its files."""

import csv
import math
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cv2x
from cv2x.against_bound import Measured
from cv2x.cli import app
from cv2x.suite import QUICK, Board, leaders, offload, scenarios
from cv2x.suite.board import behind_text, details, overall_text, save, screen

NAMES = sorted(scenarios())
MINE = """
def first(task, view):
    return 0 if view.hosts.reachable[0] else None
"""


def run(*arguments: str) -> "tuple[int, str]":
    done = CliRunner().invoke(app, ["bench", "offload", *arguments])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    return offload(["nearest_edge", "local", "least_latency"], 2, 2, ["light", "overload"], quick=True)


# --- the scenarios ---


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_are_right_and_have_something_to_decide(name: str):
    loaded = cv2x.load(scenarios()[name])
    assert loaded.title
    kinds = [service["kind"] for service in cv2x.Scenario.load(scenarios()[name])["services"].values()]
    assert "perception_offload" in kinds
    for policy in cv2x.policies():  # none of them is refused in any of the scenarios
        loaded.with_overrides([f"offloading.policy={policy}"])


def test_scenarios_are_four_at_least():
    assert len(NAMES) >= 4
    assert len({cv2x.load(path).title for path in scenarios().values()}) == len(NAMES)


# --- the leaderboard ---


def test_ranks_by_the_geometric_mean_over_scenarios():
    def above(policy: str, *values: float) -> Measured:
        return Measured(policy, "above_bound", list(values))

    table = leaders(
        {
            "a": [above("good here", 0.0, 0.2), above("good there", 3.0, 3.8), above("bad", 7.0, 7.0)],
            "b": [above("good here", 7.0, 8.6), above("good there", 0.0, 0.2), above("bad", 7.0, 7.0)],
        }
    )
    assert table.index.tolist() == ["good there", "good here", "bad"]
    there = [math.sqrt(4.0 * 1.0), math.sqrt(4.8 * 1.2)]
    here = [math.sqrt(1.0 * 8.0), math.sqrt(1.2 * 9.6)]
    assert table.loc["good there", "overall"] == pytest.approx(math.sqrt(math.prod(there)))
    assert table.loc["good there", "behind"] == 1
    # Paired: both replications say √2, although the replications themselves differ.
    assert table.loc["good here", "behind"] == pytest.approx(math.sqrt(2))
    assert table.loc["good here", "behind_low"] == pytest.approx(math.sqrt(2))
    assert table.loc["good here", "low"] < here[0]
    assert table.loc["good here", ["a", "b"]].tolist() == pytest.approx([0.1, 7.8])


def test_texts():
    assert overall_text(1.523, 1.49, 1.55) == "1.52 [1.49, 1.55]"
    assert overall_text(1.523, 0, math.inf) == "1.52"
    assert overall_text(math.nan, math.nan, math.nan) == "–"
    assert behind_text(1, 1, 1) == ""
    assert behind_text(1.5, 1.4, 1.6) == "+50 %"
    assert behind_text(1.05, 0.9, 1.2) == "+5.0 % ≈"


@pytest.mark.slow
def test_board(board: Board, tmp_path: Path):
    assert board.frame.index.names == ["scenario", "policy", "service", "metric"]
    assert list(board.titles) == ["light", "overload"]
    assert set(board.leaders.index) == {"nearest_edge", "local", "least_latency"}
    assert board.leaders["overall"].is_monotonic_increasing
    value = board.frame["value"]
    for place in board.titles:
        for policy in board.leaders.index:
            of = value.xs((place, policy, "(all tasks)"), level=("scenario", "policy", "service"))
            assert of["capped_mean_ms"] >= of["least_mean_ms"] > 0
            assert of["late"] >= of["least_late"] >= 0
            assert board.leaders.loc[policy, place] == pytest.approx(of["above_bound"])
    assert [title for title, _ in details(board)] == list(board.titles.values())
    assert len(list(screen(board))) == 2
    paths = save(board, tmp_path / "made")
    assert [path.name for path in paths] == ["leaderboard.csv", "results.csv", "index.html"]
    text = paths[2].read_text()
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', text) == []
    for word in (*board.leaders.index, *board.titles.values()):
        assert word in text
    with paths[0].open() as lines:
        assert [row["policy"] for row in csv.DictReader(lines)] == board.leaders.index.tolist()


@pytest.mark.slow
def test_the_same_bits_under_any_jobs(board: Board):
    again = offload(["nearest_edge", "local", "least_latency"], 2, 1, ["light", "overload"], quick=True)
    assert again.frame.equals(board.frame)
    assert again.leaders.equals(board.leaders)


# --- the command ---


@pytest.mark.slow
def test_ones_own_policy_takes_part(tmp_path: Path):
    mine = tmp_path / "mine.py"
    mine.write_text(MINE)
    out = tmp_path / "made"
    code, text = run(
        "--quick", "-q", "-R", "1", "--built-in", "local", "--policy", f"{mine}:first", "--scenario", "light", "-o",
        str(out), "--keep", "-v",
    )  # fmt: skip
    assert code == 0, text
    assert {path.name for path in out.iterdir()} == {"leaderboard.csv", "results.csv", "index.html", "light"}
    assert sorted(path.name for path in (out / "light").iterdir()) == ["first-r000.h5", "local-r000.h5"]
    assert "first" in text
    assert "Light load" in text
    with (out / "leaderboard.csv").open() as lines:
        assert {row["policy"] for row in csv.DictReader(lines)} == {"first", "local"}
    assert (
        cv2x.open(out / "light" / "first-r000.h5").scenario["simulation"]["duration"]
        == QUICK["simulation.duration"]
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--scenario", "lights"], "scenario: found 'lights'; did you mean 'light'?; there are: "),
        (["--built-in", "neerest_edge,local"], "did you mean 'nearest_edge'?"),
        (["--built-in", "local"], "policies: found 1; two or more are needed"),
        (["--policy", "no_such.py:decide"], "there is no file 'no_such.py'"),
    ],
)
def test_mistakes(tmp_path: Path, arguments: list[str], says: str):
    out = tmp_path / "made"
    code, text = run("-q", *arguments, "-o", str(out))
    assert code == 2
    assert says in text
    assert not out.exists()
