"""What a large result costs to read, and to make a report of. Run by figures.py, or by itself.

CPU time (user and system, all threads); the page's drawing is wall time in Chromium, until two frames after its load.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import figures
import rows_cost

if TYPE_CHECKING:
    from table import Table

CHROMIUM = Path("/usr/bin/chromium")

# 1000 vehicles with 10 messages a second for 1000 s, in two services: 10⁷ rows.
TEN_MILLION = (
    "simulation: {duration: 1000 s}\nmobility: {kind: static, vehicles: 1000}\n"
    "sites:\n  gnb: {kind: gnb, x: 0 m, y: 0 m}\n  mec: {kind: mec}\n"
    "links:\n  l: {from: gnb, to: mec, rate: 10 Gbit/s, delay: 50 us}\nradio: {kind: ideal}\n"
    "compute:\n  hosts:\n    mec: {site: mec, cores: 16, speed: 3 Gcycles/s}\n"
    "services:\n"
    "  a: {kind: telemetry_upload, arrivals: poisson, rate: 5 Hz, input: 300 B, server: mec}\n"
    "  b: {kind: telemetry_upload, arrivals: poisson, rate: 5 Hz, input: 1 kB, server: mec}\n"
)

OTHER_QUANTILES = "import sys, cv2x; print(cv2x.open(sys.argv[1]).quantiles((0.1, 0.9, 0.999, 0.9999)))"
DRAWN = (
    "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame("
    "() => { window.drawn_ms = performance.now(); })));"
)


def drawn_s(page_file: Path) -> float:
    """Seconds from navigation until the page of a report stands, in headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(DRAWN)
        page.goto(page_file.as_uri())
        page.wait_for_function("window.drawn_ms !== undefined")
        seconds = float(page.evaluate("window.drawn_ms")) / 1000
        browser.close()
    return seconds


def reading(folder: Path, table: Table) -> None:
    """Quantiles per service of 10⁷ rows: those of the summary, and any others."""
    scenario, out = folder / "large.yaml", folder / "large.h5"
    scenario.write_text(TEN_MILLION, encoding="utf-8")
    subprocess.run([str(figures.SIM), "run", str(scenario), "-o", str(out), "--quiet"], check=True)
    rows_cost.measure(out, folder, table)
    _, cpu_s, peak_mb = figures.median([sys.executable, "-c", OTHER_QUANTILES, str(out)])
    case = "quantiles and intervals, four others"
    table.add("result", case, "CPU time for 10⁷ rows", cpu_s, "s", "≤ 1")
    table.add("result", case, "peak memory for 10⁷ rows", peak_mb, "MB", "≤ 500")


def report(folder: Path, table: Table) -> None:
    """The report of a run of 10⁶ messages, and how long its page takes to stand."""
    import cv2x

    out, page = folder / "million.h5", folder / "report.html"
    subprocess.run(figures.run_command("a10-interchange", out, "simulation.duration=190 s"), check=True)
    _, cpu_s, peak_mb = figures.median([sys.executable, "-m", "cv2x", "report", str(out), "-o", str(page)])
    messages = int(cv2x.open(out).summary["sent"].sum())
    case = f"report of {messages} messages"
    table.add("result", case, "CPU time", cpu_s, "s", "≤ 5")
    table.add("result", case, "peak memory", peak_mb, "MB")
    table.add("result", case, "size of the page", page.stat().st_size / 1e6, "MB", "≤ 6")
    if CHROMIUM.exists():
        table.add("result", case, "wall time until drawn in Chromium", drawn_s(page), "s", "≤ 2")


def main(table: Table) -> None:
    """Both."""
    with tempfile.TemporaryDirectory() as name:
        reading(Path(name), table)
        report(Path(name), table)


if __name__ == "__main__":
    from table import Table

    main(Table())
