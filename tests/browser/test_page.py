"""The report in Chromium: drawn, quiet, nothing over anything else, in both widths, dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

WIDTHS = (1280, 800)
KINDS = (
    "highway", "ideal", "one-vehicle", "killed", "incomplete", "histogram", "nothing", "lost", "large", "scoped",
    "evil", "replications", "policies",
)  # fmt: skip

# When the page was there: two frames after everything had been read and the script had run.
DRAWN = """
addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.drawn_ms = performance.now();
})));
"""

# Texts of visible figures that lie over one another, or outside of their figure; blocks of the page that do.
OVERLAPS = """
() => {
  const found = [];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true });
  const box = (e) => e.getBoundingClientRect();
  const meet = (a, b, slack) =>
    a.left + slack < b.right && b.left + slack < a.right && a.top + slack < b.bottom && b.top + slack < a.bottom;
  for (const svg of document.querySelectorAll("svg.figure")) {
    if (!seen(svg)) continue;
    const frame = box(svg);
    const texts = [...svg.querySelectorAll("text")].filter((t) => seen(t) && t.textContent.trim());
    const boxes = texts.map(box);
    texts.forEach((text, i) => {
      const { left, right, top, bottom } = boxes[i];
      if (left < frame.left - 1 || right > frame.right + 1 || bottom > frame.bottom + 1 || top < frame.top - 1)
        found.push(`outside: ${text.textContent}`);
      for (let j = 0; j < i; j++)
        if (meet(boxes[i], boxes[j], 1.5)) found.push(`over: ${text.textContent} | ${texts[j].textContent}`);
    });
  }
  const blocks = "body, main, header, section, figure, figcaption, .pair, .legend, .layers, .facts, nav, tr";
  const named = (e) => `${e.tagName}.${e.className}`;
  for (const parent of document.querySelectorAll(blocks)) {
    const parts = [...parent.children].filter((e) => seen(e) && box(e).width && box(e).height && !e.matches(".defs"));
    parts.forEach((part, i) => {
      for (let j = 0; j < i; j++)
        if (meet(box(part), box(parts[j]), 1)) found.push(`blocks: ${named(part)} ${named(parts[j])}`);
      if (box(part).right > innerWidth + 0.5 && !part.closest(".scroll")) found.push(`wide: ${named(part)}`);
    });
  }
  for (const cell of document.querySelectorAll("td, th")) // text that sticks out of its cell
    if (seen(cell) && cell.scrollWidth > cell.clientWidth + 1) found.push(`cell: ${cell.textContent}`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`the page is ${wide} wide`);
  return found;
}
"""

# Per visible drawing: how large it is, how many series it should have and has, and how many of them show something.
PLOTS = """
() => [...document.querySelectorAll("svg.figure")].filter((svg) => svg.checkVisibility()).map((svg) => {
  const groups = [...svg.querySelectorAll("g.trace")];
  const shown = groups.filter((g) => !g.classList.contains("hidden"));
  return {
    name: svg.getAttribute("aria-label"),
    width: svg.getBoundingClientRect().width,
    height: svg.getBoundingClientRect().height,
    wanted: Number(svg.dataset.traces),
    series: new Set(groups).size,
    drawn: shown.filter((g) => { const b = g.getBBox(); return b.width > 0 || b.height > 0; }).length,
    shown: shown.length,
  };
})
"""


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1280, **options: object) -> Iterator[Page]:
    """The page of a file; anything on the console, any error and any request for another place fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda r: None if re.match(r"(file|data):", r.url) else wrong.append(f"request: {r.url}"),
        )
        context.route(re.compile(r"^(?!file:|data:)"), lambda route: route.abort())
        page.add_init_script(DRAWN)
        page.goto(path.as_uri())
        page.wait_for_function("window.drawn_ms !== undefined")
        yield page
        assert wrong == []
    finally:
        context.close()


