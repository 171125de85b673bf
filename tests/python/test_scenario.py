"""Scenarios from Python: what is read, changed, refused and saved."""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from scenario_for_test import ONE, SMALL, refused

import cv2x


@pytest.fixture
def one() -> cv2x.Scenario:
    return cv2x.Scenario.load(ONE)


# --- reading and changing ---


def test_keys_as_attributes_and_by_path(one: cv2x.Scenario):
    one.simulation.duration = "20 s"
    one["radio.carriers.n78.bandwidth"] = "40 MHz"
    one["radio"]["carriers"]["n78"]["numerology"] = 2
    assert one["simulation.duration"] == one["simulation"]["duration"] == "20 s"
    assert one.radio.carriers["n78"].bandwidth == "40 MHz"
    assert one.radio.carriers.n78.numerology == 2
    assert one.links["fibre"].from_ == one.links["fibre"]["from"] == "gnb"
    loaded = cv2x.load(one)
    assert loaded.duration_ns == 20_000_000_000
    assert '"bandwidth": "40 MHz"' in loaded.resolved_json()


def test_what_is_in_force_and_what_is_set(one: cv2x.Scenario):
    assert one.radio.epoch == "0.1 s"
    assert one.simulation.replication == 0
    assert one.recording.mode == "full"
    assert "epoch" not in one.radio
    assert "radio.epoch" not in one
    assert "recording" not in one
    assert "recording" not in one.to_dict()
    assert one.simulation.get("seed") == 1
    assert list(one.radio.carriers["n78"]) == ["frequency", "bandwidth", "numerology"]
    assert len(one.sites) == 2
    with pytest.raises(KeyError, match="is not set, and has no default"):
        cv2x.Scenario().simulation["duration"]
    assert not hasattr(cv2x.Scenario().simulation, "duration")


def test_a_section_comes_about_when_it_is_set(one: cv2x.Scenario):
    recording = one.recording
    recording.mode = "sampled"
    recording.fraction = "20 %"
    assert one["recording"] == {"mode": "sampled", "fraction": "20 %"}
    one.validate()


def test_entries_come_and_go(one: cv2x.Scenario):
    one.sites["cloud"] = {"kind": "cloud"}
    one["links.internet"] = {"from": "mec", "to": "cloud", "delay": "10 ms"}
    one.compute.hosts["cloud"] = {**one.compute.hosts["mec"], "site": "cloud"}
    assert list(one.compute.hosts) == ["mec", "cloud"]
    assert one.compute.hosts["cloud"].cores == 4
    one.validate()
    del one.budgets["p95"]
    assert one.budgets == {}
    one.budgets = None
    assert "budgets" not in one
    one.sites.pop("cloud")
    refused(one.validate, "there is no site 'cloud'")


def test_entries_with_dots_in_their_names():
    scenario = cv2x.Scenario({"sites": {"a.b": {"kind": "gnb"}, "a": {"kind": "mec"}}})
    scenario["sites.a.b.x"] = "5 m"
    assert scenario["sites.a.b"] == {"kind": "gnb", "x": "5 m"}
    assert scenario["sites.a.kind"] == "mec"
    assert scenario.sites["a.b"].x == "5 m"
    assert "sites.a.b.y" not in scenario


def test_another_kind_leaves_the_keys_of_the_old_one_behind(one: cv2x.Scenario):
    one.radio.kind = "ideal"
    assert one.radio == {"kind": "ideal"}
    one.validate()
    refused(lambda: one.radio.carriers, "key 'carriers' goes with kind: nr, but kind is ideal")
    one.radio = {"kind": "nr", "carriers": {}}
    assert one.radio.to_dict() == {"kind": "nr", "carriers": {}}
    one.mobility.kind = "static"
    assert one.mobility.vehicles == 1


def test_a_default_kind_need_not_be_set():
    scenario = cv2x.Scenario({"sites": {"gnb": {"kind": "gnb"}}})
    scenario.sites["gnb"].x = "3 m"
    refused(lambda: setattr(scenario.sites["gnb"], "placement", "latlon"), "lon_lat")
    scenario.sites["gnb"].placement = "lon_lat"
    assert scenario.sites["gnb"].to_dict() == {"kind": "gnb", "placement": "lon_lat"}


def test_values_are_taken_as_they_are_meant(one: cv2x.Scenario, tmp_path: Path):
    one.simulation.seed = np.int64(7)
    one.radio.carriers["n78"].alpha = np.float32(0.5)
    assert type(one.simulation.seed) is int
    assert one.radio.carriers["n78"].alpha == 0.5
    (tmp_path / "trace.xml").write_text("<fcd-export/>")
    one.mobility = {"kind": "fcd", "file": tmp_path / "trace.xml"}
    assert one.mobility.file == str(tmp_path / "trace.xml")


