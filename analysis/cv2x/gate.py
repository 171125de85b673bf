"""Verdicts of a gate (`cv2x check`): as text, as JSON, as JUnit XML; docs/check.md is the contract of the last two."""

import math
import os
import re
import shlex
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from cv2x.errors import ResultError
from cv2x.reader import ResultFile
from cv2x.screen import blame_text, budgets_table, limit_text, measured_text
from cv2x.summary import BudgetVerdict, assess, scenario_key

VERSION = 1  # of the JSON: raised when a key goes or changes its meaning
EXIT_CODES = {"pass": 0, "fail": 1, "inconclusive": 3}

# Options of `cv2x run` that a command for more replications says anew: with a value, without one.
WITH_VALUE = ("-o", "--output", "-R", "--replications", "-j", "--jobs")
ALONE = ("-q", "--quiet", "-v", "--verbose")


@dataclass(frozen=True)
class Suite:
    """The budgets of one scenario, judged over its replications."""

    title: str
    files: list[str]
    budgets: list[BudgetVerdict]
    command: str
    """How the first of the results came to be; may be empty."""
    last_replication: int
    """Largest number of a replication there is."""

    @property
    def verdict(self) -> str:
        """The worst: "fail", then "inconclusive", then "pass"."""
        return worst(budget.verdict for budget in self.budgets)

    @property
    def replications(self) -> int | None:
        """How many, in all, would decide what is inconclusive; None: nothing is, or it is not known."""
        wanted = [b.replications for b in self.budgets if b.verdict == "inconclusive"]
        known = [n for n in wanted if n is not None]
        return max(known) if known and len(known) == len(wanted) else None


def worst(verdicts: Iterator[str]) -> str:
    """The one that a gate goes by."""
    found = set(verdicts)
    return next((v for v in ("fail", "inconclusive") if v in found), "pass")


def exit_code(suites: Sequence[Suite], *, strict: bool) -> int:
    """0: all pass, 1: one has failed, 3: one cannot be decided (`strict`: 1)."""
    verdict = worst(suite.verdict for suite in suites)
    return EXIT_CODES["fail" if strict and verdict == "inconclusive" else verdict]


def judge(paths: Sequence[str | Path], budgets: str | Path | None = None) -> list[Suite]:
    """Judges results: those that are replications of one scenario together, a suite a scenario, in their order.

    Args:
        paths: result files.
        budgets: a budgets file in place of the scenarios' own budgets.

    Raises:
        ResultError: a file is none or is incomplete, is given twice, is the same replication as another one; no
            budgets.
        ScenarioError: mistakes in the budgets file.
    """
    seen: dict[tuple[int, int], str | Path] = {}
    groups: dict[str, list[ResultFile]] = {}
    open_files: list[ResultFile] = []
    try:
        for path in paths:
            file = ResultFile(path)
            open_files.append(file)
            status = os.stat(path)
            twin = seen.setdefault((status.st_dev, status.st_ino), path)
            if twin is not path:
                raise ResultError(
                    f"{path}: given twice" + ("" if str(twin) == str(path) else f" (also as {twin})")
                )
            if file.incomplete:
                raise ResultError(f"{path}: incomplete: the run has not ended, so there are no verdicts")
            groups.setdefault(scenario_key(file), []).append(file)
        return [_suite(group, budgets) for group in groups.values()]
    finally:
        for file in open_files:
            file.close()


def _suite(files: list[ResultFile], budgets: str | Path | None) -> Suite:
    verdicts = assess(files, budgets)
    if not verdicts:
        where = "in its scenario; add some there, or give --budgets" if budgets is None else f"in {budgets}"
        raise ResultError(f"{files[0].path}: no budgets {where}")
    resolved = [file.scenario for file in files]
    return Suite(
        title=str(resolved[0].get("title", "")) or Path(files[0].path).stem,
        files=[file.path for file in files],
        budgets=verdicts,
        command=files[0].provenance.get("command", ""),
        last_replication=max(int(each["simulation"]["replication"]) for each in resolved),
    )


