"""Takes the picture of the README: python tests/browser/picture.py out/demo/report.html docs/images/report.png."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> None:
    """Screenshot of the top of a report, 1280 pixels wide."""
    page_file, picture = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1500})
        page.goto(page_file.as_uri())
        page.wait_for_timeout(3000)
        page.screenshot(path=str(picture))
        browser.close()


if __name__ == "__main__":
    main()
