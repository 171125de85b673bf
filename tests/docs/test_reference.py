"""docs/reference.md is what `cv2x reference` prints; links between documents lead somewhere."""

import re
from pathlib import Path

import pytest

from cv2x import _core

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    ROOT / "scenarios/README.md",
    ROOT / "sim/record/FORMAT.md",
]


def test_the_reference_is_up_to_date() -> None:
    # Renew it: cv2x reference > docs/reference.md
    assert (ROOT / "docs/reference.md").read_text() == _core.reference_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target
