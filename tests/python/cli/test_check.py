"""`cv2x check` as a process: files, exit codes, what is written where."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"
DOCS = Path(__file__).parents[3] / "docs/check.md"
FAILS = "budgets.x={service: perception, metric: reliability, at_least: 99 %}"
UNDECIDED = "budgets.x={service: perception, metric: latency, quantile: 50 %, limit: 16.5 ms}"
pytestmark = pytest.mark.slow


def cli(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cv2x", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results: one that passes, one that fails, two replications that leave it open, one without budgets."""
    folder = tmp_path_factory.mktemp("runs")
    cli(folder, "run", SMALL, "-o", "pass.h5", "-q")
    cli(folder, "run", SMALL, "-o", "fail.h5", "-q", "--set", FAILS)
    cli(folder, "run", SMALL, "-o", "open.h5", "-R", 2, "-q", "--set", UNDECIDED)
    cli(folder, "run", SMALL, "-o", "none.h5", "-q", "--set", "budgets.telemetry-p99=null")
    return folder


@pytest.fixture
def folder(runs: Path, tmp_path: Path) -> Path:
    for file in runs.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def test_strict(folder: Path):
    assert cli(folder, "check", "open-r000.h5", "open-r001.h5").returncode == 3
    assert cli(folder, "check", "open-r000.h5", "open-r001.h5", "--strict").returncode == 1
    assert cli(folder, "check", "pass.h5", "--strict").returncode == 0


def test_the_command_printed_makes_the_replications_that_are_missing(folder: Path):
    out = cli(folder, "check", "open-r000.h5", "open-r001.h5")
    (line,) = [line for line in out.stdout.splitlines() if "cv2x run" in line]
    words = shlex.split(line)
    at = words.index("-R")
    assert int(words[at + 1]) > 0
    words[at + 1] = "2"  # enough to see that it works
    made = subprocess.run([sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    files = sorted(p.name for p in folder.glob("open-r*.h5"))
    assert files == [f"open-r00{i}.h5" for i in range(4)]
    out = cli(folder, "check", *files, "--json", "-")
    (suite,) = json.loads(out.stdout)["suites"]
    assert suite["files"] == files


def test_json_and_junit_in_files_and_printed(folder: Path):
    out = cli(folder, "check", "fail.h5", "pass.h5", "--json", "new/check.json", "--junit", "check.xml")
    assert out.returncode == 1
    assert "fail" in out.stdout
    told = json.loads((folder / "new/check.json").read_text())
    assert [suite["verdict"] for suite in told["suites"]] == ["fail", "pass"]
    root = ElementTree.parse(folder / "check.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    printed = cli(folder, "check", "fail.h5", "pass.h5", "--json", "-")
    assert printed.returncode == 1
    assert json.loads(printed.stdout) == told
    printed = cli(folder, "check", "fail.h5", "pass.h5", "--junit", "-")
    assert printed.stdout == (folder / "check.xml").read_text()


def test_the_keys_are_those_of_the_document(folder: Path):
    table = [line.strip("|").split(" | ") for line in DOCS.read_text().partition("## JSON")[2].splitlines()]
    # Keys are in backticks: `key`, `key[]`, `….key[]`; values have quotes in theirs, null has none.
    documented = {
        word
        for line in table
        for cell in line
        for word in re.findall(r"`(?:….)?([a-z_0-9]+)(?:\[\])?`", cell)
        if word not in ("null", "format_version") or line[0].strip().startswith("`format")
    } - {"null"}

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return {k for key, below in value.items() if key != "lost" for k in {key} | keys(below)} | (
                {"lost"} if "lost" in value else set()
            )
        return {k for below in value for k in keys(below)} if isinstance(value, list) else set()

    told = json.loads(cli(folder, "check", "fail.h5", "open-r000.h5", "open-r001.h5", "--json", "-").stdout)
    assert keys(told) == documented


def test_quiet_says_nothing(folder: Path):
    out = cli(folder, "check", "fail.h5", "-q")
    assert (out.returncode, out.stdout, out.stderr) == (1, "", "")


def test_other_budgets_without_a_new_run(folder: Path):
    (folder / "b.yaml").write_text(
        "budgets:\n  strictly: {service: telemetry, metric: latency, quantile: 99 %, limit: 1 us}\n"
    )
    out = cli(folder, "check", "pass.h5", "--budgets", "b.yaml", "--json", "check.json")
    assert out.returncode == 1
    assert "strictly" in out.stdout
    assert "telemetry-p99" not in out.stdout
    assert json.loads((folder / "check.json").read_text())["budgets_file"] == "b.yaml"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pass.h5", "pass.h5"], "error: pass.h5: given twice"),
        (["pass.h5", "./pass.h5"], "error: pass.h5: given twice"),
        (["pass.h5", "link.h5"], "error: link.h5: given twice (also as pass.h5)"),
        (["pass.h5", "copy.h5"], "are the same replication of the same scenario"),
        (["none.h5"], "error: none.h5: no budgets in its scenario; add some there, or give --budgets"),
        (["pass.h5", "--budgets", "missing.yaml"], "error: missing.yaml: there is no file 'missing.yaml'"),
        (["pass.h5", "--budgets", "pass.h5"], "error: pass.h5:1:1: not UTF-8 text"),
        (["pass.h5", "--budgets", "empty.yaml"], "error: empty.yaml: found nothing; a budgets file is a map"),
        (["pass.h5", "--budgets", "wrong.yaml"], "error: wrong.yaml:1:24: budgets.x.service: "),
        (["pass.h5", "--json", "-", "--junit", "-"], "cannot both be printed"),
        (["pass.h5", "--json", "pass.h5"], "error: pass.h5: is read already; give another"),
        (["pass.h5", "--junit", "link.h5"], "error: link.h5: is read already; give another"),
        (["pass.h5", "--json", "x", "--junit", "x"], "error: x: is written already; give another"),
        (["pass.h5", "--json", "."], "error: .: is a folder; a file is to be written"),
        (["pass.h5", "--json", "pass.h5/x"], "cannot be written"),
        (["pass.h5", "--json", ""], "is a folder"),
        (["--json", "x.json"], "Missing argument 'FILE…'"),
    ],
)
def test_wrong_input_is_exit_code_2(folder: Path, words: list[str], message: str):
    shutil.copy(folder / "pass.h5", folder / "copy.h5")
    (folder / "link.h5").symlink_to("pass.h5")
    (folder / "empty.yaml").write_text("")
    (folder / "wrong.yaml").write_text(
        "budgets: {x: {service: teelmetry, metric: latency, quantile: 99 %, limit: 1 s}}\n"
    )
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    out = cli(folder, "check", *words)
    assert out.returncode == 2
    assert message in out.stderr
    assert "Traceback" not in out.stderr
    assert out.stdout == ""
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
