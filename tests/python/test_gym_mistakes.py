"""cv2x.gym: what goes wrong, and what it leaves behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded
from policies_for_test import SHORT, SMALL, WORLD
from test_gym import play

import cv2x
from cv2x.gym import BatchedOffloadEnv, OffloadEnv


def test_a_second_one_in_a_process_is_refused_while_the_first_goes_on():
    a, b = OffloadEnv(SMALL, SHORT), OffloadEnv(SMALL, SHORT)
    a.reset()
    for another in (b.reset, lambda: cv2x.run(SMALL, SHORT)):
        with pytest.raises(RuntimeError, match="use processes"):
            another()
    a.step(0)  # goes on all the same
    a.close()
    b.reset()
    play(b, lambda *_: 0)
    a = OffloadEnv(SMALL, SHORT)
    a.reset()  # b has come to its end
    del a
    b.reset()  # and a is gone
    b.close()


def test_steps_without_an_episode():
    env = OffloadEnv(SMALL, SHORT)
    with pytest.raises(ResetNeeded, match="before reset"):
        env.step(0)
    with pytest.raises(ResetNeeded, match="before reset"):
        _ = env.task
    assert env.action_masks().tolist() == [False, True]
    play(env, lambda *_: 0)
    with pytest.raises(ResetNeeded, match="after the end"):
        env.step(0)
    env.close()
    for call in (env.reset, lambda: env.step(0)):
        with pytest.raises(gymnasium.error.Error, match="closed"):
            call()


@pytest.mark.parametrize("action", [2, -1, 1.0, None, "server", True, np.array([0, 1])])
def test_actions_that_there_are_not(action):
    env = OffloadEnv(SMALL, SHORT)
    env.reset()
    with pytest.raises(InvalidAction, match=r"action: found .*; there are 0 server, 1 \(vehicle\)"):
        env.step(action)
    env.step(np.array(1))
    env.close()


def test_a_masked_action_loses_the_task_or_is_an_error():
    env = OffloadEnv(SMALL, WORLD, credit="decision")
    env.reset()
    _, reward, _, _, info = env.step(2)
    for _ in range(9):
        if len(info["ended"]["decision"]):
            break
        _, reward, _, _, info = env.step(3)
    assert info["ended"]["decision"][0] == 0
    assert reward == -10
    env.close()
    strict = OffloadEnv(SMALL, WORLD, masked="error")
    strict.reset()
    with pytest.raises(InvalidAction, match="cannot get to 'lonely'"):
        strict.step(2)
    strict.step(1)
    strict.close()
    strict = BatchedOffloadEnv(SMALL, WORLD, masked="error")
    strict.reset()
    with pytest.raises(InvalidAction, match="cannot get to 'lonely'"):
        strict.step([2])
    strict.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"reward": "latancy"}, "did you mean 'latency'"),
        ({"reward": {"latency": float("nan")}}, "finite"),
        ({"reward": 3}, "needed: one of latency, deadline"),
        ({"worst": 0}, "worst: found 0"),
        ({"credit": "task"}, "credit: found 'task'; there are sum, decision"),
        ({"observation": "box"}, "observation: found 'box'"),
        ({"masked": "ignore"}, "masked: found"),
    ],
)
def test_settings_that_there_are_not(settings, message):
    with pytest.raises(cv2x.ScenarioError, match=message):
        OffloadEnv(SMALL, SHORT, **settings)


def test_scenarios_without_decisions():
    with pytest.raises(cv2x.ScenarioError, match="nothing to decide"):
        OffloadEnv(SMALL, {**SHORT, "services.perception": None})
    env = OffloadEnv(SMALL, {**SHORT, "services.perception.rate": "0.00001 Hz"})
    with pytest.raises(cv2x.ScenarioError, match="without a task to decide"):
        env.reset()
    OffloadEnv(SMALL, SHORT).reset()
    with pytest.raises(cv2x.ScenarioError, match="there is no file"):
        OffloadEnv("no_such.yaml")


@pytest.mark.parametrize(
    "reset", [{"seed": -1}, {"seed": 1.5}, {"options": {"replications": 1}}, {"options": {"replication": -1}}]
)
def test_resets_that_cannot_be(reset):
    env = OffloadEnv(SMALL, SHORT)
    with pytest.raises((cv2x.ScenarioError, gymnasium.error.Error), match=r"[Ss]eed|replication"):
        env.reset(**reset)
    env.reset()
    env.close()


def test_a_reward_that_raises_is_the_users_error():
    def reward(task):
        raise ZeroDivisionError("mine")

    env = OffloadEnv(SMALL, SHORT, reward=reward)
    env.reset()
    with pytest.raises(ZeroDivisionError, match="mine"):
        play(env, lambda *_: 1)
    env.close()


# --- files ---


def test_files_that_cannot_be(tmp_path: Path):
    for output, message in (
        (tmp_path / "none/x.h5", "none"),
        (tmp_path, "is a folder"),
        (tmp_path / "{episode}.h5", "fill in"),
    ):
        env = OffloadEnv(SMALL, SHORT, output=output)
        with pytest.raises(cv2x.ScenarioError, match=message):
            env.reset()
        env.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("leave", ["close", "reset", "del"])
def test_an_episode_that_is_left_leaves_a_whole_file(tmp_path: Path, leave: str):
    def output(seed: int, replication: int) -> Path:
        return tmp_path / f"{seed}-{replication}.h5"

    env = OffloadEnv(SMALL, SHORT, output=output)
    env.reset(seed=4)
    for _ in range(50):
        env.step(0)
    if leave == "reset":
        env.reset()
    if leave == "del":
        del env
    else:
        env.close()
    left = cv2x.open(tmp_path / "4-0.h5")
    assert left.incomplete
    assert left.provenance["stopped"] == "interrupted"
    assert len(left.tasks) == 51


INTERRUPTED = """
import sys, cv2x.gym
env = cv2x.gym.OffloadEnv(sys.argv[1], {"simulation.duration": "100000 s"}, output=sys.argv[2])
env.reset()
print("begun", flush=True)
while True:
    env.step(0)
"""


@pytest.mark.slow
def test_an_interrupted_program_leaves_a_whole_file(tmp_path: Path):
    out = tmp_path / "out.h5"
    command = [sys.executable, "-c", INTERRUPTED, str(SMALL), str(out)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode != 0
    assert "KeyboardInterrupt" in errors
    left = cv2x.open(out)
    assert left.incomplete
    assert len(left.tasks) > 0
    assert [p.name for p in tmp_path.iterdir()] == ["out.h5"]


def test_an_interrupt_within_a_step_comes_through(tmp_path: Path):
    # Nothing to decide for 10 000 s: the step is long, and the signal comes within it.
    world = {
        "simulation.duration": "10000000 s",
        "services.perception": "{kind: perception_offload, rate: 0.00001 Hz, input: 1 kB, vehicles: 10 %}",
        "services.telemetry.rate": "1000 Hz",
    }
    env = OffloadEnv(SMALL, world, output=tmp_path / "out.h5")
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        env.reset()
    timer.join()
    assert cv2x.open(tmp_path / "out.h5").incomplete
    other = OffloadEnv(SMALL, SHORT)
    other.reset()
    other.close()
    env.close()
