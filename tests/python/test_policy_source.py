"""Where a policy in Python comes from: names, files, modules, notebooks, and what can be wrong with them."""

import hashlib
import linecache
import platform
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from policies_for_test import SHORT, SMALL, file_with, first, same

import cv2x
from cv2x import _core


def test_a_file_is_named_and_hashed(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 0\n")
    provenance = cv2x.run(SMALL, SHORT, policy=f"{path}:decide").provenance
    assert provenance["policy"] == f"{path}:decide"
    assert provenance[f"sha256 {path}"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert provenance["python"] == platform.python_version()
    assert provenance["numpy"] == np.__version__


def test_an_object_of_a_file_is_named_like_the_file(monkeypatch: pytest.MonkeyPatch):
    home = Path(__file__).with_name("policies_for_test.py")
    monkeypatch.chdir(home.parent)
    result = cv2x.run(SMALL, SHORT, policy=first)
    assert result.provenance["policy"] == f"{home.name}:first"
    assert result.scenario["offloading"]["policy"] == f"{home.name}:first"
    assert result.provenance[f"sha256 {home.name}"] == hashlib.sha256(home.read_bytes()).hexdigest()
    assert same(result, cv2x.run(SMALL, SHORT, policy=f"{home.name}:first"))


def test_a_file_is_read_again_for_every_run(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 0\n")
    assert set(cv2x.run(SMALL, SHORT, policy=f"{path}:decide").tasks["host"]) == {"server"}
    path.write_text("def decide(task, view):\n    return None\n")
    assert set(cv2x.run(SMALL, SHORT, policy=f"{path}:decide").tasks["host"]) == {"(vehicle)"}


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("finished = 3", "its 'finished' is an int; needed: a method finished(self, result), or none"),
        (
            "def finished(self): ...",
            "the parameters of its 'finished' are (); needed: (result)",
        ),
        ("async def finished(self, result): ...", "'finished' is async or has a yield"),
    ],
)
def test_a_finished_that_cannot_be_told_is_refused(tmp_path: Path, member: str, message: str):
    text = f"class Mine:\n    def decide(self, task, view): ...\n    {member}\n"
    path = file_with(tmp_path, text)
    with pytest.raises(cv2x.ScenarioError, match="finished") as caught:
        cv2x.run(SMALL, SHORT, output=tmp_path / "x.h5", policy=f"{path}:Mine")
    assert f"{path}:Mine: {message}" in str(caught.value)
    assert not (tmp_path / "x.h5").exists()


def test_a_file_may_import_its_neighbours_and_hides_nothing(tmp_path: Path):
    file_with(tmp_path, "HOST = 0\n", "policy_neighbour.py")
    path = file_with(
        tmp_path,
        "from dataclasses import dataclass\nimport random as r\nfrom policy_neighbour import HOST\n"
        "assert hasattr(r, 'randint')\n"
        "@dataclass\nclass Mine:\n    host: int = HOST\n    class Inner:\n        @staticmethod\n"
        "        def decide(task, view):\n            return 0\n"
        "    def decide(self, task, view):\n        return self.host\n",
        "random.py",
    )
    for name in ("Mine", "Mine.Inner.decide"):
        assert set(cv2x.run(SMALL, SHORT, policy=f"{path}:{name}").tasks["host"]) == {"server"}
    assert sys.modules["random"] is random


def test_a_module_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "lab").mkdir()
    file_with(tmp_path / "lab", "def decide(task, view):\n    return 0\n", "policies.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p])
    provenance = cv2x.run(SMALL, SHORT, policy="lab.policies:decide").provenance
    assert provenance["policy"] == "lab.policies:decide"
    assert f"sha256 {tmp_path / 'lab/policies.py'}" in provenance


def test_a_scenario_names_a_policy_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file_with(tmp_path, "def decide(task, view):\n    return 0\n")
    text = SMALL.read_text().replace("policy: nearest_edge", "policy: mine.py:decide").replace("10 s", "3 s")
    (tmp_path / "scenario.yaml").write_text(text)
    monkeypatch.chdir(Path("/"))
    result = cv2x.run(tmp_path / "scenario.yaml")
    assert set(result.tasks["host"]) == {"server"}
    assert result.provenance["policy"] == f"{tmp_path}/mine.py:decide"


def in_a_notebook(text: str) -> dict[str, Any]:
    """What a cell defines: a module __main__ without a file, its text in linecache."""
    name = "/tmp/ipykernel_1/123.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), names)
    return names


def test_a_function_of_a_notebook_is_hashed_by_its_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    text = "def decide(task, view):\n    return 0\n"
    provenance = cv2x.run(SMALL, SHORT, policy=in_a_notebook(text)["decide"]).provenance
    assert provenance["policy"] == "__main__:decide"
    assert provenance["policy source"] == "sha256 of its text " + hashlib.sha256(text.encode()).hexdigest()
    made = in_a_notebook("class Mine:\n    def decide(self, task, view):\n        return 0\n")["Mine"]
    assert cv2x.run(SMALL, SHORT, policy=made).provenance["policy source"].startswith("sha256")
    typed = {"__name__": "__main__"}
    exec("def decide(task, view): return 0", typed)
    result = cv2x.run(SMALL, SHORT, policy=typed["decide"])
    assert result.provenance["policy source"] == "not known: no text of it is at hand"
    with pytest.raises(cv2x.ScenarioError, match="defined in a notebook"):
        cv2x.run(SMALL, policy="__main__:decide")


# --- mistakes before the run ---

FILE = """
import asyncio
class Empty: pass
class Near:
    def decides(self, task, view): ...
class Wanting:
    def __init__(self, alpha): ...
    def decide(self, task, view): ...
class Short:
    def decide(self, task): ...
class Number:
    decide = 3
async def later(task, view): ...
def lazy(task, view): yield 0
def alone(): ...
def three(task, view, alpha): ...
def keyword(task, view, *, rng): ...
VALUE = 3
class Broken:
    def __init__(self): self.x = {}["missing"]
    def decide(self, task, view): ...
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("greedy", "there is no 'greedy' in {file}; it defines: Empty, Near, Wanting, Short, Number, later, lazy, "
         "alone, three, keyword, Broken"),
        ("Wantin", "there is no 'Wantin' in {file}; did you mean 'Wanting'? it defines: "),
        ("Near.decide", "there is no 'Near.decide' in {file}; did you mean 'decides'? it defines: decides"),
        ("Empty", "{file}:Empty: the class has no method decide(self, task, view)"),
        ("Near", "{file}:Near: the class has no method decide(self, task, view); is it 'decides'?"),
        ("Number", "{file}:Number: the class has no method decide(self, task, view)"),
        ("Wanting", "{file}:Wanting: its __init__ needs 'alpha'; a class is given only rng, scenario, hosts"),
        ("Short", "{file}:Short: its parameters are (task); needed: (task, view) or (task, view, rng)"),
        ("alone", "{file}:alone: its parameters are (); needed"),
        ("three", "{file}:three: its parameters are (task, view, alpha); needed"),
        ("keyword", "{file}:keyword: its parameters are (task, view, *, rng); needed"),
        ("later", "{file}:later: 'decide' is async or has a yield"),
        ("lazy", "{file}:lazy: 'decide' is async or has a yield"),
        ("VALUE", "{file}:VALUE: it is an int; needed: a function decide(task, view)"),
        ("asyncio", "{file}:asyncio: it is a module; needed"),
    ],
)  # fmt: skip
def test_wrong_names_in_a_file(tmp_path: Path, name: str, message: str):
    path = file_with(tmp_path, FILE)
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=f"{path}:{name}")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.key == "offloading.policy"
    assert diagnostic.message.startswith(message.format(file=path))
    assert not (tmp_path / "x.h5").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def decide(task, view)\n    return 0\n", "{file}:1:23: not Python: expected ':'"),
        ("\n\nx = (1\n", "{file}:3:5: not Python: '(' was never closed"),
        ("a\0b", "{file}: not Python: source code string cannot contain null bytes"),
        ("# coding: nonsense\n", "{file}: not Python: unknown encoding: nonsense"),
    ],
)
def test_a_file_that_is_not_python(tmp_path: Path, text: str, message: str):
    path = file_with(tmp_path, text)
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=f"{path}:decide")
    assert str(caught.value).startswith(message.format(file=path))
    assert not (tmp_path / "x.h5").exists()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("nearest-edge", "found 'nearest-edge'; did you mean 'nearest_edge'? allowed: "
         f"{', '.join(_core.policies())}, or Python: FILE.py:NAME or module:NAME"),
        ("", "found an empty text"),
        ("no_such.py:decide", "there is no file 'no_such.py'"),
        ("no_such_module:decide", "there is no module 'no_such_module', neither installed nor in the working "),
        ("os.no_such:decide", "there is no module 'os.no_such'"),
        ("1x:decide", "'1x' is not the name of a module"),
        ("math:decide", "there is no 'decide' in math; it defines: "),
    ],
)  # fmt: skip
def test_wrong_names(tmp_path: Path, policy: str, message: str):
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=policy)
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic).startswith(f"--set offloading.policy: offloading.policy: {message}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("policy", [42, 0.5, [first], {"decide": first}, object(), SimpleNamespace(decide=3)])
def test_things_that_are_no_policy(tmp_path: Path, policy: Any):
    with pytest.raises(cv2x.ScenarioError, match=r"^policy: found .*; a policy is a function decide"):
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=policy)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message", "last"),
    [
        ("import no_such_package\n", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_package'",
         "import no_such_package"),
        ("x = 1 / 0\n", "cannot be loaded: ZeroDivisionError: division by zero", "x = 1 / 0"),
        ("import sys\nsys.exit(0)\n", "cannot be loaded: SystemExit: 0", "sys.exit(0)"),
        (FILE.replace("Broken", "decide"), "cannot be made: KeyError: 'missing'", '{}["missing"]'),
    ],
)  # fmt: skip
def test_what_the_file_itself_raises(tmp_path: Path, text: str, message: str, last: str):
    path = file_with(tmp_path, text)
    with pytest.raises(cv2x.PolicyError) as caught:
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=f"{path}:decide")
    error = caught.value
    assert message in str(error)
    assert error.task_id is None
    assert error.__cause__ is not None
    assert error.trace.count("File ") == 1  # nothing of ours
    assert last in error.trace
    assert not (tmp_path / "x.h5").exists()
