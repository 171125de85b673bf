"""cv2x.gym: the scenario as an environment."""

import functools
import pickle
import warnings
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.error import InvalidAction
from gymnasium.utils.env_checker import check_env
from policies_for_test import SHORT, SMALL, WORLD, same
from test_policy import numpy_least_latency

import cv2x
import cv2x.gym
from cv2x import _core
from cv2x.gym import AgentPolicy, BatchedOffloadEnv, OffloadEnv, make_vec

HIGHWAY = Path(__file__).parents[2] / "scenarios/highway/scenario.yaml"  # radio: nr
# Load reports that get old, and vehicles that may well keep their tasks.
LOADED = {
    **WORLD,
    "offloading.load_report": "20 ms",
    "compute.vehicles.speed": "300 Mcycles/s",
}


def play(env, act, **reset):
    """One episode; the sum of its rewards, its steps and the last info."""
    observation, info = env.reset(**reset)
    total, steps, ended = 0.0, 0, False
    while not ended:
        observation, reward, ended, truncated, info = env.step(act(env, observation, info))
        assert not truncated
        total, steps = total + reward, steps + 1
    return total, steps, info


def by_rule(env, observation, info):
    target = numpy_least_latency(env.task, env.view)
    return len(env.actions) - 1 if target is cv2x.LOCAL else target


NAMES = _core.Observer.target_names()
TIMES = [NAMES.index(name) for name in ("network", "transfer", "execution", "wait", "sent")]


class Nearest(AgentPolicy):
    """By the observation alone: the available place whose times, work sent counted, add up to the least."""

    def act(self, observation, mask):
        targets = observation[self.task_size :].reshape(len(mask), -1).astype(float)[:, TIMES]
        seconds = (targets / (1.0000001 - targets)).sum(axis=1)
        return int(np.argmin(np.where(mask, seconds, np.inf)))


# --- Gymnasium's own check ---


@pytest.mark.parametrize(
    ("scenario", "overrides"),
    [
        (SMALL, SHORT),
        (SMALL, LOADED),
        (HIGHWAY, {**SHORT, "simulation.warm_up": "0 s", "simulation.drain": "0 s"}),
    ],
)
@pytest.mark.parametrize("observation", ["flat", "dict"])
def test_gymnasium_finds_nothing_wrong(scenario, overrides, observation):
    env = OffloadEnv(scenario, overrides, observation=observation, credit="decision")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env, skip_render_check=True)
    env.close()


def test_gymnasium_makes_it_by_name():
    env = gymnasium.make("cv2x/Offload-v0", scenario=str(SMALL), overrides=SHORT, reward="deadline")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped)
    assert env.unwrapped.actions == ("server", "(vehicle)")
    env.close()


# --- the same as a policy ---


@pytest.mark.parametrize("decision_time", ["0 s", "2 ms"])
def test_the_rule_of_least_latency_gives_the_bits_of_least_latency(tmp_path: Path, decision_time: str):
    world = {
        **LOADED,
        "offloading.policy": "least_latency",
        "offloading.decision_time": decision_time,
        # Two tasks in one event, and a load that is always fresh: the second sees what became of the first.
        "services.twin": "{kind: perception_offload, rate: 10 Hz, input: 10 kB, cycles: 8 Mcycles}",
        "services.perception.arrivals": "periodic",
        "offloading.load_report": "0 s",
    }
    env = OffloadEnv(SMALL, world, output=tmp_path / "{replication}.h5")
    _, steps, info = play(env, by_rule)
    by_policy = cv2x.run(SMALL, world)
    by_agent = cv2x.open(tmp_path / "0.h5")
    assert not by_agent.incomplete
    assert same(by_policy, by_agent)
    assert by_policy.summary.equals(by_agent.summary)
    assert steps == info["decisions"] == len(by_policy.tasks)
    assert by_policy.tasks["host"].value_counts()[["server", "cloud", "(vehicle)"]].min() > 5
    assert by_agent.provenance["policy"] == "cv2x.gym:OffloadEnv"
    play(env, by_rule)
    other = cv2x.open(tmp_path / "1.h5")
    assert same(cv2x.run(SMALL, {**world, "simulation.replication": 1}), other)
    assert not same(by_policy, other)
    env.close()


def test_an_agent_gives_the_same_bits_as_a_policy(tmp_path: Path):
    env = OffloadEnv(SMALL, LOADED, output=tmp_path / "agent.h5")
    agent = Nearest(cv2x.run(SMALL, LOADED).scenario, env.actions[:-1])
    play(env, lambda _, observation, info: agent.act(observation, info["action_mask"]))
    by_policy = cv2x.run(SMALL, LOADED, policy=Nearest)
    assert same(by_policy, cv2x.open(tmp_path / "agent.h5"))
    assert by_policy.tasks["host"].value_counts()[["server", "cloud", "(vehicle)"]].min() > 5


