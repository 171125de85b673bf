"""cv2x.bound: what no policy can beat; by brute force through whole runs where there are few tasks."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import cv2x
from cv2x.cli import app
from cv2x.lower_bound import above_text, capped_ns, is_late, placed

SMALL = Path(__file__).with_name("small.yaml")
SHORT = {"simulation.duration": "4 s"}

# So few tasks, so far apart on the air, that only the processors are shared: two hosts and the vehicle's own.
TINY = """
simulation: {duration: DURATION, warm_up: 0 s, drain: 0 s, seed: SEED}
mobility: {kind: static, vehicles: 3}
sites:
  gnb: {kind: gnb, x: 0 m, y: 0 m}
  near: {kind: mec}
  far: {kind: cloud}
links:
  short: {from: gnb, to: near, rate: 100 Gbit/s, delay: 100 us}
  long: {from: gnb, to: far, rate: 100 Gbit/s, delay: 6 ms}
radio:
  kind: ideal
  ideal: {delay: 1 ms, serialise: false}
compute:
  hosts:
    near: {site: near, cores: 1, speed: 1 Gcycles/s}
    far: {site: far, cores: 1, speed: 1.5 Gcycles/s}
  vehicles: {cores: 1, speed: 0.4 Gcycles/s}
services:
  perception:
    {kind: perception_offload, arrivals: poisson, rate: 20 Hz, input: 1 kB, cycles: 20 Mcycles, output: 100 B,
     deadline: 34 ms}
offloading: {policy: local, decision_time: 1 ms}
"""


class Scripted:
    """Answers as it was told, task by task."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def decide(self, task, view):
        return next(self.answers)


@pytest.mark.slow  # all assignments, a run each
@pytest.mark.parametrize(("seed", "duration"), [(12, "50 ms"), (15, "50 ms")])
def test_equals_the_best_of_all_assignments_that_can_be_run(tmp_path: Path, seed: int, duration: str):
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY.replace("SEED", str(seed)).replace("DURATION", duration))
    loaded = cv2x.load(path)
    bounds = ()
    with cv2x.run(loaded) as first:
        tasks = len(first.tasks)
    assert 3 <= tasks <= 4
    means, late = [], []
    for answers in itertools.product((0, 1, cv2x.LOCAL), repeat=tasks):
        with cv2x.run(loaded, policy=Scripted(answers)) as result:
            recorded = placed(result._file)
            means.append(capped_ns(result._file, recorded, 5).mean())
            late.append(is_late(result._file, recorded).mean())
            if len(means) % 20 == 1:
                found = cv2x.bound(result)
                assert found.exact
                assert (found.mean_ns, found.late) == (means[-1], late[-1])
                bounds = bounds or (found.least_mean_ns, found.least_late)
                assert (found.least_mean_ns, found.least_late) == bounds  # the same whatever was recorded
    assert (min(means), min(late)) == bounds
    assert max(means) > 1.3 * min(means)  # so that it is not by accident


@pytest.mark.parametrize("policy", cv2x.policies())
def test_no_policy_is_below(policy: str):
    loads = {"perception": "10 Hz", "light": "1 Hz", "heavy": "40 Hz"}
    for rate in loads.values():
        changes = {**SHORT, "services.perception.rate": rate}
        if policy == "cloud":
            changes["sites.mec.kind"] = "cloud"
        with cv2x.run(SMALL, {**changes, "offloading.policy": policy}) as result:
            found = cv2x.bound(result)
        assert not found.exact
        assert 0 < found.least_mean_ns <= found.mean_ns
        assert 0 <= found.least_late <= found.late
        assert found.above == pytest.approx(found.mean_ns / found.least_mean_ns - 1)


def test_it_feels_the_queue_and_not_only_the_way():
    """At twice the load the least mean is above what a task alone needs."""
    with cv2x.run(SMALL, {**SHORT, "services.perception.rate": "40 Hz"}) as busy:
        found = cv2x.bound(busy)
        tasks = busy.tasks[busy.tasks["counted"] & (busy.tasks["service"] == "perception")]
    alone = (
        2 * 2e6 + 2 * 50e3 + tasks["cycles"]
    )  # radio, fibre, 1 cycle a ns; local is as fast: 1 GHz, no way
    at_home = tasks["cycles"]
    assert np.minimum(alone, at_home).mean() < found.least_mean_ns


