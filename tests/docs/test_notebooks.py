"""The tutorials in docs/ run from their first cell to their last."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(DOCS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebook(path: Path, tmp_path: Path) -> None:
    # In the folder of a user who has the package and no checkout.
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert list(tmp_path.iterdir()) == []
    errors = [o for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert errors == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_needs_no_checkout(path: Path) -> None:
    code = "".join(
        cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    )
    assert "chdir" not in code
    assert "scenarios/" not in code


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_is_committed_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_world_of_researchers_is_that_of_the_example() -> None:
    notebook = nbformat.read(DOCS / "researcher.ipynb", as_version=4)
    example = (DOCS / "examples/stale-load.yaml").read_text()
    assert any(example in cell.source for cell in notebook.cells)


def test_there_is_one_for_each_kind_of_user() -> None:
    assert {p.stem for p in DOCS.glob("*.ipynb")} >= {"architect", "researcher", "ci"}