def test_what_is_seen_is_what_policies_see():
    env = OffloadEnv(SMALL, LOADED, observation="dict")
    observation, info = env.reset()
    names = _core.Observer.target_names()
    assert env.task.service == "perception"
    assert env.view.hosts.names == env.actions[:-1] == ("server", "cloud", "lonely")
    assert info["action_mask"].tolist() == [1, 1, 0, 1]
    assert env.action_masks().tolist() == [True, True, False, True]
    assert observation["targets"].shape == (4, len(names))
    assert observation["task"].tolist()[-2:] == [1, 0]
    execution = observation["targets"][:, names.index("execution")]
    cycles_s = 8e6 / np.array([1e9, 2e9, 2e9, 3e8])
    np.testing.assert_allclose(execution, cycles_s / (cycles_s + 0.03), rtol=1e-6)
    assert len(env.feature_names) == observation["task"].size + observation["targets"].size
    assert env.feature_names[:7] == (*_core.Observer.task_names(), "service:perception", "service:telemetry")
    assert env.feature_names[-len(names)] == "(vehicle):available"
    env.close()


# --- seeds ---


def record(env, act, **reset):
    out = [env.reset(**reset)[0]]
    rewards = []
    for _ in range(100):
        observation, reward, _, _, info = env.step(act(env, out[-1], {}))
        out.append(observation)
        rewards.append(reward)
        assert info["action_mask"].dtype == np.int8
    return np.array(out).tobytes(), rewards


def test_a_seed_gives_the_same_bits_and_then_the_same_sequence():
    a, b = OffloadEnv(SMALL, LOADED), OffloadEnv(SMALL, LOADED)
    first = [record(a, by_rule, seed=5), record(a, by_rule), record(a, by_rule)]
    a.close()
    record(b, by_rule)
    again = [record(b, by_rule, seed=5), record(b, by_rule), record(b, by_rule)]
    assert first == again
    assert len({bits for bits, _ in first}) == 3
    assert record(b, by_rule, seed=6) != first[0]
    assert record(b, by_rule, seed=5, options={"replication": 2}) == first[2]
    assert record(b, by_rule, options={"replication": 1}) == first[1]
    b.close()


def test_without_a_seed_it_is_the_scenario_itself():
    world = {**LOADED, "simulation.seed": 9, "simulation.replication": 3}
    env = OffloadEnv(SMALL, world)
    own = record(env, by_rule)
    assert record(env, by_rule, seed=9) == own
    assert record(env, by_rule) != own
    env.close()


# --- rewards ---


def test_rewards_are_those_of_the_tasks(tmp_path: Path):
    by_kind = {}
    for reward in ("latency", "deadline", {"latency": 0.5, "deadline": 2.0}):
        env = OffloadEnv(SMALL, LOADED, reward=reward, worst=3, output=tmp_path / "out.h5")
        by_kind[str(reward)] = play(env, by_rule)[0]
        env.close()
    tasks = cv2x.open(tmp_path / "out.h5").tasks
    assert set(tasks["outcome"]) >= {"delivered", "compute_full"} or (tasks["outcome"] == "delivered").all()
    seconds = (tasks["end_ns"] - tasks["created_ns"]) * 1e-9
    delivered = tasks["outcome"] == "delivered"
    latency = -np.where(delivered, np.minimum(seconds / 0.03, 3), 3).sum()
    deadline = (delivered & (seconds <= 0.03)).sum()
    assert by_kind["latency"] == pytest.approx(latency, rel=1e-12)
    assert by_kind["deadline"] == deadline
    assert list(by_kind.values())[2] == pytest.approx(0.5 * latency + 2 * deadline)


def test_a_function_rewards_each_task_once_and_its_decision_is_told():
    seen = []

    def reward(task: cv2x.TaskResult) -> float:
        seen.append(task)
        return 1.0 if task.met_deadline else -1e-9 * (task.end_ns - task.created_ns)

    env = OffloadEnv(SMALL, LOADED, reward=reward, credit="decision")
    observation, info = env.reset()
    total, tasks, actions, order, worth, ended = 0.0, [], [], [], {}, False
    while not ended:
        tasks.append(env.task.id)
        actions.append(by_rule(env, observation, info))
        observation, got, ended, _, info = env.step(actions[-1])
        total += got
        order += info["ended"]["decision"].tolist()
        worth |= dict(zip(order[-len(info["ended"]["decision"]) :], info["ended"]["reward"], strict=False))
        assert info["ended"]["reward"].sum() == pytest.approx(got)
    env.close()
    assert sorted(order) == list(range(len(actions)))
    assert sum(worth.values()) == pytest.approx(total)
    assert [tasks[decision] for decision in order] == [task.id for task in seen]
    assert [env.actions[actions[decision]] for decision in order] == [
        "(vehicle)" if task.host is cv2x.LOCAL else env.actions[task.host] for task in seen
    ]
    assert {task.outcome for task in seen} >= {"delivered"}