def test_a_lost_task_counts_as_so_many_deadlines():
    with cv2x.run(SMALL, {**SHORT, "compute.hosts.server.queue": 0}, policy="nearest_edge") as result:
        tasks = result.tasks[result.tasks["counted"] & (result.tasks["service"] == "perception")]
        assert (tasks["outcome"] == "compute_full").any()
        for lost in (1, 2.5, 5):
            expected = np.minimum(tasks["latency_ns"], lost * 30e6).mean()
            assert cv2x.bound(result, lost).mean_ns == pytest.approx(expected)
        assert cv2x.bound(result).lost_deadlines == 5


def test_radio_nr_is_bounded_by_its_best():
    one = Path(__file__).parents[2] / "scenarios/one-vehicle/scenario.yaml"
    with cv2x.run(one, policy="nearest_edge") as result:
        found = cv2x.bound(result)
    assert 10e6 + 1.5e6 < found.least_mean_ns < found.mean_ns  # 30 Mcycles at 3 GHz, and two transmissions
    assert any("highest MCS" in line for line in found.relaxed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recording.mode": "histogram"}, "recorded with recording.mode histogram; a bound needs every task"),
        ({"recording.mode": "sampled"}, "recorded with recording.mode sampled"),
        (
            {"services.perception": None},
            "no counted task of a service of kind perception_offload had its host chosen",
        ),
        ({"services.perception.vehicles": "0 %"}, "no counted task of a service of kind perception_offload"),
    ],
)
def test_what_cannot_tell_is_refused(change, says: str):
    with cv2x.run(SMALL, {**SHORT, **change}) as result, pytest.raises(cv2x.ResultError, match=says):
        cv2x.bound(result)


def test_an_unfinished_run_is_refused(tmp_path: Path):
    def breaks(task, view):
        raise RuntimeError("no")

    out = tmp_path / "out.h5"
    with pytest.raises(cv2x.PolicyError):
        cv2x.run(SMALL, SHORT, output=out, policy=breaks)
    with pytest.raises(cv2x.ResultError, match="did not come to its end"):
        cv2x.bound(out)


@pytest.mark.parametrize("lost", [0, 0.99, -1, math.nan, math.inf])
def test_what_a_lost_task_counts_as_is_checked(tmp_path: Path, lost: float):
    with pytest.raises(cv2x.ScenarioError, match="1 to 1e\\+06 deadlines"):
        cv2x.bound(tmp_path / "none.h5", lost)


def test_the_scenarios_inputs_need_not_be_there(tmp_path: Path):
    trace = tmp_path / "trace.xml"
    steps = "".join(
        f'<timestep time="{t}"><vehicle id="a" x="{10 * t}" y="0" speed="10" angle="90"/></timestep>'
        for t in range(5)
    )
    trace.write_text(f"<fcd-export>{steps}</fcd-export>")
    mobility = {"mobility": None, "mobility.kind": "fcd", "mobility.file": str(trace)}
    out = tmp_path / "out.h5"
    cv2x.run(SMALL, {**SHORT, **mobility}, output=out).close()
    before = cv2x.bound(out)
    trace.unlink()
    assert cv2x.bound(out) == before


def test_command(tmp_path: Path):
    out = tmp_path / "out.h5"
    cv2x.run(SMALL, SHORT, output=out).close()
    ran = CliRunner().invoke(app, ["bound", str(out)])
    assert ran.exit_code == 0
    assert "no policy below" in ran.output
    assert "nearest_edge" in ran.output
    told = CliRunner().invoke(app, ["bound", str(out), "--json", "--lost", "3"])
    found = cv2x.bound(out, 3)
    assert json.loads(told.output) == [
        {
            "file": str(out),
            "policy": "nearest_edge",
            "tasks": found.tasks,
            "exact": False,
            "lost_deadlines": 3,
            "mean_ms": found.mean_ns * 1e-6,
            "least_mean_ms": found.least_mean_ns * 1e-6,
            "above": found.above,
            "late": found.late,
            "least_late": found.least_late,
            "relaxed": list(found.relaxed),
        }
    ]
    wrong = CliRunner().invoke(app, ["bound", str(out), "--lost", "0.5"])
    assert wrong.exit_code == 2
    assert CliRunner().invoke(app, ["bound", str(tmp_path / "none.h5")]).exit_code == 2


def test_above_as_text():
    assert [above_text(x) for x in (0.014, 0.14, 1.3, math.nan)] == ["1.4 %", "14 %", "130 %", "–"]
