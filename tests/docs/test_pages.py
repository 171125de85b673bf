"""README and the other documents, followed to the letter: commands, Python, and what they are said to print."""

import re
from pathlib import Path

import pages
import pytest
from pages import ROOT, Block

from cv2x import _core

PAGES = [page for page in pages.pages() if pages.blocks(page.read_text())]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_page_is_true(page: Path, tmp_path: Path) -> None:
    # Renew what pages show: python tests/docs/pages.py
    for block, printed in pages.run(page.read_text(), tmp_path):
        if block.output:
            where = f"{page}:{block.output.line}"
            assert pages.agrees(block.output.text, printed), f"{where} shows not what is printed:\n{printed}"


def test_readme_leads_from_a_clone_to_a_policy_compared_with_three() -> None:
    steps = [b for b in pages.blocks((ROOT / "README.md").read_text()) if b.language in ("sh", "python")]
    clone = next(i for i, b in enumerate(steps) if b.text.startswith("git clone "))
    demo = next(i for i, b in enumerate(steps) if "make demo" in b.text and i >= clone)
    activate = next(i for i, b in enumerate(steps) if ". .venv/bin/activate" in b.text)
    saved = next(i for i, b in enumerate(steps) if b.saved_as)
    compared = next(i for i, b in enumerate(steps) if "cv2x compare " in b.text)
    assert clone <= demo < activate < saved < compared
    policies = re.findall(r"--policy (\S+)", steps[compared].text)
    assert len([p for p in policies if p in _core.policies()]) == 3
    assert [p for p in policies if p.startswith(f"{steps[saved].saved_as}:")]
    assert steps[compared].output


@pytest.mark.parametrize(
    "page", [ROOT / "CONTRIBUTING.md", *pages.pages()], ids=lambda p: str(p.relative_to(ROOT))
)
def test_targets_of_make_exist(page: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    used = re.findall(r"(?m)(?:^ *|`)make ((?:[a-z-]+ ?)+)", page.read_text())
    assert {target for words in used for target in words.split()} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_stand_where_they_are_run(page: Path) -> None:
    outside = re.sub(r"(?ms)^```.*?^```$", "", page.read_text())
    assert re.findall(r"(?m)^ {4,}(?:cv2x|make|git|python) .*", outside) == []


# --- the reader itself ---


def test_blocks_have_their_output_and_what_is_said_before_them() -> None:
    page = (
        "# A\n```sh\ncv2x a\n```\nprints\n```text\nb\n```\n\n<!-- not run: no network -->\n```sh\nc\n```\n"
        "```python\n# my.py\nx = 1\n```\n<!-- exit code 3 -->\n\n```sh\nfalse\n```\n"
    )
    found = pages.blocks(page)
    assert [(b.language, b.line) for b in found] == [("sh", 2), ("sh", 11), ("python", 14), ("sh", 20)]
    assert found[0].output == Block("text", "b\n", 6)
    assert [b.left_out() for b in found] == ["", "not run: no network", "", ""]
    assert [b.saved_as for b in found] == ["", "", "my.py", ""]
    assert [b.exit_code for b in found] == [0, 0, 0, 3]
    for wrong in ("```bash\nx\n```\n", "```text\nx\n```\n", "<!-- not rnu: x -->\n```sh\nx\n```\n"):
        with pytest.raises(ValueError, match="line 1: "):
            pages.blocks(wrong)


def test_what_is_shown_is_compared() -> None:
    assert pages.agrees("a … c\n", "a 1.5 c  \n\n")
    assert pages.agrees("a\n…\nd\n", "a\nb\nc\nd\n")
    assert pages.agrees("…\nd [1, 2]\n", "d [1, 2]\n")
    assert not pages.agrees("a\n…\nd\n", "a\nb\n")
    assert not pages.agrees("12.5\n", "12.6\n")
    assert not pages.agrees("a.c\n", "abc\n")


def test_a_reader_runs_blocks_and_stumbles(tmp_path: Path) -> None:
    page = (
        "```yaml\n# b.yaml\nx: 1\n```\n```yaml\nnot: run\n```\n"
        "```python\n# my.py\nx = 41\n```\n```python\nfrom my import x\nx + 1\n```\n```sh\ncv2x --version\n```\n"
        "<!-- exit code 2 -->\n```sh\ncv2x run none.yaml\n```\n"
    )
    printed = [out for _, out in pages.run(page, tmp_path)]
    assert printed[:3] == ["", "", "42\n"]
    assert printed[3].startswith("cv2x ")
    assert "none.yaml" in printed[4]
    assert (tmp_path / "cv2x-edge/b.yaml").read_text() == "# b.yaml\nx: 1\n"
    for wrong in ("```sh\nfalse\n```\n", "```python\n1 / 0\n```\n", "```sh\ncv2x run none.yaml | cat\n```\n"):
        folder = tmp_path / str(hash(wrong))
        folder.mkdir()
        with pytest.raises(AssertionError, match="line 1: "):
            list(pages.run(wrong, folder))


def test_outputs_are_renewed(tmp_path: Path) -> None:
    page = "```sh\nseq 1 3\n```\nis\n```text\nold\n```\n```sh\nseq 1 3\n```\n```text\n1\n…\n```\n"
    assert pages.renewed(page, tmp_path) == page.replace("old", "1\n2\n3")
