"""Task graphs as results show them: subtasks as tasks of their own, judged as one."""

from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x.plots.source import Source, placed_subtasks

SCENARIO = {
    "simulation": {"duration": "4 s", "warm_up": "1 s"},
    "mobility": {"kind": "static", "vehicles": 5},
    "sites": {"gnb": {"kind": "gnb"}, "mec": {"kind": "mec"}, "far": {"kind": "cloud"}},
    "links": {
        "a": {"from": "gnb", "to": "mec", "delay": "50 us"},
        "b": {"from": "mec", "to": "far", "delay": "8 ms"},
    },
    "radio": {"kind": "ideal", "ideal": {"delay": "2 ms"}},
    "compute": {"hosts": {"edge": {"site": "mec", "cores": 4}, "cloud": {"site": "far", "cores": 4}}},
    "services": {
        "telemetry": {"kind": "telemetry_upload", "server": "mec", "rate": "5 Hz"},
        "graph": {
            "kind": "task_graph",
            "rate": "10 Hz",
            "input": "8 kB",
            "output": "200 B",
            "subtasks": {
                "decode": {"cycles": "1 Mcycles", "runs_on": "vehicle"},
                "detect": {"cycles": "9 Mcycles", "inputs": {"decode": {"bytes": "4 kB"}}},
                "track": {"cycles": "3 Mcycles", "runs_on": "edge", "inputs": {"detect": {"bytes": "1 kB"}}},
            },
        },
        "pipeline": {
            "kind": "perception_pipeline",
            "rate": "5 Hz",
            "input": "8 kB",
            "detect": {"cycles": "9 Mcycles", "bytes": "1 kB"},
            "fuse": {"cycles": "1 Mcycles", "bytes": "1 kB", "runs_on": "edge"},
            "warn": {"cycles": "1 Mcycles", "runs_on": "vehicle"},
        },
    },
    "offloading": {"policy": "cloud"},
    "budgets": {
        "fresh": {
            "service": "pipeline",
            "metric": "age_of_information",
            "quantile": "95 %",
            "limit": "400 ms",
        }
    },
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    return cv2x.run(SCENARIO, output=tmp_path_factory.mktemp("graphs") / "out.h5")


def test_a_graph_is_a_task_and_its_subtasks_are_parts_of_it(result: cv2x.Result):
    tasks = result.tasks
    whole, parts = tasks[tasks["parent_id"] == 0], tasks[tasks["parent_id"] != 0]
    assert set(whole["host"]) == {"(split)"}
    assert whole["subtask"].isna().all()
    assert set(parts["parent_id"]) <= set(whole["id"])
    ran = parts.groupby(["service", "subtask"], observed=True)["host"].agg(set).to_dict()
    assert ran == {
        ("graph", "decode"): {"(vehicle)"},
        ("graph", "detect"): {"cloud"},
        ("graph", "track"): {"edge"},
        ("pipeline", "detect"): {"cloud"},
        ("pipeline", "fuse"): {"edge"},
        ("pipeline", "warn"): {"(vehicle)"},
    }
    # The stages of each add up to its latency, of the whole and of a part.
    sums = result.stages.groupby("id")["duration_ns"].sum()
    assert (sums[tasks["id"]].to_numpy() == (tasks["end_ns"] - tasks["created_ns"]).to_numpy()).all()


def test_services_are_judged_by_the_whole_and_decisions_are_those_of_subtasks(result: cv2x.Result):
    summary = {s.name: s for s in Source.of(result).summary.services}
    whole = result.tasks[(result.tasks["parent_id"] == 0) & result.tasks["counted"]]
    for name in ("graph", "pipeline"):
        mine = whole[whole["service"] == name]
        assert summary[name].sent == len(mine) > 50
        assert summary[name].mean_ns.value == pytest.approx(mine["latency_ns"].mean(), rel=1e-9)
    n = summary["graph"].sent
    assert Source.of(result).summary.decisions["graph"] == {"(vehicle)": n, "cloud": n, "edge": n}


def test_figures_show_the_whole_and_what_the_policy_decided(result: cv2x.Result):
    source = Source.of(result)
    items = source.items
    assert (np.bincount(items["service"]) == [s.sent for s in source.summary.services]).all()
    decided = source.decided  # not decode and warn, which have a place by name
    assert set(zip(decided["service"], decided["host"], strict=True)) == {(1, 1), (1, 0), (2, 1), (2, 0)}
    assert result.plot.decisions().data
    assert result.plot.waterfall().data


def test_which_subtasks_the_policy_places(result: cv2x.Result):
    services = result.scenario["services"]
    assert placed_subtasks(services["graph"]) == [False, True, True]
    assert placed_subtasks(services["pipeline"]) == [True, True, False]
    assert placed_subtasks(services["telemetry"]) == []


def test_the_age_of_information_of_a_pipeline_has_a_budget(result: cv2x.Result):
    fresh = result.budgets.loc["fresh"]
    # The mean of all stages is some 20 ms, an update comes every 200 ms: the age is between 20 and 220 ms.
    assert 180e6 < fresh["measured"] < 240e6


def test_a_python_policy_is_told_of_subtasks(tmp_path: Path):
    seen = []

    def policy(task: cv2x.Task, view: cv2x.View) -> int | None:
        seen.append(task)
        return 0 if task.subtask == "detect" else cv2x.LOCAL

    result = cv2x.run(SCENARIO, policy=policy, output=tmp_path / "out.h5")
    parts = result.tasks[result.tasks["parent_id"] != 0].set_index("id")
    names = {task.subtask for task in seen}
    assert names == {"detect", "track", "fuse"}
    for task in seen:
        row = parts.loc[task.id]
        assert task.parent_id == row["parent_id"]
        assert task.subtask == row["subtask"]
        assert task.input_bytes == sum(size for _, size in task.inputs) == row["input_bytes"]
        assert task.local_allowed == (task.subtask == "detect")
        # Track and fuse work where detect has been; told to stay in the vehicle, where they may not run, they are
        # put at the nearest host that may.
        assert task.inputs[0][0] == (None if task.subtask == "detect" else 0)
        assert row["host"] == "edge"
