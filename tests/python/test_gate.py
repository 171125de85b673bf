"""Verdicts as JSON, JUnit XML and text, from verdicts made by hand."""

import json
import math
import shlex
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from rich.console import Console

from cv2x.gate import Suite, details, exit_code, more, number, one_line, screen, to_json, to_junit
from cv2x.summary import Blame, BudgetVerdict, Estimate

PASS = BudgetVerdict(
    name="telemetry-p99", service="telemetry", slice="", area="", metric="latency", quantile=0.99, limit=50e6,
    measured=Estimate(36.9e6, 36.2e6, 38.4e6), samples=39420, verdict="pass", replications=None, reason="", blame=None,
)  # fmt: skip
FAIL = BudgetVerdict(
    name="warning-reliability", service="warning", slice="v2x", area="junction", metric="reliability",
    quantile=math.nan, limit=0.99, measured=Estimate(0.95, 0.94, 0.96), samples=812, verdict="fail",
    replications=None, reason="", blame=Blame("compute_queue", 35e6, 0.8, {"compute_full": 12, "unfinished": 3}),
)  # fmt: skip
OPEN = BudgetVerdict(
    name="map-p95", service="", slice="broadband", area="", metric="latency", quantile=0.95, limit=2e9,
    measured=Estimate(1.9e9, 1.7e9, math.inf), samples=47, verdict="inconclusive", replications=9,
    reason="the interval straddles the limit", blame=None,
)  # fmt: skip
NOTHING = replace(
    OPEN,
    name="age",
    metric="age_of_information",
    measured=Estimate(math.nan, -math.inf, math.inf),
    samples=0,
    replications=None,
    reason="nothing was measured",
)
COMMAND = "cv2x run world/scenario.yaml --set 'offloading.policy=cloud' -R 2 -j 4 -o out/x.h5 -q"


def suite(*budgets: BudgetVerdict, title: str = "A world", command: str = COMMAND, files: int = 2) -> Suite:
    names = [f"out/x-r{i:03}.h5" for i in range(files)] if files > 1 else ["out/x.h5"]
    return Suite(title, names, list(budgets), command, last_replication=files - 1)


# --- the worst verdict and its exit code ---


@pytest.mark.parametrize(
    ("suites", "code", "strict"),
    [
        ([suite(PASS)], 0, 0),
        ([suite(PASS, OPEN)], 3, 1),
        ([suite(PASS, OPEN, FAIL)], 1, 1),
        ([suite(FAIL), suite(PASS)], 1, 1),
        ([suite(PASS), suite(OPEN)], 3, 1),
    ],
)
def test_exit_codes(suites: list[Suite], code: int, strict: int):
    assert exit_code(suites, strict=False) == code
    assert exit_code(suites, strict=True) == strict


# --- more replications ---


def test_how_many_more_and_by_which_command():
    assert more(suite(PASS, OPEN)) == {
        "in_all": 9,
        "more": 7,
        "command": "cv2x run world/scenario.yaml --set offloading.policy=cloud --set simulation.replication=2 -R 7 "
        "-o out/x.h5",
    }


def test_the_budget_that_needs_most_decides():
    assert more(suite(OPEN, replace(OPEN, replications=30)))["in_all"] == 30
    assert more(suite(OPEN, NOTHING)) is None  # of one it is not known
    assert more(suite(PASS, FAIL)) is None
    assert more(suite(replace(OPEN, replications=2))) is None


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("cv2x run a.yaml", "cv2x run a.yaml --set simulation.replication=1 -R 8 -o out/x.h5"),
        (
            "cv2x run a.yaml --policy=local -v --replications 3 --jobs=2 --output=elsewhere/",
            "cv2x run a.yaml --policy=local --set simulation.replication=1 -R 8 -o out/x.h5",
        ),
        (
            "cv2x run --set simulation.replication=0 'my world.yaml' -R1 -j1 -oout/x.h5",
            "cv2x run 'my world.yaml' --set simulation.replication=1 -R 8 -o out/x.h5",
        ),
        (
            "/usr/bin/cv2x-sim run a.yaml -o x.h5 --set=simulation.seed=4 --quiet",
            "cv2x run a.yaml --set simulation.seed=4 --set simulation.replication=1 -R 8 -o out/x.h5",
        ),
        (
            "python -m cv2x run a.yaml -o",
            "python -m cv2x run a.yaml --set simulation.replication=1 -R 8 -o out/x.h5",
        ),
        ("notebook.py", None),
        ("python -m other run a.yaml", None),
        ("cv2x compare a.yaml", None),
        ("cv2x run 'unclosed", None),
        ("", None),
    ],
)
def test_commands(given: str, made: str | None):
    assert more(suite(OPEN, command=given, files=1))["command"] == made


