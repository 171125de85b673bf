"""What a policy in Python may answer, and what happens when it fails."""

import enum
import math
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from policies_for_test import SHORT, SMALL, WORLD, file_with

import cv2x
from cv2x.simulate import Job, run_jobs

# --- what it may answer ---


class Place(enum.IntEnum):
    EDGE = 0
    CLOUD = 1


@pytest.mark.parametrize(
    ("answer", "host"),
    [
        (1, "cloud"),
        (np.int64(1), "cloud"),
        (np.uint8(0), "server"),
        (np.array(1), "cloud"),
        (Place.CLOUD, "cloud"),
        ("cloud", "cloud"),
        (np.str_("cloud"), "cloud"),
        (None, "(vehicle)"),
        (cv2x.LOCAL, "(vehicle)"),
    ],
)
def test_targets(answer: object, host: str):
    result = cv2x.run(SMALL, WORLD, policy=lambda task, view: answer)
    assert set(result.tasks["host"]) == {host}


def test_what_cannot_be_reached_loses_the_task():
    result = cv2x.run(SMALL, WORLD, policy=lambda task, view: "lonely")
    assert set(result.tasks["outcome"]) == {"no_route"}
    assert result.summary["reliability"][0] == 0


ALLOWED = "; allowed: an index 0 to 2, a name (server, cloud, lonely), or cv2x.LOCAL (None)"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "returned 3, which is no host's index"),
        (-1, "returned -1, which is no host's index"),
        (2**70, f"returned {2**70}, which is no host's index"),
        (np.int64(7), "returned np.int64(7), which is no host's index"),
        (True, "returned True, a bool"),
        (np.True_, "returned np.True_, a bool"),
        (1.0, "returned 1.0, a float"),
        (math.nan, "returned nan, a float"),
        ("clout", "returned 'clout', which is no host; did you mean 'cloud'?"),
        ("vehicle", "returned 'vehicle', which is no host"),
        ([1], "returned [1], a list"),
        (np.array([1, 2]), "returned array([1, 2]), an ndarray"),
        (np.array([0.5]), "returned array([0.5]), an ndarray"),
        ("x" * 200, f"returned '{'x' * 78}…, which is no host"),
    ],
)
def test_anything_else_stops_the_run(tmp_path: Path, answer: object, message: str):
    out = tmp_path / "x.h5"
    with pytest.raises(cv2x.PolicyError) as caught:
        cv2x.run(SMALL, WORLD, output=out, policy=lambda task, view: answer if task.id > 20 else 0)
    error = caught.value
    name = "tests/python/test_policy_answers.py:test_anything_else_stops_the_run.<locals>.<lambda>"
    assert str(error).startswith("policy ")
    assert str(error).partition(" s: ")[2] == message + ALLOWED
    assert Path(error.policy).name == Path(name).name
    assert error.__cause__ is None
    assert (error.service, error.trace) == ("perception", "")
    assert error.task_id is not None
    assert error.task_id > 20
    assert f"task {error.task_id} of 'perception' at " in str(error)
    result = cv2x.open(out)
    assert result.incomplete
    assert result.provenance["stopped"].startswith("PolicyError: policy ")
    assert len(result.tasks) > 3


# --- mistakes during the run ---


def raising(error: Callable[[], BaseException]) -> Callable[..., int]:
    def decide(task: cv2x.Task, view: cv2x.View) -> int:
        if view.now_ns > 2_000_000_000:
            raise error()
        return 0

    return decide


class Listener:
    """Fails when it is told how its 100th task ended."""

    def __init__(self) -> None:
        self.told = self.asked = 0

    def decide(self, task: cv2x.Task, view: cv2x.View) -> int:
        assert self.told < 100, "asked again after it has failed"
        return 0

    def finished(self, result: cv2x.TaskResult) -> None:
        self.told += 1
        if self.told == 100:
            raise KeyError(result.service)


def test_an_exception_of_finished_stops_the_run_and_keeps_the_result(tmp_path: Path):
    out = tmp_path / "x.h5"
    with pytest.raises(cv2x.PolicyError) as caught:
        cv2x.run(SMALL, output=out, policy=Listener)
    error = caught.value
    assert isinstance(error.__cause__, KeyError)
    assert str(error).endswith(" s: in finished(): KeyError: 'perception'")
    assert "raise KeyError(result.service)" in error.trace
    result = cv2x.open(out)
    assert result.incomplete
    assert result.provenance["stopped"] == f"PolicyError: {error}"
    row = result.tasks.set_index("id").loc[error.task_id]
    assert (row["outcome"], row["end_ns"]) == ("delivered", error.time_ns)
    assert (result.tasks["outcome"] != "unfinished").sum() == 100
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_ctrl_c_in_finished_is_no_mistake_of_the_policy(tmp_path: Path):
    class Interrupting(Listener):
        def finished(self, result: cv2x.TaskResult) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=Interrupting)
    assert cv2x.open(tmp_path / "x.h5").incomplete


def test_an_exception_stops_the_run_and_keeps_the_result(tmp_path: Path):
    out = tmp_path / "x.h5"
    with pytest.raises(cv2x.PolicyError) as caught:
        cv2x.run(SMALL, output=out, policy=raising(lambda: ValueError("no\nidea")))
    error = caught.value
    assert isinstance(error.__cause__, ValueError)
    assert str(error).endswith(" s: ValueError: no")
    assert error.time_ns is not None
    assert 2_000_000_000 < error.time_ns < 2_100_000_000
    assert error.trace.splitlines()[-2:] == ["ValueError: no", "idea"]
    assert "raise error()" in error.trace
    assert error.trace.count("File ") == 1
    result = cv2x.open(out)
    assert result.incomplete
    assert result.provenance["stopped"] == f"PolicyError: {error}"
    undecided = result.tasks[result.tasks["decided_ns"] < 0]
    assert len(result.tasks) > 100
    assert result.tasks.set_index("id").loc[error.task_id, "outcome"] == "unfinished"
    assert len(undecided) <= 1
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_leaving_is_no_success(tmp_path: Path):
    with pytest.raises(cv2x.PolicyError, match="SystemExit: 0"):
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=raising(lambda: SystemExit(0)))


def test_an_interrupt_is_an_interrupt(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        cv2x.run(SMALL, output=tmp_path / "x.h5", policy=raising(KeyboardInterrupt))
    result = cv2x.open(tmp_path / "x.h5")
    assert result.incomplete
    assert result.provenance["stopped"] == "interrupted"


def test_a_run_within_a_decision_is_refused():
    with pytest.raises(cv2x.PolicyError, match=r"RuntimeError: a run \(or .*\) is going on in this process"):
        cv2x.run(SMALL, SHORT, policy=lambda task, view: cv2x.run(SMALL))


def test_a_policy_fails_in_a_worker(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 1 // (task.id % 50)\n")
    job = Job("x", str(SMALL), str(tmp_path / "x.h5"), [f"offloading.policy={path}:decide"])
    with pytest.raises(cv2x.PolicyError, match="ZeroDivisionError") as caught:
        run_jobs([job], 1)
    assert caught.value.task_id is not None
    assert f'File "{path}", line 2, in decide' in caught.value.trace
    assert cv2x.open(tmp_path / "x.h5").incomplete
