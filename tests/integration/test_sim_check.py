"""`cv2x-sim check`: verdicts without Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from whole_runs import ROOT, cv2x_sim

SMALL = ROOT / "tests/python/small.yaml"
PASSES = "budgets: {ok: {service: telemetry, metric: reliability, at_least: 90 %}}\n"
FAILS = "budgets: {bad: {slice: default, metric: latency, quantile: 95 %, limit: 10 ms}}\n"
UNDECIDED = "budgets: {open: {service: perception, metric: latency, quantile: 50 %, limit: 16.5 ms}}\n"


def check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    sim = os.environ.get("CV2X_SIM", str(ROOT / "build/release/cv2x-sim"))
    return subprocess.run([sim, "check", *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("check")
    paths = [folder / f"{r}.h5" for r in range(3)]
    for r, path in enumerate(paths):
        cv2x_sim(SMALL, path, f"simulation.replication={r}")
    return paths


@pytest.mark.slow
def test_verdicts_and_exit_codes(results: list[Path], tmp_path: Path) -> None:
    budgets = tmp_path / "b.yaml"
    for text, code, word in ((PASSES, 0, "pass"), (FAILS, 1, "fail"), (UNDECIDED, 3, "inconclusive")):
        budgets.write_text(text)
        out = check(results[0], "--budgets", budgets)
        assert (out.returncode, out.stderr) == (code, "")
        assert out.stdout.startswith(word)
    assert "replications would decide" in out.stdout
    assert "mostly compute_queue: +" in out.stdout

    budgets.write_text(FAILS)
    together = check(*results, "--budgets", budgets)
    assert together.returncode == 1
    assert "slice default p95" in together.stdout
    assert together.stdout != check(results[0], "--budgets", budgets).stdout
    assert check(*results).stdout.startswith("pass          telemetry-p99")


@pytest.mark.slow
def test_mistakes_are_exit_code_2(results: list[Path], tmp_path: Path) -> None:
    budgets = tmp_path / "b.yaml"
    budgets.write_text("budgets: {x: {service: telemetri, metric: reliability, at_least: 90 %}}\n")
    wrong = check(results[0], "--budgets", budgets)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"{budgets}:1:24: budgets.x.service: there is no service 'telemetri'" in wrong.stderr
    for words, message in (
        ([], "check needs result files"),
        ([results[0], results[0]], "the same replication"),
        ([results[0], "--budgets"], "--budgets needs a value"),
        ([results[0], "--budgets", tmp_path / "none.yaml"], "none.yaml"),
        ([tmp_path / "none.h5"], "there is no such result file"),
    ):
        out = check(*words)
        assert (out.returncode, out.stdout) == (2, "")
        assert message in out.stderr