# --- more replications ---


def more(suite: Suite) -> dict[str, Any] | None:
    """How many replications more would decide, and the command that makes them; None where that is not known."""
    if suite.replications is None:
        return None
    count = suite.replications - len(suite.files)
    if count <= 0:
        return None
    return {"in_all": suite.replications, "more": count, "command": _command_for(suite, count)}


def _ahead(further: dict[str, Any]) -> str:
    what = "replications" if further["more"] > 1 else "replication"
    return f"{further['more']} more {what} would decide (with a probability of 80 %)"


def _command_for(suite: Suite, count: int) -> str | None:
    """The command of the results, for the replications that follow; None when they were not made by a command."""
    try:
        words = shlex.split(suite.command)
    except ValueError:
        return None
    program = ["python", "-m", "cv2x"] if words[:3] == ["python", "-m", "cv2x"] else ["cv2x"]
    by_command = words[:3] == program or (words and Path(words[0]).name in ("cv2x", "cv2x-sim"))
    rest = words[len(program) :]
    if not by_command or rest[:1] != ["run"]:
        return None
    kept: list[str] = []
    arguments = iter(rest[1:])
    for word in arguments:
        option, equals, value = word.partition("=")
        setting = value if option == "--set" and equals else None
        if word == "--set":
            setting = next(arguments, "")
        if setting is not None:
            if not setting.startswith("simulation.replication="):
                kept += ["--set", setting]
        elif option in WITH_VALUE or re.fullmatch(r"-[oRj].+", word):
            if word in WITH_VALUE:
                next(arguments, None)
        elif word not in ALONE:
            kept.append(word)
    first = suite.last_replication + 1
    path = Path(suite.files[0])
    stem = re.sub(r"-r\d{3,}$", "", path.stem)
    name = f"{stem}-r{first:03}{path.suffix}" if count == 1 else f"{stem}{path.suffix}"
    many = [] if count == 1 else ["-R", str(count)]
    ahead = ["--set", f"simulation.replication={first}"]
    return shlex.join([*program, "run", *kept, *ahead, *many, "-o", str(path.with_name(name))])


# --- text ---


def screen(suites: Sequence[Suite], *, verbose: bool = False) -> Iterator[Text | Table]:
    """What to print: a table a suite; below it what is to blame, why something is open, what would decide."""
    for i, suite in enumerate(suites):
        if i:
            yield Text("")
        runs = f" ({len(suite.files)} replications)" if len(suite.files) > 1 else ""
        yield Text(f"{suite.title}{runs}", style="bold")
        yield from (Text(f"  {file}") for file in suite.files if verbose)
        table = budgets_table(suite.budgets)
        if table is not None:
            yield table
        for budget in suite.budgets:
            why = [blame_text(budget), budget.reason if verbose or budget.verdict == "inconclusive" else ""]
            if verbose:
                why.append(f"{budget.samples} samples")
            if any(why):
                yield Text(f"{budget.name}: {'; '.join(part for part in why if part)}")
        if (further := more(suite)) is not None:
            yield Text(_ahead(further) + (":" if further["command"] else ""))
            if further["command"]:
                yield Text(f"  {further['command']}")


# --- JSON ---


def to_json(suites: Sequence[Suite], *, strict: bool, budgets_file: str | None = None) -> dict[str, Any]:
    """Everything a program may want to know, by the keys of docs/check.md. Times in ns, shares from 0 to 1."""
    from cv2x import __version__

    return {
        "format": "cv2x check",
        "format_version": VERSION,
        "cv2x_version": __version__,
        "verdict": worst(suite.verdict for suite in suites),
        "strict": strict,
        "exit_code": exit_code(suites, strict=strict),
        "budgets_file": budgets_file,
        "suites": [
            {
                "title": suite.title,
                "files": suite.files,
                "verdict": suite.verdict,
                "more_replications": more(suite),
                "budgets": [_budget(budget) for budget in suite.budgets],
            }
            for suite in suites
        ],
    }


