"""What is printed of a summary, from summaries written by hand."""

import math

import pytest
from rich.console import Console

from cv2x.screen import MOST_LINES, WIDTH, blame_text, budgets_table, milliseconds, percent, screen
from cv2x.summary import Blame, BudgetVerdict, Estimate, ServiceSummary, Summary

STAGES = [
    "decision",
    "sr_wait",
    "grant_wait",
    "ul_transmission",
    "ul_harq",
    "gnb_processing",
    "backhaul_queue",
]
MS = 1_000_000


def estimate(ms: float) -> Estimate:
    return Estimate(ms * MS, 0.9 * ms * MS, 1.1 * ms * MS)


def service(name: str, stages: dict[str, int], delivered: int = 100) -> ServiceSummary:
    quantiles = {"p50": estimate(8.0), "p95": estimate(20.0), "p99": Estimate(math.inf, 30 * MS, math.inf)}
    mean = estimate(sum(stages.values()) / max(delivered, 1) / MS)
    return ServiceSummary(name, 110, delivered, 90, mean, quantiles, Estimate(0.9, 0.85, 0.95), stages)


def budget(name: str, verdict: str, replications: int | None = None) -> BudgetVerdict:
    blame = Blame("compute_queue", 35 * MS, 0.8, {"compute_full": 12}) if verdict != "pass" else None
    measured = estimate(40)
    return BudgetVerdict(
        name, "a", "", "", "latency", 0.99, 50 * MS, measured, 100, verdict, replications, "", blame
    )


def summary(services: list[ServiceSummary], **changes: object) -> Summary:
    parts: dict[str, object] = {
        "title": "A world",
        "files": ["a.h5"],
        "services": services,
        "decisions": {},
        "budgets": [],
        "simulated_s": 30.0,
        "wall_s": 2.0,
    }
    return Summary(**(parts | changes))  # type: ignore[arg-type]


def lines(shown: Summary) -> list[str]:
    console = Console(width=WIDTH, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115
    for part in screen(shown):
        console.print(part)
    return console.export_text().rstrip("\n").split("\n")


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (83_000, "0.083"),
        (4_712_000, "4.71"),
        (38_249_000, "38.2"),
        (1_512_400_000, "1512"),
        (0, "0.000"),
        (math.inf, "∞"),
        (math.nan, "–"),
    ],
)
def test_milliseconds(ns: float, text: str):
    assert milliseconds(ns) == text


def test_percent():
    assert percent(0.99872) == "99.87 %"
    assert percent(math.nan) == "–"


def test_stages_show_mean_and_share():
    text = lines(summary([service("a", {"sr_wait": 300 * MS, "ul_harq": 100 * MS})]))
    (row,) = [line for line in text if line.startswith("sr_wait")]
    assert row.split() == ["sr_wait", "3.00", "(", "75", "%)"]
    (mean,) = [line for line in text if line.startswith("mean")]
    assert mean.split() == ["mean", "4.00", "(100", "%)"]
    assert text[6].startswith("time went to [ms] ")


def test_small_stages_are_added_up():
    stages = {"sr_wait": 9_980 * MS, "ul_harq": 10 * MS, "decision": 10 * MS}
    text = lines(summary([service("a", stages)]))
    assert [line.split()[:4] for line in text if "other stages" in line] == [
        ["2", "other", "stages", "0.200"]
    ]
    assert not any(line.startswith("ul_harq") for line in text)


def test_lost_quantile_and_replications_that_would_decide():
    text = "\n".join(lines(summary([service("a", {})], budgets=[budget("b", "inconclusive", 7)])))
    assert "∞ [30.0, ∞]" in text
    assert "inconclusive (try -R 7)" in text


def test_names_of_budgets_give_way_and_numbers_do_not():
    long = [budget("a-name-as-long-as-no-name-should-ever-be-but-some-are", "inconclusive", 59)]
    (row,) = [line for line in lines(summary([service("a", {})], budgets=long)) if "try" in line]
    assert row.endswith("inconclusive (try -R 59)")
    assert "…  a" in row
    assert len(row) <= WIDTH
    assert "40.0 [36.0, 44.0]" in row


def test_nothing_delivered_and_no_summary():
    assert any(line.startswith("a ") for line in lines(summary([service("a", {}, delivered=0)])))
    text = lines(summary([], incomplete=["a.h5"]))
    assert text[2].startswith("incomplete: a.h5")
    assert text[3].startswith("No summary")


def test_a_long_title_takes_one_line():
    text = lines(summary([service("a", {})], title=f"{'A world ' * 12}{'x' * 20}"))
    assert text[0].endswith("x…")
    assert len(text[0]) == WIDTH
    assert text[1:3] == ["30.0 s simulated, 15.0 simulated s per wall s", ""]


def test_one_screen_however_large_the_scenario():
    stages = {f"{stage}_{i}": (i + 1) * MS for i in range(4) for stage in STAGES}
    names = [f"service-{i}" for i in range(12)]
    shown = summary(
        [service(name, stages) for name in names],
        decisions={name: {f"host-{i}": i + 1 for i in range(9)} for name in names},
        budgets=[budget(f"budget-{i}", "pass") for i in range(20)],
    )
    text = lines(shown)
    assert len(text) <= MOST_LINES
    assert max(map(len, text)) <= WIDTH
    assert sum("… and" in line for line in text) == 3


def test_scope_and_what_is_to_blame():
    failed = budget("fast", "fail")
    scoped = BudgetVerdict(
        "fresh", "", "v2x", "junction", "age_of_information", 0.95, 1500 * MS, estimate(1600), 10,
        "inconclusive", None, "the interval straddles the limit", Blame("", 0, 0, {"queue_full": 2, "no_route": 3}),
    )  # fmt: skip
    text = lines(summary([service("a", {})], budgets=[failed, scoped, budget("good", "pass")]))
    (row,) = [line for line in text if line.startswith("fresh ")]
    assert "slice v2x · area junction" in row
    assert "age p95 ≤ 1500 ms" in row
    assert text[-2:] == [
        "fast: mostly compute_queue: +35.0 ms in the late ones (80 %); lost: 12 compute_full",
        "fresh: lost: 3 no_route, 2 queue_full",
    ]
    age = BudgetVerdict(
        "age", "a", "", "", "age_of_information", 0.95, MS, estimate(2), 10, "fail", None, "",
        Blame("update_interval", 100 * MS, 0.9, {}),
    )  # fmt: skip
    assert blame_text(age) == "mostly update_interval: +100.0 ms when it is too old (90 %)"


def test_check_shows_all_budgets():
    table = budgets_table([budget(f"b{i}", "pass") for i in range(20)])
    assert table is not None
    assert table.row_count == 20