def test_energy_is_what_was_expected_when_the_task_was_placed():
    env = OffloadEnv(SMALL, LOADED, reward="energy", credit="decision")
    play(env, by_rule)
    env.close()
    names, energy = env.feature_names, OffloadEnv(SMALL, LOADED, reward={"energy": 2.0}, credit="decision")
    observation, info = energy.reset()
    expected, ended, got = [], False, {}
    while not ended:
        action = by_rule(energy, observation, info)
        shown = float(observation[names.index(f"{energy.actions[action]}:energy")])
        expected.append(shown / (1 - shown))
        observation, _, ended, _, info = energy.step(action)
        got |= dict(zip(info["ended"]["decision"].tolist(), info["ended"]["reward"], strict=True))
    energy.close()
    np.testing.assert_allclose([-2 * j for j in expected], [got[d] for d in range(len(expected))], rtol=1e-3)


def test_what_is_under_way_at_the_end_is_lost():
    env = OffloadEnv(SMALL, {**LOADED, "simulation.overrun": "0 s"}, credit="decision", worst=7)
    _, steps, info = play(env, lambda *_: 0)
    assert (info["ended"]["reward"] == -7).sum() > 3
    assert info["decisions"] == steps
    env.close()


# --- batches ---


def test_tasks_that_wait_are_decided_together(tmp_path: Path):
    env = BatchedOffloadEnv(SMALL, LOADED, window_s=0.01, output=tmp_path / "out.h5")
    observation, info = env.reset(seed=1)
    batches, decided, credited, ended = [], 0, [], False
    while not ended:
        n = len(observation)
        assert observation.shape == (n, len(env.feature_names))
        assert info["action_mask"].shape == (n, 4)
        batches.append(n)
        decided += n
        observation, reward, ended, _, info = env.step(np.arange(n) % 2)
        credited += info["ended"]["decision"].tolist()
        assert reward == pytest.approx(info["ended"]["reward"].sum())
    env.close()
    assert observation.shape == (0, len(env.feature_names))
    assert np.mean(batches) > 2
    assert sorted(credited) == list(range(decided)) == list(range(info["decisions"]))
    tasks = cv2x.open(tmp_path / "out.h5").tasks
    waited = tasks["decided_ns"] - tasks["created_ns"]
    assert waited.max() == 10_000_000
    assert len(tasks) == decided


def test_batches_of_one_task_are_like_the_environment(tmp_path: Path):
    one = OffloadEnv(SMALL, LOADED)
    many = BatchedOffloadEnv(SMALL, LOADED)
    first = [one.reset(seed=3)[0], *(one.step(1)[0] for _ in range(50))]
    one.close()
    batch, _ = many.reset(seed=3)
    rows = []
    while len(rows) < 51:
        assert len(batch) == 1  # Poisson arrivals: never two in one nanosecond
        rows.append(batch[0])
        batch = many.step([1])[0]
    many.close()
    assert np.array_equal(np.array(first), np.array(rows))


@pytest.mark.parametrize("actions", [[0], [0, 0, 0], [[0, 0]], [0.0, 1.0], [0, 4], [-1, 0]])
def test_a_batch_needs_an_action_a_task(actions):
    world = {**LOADED, "services.perception.arrivals": "periodic", "mobility.vehicles": 2}
    env = BatchedOffloadEnv(SMALL, world, window_s=0.2)
    n = len(env.reset()[0])
    assert n >= 2
    padded = actions + [0] * (n - 2) if len(actions) == 2 and isinstance(actions[0], int) else actions
    with pytest.raises((cv2x.ScenarioError, InvalidAction), match="action"):
        env.step(padded)
    env.step([0] * n)  # nothing has happened
    env.close()


# --- several processes ---


@pytest.mark.slow
def test_environments_in_processes_of_their_own():
    vec = make_vec(SMALL, 2, overrides=LOADED)
    observations, infos = vec.reset(seed=[5, 6])
    assert observations.shape == (2, *OffloadEnv(SMALL, LOADED).observation_space.shape)
    assert infos["action_mask"].tolist() == [[1, 1, 0, 1]] * 2
    mine = OffloadEnv(SMALL, LOADED)
    for i, seed in enumerate((5, 6)):
        assert np.array_equal(observations[i], mine.reset(seed=seed)[0])
    steps = [vec.step(np.array([0, 1])) for _ in range(20)]
    mine.reset(seed=6)
    for observation, reward, *_ in steps:
        own = mine.step(1)
        assert np.array_equal(observation[1], own[0])
        assert reward[1] == own[1]
    assert not np.array_equal(*vec.reset()[0])
    vec.close()
    mine.close()


def test_a_factory_can_be_pickled_and_its_mistakes_come_first():
    with pytest.raises(cv2x.ScenarioError, match="reward"):
        make_vec(SMALL, 2, reward="latancy")
    with pytest.raises(cv2x.ScenarioError, match="other processes"):
        make_vec(cv2x.load(SMALL), 2)
    with pytest.raises(cv2x.ScenarioError, match="at least 1"):
        make_vec(SMALL, 0)
    maker = functools.partial(OffloadEnv, SMALL, LOADED, reward="deadline")
    assert pickle.loads(pickle.dumps(maker))().actions == OffloadEnv(SMALL, LOADED).actions