def test_one_more_gets_a_number_in_its_name():
    one = more(suite(replace(OPEN, replications=3)))
    assert one["more"] == 1
    assert shlex.split(one["command"])[-4:] == ["--set", "simulation.replication=2", "-o", "out/x-r002.h5"]


# --- JSON ---


def test_json_has_the_keys_of_its_contract():
    told = to_json([suite(PASS, FAIL, OPEN, NOTHING)], strict=False, budgets_file="b.yaml")
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(told) == [
        "format", "format_version", "cv2x_version", "verdict", "strict", "exit_code", "budgets_file", "suites",
    ]  # fmt: skip
    assert (told["format"], told["format_version"], told["verdict"], told["exit_code"]) == (
        "cv2x check",
        1,
        "fail",
        1,
    )
    assert told["budgets_file"] == "b.yaml"
    (only,) = told["suites"]
    assert list(only) == ["title", "files", "verdict", "more_replications", "budgets"]
    assert only["files"] == ["out/x-r000.h5", "out/x-r001.h5"]
    passed, failed, open_, nothing = only["budgets"]
    assert passed == {
        "name": "telemetry-p99", "service": "telemetry", "slice": None, "area": None, "metric": "latency",
        "quantile": 0.99, "unit": "ns", "limit": 50_000_000, "measured": 36_900_000, "low": 36_200_000,
        "high": 38_400_000, "samples": 39420, "verdict": "pass", "replications": None, "reason": "", "blame": None,
    }  # fmt: skip
    assert (failed["quantile"], failed["unit"], failed["limit"], failed["low"]) == (None, "share", 0.99, 0.94)
    assert failed["blame"] == {
        "stage": "compute_queue", "excess_ns": 35_000_000, "share": 0.8, "lost": {"compute_full": 12, "unfinished": 3},
    }  # fmt: skip
    assert (open_["high"], open_["replications"]) == ("inf", 9)
    assert (nothing["measured"], nothing["low"], nothing["high"]) == (None, "-inf", "inf")
    assert [set(b) for b in only["budgets"]] == [set(passed)] * 4


def test_json_says_what_strict_makes_of_it():
    told = to_json([suite(OPEN)], strict=True)
    assert (told["verdict"], told["strict"], told["exit_code"]) == ("inconclusive", True, 1)


def test_numbers():
    assert number(1.5) == 1.5
    assert number(3.0) == 3
    assert isinstance(number(3.0), int)
    assert number(-math.inf) == "-inf"
    assert number(math.nan) is None


# --- JUnit ---

ATTRIBUTES = {  # of the schema that Jenkins's xUnit plugin and GitLab's parser share: those that must be, and may be
    "testsuites": ({"tests", "failures", "errors"}, {"name", "time", "skipped"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id"},
    ),
    "testcase": ({"name", "classname"}, {"time", "file", "line"}),
    "failure": (set(), {"message", "type"}),
    "error": (set(), {"message", "type"}),
    "skipped": (set(), {"message", "type"}),
    "system-out": (set(), set()),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "properties", "system-out", "system-err"},
    "testcase": {"failure", "error", "skipped", "system-out", "system-err"},
}


def check_structure(element: ElementTree.Element) -> None:
    must, may = ATTRIBUTES[element.tag]
    assert must <= set(element.attrib) <= must | may, element.tag
    assert {child.tag for child in element} <= CHILDREN.get(element.tag, set()), element.tag
    if element.tag in ("testsuites", "testsuite"):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
            assert int(element.attrib[name]) == len(list(element.iter(tag)))
    if element.tag == "testcase":
        assert sum(child.tag in ("failure", "error", "skipped") for child in element) <= 1
        float(element.attrib["time"])
    for child in element:
        check_structure(child)


