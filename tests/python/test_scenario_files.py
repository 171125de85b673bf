"""Scenarios from Python and their files: what is saved loads again, wherever it lies."""

import os
import random
from pathlib import Path

import pytest
from scenario_for_test import FILES, ONE, SMALL, refused

import cv2x
from cv2x import _core, yaml_text


@pytest.fixture
def one() -> cv2x.Scenario:
    return cv2x.Scenario.load(ONE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.parent.name)
def test_what_is_saved_loads_again(path: Path, tmp_path: Path):
    try:
        scenario = cv2x.Scenario.load(path)
    except cv2x.ScenarioError as error:
        if "there is no file" in str(error) and all(
            "there is no file" in d.message for d in error.diagnostics
        ):
            pytest.skip(f"its data is not there: {error}")
        raise
    assert scenario.resolved().to_dict() == cv2x.Scenario.load(path).resolved().to_dict()
    for folder in (tmp_path, tmp_path / "some" / "where"):
        folder.mkdir(parents=True, exist_ok=True)
        scenario.save(folder / "saved.yaml")
        again = cv2x.Scenario.load(folder / "saved.yaml")
        assert again == scenario
        assert again.resolved() == scenario.resolved()
        for key in ("mobility.config", "mobility.file"):
            if key in scenario and not os.path.isabs(scenario[key]):
                assert not os.path.isabs(again[key])
    assert cv2x.Scenario.from_dict(scenario.to_dict(), folder=path.parent) == scenario
    assert cv2x.Scenario.from_text(scenario.to_yaml(), folder=path.parent) == scenario


def test_input_files_stay_right_when_a_scenario_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "base/data").mkdir(parents=True)
    (tmp_path / "base/data/trace.xml").write_text("<fcd-export/>")
    text = SMALL.read_text().replace("{kind: static, vehicles: 20}", "{kind: fcd, file: data/trace.xml}")
    (tmp_path / "base/scenario.yaml").write_text(text)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/scenario.yaml").write_text("extends: ../base/scenario.yaml\nsimulation: {seed: 5}\n")
    monkeypatch.chdir(tmp_path)
    scenario = cv2x.Scenario.load("other/scenario.yaml")
    monkeypatch.chdir("/")
    assert scenario.folder == str(tmp_path / "other")
    assert scenario.mobility.file == "../base/data/trace.xml"
    assert scenario.simulation.seed == 5
    scenario.validate()
    (tmp_path / "x/y").mkdir(parents=True)
    scenario.save(tmp_path / "x/y/s.yaml")
    assert "file: ../../base/data/trace.xml" in (tmp_path / "x/y/s.yaml").read_text()
    assert scenario.mobility.file == "../base/data/trace.xml"
    assert cv2x.Scenario.load(tmp_path / "x/y/s.yaml") == scenario
    monkeypatch.chdir(tmp_path)
    assert scenario.with_({"mobility.file": "base/data/trace.xml"}) == scenario
    assert (
        cv2x.Scenario({"extends": "base/scenario.yaml"}, folder=tmp_path).mobility.file
        == "base/data/trace.xml"
    )


def test_a_file_that_cannot_be_written(one: cv2x.Scenario, tmp_path: Path):
    refused(lambda: one.save(tmp_path / "missing" / "s.yaml"), "cannot write", "No such file")
    refused(lambda: one.save(tmp_path), "cannot write", "directory")
    refused(lambda: one.save(f"{tmp_path}/a\0b"), "cannot write", "null byte")
    assert list(tmp_path.iterdir()) == []


def test_unfinished_ones_can_be_saved(tmp_path: Path):
    scenario = cv2x.Scenario({"title": "later", "simulation": {"duration": "1 s"}})
    scenario.save(tmp_path / "part.yaml")
    assert cv2x.Scenario({"extends": "part.yaml"}, folder=tmp_path) == scenario


def test_any_text_survives_yaml():
    rng = random.Random(1)
    letters = " abzABZ059_.-/%:#,[]{}&*!|>'\"\\@`~?=+éß\u2028\U0001f697\x7f"
    texts = [
        "null",
        "true",
        "No",
        "1e5",
        "-1",
        "0x1f",
        "nan",
        "-.inf",
        "~",
        "- a",
        "a: b",
        "a #b",
        "",
        " ",
        "=",
        "<<",
    ]
    texts += ["".join(rng.choices(letters, k=rng.randint(1, 8))) for _ in range(3000)]
    tree = {"texts": texts, "map": {"flow": dict.fromkeys(texts, 1)}, "long": {t: t * 20 for t in texts[:50]}}
    assert _core.parse_yaml(yaml_text.block(tree)) == tree
    values = {"i": [0, -5, 2**62], "f": [0.1, -1e300, 5e-324, 1.0], "b": [True, False], "e": {}, "l": []}
    again = _core.parse_yaml(yaml_text.block(values))
    assert again == values
    assert [type(v) for v in again["i"] + again["b"]] == [int] * 3 + [bool] * 2


def test_a_policy_in_python_stays_right_when_a_scenario_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for folder in ("base", "x"):
        (tmp_path / folder / "policies").mkdir(parents=True)
        (tmp_path / folder / "policies/mine.py").write_text("def first(task, view):\n    return 0\n")
    scenario = cv2x.Scenario.load(SMALL, {"simulation.duration": "3 s"}).to_dict()
    scenario["offloading"]["policy"] = "policies/mine.py:first"
    scenario = cv2x.Scenario(scenario, folder=tmp_path / "base")
    (tmp_path / "x/y").mkdir()
    scenario.save(tmp_path / "x/y/s.yaml")
    assert scenario.offloading.policy == "policies/mine.py:first"
    again = cv2x.Scenario.load(tmp_path / "x/y/s.yaml")
    assert again.offloading.policy == "../../base/policies/mine.py:first"
    assert again == scenario
    assert again != cv2x.Scenario(scenario.to_dict(), folder=tmp_path / "x")
    monkeypatch.chdir("/")
    assert cv2x.run(tmp_path / "x/y/s.yaml").provenance["policy"].endswith("mine.py:first")
    for policy in ("local", "some_module:first"):  # no paths
        scenario.offloading.policy = policy
        scenario.save(tmp_path / "x/y/s.yaml")
        assert cv2x.Scenario.load(tmp_path / "x/y/s.yaml").offloading.policy == policy