def test_views_follow_their_scenario(one: cv2x.Scenario):
    site = one.sites["gnb"]
    one.sites["gnb"] = {"kind": "rsu"}
    assert site.kind == "rsu"
    given = {"kind": "gnb", "x": "1 m"}
    one.sites["gnb"] = given
    given["x"] = "2 m"
    assert site.x == "1 m"


# --- mistakes ---


def assign(path: str, value: object):
    def change(scenario: cv2x.Scenario) -> None:
        scenario[path] = value

    return change


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (assign("simulation.duraton", "2 s"), "simulation: unknown key 'duraton'; did you mean 'duration'?"),
        (assign("simulatoin.duration", "2 s"), "unknown key 'simulatoin'; did you mean 'simulation'?"),
        (assign("simulation.duration", 20), "simulation.duration: found '20': a bare number"),
        (assign("simulation.duration", "20 metres"), "'metres' is not a unit of time"),
        (assign("simulation.duration", "-1 s"), "out of bounds; allowed: 1 ns to 8750 h"),
        (assign("simulation.seed", "7"), "'7' in quotes: a whole number is needed"),
        (assign("simulation.seed", 1.5), "found '1.5': a whole number is needed"),
        (assign("simulation.seed", float("nan")), "a whole number is needed"),
        (assign("radio.carriers.n78.alpha", float("inf")), "not a finite number"),
        (assign("radio.carriers.n78.channel.shadowing", "yes"), "true or false is needed"),
        (assign("radio.kind", "ideel"), "radio.kind: found 'ideel'; did you mean 'ideal'?"),
        (assign("radio.ideal.delay", "1 ms"), "key 'ideal' goes with kind: ideal, but kind is nr"),
        (assign("radio.carriers.n79.bandwidth", "20 MHz"), "there is no 'n79'; did you mean 'n78'?"),
        (assign("sites.x.y", "1 m"), "sites: there is no 'x'; there are: gnb, mec"),
        (assign("sites.new", {"kind": "gnb", "hight": "3 m"}), "unknown key 'hight'; did you mean 'height'?"),
        (assign("sites.new", "gnb"), "a map with the keys of a site is needed"),
        (assign("sites.new", {"kind": None}), "sites.new.kind: null deletes"),
        (assign("sites.new", {1: 2}), "found 1 as a key; a key is a text"),
        (assign("sites.no name", {"kind": "gnb"}), "cannot be the name of a site"),
        (assign("sites.gnb.kind.x", "y"), "sites.gnb.kind: found a map"),
        (assign("sites", [{"kind": "gnb"}]), "found a list; a map from the names"),
        (assign("title", {1, 2}), "title: found set; a text, number, truth value, list or dict is needed"),
        (assign("title", "\ud800"), "not Unicode"),
        (assign("title", "a\x00b"), "control character"),
        (assign("mobility", {"kind": "fcd", "file": "missing.xml"}), "there is no file"),
        (assign("", "x"), "'' is not the path of a key"),
        (assign("sites..x", "x"), "is not the path of a key"),
        (lambda s: s.__setattr__("simulatoin", {}), "did you mean 'simulation'?"),
        (lambda s: s.simulation.duraton, "did you mean 'duration'?"),
        (lambda s: s.sites.gnbb, "did you mean 'gnb'?"),
        (lambda s: s.sites["gnbb"], "did you mean 'gnb'?"),
        (lambda s: s["sites.gnbb"], "did you mean 'gnb'?"),
        (lambda s: s.__delitem__("simulation.duraton"), "did you mean 'duration'?"),
        (lambda s: s.__delitem__("simulation.overrun"), "simulation.overrun: is not set"),
        (lambda s: s.with_({"simulation.duraton": "2 s"}), "did you mean 'duration'?"),
        (lambda s: s.with_(["simulation.duration"]), "no '='"),
    ],
)
def test_a_mistake_fails_at_once_and_changes_nothing(one: cv2x.Scenario, change, part: str):
    before = one.to_dict()
    refused(lambda: change(one), part)
    assert one.to_dict() == before


def test_what_is_no_dict_is_refused():
    for data in (5, "title: x", [("title", "x")]):
        with pytest.raises(TypeError, match="made of nested dicts"):
            cv2x.Scenario(data)


def test_nested_without_end_is_refused(one: cv2x.Scenario):
    circle: dict[str, object] = {}
    circle["simulation"] = circle
    refused(lambda: cv2x.Scenario(circle), "nested more than 64 deep")
    refused(lambda: one.__setitem__("sites", {"a": circle}), "nested more than 64 deep")


