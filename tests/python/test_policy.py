"""Policies in Python: what they are given, what they may be, their random numbers."""

import functools
import gc
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from policies_for_test import SHORT, SMALL, WORLD, same

import cv2x
from cv2x import _core
from cv2x.simulate import Job, run_jobs

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def numpy_least_latency(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    """models/offload/least_latency.cc, over again."""
    hosts, own = view.hosts, view.local
    busy = own.running >= own.cores
    best_s = (own.waiting_cycles / (own.speed_cps * own.cores) if busy else 0) + task.cycles / own.speed_cps
    wait_s = np.where(hosts.running >= hosts.cores, hosts.waiting_cycles / (hosts.speed_cps * hosts.cores), 0)
    with np.errstate(divide="ignore"):
        seconds = (
            (view.uplink_delay_ns + view.downlink_delay_ns + 2 * hosts.network_delay_ns) / 1e9
            + 8 * task.input_bytes / np.minimum(view.uplink_bps, hosts.bottleneck_bps)
            + 8 * task.output_bytes / np.minimum(view.downlink_bps, hosts.bottleneck_bps)
            + (wait_s + task.cycles / hosts.speed_cps)
        )
    best = np.argmin(seconds)
    return best if view.connected and seconds[best] < best_s else cv2x.LOCAL


class Recorder:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []
        self.views: list[Any] = []
        self.waiting: list[Any] = []
        self.arrays: set[int] = set()

    def decide(self, task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
        self.tasks.append(task)
        self.views.append(view)
        self.waiting.append(view.hosts.waiting.copy())
        self.arrays.add(id(view.hosts.waiting))
        return "server"


class RoundRobin:
    """State, and all that a class may ask for."""

    made: list["RoundRobin"] = []  # noqa: RUF012

    def __init__(self, scenario, *, rng, hosts=(), speed=1) -> None:
        self.scenario, self.rng, self.hosts, self.speed = scenario, rng, hosts, speed
        self.turn = -1
        RoundRobin.made.append(self)

    def decide(self, task, view):
        self.turn += 1
        return self.turn % 2


class Dice:
    """Random, by the generator that every policy has."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def decide(self, task, view):
        return self.rng.choice(["server", None])


def dice(task, view, rng):
    return rng.choice(["server", None])


# --- what it is given ---


def test_a_policy_in_numpy_and_the_built_in_one_that_it_copies_give_the_same_bits():
    world = {**WORLD, "offloading.policy": "least_latency", "offloading.load_report": "20 ms"}
    world["compute.vehicles.speed"] = "300 Mcycles/s"
    built_in = cv2x.run(SMALL, world)
    assert same(built_in, cv2x.run(SMALL, world, policy=numpy_least_latency))
    assert built_in.tasks["host"].value_counts()[["server", "cloud", "(vehicle)"]].min() > 5


def test_the_tasks_are_those_of_the_result():
    policy = Recorder()
    result = cv2x.run(SMALL, SHORT, policy=policy)
    rows, names = result.tasks.set_index("id"), list(result.tasks["vehicle"].cat.categories)
    assert sorted(task.id for task in policy.tasks) == sorted(rows.index)
    for task in policy.tasks:
        row = rows.loc[task.id]
        assert (task.service, task.service_index) == ("perception", 0)
        assert row["vehicle"] == names[task.vehicle]
        assert (task.input_bytes, task.output_bytes) == (row["input_bytes"], row["output_bytes"])
        assert (task.cycles, task.deadline_ns) == (8e6, 30_000_000)
    assert repr(policy.tasks[0]).startswith("<cv2x.Task ")
    with pytest.raises(AttributeError):
        policy.tasks[0].cycles = 0
    with pytest.raises(TypeError, match="cannot create"):
        cv2x.Task()


def test_the_view_is_one_object_with_new_values():
    policy = Recorder()
    cv2x.run(SMALL, SHORT, policy=policy)
    assert len(set(map(id, policy.views))) == 1
    assert len(policy.arrays) == 1
    assert len({int(waiting[0]) for waiting in policy.waiting}) > 2


def test_the_arrays_are_memory_of_the_simulator_that_cannot_be_written():
    policy = Recorder()
    cv2x.run(SMALL, WORLD, policy=policy)
    gc.collect()
    view = policy.views[0]  # what is left of the run
    hosts = view.hosts
    assert hosts.names == ("server", "cloud", "lonely")
    assert len(hosts) == 3
    assert hosts.cloud.tolist() == [False, True, False]
    assert hosts.reachable.tolist() == [True, True, False]
    assert hosts.cores.tolist() == [2, 8, 8]
    assert hosts.speed_cps.tolist() == [1e9, 2e9, 2e9]
    assert hosts.network_delay_ns[:2].tolist() == [50_000, 10_050_000]
    assert hosts.network_delay_ns[2] * 4 > 9e18
    assert hosts.bottleneck_bps.tolist() == [1e9, 1e9, 0]
    assert hosts.waiting.tolist() == policy.waiting[-1].tolist()
    columns = {name: getattr(hosts, name) for name in hosts.__slots__ if name != "names"}
    for name, array in columns.items():
        assert array.shape == (3,), name
        assert array.strides == hosts.cores.strides, name  # members of the same structs
        assert array.strides[0] > array.itemsize, name
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True
    assert (view.connected, view.uplink_bps, view.uplink_delay_ns) == (True, 1e9, 2_000_000)
    assert (view.local.cores, view.local.speed_cps, view.local.running) == (1, 1e9, 0)
    assert 2_900_000_000 < view.now_ns < 3_000_000_000
    assert hosts.service_ns.tolist() == [8_000_000, 4_000_000, 4_000_000]
    assert view.local.service_ns == 8_000_000
    for free in (hosts.start_ns, hosts.busy_power_w, hosts.idle_power_w, hosts.price_per_hour):
        assert free.tolist() == [0, 0, 0]
    assert hosts.memory_free_bytes.tolist() == [2**63 - 1] * 3
    assert "3 hosts" in repr(view)
    assert repr(hosts) == "<cv2x.Hosts server, cloud, lonely>"
    assert "cores=1" in repr(view.local)


# --- what it is ---


def test_a_class_is_made_anew_for_every_run_and_given_what_it_asks_for():
    RoundRobin.made.clear()
    results = [cv2x.run(SMALL, WORLD, policy=RoundRobin) for _ in range(2)]
    assert same(*results)
    assert len(RoundRobin.made) == 2
    policy = RoundRobin.made[0]
    assert policy is not RoundRobin.made[1]
    assert policy.scenario == results[0].scenario
    assert policy.hosts == ("server", "cloud", "lonely")
    assert policy.speed == 1
    assert isinstance(policy.rng, np.random.Generator)
    counts = results[0].tasks["host"].value_counts()
    assert abs(counts["server"] - counts["cloud"]) <= 1


def test_an_object_goes_on_with_its_state():
    policy = RoundRobin(None, rng=None)
    result = cv2x.run(SMALL, WORLD, policy=policy)
    turn = policy.turn
    assert turn == len(result.tasks) - 1
    cv2x.run(SMALL, WORLD, policy=policy)
    assert policy.turn == 2 * turn + 1
    assert "made by the caller" in result.provenance["policy object"]
    assert "policy object" not in cv2x.run(SMALL, WORLD, policy=RoundRobin).provenance


def test_partials_and_methods_are_functions():
    def choose(host: str, task: cv2x.Task, view: cv2x.View) -> str:
        return host

    result = cv2x.run(SMALL, WORLD, policy=functools.partial(choose, "cloud"))
    assert set(result.tasks["host"]) == {"cloud"}
    assert result.provenance["policy"].endswith(":test_partials_and_methods_are_functions.<locals>.choose")
    assert "made by the caller" in result.provenance["policy object"]
    result = cv2x.run(SMALL, WORLD, policy=RoundRobin(None, rng=None).decide)
    assert result.provenance["policy"].endswith("test_policy.py:RoundRobin.decide")


def test_names_of_built_in_policies():
    named = cv2x.run(SMALL, SHORT, policy="local")
    assert same(named, cv2x.run(SMALL, {**SHORT, "offloading.policy": "local"}))
    loaded = cv2x.load(SMALL, SHORT)
    assert same(named, cv2x.run(loaded, policy="local"))
    assert loaded.policy == "nearest_edge"
    assert named.provenance["policy"] == "local"
    assert "python" not in named.provenance


# --- random numbers ---


def test_random_numbers_follow_from_seed_and_replication(tmp_path: Path):
    a, b = cv2x.run(SMALL, SHORT, policy=Dice), cv2x.run(SMALL, SHORT, policy=dice)
    assert same(a, b)
    assert a.tasks["host"].value_counts()[["server", "(vehicle)"]].min() > 100
    other = cv2x.run(SMALL, {**SHORT, "simulation.replication": 1}, policy=dice)
    hosts = [result.tasks["host"].tolist()[:100] for result in (a, other)]
    assert hosts[0] != hosts[1]

    def jobs(name: str) -> list[Job]:
        keys = ["simulation.duration=3 s", f"offloading.policy={__file__}:dice"]
        return [
            Job(f"{r}", str(SMALL), str(tmp_path / f"{name}{r}.h5"), [*keys, f"simulation.replication={r}"])
            for r in range(3)
        ]

    alone, together = ([cv2x.open(r.output) for r in run_jobs(jobs(f"{n}-"), n)] for n in (1, 3))
    assert all(same(x, y) for x, y in zip(alone, together, strict=True))
    assert same(alone[0], a)
    assert same(alone[1], other)


def test_the_key_of_the_random_numbers_stays():
    assert _core.policy_key(cv2x.load(SMALL)) == KEY
    keys = {_core.policy_key(cv2x.load(SMALL, {"simulation.seed": s})) for s in range(10)}
    assert len(keys) == 10


KEY = (1892059134462403974, 5710000306430190424)


# --- the example ---


def test_the_example_by_hand():
    sys.path.insert(0, str(EXAMPLES))
    try:
        import greedy
    finally:
        sys.path.remove(str(EXAMPLES))
    hosts = SimpleNamespace(
        reachable=np.array([True, True, False]),
        waiting_cycles=np.array([4e9, 1e9, 0]),
        cores=np.array([2, 2, 2]),
        speed_cps=np.array([1e9, 1e9, 1e9]),
    )
    assert greedy.least_work(None, SimpleNamespace(hosts=hosts)) == 1
    hosts.reachable[:] = False
    assert greedy.least_work(None, SimpleNamespace(hosts=hosts)) is cv2x.LOCAL


def test_the_example_knows_better_than_stale_reports():
    mine = EXAMPLES / "greedy.py"

    def p95_ms(policy: str) -> float:
        result = cv2x.run(EXAMPLES / "stale-load.yaml", {"simulation.duration": "6 s"}, policy=policy)
        return result.quantiles().loc[("perception", 0.95), "value_ms"]

    names = ("least_latency", f"{mine}:Greedy", f"{mine}:least_work")
    least_latency, greedy, least_work = map(p95_ms, names)
    assert greedy < 45 < 100 < least_latency
    assert least_work > 100
