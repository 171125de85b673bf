"""cv2x.compare: policies held against each other."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cv2x
from cv2x.comparison import METRICS, screen
from cv2x.screen import console
from cv2x.summary import summarise

SMALL = Path(__file__).with_name("small.yaml")
pytestmark = pytest.mark.slow  # a process a run
SHORT = {"simulation.duration": "4 s", "offloading.load_report": "0 s"}


def at_home(task, view):
    return cv2x.LOCAL


class Alternate:
    """State: a run that went on with the state of another would differ."""

    def __init__(self) -> None:
        self.turn = False

    def decide(self, task, view):
        self.turn = not self.turn
        return 0 if self.turn else None


def file_with(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_values_are_those_of_the_summary_and_differences_are_paired(tmp_path: Path):
    frame = cv2x.compare(SMALL, ["nearest_edge", "local"], 3, SHORT, output=tmp_path / "kept")
    assert frame.index.names == ["policy", "service", "metric"]
    assert frame.shape == (2 * (2 * len(METRICS) + 6), 6)
    assert frame.index.get_level_values("policy").unique().tolist() == ["nearest_edge", "local"]
    files = {p: [tmp_path / "kept" / f"{p}-r00{r}.h5" for r in range(3)] for p in ("nearest_edge", "local")}
    assert sorted((tmp_path / "kept").iterdir()) == sorted(f for paths in files.values() for f in paths)
    results = {p: [cv2x.open(f) for f in paths] for p, paths in files.items()}
    for policy, opened in results.items():
        whole = summarise([r._file for r in opened])
        for service in whole.services:
            row = frame.loc[(policy, service.name, "p95_ms")]
            np.testing.assert_allclose(row.iloc[:3].to_numpy() * 1e6, service.quantiles_ns["p95"])
            row = frame.loc[(policy, service.name, "reliability")]
            assert tuple(row.iloc[:3]) == service.reliability
    medians = np.array(
        [[r.quantiles().loc[("perception", 0.5), "value_ms"] for r in opened] for opened in results.values()]
    )
    pairs = medians[1] - medians[0]
    row = frame.loc[("local", "perception", "p50_ms")]
    half = 4.302653 * pairs.std(ddof=1) / math.sqrt(3)  # Student's t with 2 degrees of freedom
    np.testing.assert_allclose(
        row.iloc[3:], [pairs.mean(), pairs.mean() - half, pairs.mean() + half], rtol=1e-5
    )
    assert frame.loc["nearest_edge"].iloc[:, 3:].isna().all(axis=None)
    # The same worlds: what no policy touches is the same to the nanosecond.
    for a, b in zip(*results.values(), strict=True):
        mine, other = (r.tasks.sort_values(["created_ns", "vehicle"]) for r in (a, b))
        assert mine["created_ns"].tolist() == other["created_ns"].tolist()
        assert mine["cycles"].tolist() == other["cycles"].tolist()


def test_a_policy_differs_from_itself_by_nothing_wherever_it_runs(tmp_path: Path):
    path = file_with(tmp_path, "def at_home(task, view):\n    return None\n")
    policies: dict[str, Any] = {
        "built in": "local",
        "file": f"{path}:at_home",
        "this module": at_home,
        "only here": lambda task, view: None,
    }
    frame = cv2x.compare(SMALL, policies, 2, SHORT, jobs=2)
    local = frame.loc["built in"]
    for name in list(policies)[1:]:
        assert frame.loc[name].iloc[:, :3].equals(local.iloc[:, :3])
        differences = frame.loc[name].iloc[:, 3:].dropna(how="all")  # the bound's have none
        assert len(differences) > 5
        assert (differences == 0).all(axis=None)


def test_a_class_begins_anew_for_every_replication():
    alone = cv2x.run(SMALL, {**SHORT, "simulation.replication": 1}, policy=Alternate)
    loaded = cv2x.load(SMALL, {**SHORT, "simulation.replication": 1})
    frame = cv2x.compare(loaded, {"a": "local", "b": Alternate}, replications=1)
    p50 = alone.quantiles().loc[("perception", 0.5), "value_ms"]
    assert frame.loc[("b", "perception", "p50_ms"), "value"] == pytest.approx(p50, rel=1e-12)


def test_a_scenario_in_whatever_form():
    keys = {**SHORT, "simulation.seed": 5}
    scenario = cv2x.Scenario.load(SMALL).with_(keys)
    wanted = cv2x.compare(SMALL, ["nearest_edge", "local"], 2, keys)
    for same in (cv2x.load(SMALL, keys), scenario, dict(scenario)):
        assert cv2x.compare(same, ["nearest_edge", "local"], 2).equals(wanted)
    assert cv2x.compare(cv2x.Scenario.load(SMALL), ["nearest_edge", "local"], 2, keys).equals(wanted)
    with pytest.raises(TypeError, match="overrides go to load"):
        cv2x.compare(cv2x.load(SMALL), ["nearest_edge", "local"], 2, keys)


def test_one_replication_has_differences_without_an_interval():
    frame = cv2x.compare(SMALL, ["nearest_edge", "local"], 1, SHORT)
    row = frame.loc[("local", "perception", "p50_ms")]
    assert row["difference"] < 0
    assert (row["difference_low"], row["difference_high"]) == (-math.inf, math.inf)
    assert row["low"] < row["value"] < row["high"]


def test_losses_are_infinitely_late():
    lossy = {**SHORT, "compute.hosts.server.queue": 0}
    frame = cv2x.compare(SMALL, ["nearest_edge", "local", "least_latency", at_home], 2, lossy)
    p99 = frame.xs(("perception", "p99_ms"), level=("service", "metric"))
    assert p99.loc["nearest_edge", "value"] == math.inf
    assert p99.loc["local", "difference"] == -math.inf
    assert p99.loc["local", "difference_high"] == -math.inf
    back = cv2x.compare(SMALL, ["local", "nearest_edge"], 2, lossy)
    assert back.loc[("nearest_edge", "perception", "p99_ms"), "difference"] == math.inf
    same = cv2x.compare(SMALL, {"a": "nearest_edge", "b": "nearest_edge"}, 2, lossy)
    assert math.isnan(same.loc[("b", "perception", "p99_ms"), "difference"])


def test_names(tmp_path: Path):
    one = file_with(tmp_path, "def decide(task, view):\n    return 0\n", "one.py")
    two = file_with(tmp_path, "def decide(task, view):\n    return 0\n", "two.py")
    frame = cv2x.compare(SMALL, ["local", f"{one}:decide", f"{two}:decide", at_home], 1, SHORT)
    names = frame.index.get_level_values("policy").unique().tolist()
    assert names == ["local", "one.py:decide", "two.py:decide", "at_home"]
    frame = cv2x.compare(SMALL, {"a/b": "local", "a_b": "local"}, 1, SHORT, output=tmp_path / "kept")
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["a_b-1-r000.h5", "a_b-r000.h5"]


def test_as_text():
    frame = cv2x.compare(SMALL, ["nearest_edge", "local", "least_latency"], 3, SHORT)
    out = console()
    with out.capture() as captured:
        for table in screen(frame):
            out.print(table)
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split()[0] for line in lines[:6]] == [
        "perception", "nearest_edge", "local", "−", "least_latency", "−",
    ]  # fmt: skip
    assert lines[0].split("  ")[0] == "perception [ms]"
    assert " ± " in lines[3]
    assert "…" not in captured.get()


@pytest.mark.parametrize(
    ("policies", "replications", "message"),
    [
        ([], 2, "policies: found 0; two or more are needed"),
        (["local"], 2, "policies: found 1; two or more are needed"),
        ("local", 2, "policies: found 'local'; a list of policies is needed"),
        (["local", "cloud"], 0, "replications: found 0; at least 1 is needed"),
        (["local", "local"], 2, "two policies are called 'local'; name them with a dict {name: policy}"),
        ([at_home, at_home], 2, "two policies are called 'at_home'"),
        (["local", Alternate()], 2, "policy 'Alternate' is an object, which would carry its state"),
        (["local", "neerest_edge"], 2, "did you mean 'nearest_edge'?"),
        (["local", "no_such.py:decide"], 2, "there is no file 'no_such.py'"),
        (["local", 42], 2, "policy: found 42, an int; a policy is"),
        (["local", lambda task: 0], 2, "its parameters are (task); needed"),
    ],
)
def test_mistakes_come_to_light_before_the_first_run(
    tmp_path: Path, policies: Any, replications: int, message: str
):
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.compare(SMALL, policies, replications, SHORT, output=tmp_path / "kept")
    assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_policy_that_fails_ends_it(tmp_path: Path):
    path = file_with(tmp_path, "def decide(task, view):\n    raise KeyError('mine')\n")
    with pytest.raises(cv2x.PolicyError, match="KeyError: 'mine'"):
        cv2x.compare(SMALL, ["local", f"{path}:decide"], 2, SHORT)
