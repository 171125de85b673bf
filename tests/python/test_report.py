"""The report's page without a browser (tests/browser has one): what is in it, how it is written and drawn."""

import dataclasses
import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import h5py
import numpy as np
import pytest
from renamed import EVIL, copy_attributes, fixed, rename

import cv2x
import cv2x.summary
from cv2x import report
from cv2x.plots import sheet, style
from cv2x.reader import ResultFile
from cv2x.report import marks, paint, svg, tables
from cv2x.summary import BudgetVerdict, Estimate

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "small.h5"
    cv2x.run(SMALL, output=out).close()
    return out


def page(*paths: Path) -> str:
    files = [ResultFile(path) for path in paths]
    try:
        return report.html(files)
    finally:
        for file in files:
            file.close()


# --- the page ---


def test_the_page_holds_the_answer_and_needs_nothing_else(path: Path):
    text = page(path)
    assert len(text.encode()) < 6e6
    assert "<title>Small [world] – Pass</title>" in text
    for words in (
        "telemetry-p99",
        "p99 ≤ 50.0 ms",
        "1 budget: 1 met.",
        "perception offload",
        "With radio: ideal",
    ):
        assert words in text, words
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', text) == []
    assert "http" not in re.sub(r'xmlns="[^"]*"|http://www.w3.org/2000/svg', "", text)


def test_every_drawing_is_well_formed_and_described(path: Path):
    drawings = re.findall(r'<svg class="figure.*?</svg>', page(path), flags=re.DOTALL)
    assert len(drawings) > 10
    for drawing in drawings:
        root = ET.fromstring(drawing)
        assert len(root.get("aria-label", "")) > 20
        traces = [g for g in root.iter("g") if "trace" in g.get("class", "").split()]
        assert len(traces) >= int(root.get("data-traces", "0")) > 0


def test_the_same_result_gives_the_same_page(path: Path):
    assert page(path) == page(path)


def test_replications_are_one_report(path: Path, tmp_path: Path):
    second = tmp_path / "second.h5"
    cv2x.run(SMALL, {"simulation.replication": 1}, output=second).close()
    text = page(path, second)
    assert "20 s in 2 replications" in text
    assert "First replication." in text
    assert "All replications together." in text
    both = [cv2x.open(p).summary["sent"].sum() for p in (path, second)]
    counted = re.findall(r'</small></th><td class="n">([\d ]+)</td>', text)
    assert sum(int(n.replace(" ", "")) for n in counted) == sum(both)


def test_other_scenarios_together_are_refused(path: Path, tmp_path: Path):
    other = tmp_path / "other.h5"
    cv2x.run(SMALL, {"simulation.duration": "5 s"}, output=other).close()
    with pytest.raises(cv2x.ResultError, match="not replications of one scenario"):
        page(path, other)


def test_an_incomplete_run_is_reported_by_itself(path: Path, tmp_path: Path):
    cut = tmp_path / "cut.h5"
    cv2x.run(
        SMALL, {"simulation.duration": "10000 s", "recording.flush": "1 s"}, output=cut,
        on_progress=lambda progress: progress.simulated_ns < 20e9,
    ).close()  # fmt: skip
    text = page(cut)
    assert "Incomplete" in text
    assert "has not come to its end" in text
    assert "stage by stage" in text  # from its rows
    with pytest.raises(cv2x.ResultError, match=r"cut\.h5: incomplete.*by itself"):
        page(path, cut)


def test_a_result_of_format_1_0_has_no_map_tables(path: Path, tmp_path: Path):
    old = tmp_path / "old.h5"
    with h5py.File(path, "r", swmr=True, libver="latest") as source, h5py.File(old, "w") as target:
        for name in source:
            if name not in ("sites", "roads", "coverage"):
                source.copy(name, target)
        copy_attributes(source, target)
        columns = [c.decode() if isinstance(c, bytes) else str(c) for c in source["flushed"].attrs["columns"]]
        keep = [i for i, c in enumerate(columns) if c not in ("sites", "roads", "coverage")]
        flushed = source["flushed"][()][:, keep]
        del target["flushed"]
        target["flushed"] = flushed
        target["flushed"].attrs["columns"] = fixed([columns[i] for i in keep])
        target.attrs["format_minor"] = 0
    assert ">gnb</text>" in page(old)


