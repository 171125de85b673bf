"""Policies on the command line: `cv2x run --policy`, `cv2x compare`."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cv2x

SMALL = Path(__file__).with_name("small.yaml")
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
pytestmark = pytest.mark.slow  # a process a command

Command = Callable[..., subprocess.CompletedProcess[str]]

FAILING = """
def decide(task, view):
    if view.now_ns > 2_000_000_000:
        return helper(task)
    return "server"

def helper(task):
    return task.no_such_thing
"""


LOUD = """
import os
def decide(task, view):
    print('{"x": 1}')
    os.write(1, b"y\\n")
    return 0
"""


@pytest.fixture
def cli(tmp_path: Path) -> Command:
    """Runs the command in a folder of its own, which holds mine.py and failing.py."""
    (tmp_path / "mine.py").write_text(
        "import numpy\ndef decide(task, view, rng):\n    return rng.choice([0, None])\n"
    )
    (tmp_path / "failing.py").write_text(FAILING)

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cv2x", *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    return run


def written(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.suffix != ".py")


def test_replications_with_a_policy_of_a_file(cli: Command, tmp_path: Path):
    short = ("--set", "simulation.duration=3 s", "-q", "--policy")
    assert cli("run", SMALL, "-o", "a/x.h5", "-R", 2, "-j", 2, *short, "mine.py:decide").returncode == 0
    assert cli("run", SMALL, "-o", "b/x.h5", "-R", 2, "-j", 1, *short, "mine:decide").returncode == 0
    for r in range(2):
        a, b = (cv2x.open(tmp_path / f"{folder}/x-r00{r}.h5") for folder in "ab")
        assert a.tasks.equals(b.tasks)
        assert a.provenance["policy"] == "mine.py:decide"
        assert b.provenance["policy"] == "mine:decide"
        assert set(a.tasks["host"]) == {"server", "(vehicle)"}
    out = cli("info", "a/x-r000.h5", "a/x-r001.h5")
    assert "2 replications" in out.stdout


def test_what_a_policy_prints_disturbs_no_replication(cli: Command, tmp_path: Path):
    (tmp_path / "loud.py").write_text(LOUD)
    words = ("--policy", "loud.py:decide", "--set", "simulation.duration=3 s", "-q")
    out = cli("run", SMALL, "-o", "a/x.h5", "-R", 2, *words)
    assert out.returncode == 0
    assert '{"x": 1}' in out.stderr
    assert "y\n" in out.stderr
    assert written(tmp_path) == ["a", "a/x-r000.h5", "a/x-r001.h5"]


@pytest.mark.parametrize("replications", [1, 2])
def test_a_policy_that_fails(cli: Command, tmp_path: Path, replications: int):
    out = cli("run", SMALL, "-o", "o/x.h5", "-R", replications, "-j", 1, "--policy", "failing.py:decide")
    assert out.returncode == 2
    assert out.stdout == ""
    lines = out.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == '  File "failing.py", line 4, in decide'
    assert sum("File " in line for line in lines) == 2  # the user's frames, none of ours
    assert lines[-3].startswith("AttributeError: ")
    assert lines[-2].startswith("error: policy failing.py:decide, task ")
    assert "AttributeError: " in lines[-2]
    kept = "o/x.h5" if replications == 1 else "o/x-r000.h5"
    assert lines[-1] == f"stopped; what there was is in {kept}"
    assert cv2x.open(tmp_path / kept).incomplete


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("neerest_edge", "did you mean 'nearest_edge'?"),
        ("mine.py", "found 'mine.py'; name the function or class in it too: 'mine.py:NAME'"),
        ("mine.py:decid", "there is no 'decid' in mine.py; did you mean 'decide'? it defines: decide"),
        ("mine.py:numpy", "mine.py:numpy: it is a module; needed: a function"),
        ("none.py:decide", "there is no file 'none.py'"),
        ("none:decide", "there is no module 'none'"),
    ],
)
@pytest.mark.parametrize("words", [("run", "-o", "o/x.h5"), ("run", "-o", "o/", "-R", 2), ("validate",)])
def test_a_wrong_policy_is_exit_code_2_and_nothing_written(
    cli: Command, tmp_path: Path, policy: str, message: str, words: tuple[object, ...]
):
    name, *options = words
    choice = ("--set", f"offloading.policy={policy}") if name == "validate" else ("--policy", policy)
    out = cli(name, SMALL, *options, *choice)
    assert out.returncode == 2
    assert message in out.stderr
    assert "Traceback" not in out.stderr
    assert out.stdout == ""
    assert written(tmp_path) == []


def test_a_file_that_is_not_python_is_shown_with_its_line(cli: Command, tmp_path: Path):
    (tmp_path / "mine.py").write_text("def decide(task, view)\n    return 0\n")
    out = cli("run", SMALL, "--policy", "mine.py:decide")
    assert out.returncode == 2
    lines = out.stderr.splitlines()
    assert lines[0] == "error: mine.py:1:23: not Python: expected ':'"
    assert lines[1] == "     1 | def decide(task, view)"
    assert lines[2].index("^") == lines[1].index(")") + 1


def test_a_scenario_names_its_policy_with_its_place(cli: Command, tmp_path: Path):
    text = SMALL.read_text().replace("policy: nearest_edge", "policy: mine.py:decid")
    (tmp_path / "scenario.yaml").write_text(text)
    out = cli("validate", "scenario.yaml")
    assert out.returncode == 2
    assert out.stderr.startswith(
        "error: scenario.yaml:32:22: offloading.policy: there is no 'decid' in mine.py"
    )
    assert cli("validate", "scenario.yaml", "--set", "offloading.policy=mine.py:decide").returncode == 0


def test_compare(cli: Command, tmp_path: Path):
    words = [
        word
        for policy in ("nearest_edge", "least_latency", "cloud", f"{EXAMPLES / 'greedy.py'}:Greedy")
        for word in ("--policy", policy)
    ]
    out = cli(
        "compare",
        EXAMPLES / "stale-load.yaml",
        *words,
        "-R",
        2,
        "--set",
        "simulation.duration=4 s",
        "-o",
        "k",
    )
    assert out.returncode == 0
    lines = out.stdout.splitlines()
    assert lines[0].startswith("perception [ms]")
    firsts = [line.split()[0] for line in lines[1:8]]
    assert firsts == ["nearest_edge", "least_latency", "−", "cloud", "−", "Greedy", "−"]
    assert lines[-1] == "written: k/"
    assert len(written(tmp_path)) == 1 + 8
    out = cli("compare", SMALL, "--policy", "local", "--policy", "failing.py:decide", "-R", 1)
    assert out.returncode == 2
    assert "AttributeError" in out.stderr
    assert cli("compare", SMALL, "--policy", "local").returncode == 2
    assert cli("compare", SMALL).returncode == 2
    assert cli("compare", "--help").returncode == 0
