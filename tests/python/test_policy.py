"""Policies in Python: what they are given, what they may answer, where they come from."""

import enum
import functools
import gc
import hashlib
import linecache
import math
import pickle
import platform
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import cv2x
from cv2x import _core
from cv2x.simulate import Job, run_jobs

SMALL = Path(__file__).with_name("small.yaml")
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SHORT = {"simulation.duration": "3 s"}
# Three hosts: an edge host, a cloud, and one that no route leads to.
WORLD = {
    **SHORT,
    "sites.cloud": "{kind: cloud}",
    "sites.lonely": "{kind: mec}",
    "sites.far": "{kind: gnb, x: 50 km, y: 0 m}",
    "links.internet": "{from: mec, to: cloud, rate: 10 Gbit/s, delay: 10 ms}",
    "links.island": "{from: far, to: lonely, rate: 10 Gbit/s, delay: 10 us}",
    "compute.hosts.cloud": "{site: cloud, cores: 8, speed: 2 Gcycles/s}",
    "compute.hosts.lonely": "{site: lonely, cores: 8, speed: 2 Gcycles/s}",
}


def first(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    return 0


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


def same(a: cv2x.Result, b: cv2x.Result) -> bool:
    return a.tasks.equals(b.tasks) and a.messages.equals(b.messages) and a.stages.equals(b.stages)


def file_with(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


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
    assert "3 hosts" in repr(view)
    assert repr(hosts) == "<cv2x.Hosts server, cloud, lonely>"
    assert "cores=1" in repr(view.local)


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
    name = "tests/python/test_policy.py:test_anything_else_stops_the_run.<locals>.<lambda>"
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


# --- where it comes from ---


def test_a_file_is_named_and_hashed(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 0\n")
    provenance = cv2x.run(SMALL, SHORT, policy=f"{path}:decide").provenance
    assert provenance["policy"] == f"{path}:decide"
    assert provenance[f"sha256 {path}"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert provenance["python"] == platform.python_version()
    assert provenance["numpy"] == np.__version__


def test_an_object_of_a_file_is_named_like_the_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(Path(__file__).parent)
    result = cv2x.run(SMALL, SHORT, policy=first)
    assert result.provenance["policy"] == "test_policy.py:first"
    assert result.scenario["offloading"]["policy"] == "test_policy.py:first"
    assert (
        result.provenance["sha256 test_policy.py"] == hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    )
    assert same(result, cv2x.run(SMALL, SHORT, policy="test_policy.py:first"))


def test_a_file_is_read_again_for_every_run(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 0\n")
    assert set(cv2x.run(SMALL, SHORT, policy=f"{path}:decide").tasks["host"]) == {"server"}
    path.write_text("def decide(task, view):\n    return None\n")
    assert set(cv2x.run(SMALL, SHORT, policy=f"{path}:decide").tasks["host"]) == {"(vehicle)"}


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
        ("nearest-edge", "found 'nearest-edge'; did you mean 'nearest_edge'? allowed: cloud, least_latency, local, "
         "nearest_edge, or Python: FILE.py:NAME or module:NAME"),
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


# --- mistakes during the run ---


def raising(error: Callable[[], BaseException]) -> Callable[..., int]:
    def decide(task: cv2x.Task, view: cv2x.View) -> int:
        if view.now_ns > 2_000_000_000:
            raise error()
        return 0

    return decide


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
    with pytest.raises(cv2x.PolicyError, match="RuntimeError: a run is going on in this process"):
        cv2x.run(SMALL, SHORT, policy=lambda task, view: cv2x.run(SMALL))


def test_a_policy_fails_in_a_worker(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    return 1 // (task.id % 50)\n")
    job = Job("x", str(SMALL), str(tmp_path / "x.h5"), [f"offloading.policy={path}:decide"])
    with pytest.raises(cv2x.PolicyError, match="ZeroDivisionError") as caught:
        run_jobs([job], 1)
    assert caught.value.task_id is not None
    assert f'File "{path}", line 2, in decide' in caught.value.trace
    assert cv2x.open(tmp_path / "x.h5").incomplete


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
