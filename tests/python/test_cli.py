"""The command, as a process: what it prints, writes and returns."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import cv2x
from cv2x import _core

SMALL = Path(__file__).with_name("small.yaml")
pytestmark = pytest.mark.slow  # a process a command

FAILS = "budgets.x={service: perception, metric: reliability, at_least: 99 %}"
UNDECIDED = "budgets.x={service: perception, metric: latency, quantile: 50 %, limit: 16.5 ms}"

Command = Callable[..., subprocess.CompletedProcess[str]]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "cv2x", *map(str, words)]


@pytest.fixture
def cli(tmp_path: Path) -> Command:
    """Runs the command in a folder of its own."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), cwd=tmp_path, capture_output=True, text=True, timeout=60)

    return run


@pytest.mark.parametrize(
    "words", [[], ["run"], ["validate"], ["info"], ["check"], ["schema"], ["reference"], ["policies"]]
)
def test_help(cli: Command, words: list[str]):
    out = cli(*words, "--help")
    assert out.returncode == 0
    assert out.stdout.startswith(" ".join(["Usage: python -m cv2x", *words]))


def test_version_schema_and_reference(cli: Command):
    assert cli("--version").stdout == f"cv2x {cv2x.__version__}\n"
    assert "simulation" in json.loads(cli("schema").stdout)["$defs"]["complete"]["properties"]
    assert "warm_up" in cli("reference").stdout


def test_policies_are_listed_with_their_sources(cli: Command):
    lines = cli("policies").stdout.splitlines()
    known = cv2x.policies()
    assert [line.split()[0] for line in lines[::2]] == list(known)
    assert sorted(known) == _core.policies()
    for first, second, info in zip(lines[::2], lines[1::2], known.values(), strict=True):
        assert first.endswith(f"  {info.summary}")
        assert second.strip() == info.source
        assert max(len(first), len(second)) <= 120


def test_run_prints_one_screen_and_names_the_file(cli: Command, tmp_path: Path):
    out = cli("run", SMALL, "-o", "new/a.h5")
    assert out.returncode == 0
    assert out.stdout.startswith("Small [world]\n10.0 s simulated")
    lines = out.stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    for word in ("perception", "telemetry", "compute_service", "server", "telemetry-p99", "pass"):
        assert any(word in line for line in lines), word
    assert lines[-1] == "written: new/a.h5"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.h5"]
    assert cli("info", "new/a.h5").stdout.splitlines() == lines[:-2]


def test_where_the_result_goes(cli: Command, tmp_path: Path):
    short = ("--set", "simulation.duration=3 s", "-q")
    assert cli("run", SMALL, *short).stdout == ""
    cli("run", SMALL, "-o", "folder/", *short)
    (tmp_path / "my-world").mkdir()
    (tmp_path / "my-world/scenario.yaml").write_text(SMALL.read_text())
    cli("run", "my-world/scenario.yaml", "-o", "folder", *short)
    written = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.h5"))
    assert written == ["folder/my-world.h5", "folder/small.h5", "out/small.h5"]


def test_replications_and_their_verdict(cli: Command):
    out = cli("run", SMALL, "-o", "r/x.h5", "-R", "3", "-j", "2", "--set", FAILS)
    assert out.returncode == 0
    assert "30.0 s simulated in 3 replications" in out.stdout
    assert out.stdout.splitlines()[-1] == "written: r/x-r000.h5 r/x-r001.h5 r/x-r002.h5"
    out = cli("check", "r/x-r000.h5", "r/x-r001.h5", "r/x-r002.h5")
    assert out.returncode == 1
    assert "Small [world] (3 replications)" in out.stdout
    assert cli("info", "r/x-r000.h5", "r/x-r000.h5").returncode == 2


