"""Chromium without a network, and reports for it to look at."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from renamed import EVIL, rename

import cv2x
from cv2x import report
from cv2x.reader import ResultFile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CV2X_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

HIGHWAY = ROOT / "scenarios/highway/scenario.yaml"
ONE_VEHICLE = ROOT / "scenarios/one-vehicle/scenario.yaml"
SMALL = ROOT / "tests/python/small.yaml"
SCOPED = [
    "areas={home: {kind: circle, x: 0 m, y: 0 m, radius: 60 m}}",
    "budgets={near: {service: perception, area: home, metric: latency, quantile: 95 %, limit: 20 ms}, all: {slice: "
    "default, metric: latency, quantile: 90 %, limit: 70 ms}, fresh: {service: telemetry, metric: age_of_information, "
    "quantile: 95 %, limit: 300 ms}, sure: {service: perception, area: home, metric: reliability, at_least: 80 %}}",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there (Debian package chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of results of all kinds."""
    folder = tmp_path_factory.mktemp("reports")

    def run(name: str, scenario: Path, *settings: str, until_ns: float = float("inf")) -> Path:
        out = folder / f"{name}.h5"
        cv2x.run(
            scenario, list(settings), output=out, on_progress=lambda p: p.simulated_ns < until_ns
        ).close()
        return out

    def killed() -> Path:
        """What is left when the process is killed in the middle of a run: the file as it is at that time."""
        left = folder / "killed.h5"

        def copy(progress: cv2x.Progress) -> bool:
            if progress.simulated_ns < 6e9:
                return True
            shutil.copy(folder / "running.h5", left)
            return False

        settings = {"simulation.duration": "3000 s", "recording.flush": "0.5 s"}
        cv2x.run(HIGHWAY, settings, output=folder / "running.h5", on_progress=copy).close()
        return left

    results = {
        "highway": [run("highway", HIGHWAY, "simulation.duration=8 s")],
        "ideal": [run("ideal", SMALL)],
        "one-vehicle": [run("one-vehicle", ONE_VEHICLE)],
        "killed": [killed()],
        "incomplete": [run("incomplete", HIGHWAY, "simulation.duration=3000 s", until_ns=6e9)],
        "histogram": [run("histogram", HIGHWAY, "simulation.duration=8 s", "recording.mode=histogram")],
        "nothing": [
            run(
                "nothing", SMALL, "services.perception=~", "budgets=~", "recording={load: 0 s, vehicles: 0 s}"
            )
        ],
        "lost": [run("lost", SMALL, "links.fibre.rate=10 kbit/s")],
        "large": [run("large", _large(folder))],
        "scoped": [run("scoped", SMALL, *SCOPED)],
        "evil": [folder / "evil.h5"],
        "replications": [run(f"r{r}", SMALL, f"simulation.replication={r}") for r in range(2)],
        "policies": [
            run(policy, HIGHWAY, "simulation.duration=8 s", f"offloading.policy={policy}")
            for policy in ("least_latency", "nearest_edge", "local")
        ],
    }
    rename(results["ideal"][0], results["evil"][0], SMALL, EVIL)
    pages = {}
    for kind, paths in results.items():
        files = [ResultFile(path) for path in paths]
        pages[kind] = folder / f"{kind}.html"
        report.write(files, pages[kind])
        for file in files:
            file.close()
    return pages


def _long(name: str) -> str:
    """A name as long as a scenario allows."""
    return f"{name}-{'x' * 64}"[:64]


def _large(folder: Path) -> Path:
    """Twenty sites and links, five services and four budgets, with the longest names allowed."""
    number = range(20)
    task = {
        "kind": "perception_offload",
        "rate": "2 Hz",
        "input": "1 kB",
        "cycles": "3 Mcycles",
        "output": "1 kB",
    }
    link = {"to": _long("mec"), "rate": "1 Gbit/s", "delay": "50 us"}
    scenario = {
        "title": " ".join(["A title that is as long as no title should be"] * 4),
        "simulation": {"duration": "10 s", "warm_up": "1 s", "drain": "1 s"},
        "mobility": {"kind": "static", "vehicles": 60, "spacing": "4 m"},
        "sites": {
            _long(f"s{i}"): {"kind": "gnb", "x": f"{i % 5 * 40} m", "y": f"{i // 5 * 40} m"} for i in number
        } | {_long("mec"): {"kind": "mec"}},
        "links": {_long(f"l{i}"): link | {"from": _long(f"s{i}")} for i in number},
        "radio": {"kind": "ideal", "ideal": {"delay": "2 ms"}},
        "compute": {"hosts": {_long("h"): {"site": _long("mec"), "cores": 2, "speed": "1 Gcycles/s", "queue": 5}}},
        "services": {_long(f"p{i}"): task | {"deadline": f"{9 - i} ms"} for i in range(5)},
        "offloading": {"policy": "nearest_edge"},
        "budgets": {
            _long(f"b{i}"): {"service": _long(f"p{i}"), "metric": "latency", "quantile": "99 %", "limit": f"{6 + i} ms"}
            for i in range(4)
        } | {"r": {"service": _long("p4"), "metric": "reliability", "at_least": "99.9 %"}},
    }  # fmt: skip
    path = folder / "large.yaml"
    path.write_text(json.dumps(scenario))  # JSON is YAML
    return path
