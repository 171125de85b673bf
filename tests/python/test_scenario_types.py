"""The types of a scenario's keys: up to date, documented, and understood by a type checker."""

import inspect
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import cv2x
import cv2x.scenario_types
from cv2x.scenario_keys import Key, top_keys
from cv2x.scenario_tree import Entries, Leaf, Section

ROOT = Path(__file__).parents[2]


def test_the_types_are_those_of_the_program():
    writer = runpy.run_path(str(ROOT / "analysis/write_scenario_types.py"))
    assert writer["TARGET"].read_text() == writer["generate"](), (
        "run: python analysis/write_scenario_types.py"
    )


def walk(view: type[Section], keys: tuple[Key, ...]):
    for key in keys:
        leaf = next(v for v in vars(view).values() if isinstance(v, Leaf) and v.key == key.name)
        yield leaf, key
        if key.has_keys:
            below = leaf.view
            yield from walk(below._entry if issubclass(below, Entries) else below, key.keys)


def test_every_key_has_an_attribute_with_its_words():
    found = list(walk(cv2x.scenario_types.ScenarioKeys, top_keys()))
    assert len(found) > 100
    for leaf, key in found:
        assert key.doc in (inspect.getdoc(leaf) or "") or key.variant
        assert inspect.isdatadescriptor(leaf)


RIGHT = """
import cv2x
import cv2x.scenario_types
s = cv2x.Scenario.load("x.yaml", {"simulation.seed": 3})
s.simulation.duration = "20 s"
s.simulation.seed += 1
s.sites["a"] = {"kind": "gnb", "x": "5 m"}
s.sites["a"].height = "10 m"
s.links["l"] = {"from": "a", "to": "b", "delay": "1 ms"}
s.links["l"].from_ = "c"
s.radio = {"kind": "nr", "carriers": {"n78": {"frequency": "3.5 GHz", "bandwidth": "20 MHz"}}}
del s.simulation.overrun
for name, site in s.sites.items():
    name.upper()
data: cv2x.ScenarioDict = {"simulation": {"duration": "10 s"}, "radio": {"kind": "ideal"}}
t = cv2x.Scenario.from_dict(data).with_(["simulation.seed=4"])
n: int = t.simulation.seed
w: str = t.radio.carriers["n78"].channel.environment
cv2x.run(t, progress=True).messages.head()
cv2x.run(data); cv2x.run("x.yaml"); cv2x.load(t)
"""
WRONG = {
    's.simulation.duraton = "2 s"': "duraton",
    "s.simulation.duration = 20": "int",
    "s.simulation.seed = '7'": "str",
    's.radio.kind = "ideel"': "ideel",
    's.sites["a"].hight': "hight",
    's.sites["a"] = {"kind": "gnb", "hight": "1 m"}': "SiteDict",
    's.links["l"] = {"from": "a", "to": "b"}': "LinkDict",
    'd: cv2x.ScenarioDict = {"simulatoin": {}}': "simulatoin",
    "cv2x.run(7)": "int",
}


@pytest.mark.slow
def test_a_type_checker_knows_right_from_wrong(tmp_path: Path):
    program = tmp_path / "program.py"
    start = RIGHT.count("\n") + 1
    program.write_text(RIGHT + "\n".join(WRONG) + "\n")
    mypy = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-pretty",
        "--config-file",
        str(ROOT / "pyproject.toml"),
    ]
    out = subprocess.run([*mypy, str(program)], capture_output=True, text=True, cwd=ROOT)
    lines = [line for line in out.stdout.splitlines() if "program.py" in line and ": error:" in line]
    by_line = {int(line.split(":")[1]): line for line in lines}
    assert set(by_line) == {start + n for n in range(len(WRONG))}, out.stdout
    for n, part in enumerate(WRONG.values()):
        assert part in by_line[start + n]