def _budget(budget: BudgetVerdict) -> dict[str, Any]:
    is_share = budget.metric == "reliability"
    return {
        "name": budget.name,
        "service": budget.service or None,
        "slice": budget.slice or None,
        "area": budget.area or None,
        "metric": budget.metric,
        "quantile": None if is_share else budget.quantile,
        "unit": "share" if is_share else "ns",
        "limit": number(budget.limit),
        "measured": number(budget.measured.value),
        "low": number(budget.measured.low),
        "high": number(budget.measured.high),
        "samples": budget.samples,
        "verdict": budget.verdict,
        "replications": budget.replications,
        "reason": budget.reason,
        "blame": None
        if budget.blame is None
        else {
            "stage": budget.blame.stage or None,
            "excess_ns": number(budget.blame.excess_ns),
            "share": number(budget.blame.share),
            "lost": budget.blame.lost,
        },
    }


def number(value: float) -> float | int | str | None:
    """JSON has no infinity and no NaN: "inf" and "-inf" (a lost one is infinitely late), null (not measured)."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return int(value) if value == int(value) else value


# --- JUnit ---


def to_junit(suites: Sequence[Suite], *, strict: bool) -> str:
    """JUnit XML as Jenkins, GitLab and others read it: a testsuite a scenario, a testcase a budget."""
    root = ElementTree.Element("testsuites", name="cv2x check")
    titles: dict[str, int] = {}
    for suite in suites:
        count = titles[suite.title] = titles.get(suite.title, 0) + 1
        name = suite.title if count == 1 else f"{suite.title} ({count})"
        made = ElementTree.SubElement(root, "testsuite", name=_xml(name))
        for budget in suite.budgets:
            case = ElementTree.SubElement(
                made, "testcase", name=_xml(budget.name), classname=_xml(name), time="0"
            )
            outcome = "failure" if strict and budget.verdict == "inconclusive" else OUTCOMES[budget.verdict]
            if outcome:
                said = ElementTree.SubElement(
                    case, outcome, message=_xml(one_line(budget)), type=budget.verdict
                )
                said.text = _xml("\n".join(details(suite, budget)))
            else:
                ElementTree.SubElement(case, "system-out").text = _xml(one_line(budget))
        _count(made)
    _count(root)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


OUTCOMES = {"pass": "", "fail": "failure", "inconclusive": "skipped"}


def _count(element: ElementTree.Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    element.set("failures", str(len(list(element.iter("failure")))))
    element.set("errors", "0")
    element.set("skipped", str(len(list(element.iter("skipped")))))
    element.set("time", "0")


def one_line(budget: BudgetVerdict) -> str:
    """For example "p99 ≤ 50.0 ms of telemetry: 61.2 [58.0, 64.4] ms; mostly compute_queue: …"."""
    unit = "" if budget.metric == "reliability" else " ms"
    scope = f" of {budget.scope}" if budget.scope else ""
    parts = [f"{limit_text(budget)}{scope}: {measured_text(budget)}{unit}", budget.reason, blame_text(budget)]
    return "; ".join(part for part in parts if part)


def details(suite: Suite, budget: BudgetVerdict) -> Iterator[str]:
    """What stands below a failure or an open question."""
    yield one_line(budget)
    yield f"{budget.samples} samples in {len(suite.files)} {'file' if len(suite.files) == 1 else 'files'}:"
    yield from (f"  {file}" for file in suite.files)
    if budget.verdict == "inconclusive" and (further := more(suite)) is not None:
        yield _ahead(further)
        if further["command"]:
            yield f"  {further['command']}"


def _xml(text: str) -> str:
    """Without the characters that XML 1.0 (§2.2) has no way to write."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)