def test_names_are_escaped_everywhere(path: Path, tmp_path: Path):
    bad = tmp_path / "evil.h5"
    rename(path, bad, SMALL, EVIL)
    text = page(bad)
    for name in EVIL.values():
        assert name not in text
        assert html.escape(name) in text, name
    # What a browser sees as elements, but for the page's own script.
    assert len(re.findall(r"<script", text)) == 1
    assert not re.search(r"<(img|b>|a href='java)", text)
    assert "49" not in re.findall(r"%\{x\}(.{0,12})", text)[0]


# --- writing it ---


def test_a_page_is_written_whole_or_not_at_all(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "x.html"
    with ResultFile(path) as file:
        report.write([file], out)
        first = out.read_text()
        assert first.endswith("</html>")
        assert out.stat().st_mode & 0o777 == 0o666 & ~umask()
        monkeypatch.setattr(
            os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(cv2x.ResultError, match=r"x\.html: cannot be written: No space left"):
            report.write([file], out)
    assert [p.name for p in tmp_path.iterdir()] == ["x.html"]
    assert out.read_text() == first


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_where_it_cannot_be_written(path: Path, tmp_path: Path):
    copy = tmp_path / "copy.h5"
    copy.write_bytes(path.read_bytes())
    with ResultFile(copy) as file:
        for out, why in (
            (tmp_path, "a folder"),
            (copy, "overwrite the result"),
            (tmp_path / "no/x.html", "No such file"),
        ):
            with pytest.raises(cv2x.ResultError, match=why):
                report.write([file], out)
    assert [p.name for p in tmp_path.iterdir()] == ["copy.h5"]
    assert copy.read_bytes() == path.read_bytes()


def cli(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cv2x", "report", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_the_command(path: Path, tmp_path: Path):
    (tmp_path / "a.h5").write_bytes(path.read_bytes())
    out = cli(tmp_path, "a.h5")
    assert (out.returncode, out.stdout, out.stderr) == (0, "written: a.html\n", "")
    assert cli(tmp_path, "a.h5", "-o", "b.html").returncode == 0
    assert (tmp_path / "a.html").read_text() == (tmp_path / "b.html").read_text()
    for words, why in (
        (["missing.h5"], "missing.h5: no such file"), ([SMALL], "not an HDF5 file"), ([], "Missing argument"),
        (["a.h5", "-o", "no/x.html"], "no/x.html: cannot be written"), (["a.h5", "a.h5"], "same replication"),
    ):  # fmt: skip
        out = cli(tmp_path, *words)
        assert out.returncode == 2, words
        assert why in out.stderr
        assert "Traceback" not in out.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.h5", "a.html", "b.html"]


# --- tables ---


def budget(**changes: object) -> BudgetVerdict:
    values = {
        "name": "b", "service": "s", "metric": "latency", "quantile": 0.95, "limit": 50e6,
        "measured": Estimate(40e6, 35e6, 55e6), "verdict": "inconclusive", "replications": 4,
    }  # fmt: skip
    defaults = {
        "slice": "",
        "area": "",
        "samples": 100,
        "reason": "the interval straddles the limit",
        "blame": None,
    }
    return BudgetVerdict(**(defaults | values | changes))  # type: ignore[arg-type]


def test_bars_are_inside_and_lost_ones_are_arrows():
    for measured in (
        Estimate(40e6, 35e6, np.inf),
        Estimate(np.inf, np.inf, np.inf),
        Estimate(np.nan, np.nan, np.nan),
    ):
        text = tables.interval_bar(budget(measured=measured))
        root = ET.fromstring(text)
        assert ("arrow" in text) == (np.inf in measured)
        for circle in root.iter("circle"):
            assert 0 < float(circle.get("cx", "")) < 190
    allowed = ET.fromstring(
        tables.interval_bar(budget(metric="reliability", limit=0.99, measured=Estimate(0.97, 0.95, 0.98)))
    )
    box = next(r for r in allowed.iter("rect") if r.get("class") == "allowed")
    assert float(box.get("x", "")) > 60  # what is allowed lies right of the limit


def test_the_headline_is_the_worst_verdict(path: Path):
    with ResultFile(path) as file:
        summary = cv2x.summary.summarise([file])
    for verdicts, word, text in (
        (["pass", "fail", "inconclusive"], "Fail", "3 budgets: 1 not met, 1 cannot be decided yet, 1 met."),
        (["pass", "inconclusive"], "Inconclusive", "2 budgets: 1 cannot be decided yet, 1 met."),
        (["pass"], "Pass", "1 budget: 1 met."),
        ([], "No budgets", "The scenario sets no budgets, so there is nothing to pass or to fail."),
    ):
        made = tables.headline(dataclasses.replace(summary, budgets=[budget(verdict=v) for v in verdicts]))
        assert (made.word, made.text) == (word, text)
    assert (
        "4 replications would decide (-R 4)"
        in tables.budget_rows(dataclasses.replace(summary, budgets=[budget()]))[0].remark
    )


# --- drawing ---


def drawn(*traces: dict, **axis: object) -> str:
    page = sheet.Sheet(height=100, width=200, describes="a test")
    panel = page.panel(0, 0, 100, 100, sheet.Axis((0, 10)), sheet.Axis((0, 10)))
    for trace in traces:
        page.add(panel, **trace)
    return svg.draw(page.figure(), "t").svg


def test_lines_have_gaps_and_dashes():
    line = {"color": style.colour(1), "dash": "dash", "width": 2}
    text = drawn(
        {"kind": "scatter", "mode": "lines", "x": [0, 5, 6, 10], "y": [0, 10, None, 5], "line": line}
    )
    assert 'd="M0,100L50,0M99,50L101,50"' in text  # a lone point is a short line
    assert 'stroke-dasharray="7 4"' in text
    assert "k-d55e00" in text


def test_bars_stand_on_their_base():
    marker = {"color": style.colour(0), "pattern": {"shape": "/"}}
    text = drawn(
        {"kind": "bar", "orientation": "h", "x": [4], "base": [2], "y": [5], "width": 1, "marker": marker}
    )
    assert 'x="20.00" y="45.00" width="40.00" height="10.00"' in text
    assert "url(#hatch-up)" in text


def test_what_cannot_be_drawn_is_an_error():
    for trace in (
        {"kind": "pie", "values": [1]},
        {"kind": "scatter", "mode": "lines+none", "x": [1], "y": [1]},
        {
            "kind": "scatter",
            "mode": "markers",
            "x": [1],
            "y": [1],
            "marker": {"color": "#000000", "symbol": "hexagon"},
        },
        {
            "kind": "scatter",
            "mode": "lines",
            "x": [1],
            "y": [1],
            "line": {"color": "#000000"},
            "fill": "tonexty",
        },
    ):
        with pytest.raises(ValueError, match=r"not drawn|Invalid"):
            drawn(trace)


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        ({"range": [0, 40], "nticks": 4}, ["0", "10", "20", "30", "40"]),
        ({"range": [0, 0.051], "nticks": 3, "tickformat": ".0%"}, ["0%", "2%", "4%"]),
        ({"range": [0, 0.0008], "nticks": 3, "tickformat": ".2%"}, ["0.00%", "0.05%"]),
        ({"range": [-2, 1], "nticks": 3, "type": "log"}, ["0.01", "0.1", "1", "10"]),
        ({"range": [0, 3], "nticks": 3, "tickvals": [1.0, 5.0], "ticktext": ["one", "five"]}, ["one"]),
    ],
)
def test_ticks(axis: dict, texts: list[str]):
    assert [text for _, text in svg.ticks({"type": "linear", **axis})] == texts


def test_symbols_differ():
    assert len({marks.symbol(name, 8) for name in style.SYMBOLS}) == len(style.SYMBOLS)


def test_every_colour_of_figures_has_a_value_for_dark_paper():
    rules = paint.css()
    light, dark = rules.split("@media screen and (prefers-color-scheme:dark){")
    for colour in style.PALETTE:
        assert f".{paint.class_of(colour)}{{--k:{colour}}}" in light
        assert f".{paint.class_of(colour)}{{" in dark
        assert contrast(paint.ON_DARK[colour], "#14181f") > 3, colour
        assert contrast(colour, style.PAPER) > 2, colour
    assert paint.level(0, 0, 1) == 0
    assert paint.level(5, 0, 1) == paint.LEVELS - 1


def contrast(a: str, b: str) -> float:
    """As WCAG 2.1 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colour_maps_change_steadily_in_lightness():
    rules = paint.css().split("@media")[0]
    for kind in "qs":
        values = [re.search(rf"\.{kind}{i}{{--k:(#\w+)}}", rules)[1] for i in range(paint.LEVELS)]  # type: ignore[index]
        steps = np.diff([contrast(value, "#000000") for value in values])
        assert (steps < 0).all() or (steps > 0).all()
