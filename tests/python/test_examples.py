"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import cv2x

ROOT = Path(__file__).parents[2]
MODULES = ["cv2x", *(m.name for m in pkgutil.walk_packages(cv2x.__path__, "cv2x.") if "_core" not in m.name)]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Lenient(doctest.OutputChecker):
    """Takes `…` like `...`; a line of dots alone is any output."""

    def check_output(self, want: str, got: str, flags: int) -> bool:
        return super().check_output(want.replace("…", "..."), got, flags)


@pytest.mark.parametrize("name", [m for m in MODULES if not m.endswith(("__main__", "worker"))])
def test_examples(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(Lenient(), optionflags=FLAGS)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out
