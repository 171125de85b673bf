"""The command line of `cv2x-sim`: what it takes, what it refuses, and that it judges as `cv2x` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from whole_runs import ROOT

import cv2x

SIM = os.environ.get("CV2X_SIM", str(ROOT / "build/release/cv2x-sim"))
SMALL = ROOT / "tests/python/small.yaml"


def sim(*words: object, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SIM, *map(str, words)], capture_output=True, text=True, timeout=60, cwd=folder)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    cv2x.run(SMALL, {"simulation.duration": "3 s"}, output=folder / "some.h5").close()
    cv2x.run(
        SMALL, {"simulation.duration": "3 s", "budgets.telemetry-p99": None}, output=folder / "none.h5"
    ).close()
    (folder / "none.yaml").write_text("budgets: {}\n")
    (folder / "folder.h5").mkdir()
    os.mkfifo(folder / "pipe")
    return folder


def test_version_and_help() -> None:
    assert sim("--version").stdout == f"cv2x-sim {cv2x.__version__}\n"
    for words in (["--help"], ["-h"], ["run", "--help"], ["check", "x.h5", "-h"]):
        done = sim(*words)
        assert (done.returncode, done.stdout[:9]) == (0, "cv2x-sim:"), words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no command given; see cv2x-sim --help"),
        (["chek", "x.h5"], "unknown command 'chek'; did you mean 'check'? see cv2x-sim --help"),
        (["--quiet"], "unknown command '--quiet'"),
        (["schema", "x"], "schema takes no argument, but found 'x'"),
        (["reference", "x", "y"], "reference takes no argument, but found 'x'"),
        (["schema", "--set", "a=1"], "schema: unknown option '--set'"),
        (["validate", SMALL, "-o", "x.h5"], "validate: unknown option '-o'"),
        (["validate", SMALL, SMALL], "validate needs one scenario, but found 2"),
        (["info", "some.h5", "--budgets", "none.yaml"], "info: unknown option '--budgets'"),
        (["run", SMALL, "-output", "x.h5"], "run: unknown option '-output'"),
        (["run", SMALL, "--set"], "--set needs a value"),
        (["run", SMALL], "run needs -o OUT.h5"),
        (["run", "-o", "x.h5"], "run needs one scenario, but found 0"),
        (["run", ".", "-o", "x.h5"], "'.' is a folder; a scenario file is needed"),
        (["run", "pipe", "-o", "x.h5"], "'pipe' is not a regular file"),
        (["run", SMALL, "-o", "folder.h5"], "folder.h5: cannot write the result: it is a folder"),
        (["run", SMALL, "-o", "pipe"], "pipe: cannot write the result: it is there and not a file"),
        (["info", "."], ".: a folder, not a result file"),
        (["info", "pipe"], "pipe: not a regular file, so not a result of cv2x"),
        (["info", "missing.h5"], "missing.h5: there is no such result file"),
        (["check"], "check needs result files"),
        (["check", "none.h5"], "none.h5: no budgets in its scenario; add some there, or give --budgets"),
        (["check", "some.h5", "--budgets", "none.yaml"], "there is no budget in it"),
        (["check", "some.h5", "some.h5"], "the same replication of the same scenario"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_wrong_words_are_exit_code_2(results: Path, words: list[object], message: str) -> None:
    before = sorted(results.iterdir())
    done = sim(*words, folder=results)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(results.iterdir()) == before


@pytest.mark.parametrize(
    "words", [["some.h5"], ["none.h5"], ["some.h5", "--budgets", "none.yaml"]], ids=" ".join
)
def test_verdicts_are_those_of_the_python_command(results: Path, words: list[str]) -> None:
    ours = sim("check", *words, folder=results)
    command = [sys.executable, "-m", "cv2x", "check", *words]
    theirs = subprocess.run(command, capture_output=True, text=True, cwd=results)
    assert ours.returncode == theirs.returncode
    if ours.returncode == 2:
        assert theirs.stderr.splitlines()[0] == f"error: {ours.stderr.strip()}"