def test_everything_wrong_is_told_together_with_its_keys():
    data = {
        "simulation": {"duration": "10 s"},
        "sites": {"a": {}},
        "services": {"x": {"kind": "map_download"}},
    }
    scenario = cv2x.Scenario.from_dict(data)
    error = refused(scenario.validate)
    told = {(d.key, d.message.partition(" (")[0]) for d in error.diagnostics}
    assert ("sites.a", "missing key 'kind'") in told
    assert ("services.x", "missing key 'server'") in told
    assert ("mobility", "missing key 'kind'") in told
    assert all((d.file, d.line, d.column) == ("", 0, 0) for d in error.diagnostics)
    wrong = {**data, "simulation": {"duration": 10, "warmup": "1 s"}}
    error = refused(lambda: cv2x.Scenario.from_dict(wrong))
    assert {d.key for d in error.diagnostics} == {"simulation", "simulation.duration"}
    assert refused(lambda: cv2x.run(wrong)).diagnostics == error.diagnostics


def test_a_file_s_mistakes_have_their_places(tmp_path: Path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SMALL.read_text().replace("cores: 2", "coers: 2"))
    (diagnostic,) = refused(lambda: cv2x.Scenario.load(wrong)).diagnostics
    assert diagnostic.place == f"{wrong}:15:{diagnostic.column}"
    refused(lambda: cv2x.Scenario.load(tmp_path / "missing.yaml"), "there is no file")
    refused(lambda: cv2x.Scenario.from_text("simulation: ["), "scenario:1:", "not valid YAML")


# --- variations, copies ---


def test_variations(one: cv2x.Scenario):
    ideal = one.with_({"radio.kind": "ideal", "budgets": None, "simulation.seed": 4})
    assert ideal.radio == {"kind": "ideal"}
    assert "budgets" not in ideal
    assert ideal.simulation.seed == 4
    assert one.radio.kind == "nr"
    assert one.with_(["simulation.seed=4"]) == one.with_({"simulation.seed": "4"})
    assert ideal.with_({}) == ideal
    refused(
        lambda: one.with_({"sites.gnb9.x": "1 m"}), "sites.gnb9: there is no such site; did you mean 'gnb'?"
    )


def test_copies_share_nothing(one: cv2x.Scenario):
    for twin in (one.copy(), copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert twin == one
        assert twin.folder == one.folder
        twin.sites["gnb"].x = "99 m"
        assert one.sites["gnb"].x == "0 m"
        assert twin != one
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_defaults_filled_in(one: cv2x.Scenario):
    resolved = one.resolved()
    assert resolved.radio.to_dict()["epoch"] == "0.1 s"
    assert "default" in resolved.slices
    assert resolved.resolved() == resolved
    assert one.with_({"simulation.duration": "10000 ms"}) != one
    assert one.with_({"simulation.duration": "10000 ms"}).resolved() == resolved


# --- how it looks ---


def test_how_it_looks(one: cv2x.Scenario):
    assert repr(one) == (
        "<cv2x.Scenario 'One vehicle, one cell, one MEC host': 10 s, 2 sites, 1 link, 1 cell, 1 host, 1 service>"
    )
    assert repr(cv2x.Scenario()) == "<cv2x.Scenario: empty>"
    assert repr(one.simulation).startswith("Simulation({'duration': '10 s'")
    one.title = "<script>alert(1)</script>"
    page = one._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "frequency: 3.5 GHz" in page


def test_completion(one: cv2x.Scenario):
    assert {"simulation", "sites", "validate", "save"} <= set(dir(one))
    assert {"gnb", "mec"} <= set(dir(one.sites))
    assert {"duration", "warm_up"} <= set(dir(one.simulation))
    assert one.sites._ipython_key_completions_() == ["gnb", "mec"]
    assert "duration" in one.simulation._ipython_key_completions_()
    assert "radio" in one._ipython_key_completions_()


# --- runs ---


def test_a_run_takes_a_scenario_a_file_and_a_dict(tmp_path: Path):
    short = {"simulation.duration": "3 s"}
    scenario = cv2x.Scenario.load(SMALL)
    results = [
        cv2x.run(SMALL, short),
        cv2x.run(scenario, short),
        cv2x.run(scenario.with_(short)),
        cv2x.run(cv2x.load(scenario, short)),
        cv2x.run(scenario.to_dict(), short),
        cv2x.run(cv2x.Scenario.from_dict(cv2x.run(SMALL, short).scenario)),
    ]
    for result in results[1:]:
        assert result.tasks.equals(results[0].tasks)
        assert result.scenario == results[0].scenario
    assert cv2x.Scenario.from_text(results[2].scenario_text) == scenario.with_(short)
    with pytest.raises(TypeError, match="not a int"):
        cv2x.run(7)