def parsed(text: str) -> ElementTree.Element:
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ElementTree.fromstring(text.encode())
    check_structure(root)
    return root


def test_junit():
    root = parsed(to_junit([suite(PASS, FAIL, OPEN)], strict=False))
    assert root.tag == "testsuites"
    assert [root.get(k) for k in ("tests", "failures", "errors", "skipped")] == ["3", "1", "0", "1"]
    passed, failed, skipped = root.iter("testcase")
    assert [child.tag for child in passed] == ["system-out"]
    assert failed.get("classname") == "A world"
    (failure,) = failed
    assert failure.get("type") == "fail"
    assert failure.get("message") == (
        "reliability ≥ 99 % of warning · slice v2x · area junction: 95.00 % [94.00, 96.00]; "
        "mostly compute_queue: +35.0 ms in the late ones (80 %); lost: 12 compute_full, 3 unfinished"
    )
    assert "812 samples in 2 files:\n  out/x-r000.h5" in failure.text
    (skip,) = skipped
    assert skip.tag == "skipped"
    assert skip.get("message") == (
        "p95 ≤ 2000 ms of slice broadband: 1900 [1700, ∞] ms; the interval straddles the limit"
    )
    assert "7 more replications would decide" in skip.text
    assert "cv2x run world/scenario.yaml" in skip.text


def test_junit_strict_makes_failures():
    root = parsed(to_junit([suite(PASS, OPEN)], strict=True))
    (failure,) = root.iter("failure")
    assert failure.get("type") == "inconclusive"
    assert root.get("skipped") == "0"


def test_junit_suites_of_one_title_have_names_of_their_own():
    root = parsed(to_junit([suite(PASS), suite(FAIL), suite(PASS, title="B")], strict=False))
    assert [s.get("name") for s in root] == ["A world", "A world (2)", "B"]


def test_junit_takes_any_text():
    odd = "a<b>&\"'\x00\x0b\ud800\uffff 道"
    root = parsed(to_junit([suite(replace(FAIL, name=odd), title=odd)], strict=False))
    (case,) = root.iter("testcase")
    assert case.get("name") == "a<b>&\"'���� 道"


# --- text ---


def printed(*suites: Suite, verbose: bool = False) -> str:
    console = Console(width=100, no_color=True)
    with console.capture() as capture:
        for part in screen(suites, verbose=verbose):
            console.print(part, soft_wrap=True)
    return capture.get()


def test_text():
    text = printed(suite(PASS, FAIL, OPEN), suite(PASS, title="B", files=1))
    lines = text.splitlines()
    assert lines[0] == "A world (2 replications)"
    assert "B" in lines
    blamed = "mostly compute_queue: +35.0 ms in the late ones (80 %); lost: 12 compute_full, 3 unfinished"
    assert f"warning-reliability: {blamed}" in lines
    assert "map-p95: the interval straddles the limit" in lines
    assert "7 more replications would decide (with a probability of 80 %):" in lines
    command = next(line for line in lines if line.startswith("  cv2x run"))
    assert command.endswith("-o out/x.h5")  # in one line, to be copied
    assert "telemetry-p99:" not in text


def test_verbose_names_files_and_samples():
    text = printed(suite(PASS), verbose=True)
    assert "  out/x-r000.h5\n  out/x-r001.h5\n" in text
    assert "telemetry-p99: 39420 samples" in text


def test_brackets_in_names_are_no_markup():
    assert "[bold]x[/bold]" in printed(suite(replace(FAIL, name="[bold]x[/bold]"), title="[red]"))
    assert "[red]" in printed(suite(PASS, title="[red]"))


def test_one_line_and_details():
    assert one_line(PASS) == "p99 ≤ 50.0 ms of telemetry: 36.9 [36.2, 38.4] ms"
    assert one_line(NOTHING) == "age p95 ≤ 2000 ms of slice broadband: – [-∞, ∞] ms; nothing was measured"
    assert list(details(suite(PASS, files=1), PASS))[1:] == ["39420 samples in 1 file:", "  out/x.h5"]