def texts_of(page: Page, query: str) -> list[str]:
    return [element.inner_text() for element in page.query_selector_all(query)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_plot_is_drawn_and_nothing_overlaps(
    browser: Browser, reports: dict[str, Path], kind: str, width: int
):
    with opened(browser, reports[kind], width) as page:
        plots = page.evaluate(PLOTS)
        figures = page.query_selector_all("figure")
        empty = page.query_selector_all("figure .empty")
        assert len(plots) == len(figures) - len(empty)
        assert len(figures) >= 9
        for plot in plots:
            assert plot["width"] > 300, plot
            assert plot["height"] > 60, plot
            assert plot["series"] >= plot["wanted"] > 0, plot
            assert plot["drawn"] == plot["shown"] > 0, plot
        assert page.evaluate(OVERLAPS) == []
        print(f"{kind} at {width} px: {len(plots)} plots drawn after {page.evaluate('drawn_ms'):.0f} ms")


@pytest.mark.parametrize("kind", ["highway", "large", "nothing"])
def test_paper_shows_all_of_it(browser: Browser, reports: dict[str, Path], kind: str):
    with opened(browser, reports[kind], 703, color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.query_selector("nav").is_visible()
        plots = page.evaluate(PLOTS)
        assert len(plots) == len(page.query_selector_all("figure")) - len(
            page.query_selector_all("figure .empty")
        )
        # A figure that is higher than a page of A4 would be cut.
        heights = page.evaluate(
            "[...document.querySelectorAll('figure')].map((f) => f.getBoundingClientRect().height)"
        )
        assert max(heights) < 1020
        for part in page.query_selector_all("details"):
            inside = part.query_selector("pre, table")
            assert inside.bounding_box()["height"] > 20
        pdf = page.pdf(format="A4")
        assert pdf.startswith(b"%PDF")


def test_dark_mode_changes_the_colours_of_figures_too(browser: Browser, reports: dict[str, Path]):
    def colours(scheme: str) -> dict[str, str]:
        with opened(browser, reports["highway"], color_scheme=scheme) as page:
            queries = {
                "paper": ("body", "backgroundColor"), "text": ("h1", "color"), "tick": ("svg.figure .tick", "fill"),
                "line": ("svg.figure .line.k-0072b2", "stroke"), "bar": ("svg.figure rect.k-0072b2", "fill"),
                "worst square": (".key .q23", "fill"), "verdict": (".badge", "color"),
            }  # fmt: skip
            script = "([query, what]) => getComputedStyle(document.querySelector(query))[what]"
            return {name: page.evaluate(script, list(query)) for name, query in queries.items()}

    light, dark = colours("light"), colours("dark")
    assert {name for name in light if light[name] == dark[name]} == set()
    assert sum(map(int, re.findall(r"\d+", dark["paper"])[:3])) < 120


def test_colour_is_never_alone(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["large"]) as page:
        badges = texts_of(page, ".badge")
        assert len(badges) == 5
        assert all(re.fullmatch(r"[✓✗?] (pass|fail|inconclusive)", badge) for badge in badges)
        # Series of a legend differ in dash, mark or hatching too, not only in colour.
        script = """() => [...document.querySelectorAll(".legend")].map((legend) =>
          [...legend.querySelectorAll("button svg")].map((s) => s.innerHTML.replace(/k-[0-9a-f]{6}/g, "")))"""
        lines = [entries for entries in page.evaluate(script) if any('class="line ' in e for e in entries)]
        assert lines
        for entries in lines:
            assert len(set(entries)) == len(entries)


def test_budgets_with_a_scope_are_told_apart_and_switched_off(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["scoped"]) as page:
        figure = page.locator("#latency figure").first
        names = [name for name in figure.locator(".legend button").all_inner_texts() if ": " in name]
        assert sorted(names) == [
            "all: slice default", "fresh: age, telemetry", "near: perception · area home",
            "sure: perception · area home",
        ]  # fmt: skip
        shapes = {swatch.inner_html() for swatch in figure.locator(".legend svg").all()}
        assert len(shapes) == 7
        mark = figure.locator(".wide g.trace[data-group=b0]:has(.mark)").first
        assert mark.is_visible()
        figure.locator("button[data-group=b0]").click()
        assert not mark.is_visible()
        assert "no curve of their own" in figure.locator("figcaption").inner_text()
    with opened(browser, reports["ideal"]) as page:
        assert "no curve of their own" not in page.locator("#latency figcaption").first.inner_text()


def test_it_reads_without_a_mouse_or_eyes(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["highway"]) as page:
        assert [
            int(tag[1])
            for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => h.tagName)")
        ][:3] == [1, 2, 2]
        for svg in page.query_selector_all("svg.figure"):
            assert svg.get_attribute("role") == "img"
            assert len(svg.get_attribute("aria-label")) > 20
        for cell in page.query_selector_all("th"):
            assert cell.get_attribute("scope") in ("col", "row")
        assert page.evaluate("document.documentElement.lang") == "en"
        names = page.evaluate(
            "[...document.querySelectorAll('button')].filter((b) => !(b.innerText || b.ariaLabel)).length"
        )
        assert names == 0


def test_what_the_page_can_do(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["highway"]) as page:
        # Layers of the map.
        shown = "[...document.querySelectorAll('#f1 g.trace[data-layer]:not(.hidden)')].map((g) => g.dataset.layer)"
        assert set(page.evaluate(shown)) == {"worst of all services"}
        page.get_by_label("telemetry", exact=True).first.check()
        assert set(page.evaluate(shown)) == {"telemetry"}
        # A series switched off and on.
        button = page.locator("button[data-group=s0]").first
        group = page.locator("figure:has(button[data-group=s0]) .wide g.trace[data-group=s0]").first
        assert group.is_visible()
        button.click()
        assert not group.is_visible()
        button.click()
        assert group.is_visible()
        # Values under the pointer: of a line, and of a bar.
        panel = page.locator("figure:has(button[data-group=s0]) .wide .hit").first
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        tip = page.locator("#tip")
        assert re.match(r"latency [\d.]+\ntelemetry: [\d.]+ %", tip.inner_text())
        page.locator(".wide rect[data-tip]").first.hover()
        assert "ms" in tip.inner_text()
        # Zoom.
        scale = "document.querySelector('svg.map .zoom').getAttribute('transform')"
        page.get_by_role("button", name="Zoom in").first.click()
        assert "scale(1.6)" in page.evaluate(scale)
        page.get_by_role("button", name="Whole map").first.click()
        assert "scale(1)" in page.evaluate(scale)


def test_every_kind_is_looked_at(reports: dict[str, Path]):
    assert set(KINDS) == set(reports)


def test_sections_say_why_they_are_empty(browser: Browser, reports: dict[str, Path]):
    cut = "The run has not come to its end: this is what there was at its last flush, without verdicts."
    no_rows = (
        "This run was recorded with recording.mode: histogram, which keeps no rows of messages or tasks."
    )
    wanted = {
        "nothing": [
            "The scenario sets no budgets, so there is nothing to pass or to fail.",
            "With radio: ideal every vehicle is covered.",
            "With radio: ideal there are no cells.",
            "With radio: ideal there are no slices of the radio.",
            "No load of the links was recorded.",
            "No load of the hosts was recorded.",
            "No task of this run had its host chosen by the offloading policy.",
        ],
        "killed": [cut],
        "incomplete": [cut],
        "histogram": [no_rows],
        "lost": ["Nothing was delivered, so there is no distribution of latency."],
    }
    for kind, sentences in wanted.items():
        with opened(browser, reports[kind]) as page:
            said = texts_of(page, ".empty")
            for sentence in sentences:
                assert any(text.startswith(sentence) for text in said), (kind, sentence)


def test_names_do_nothing(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["evil"]) as page:  # which fails on a dialog, a request or an error
        assert page.query_selector("h1").inner_text() == "</style><script>alert(6)</script>"
        assert "<script>alert(1)</script>" in texts_of(page, "tbody th")[1]
        page.locator(".wide rect[data-tip]").first.hover()
        assert page.query_selector_all("img, b") == []
        assert len(page.query_selector_all("script")) == 1


def test_the_map_shows_one_policy_at_a_time(browser: Browser, reports: dict[str, Path]):
    with opened(browser, reports["policies"]) as page:
        section = page.query_selector("#policies")
        assert [row.inner_text() for row in section.query_selector_all("tbody th")] == [
            "least_latency", "nearest_edge", "local",
        ]  # fmt: skip
        figure = section.query_selector_all("figure")[1]
        marks = '[...f.querySelectorAll(".wide [data-layer]:not(.hidden)")]'
        shown = f"(f) => [...new Set({marks}.map((g) => g.dataset.layer))]"
        assert figure.evaluate(shown) == ["least_latency"]
        figure.query_selector('input[value="local"]').check()
        assert figure.evaluate(shown) == ["local"]
        assert "at most" in section.query_selector(".lead").inner_text()