def test_exit_codes_of_check(cli: Command):
    cli("run", SMALL, "-o", "pass.h5", "-q")
    cli("run", SMALL, "-o", "fail.h5", "-q", "--set", FAILS)
    cli("run", SMALL, "-o", "open.h5", "-q", "--set", UNDECIDED)
    codes = {files: cli("check", *files.split()).returncode for files in ("pass.h5", "fail.h5", "open.h5")}
    assert codes == {"pass.h5": 0, "fail.h5": 1, "open.h5": 3}
    # Different scenarios are judged each by itself; the worst verdict counts.
    assert cli("check", "pass.h5", "open.h5").returncode == 3
    assert cli("check", "pass.h5", "open.h5", "fail.h5").returncode == 1
    assert "inconclusive" in cli("check", "open.h5").stdout
    assert "(try -R " in cli("check", "open.h5").stdout
    assert re.search(
        r"^x: mostly compute_\w+: \+[\d.]+ ms in the late ones", cli("check", "fail.h5").stdout, re.M
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "missing.yaml"], "error: missing.yaml: "),
        (["run", SMALL, "-o", "new/x.h5", "--set", "simulation.duratoin=5 s"], "did you mean 'duration'?"),
        (["run", SMALL, "-o", "new/x.h5", "--set", "seed"], "error: --set seed: "),
        (["run", SMALL, "-o", "new/x.h5", "--set", "simulation.duration=-1 s"], "out of bounds"),
        (["run", SMALL, "-R", "0"], "--replications"),
        (["run"], "Missing argument"),
        (["frobnicate"], "No such command"),
        (["check", "missing.h5"], "error: missing.h5: no such file"),
        (["info", SMALL], "not an HDF5 file"),
        (["info", "."], "error: .: a folder"),
    ],
)
def test_wrong_input_is_exit_code_2_and_nothing_written(
    cli: Command, tmp_path: Path, words: list[str], message: str
):
    out = cli(*words)
    assert out.returncode == 2
    assert message in out.stderr
    assert "Traceback" not in out.stderr
    assert out.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_shown_with_their_lines(cli: Command, tmp_path: Path):
    text = SMALL.read_text().replace("cores: 2", "coers: 2").replace("rate: 10 Hz", "rate: 10", 1)
    (tmp_path / "wrong.yaml").write_text(text)
    out = cli("validate", SMALL, "wrong.yaml")
    assert out.returncode == 2
    lines = out.stderr.splitlines()
    assert lines[0].startswith("error: wrong.yaml:15:25: compute.hosts.server: unknown key 'coers'")
    assert lines[1] == "    15 |     server: {site: mec, coers: 2, speed: 1 Gcycles/s, queue: 5}"
    assert lines[2].index("^") == lines[1].index("coers")
    assert lines[3].startswith("error: wrong.yaml:20:11: services.perception.rate: ")
    assert lines[5].index("^") == lines[4].rindex("10")


def test_validate_says_nothing_when_all_is_right(cli: Command):
    out = cli("validate", SMALL, SMALL)
    assert (out.returncode, out.stdout, out.stderr) == (0, "", "")
    assert "duration: 10 s" in cli("validate", "--resolved", SMALL).stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("replications", [1, 3])
def test_interrupted(tmp_path: Path, number: signal.Signals, replications: int):
    out = tmp_path / "new" / "x.h5"
    words = ("run", SMALL, "-o", out, "--set", "simulation.duration=100000 s", "-R", replications, "-j", 2)
    process = subprocess.Popen(command(*words), stderr=subprocess.PIPE, text=True)
    wanted = [out] if replications == 1 else [out.with_name(f"x-r00{r}.h5") for r in (0, 1)]
    while not all(path.exists() for path in wanted):
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.5)
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "interrupted; what there was is in " + " ".join(map(str, wanted))
    assert sorted(out.parent.iterdir()) == wanted
    for path in wanted:
        assert cv2x.open(path).incomplete
    assert "incomplete" in subprocess.run(command("check", *wanted), capture_output=True, text=True).stderr
