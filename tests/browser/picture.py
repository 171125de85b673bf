"""Takes the pictures of README and gallery anew: `python tests/browser/picture.py [SCENARIO…]`.

Runs the scenarios (all, or those named; without those whose inputs are not there), makes their reports and leaves

    scenarios/NAME/map.png      the report's first map, with its legend
    docs/images/report.png      the top of the report of a10-interchange
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import cv2x
from cv2x import report
from cv2x.reader import ResultFile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CV2X_CHROMIUM", "/usr/bin/chromium")
DEMO = "a10-interchange"
MAP_ALONE = (
    "figcaption, .layers, .tools { display: none !important } figure { margin: 0 !important; padding: 8px }"
)


def main() -> None:
    """As the module says."""
    from playwright.sync_api import sync_playwright

    names = sys.argv[1:] or sorted(path.parent.name for path in ROOT.glob("scenarios/*/scenario.yaml"))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as made:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for name in names:
            scenario = ROOT / "scenarios" / name / "scenario.yaml"
            result, page = Path(made, f"{name}.h5"), Path(made, f"{name}.html")
            try:
                cv2x.run(scenario, output=result).close()
            except cv2x.ScenarioError as error:
                print(f"left out: {name}: {error}")
                continue
            file = ResultFile(result)
            report.write([file], page)
            file.close()
            take_map(browser, page, scenario.with_name("map.png"))
            if name == DEMO:
                take_top(browser, page, ROOT / "docs/images/report.png")
        browser.close()


def take_map(browser: Browser, page_file: Path, picture: Path) -> None:
    """The first map of a report, 560 pixels wide."""
    page = browser.new_page(viewport={"width": 640, "height": 1200})
    page.goto(page_file.as_uri())
    page.add_style_tag(content=MAP_ALONE)
    page.locator("#map figure").first.screenshot(path=str(picture))
    page.close()


def take_top(browser: Browser, page_file: Path, picture: Path) -> None:
    """The top of a report, 1280 pixels wide."""
    page = browser.new_page(viewport={"width": 1280, "height": 1500})
    page.goto(page_file.as_uri())
    page.screenshot(path=str(picture))
    page.close()


if __name__ == "__main__":
    main()
