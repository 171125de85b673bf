"""`cv2x new` and `cv2x schema`: what is written is valid, runs, and meets its budgets."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cv2x

A10 = Path("/usr/share/sumo/tools/game/A10KW.sumocfg")
pytestmark = pytest.mark.slow
needs_sumo = pytest.mark.skipif(
    not shutil.which("sumo") or not A10.exists(), reason="SUMO is not installed (Debian: sumo, sumo-tools)"
)


def cli(folder: Path, *words: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cv2x", *map(str, words)]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=120
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def check_that_it_runs(folder: Path, name: str) -> cv2x.Result:
    """Validates, has the schema beside it, runs, and its budgets are met (or are not known yet)."""
    scenario = folder / name / "scenario.yaml"
    first = scenario.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=cv2x.schema.json"
    assert "properties" in (folder / name / "cv2x.schema.json").read_text()
    assert len((folder / name / "README.md").read_text().splitlines()) == 3
    assert cli(folder, "validate", scenario).returncode == 0
    ran = cli(folder, "run", scenario, "-o", "x.h5", "--set", "simulation.duration=10 s")
    assert ran.returncode == 0, ran.stderr
    assert "fail" not in ran.stdout
    return cv2x.open(folder / "x.h5")


def test_highway(tmp_path: Path):
    made = cli(tmp_path, "new", "highway", "hw", "--length", 1500, "--lanes", 2)
    assert made.returncode == 0
    assert made.stdout.splitlines() == [
        "written: hw/scenario.yaml hw/README.md hw/cv2x.schema.json",
        "next: cv2x run hw/scenario.yaml",
    ]
    result = check_that_it_runs(tmp_path, "hw")
    assert result.vehicles["x_m"].max() <= 1500
    assert len(result.names("cells") if hasattr(result, "names") else result._file.names("cells")) == 3


@needs_sumo
def test_grid(tmp_path: Path):
    words = ("--blocks", "2x2", "--block-size", "200x150", "--vehicles", 30, "--seed", 5)
    assert cli(tmp_path, "new", "grid", "a", *words, "-q").stdout == ""
    assert cli(tmp_path, "new", "grid", "b", *words).returncode == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    cli(tmp_path, "new", "grid", "c", *words[:-1], 6)
    differ = [n for n, c in contents(tmp_path / "c").items() if contents(tmp_path / "a")[n] != c]
    assert differ == ["grid.rou.xml", "grid.sumocfg", "scenario.yaml"]
    result = check_that_it_runs(tmp_path, "a")
    vehicles = result.vehicles
    assert vehicles["vehicle"].nunique() == 30
    assert vehicles["x_m"].between(-10, 410).all()
    assert vehicles["y_m"].between(-10, 310).all()
    assert vehicles["speed_mps"].max() > 8  # they drive


@needs_sumo
def test_sumo(tmp_path: Path):
    made = cli(tmp_path, "new", "sumo", "w", "--config", A10, "--begin", 240, "--inter-site-distance", 900)
    assert made.returncode == 0
    text = (tmp_path / "w/scenario.yaml").read_text()
    assert f"config: '{A10}'" in text
    assert "begin: 240 s" in text
    check_that_it_runs(tmp_path, "w")


@needs_sumo
def test_sumo_by_a_relative_path(tmp_path: Path):
    cli(tmp_path, "new", "grid", "grid", "--blocks", "1x1", "--vehicles", 5)
    made = cli(tmp_path, "new", "sumo", "deep/er", "--config", "grid/grid.sumocfg")
    assert made.returncode == 0, made.stderr
    assert "config: '../../grid/grid.sumocfg'" in (tmp_path / "deep/er/scenario.yaml").read_text()
    assert "begin: 120 s" in (tmp_path / "deep/er/scenario.yaml").read_text()
    assert cli(tmp_path, "validate", "deep/er/scenario.yaml").returncode == 0
    assert cli(tmp_path, "new", "sumo", "deep/er", "--config", "grid/grid.sumocfg", "--force").returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["highway"], "Missing argument 'DIR'"),
        (["highway", "x", "--lanes", "0"], "'--lanes': Input should be"),
        (["highway", "x", "--length", "nan"], "'--length': Input should be"),
        (["highway", "x", "--duration", "inf"], "'--duration': Input should be"),
        (["highway", "x", "--length", "1e6"], "try --inter-site-distance 10000"),
        (["highway", "x", "--seed", "1.5"], "'--seed': Input should be a valid integer"),
        (["grid", "x", "--blocks", "3"], "'3': two whole numbers of 1 to 50 are needed, for example 3x3"),
        (["grid", "x", "--blocks", "0x3"], "'0x3': two whole numbers of 1 to 50"),
        (["grid", "x", "--block-size", "433x-250"], "two whole numbers of 50 to 2000 are needed"),
        (["grid", "x", "--vehicles", "100000"], "100000 vehicles do not fit into"),
        (["sumo", "x"], "Missing option '--config'"),
        (["sumo", "x", "--config", "missing.sumocfg"], "error: missing.sumocfg: no such file"),
        (["sumo", "x", "--config", "."], "error: .: is a folder"),
        (["sumo", "x", "--config", __file__], "not well-formed XML"),
        (["town", "x"], "No such command 'town'"),
        ([], "Usage: "),
    ],
)
def test_wrong_input_writes_nothing(tmp_path: Path, words: list[str], message: str):
    made = cli(tmp_path, "new", *words)
    assert made.returncode == 2
    assert message in made.stderr
    assert "Traceback" not in made.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_sumo(tmp_path: Path):
    made = cli(tmp_path, "new", "grid", "x", env={"PATH": "/nonexistent"})
    assert made.returncode == 2
    assert made.stderr.startswith("error: netgenerate, which makes the streets, is not installed")
    assert list(tmp_path.iterdir()) == []


def test_netgenerate_that_fails(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/netgenerate"
    program.write_text("#!/bin/sh\necho 'Error: no luck today' >&2\nexit 1\n")
    program.chmod(0o755)
    made = cli(tmp_path, "new", "grid", "x", env={"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"})
    assert made.returncode == 2
    assert made.stderr == "error: netgenerate failed: Error: no luck today\n"
    assert not (tmp_path / "x").exists()


def test_nothing_is_overwritten(tmp_path: Path):
    cli(tmp_path, "new", "highway", "x")
    before = contents(tmp_path)
    made = cli(tmp_path, "new", "highway", "x", "--lanes", 1)
    assert made.returncode == 2
    assert made.stderr.endswith("already; --force overwrites\n")
    assert contents(tmp_path) == before
    assert cli(tmp_path, "new", "highway", "x", "--lanes", 1, "--force").returncode == 0
    assert "lanes: 1 " in (tmp_path / "x/scenario.yaml").read_text()


def test_a_link_to_itself_is_replaced_or_refused(tmp_path: Path):
    (tmp_path / "loop").symlink_to("loop")
    done = cli(tmp_path, "new", "highway", "loop")
    assert done.returncode == 2
    assert "loop: cannot be written: " in done.stderr
    assert cli(tmp_path, "schema", "-o", "loop").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_schema(tmp_path: Path):
    printed = cli(tmp_path, "schema").stdout
    written = cli(tmp_path, "schema", "-o", "editor/cv2x.schema.json")
    assert written.stdout == "# yaml-language-server: $schema=cv2x.schema.json\n"
    assert (tmp_path / "editor/cv2x.schema.json").read_text() == printed
    assert json.loads(printed)["title"] == "cv2x-edge scenario"
    assert cli(tmp_path, "schema", "-o", ".").stderr == "error: .: is a folder; a file is to be written\n"
    assert cli(tmp_path, "schema", "-o", "/proc/x").returncode == 2
