"""Budgets in the figure of distributions: those on a whole service, and those with a scope of their own."""

import math
from pathlib import Path

import cv2x
from cv2x.plots.limits import MOST_SCOPED, limits

SMALL = Path(__file__).with_name("small.yaml")
SCOPED = """{
  near: {service: perception, area: home, metric: latency, quantile: 95 %, limit: 1 ms},
  all: {slice: default, metric: latency, quantile: 90 %, limit: 70 ms},
  fresh: {service: telemetry, metric: age_of_information, quantile: 95 %, limit: 300 ms},
  sure: {service: perception, area: home, metric: reliability, at_least: 10 %},
  mixed: {area: home, metric: reliability, at_least: 10 %}
}"""
HOME = {"areas": "{home: {kind: circle, x: 0 m, y: 0 m, radius: 60 m}}", "budgets": SCOPED}


def test_budgets_with_a_scope_are_drawn_and_named(tmp_path: Path):
    out = cv2x.run(SMALL, HOME, output=tmp_path / "x.h5")
    source = out.plot.source
    made = {limit.budget.name: limit for limit in limits(source, source.services, every=True)}
    # The one that failed comes first of those with a scope; "mixed" is about two deadlines.
    assert list(made) == ["telemetry-p99", "near", "all", "fresh", "sure"]
    assert [limit.name for limit in made.values()] == [
        "", "near: perception · area home", "all: slice default", "fresh: age, telemetry",
        "sure: perception · area home",
    ]  # fmt: skip
    assert [(limit.at_ms, limit.share) for limit in made.values()] == [
        (50, 0.99), (1, 0.95), (70, 0.9), (300, 0.95), (30, 0.1),
    ]  # fmt: skip
    verdicts = out.budgets
    assert made["telemetry-p99"].measured is None
    assert made["near"].measured == (verdicts.loc["near", "measured"] * 1e-6, 0.95)
    assert made["sure"].measured == (30, verdicts.loc["sure", "measured"])
    assert len({(limit.dash, limit.symbol) for limit in made.values()}) == 5

    figure = out.plot.cdf()
    legend = [trace.name for trace in figure.data if trace.showlegend]
    assert legend == ["perception", "telemetry", "budget", *[limit.name for limit in made.values()][1:]]
    lines = [t for t in figure.data if t.legendgroup == "b0" and t.mode == "lines" and t.line.dash]
    assert [(tuple(t.x), t.y[0], round(t.y[1], 3)) for t in lines] == [((1, 1), 0, 0.95), ((1, 1), 1, 0.05)]
    low, high = figure.layout.xaxis.range
    for trace in figure.data:
        if trace.mode == "markers":
            assert low < math.log10(trace.x[0]) < high
    alone = [trace.name for trace in out.plot.cdf(["perception"]).data if trace.showlegend]
    assert alone == ["perception", "near: perception · area home", "sure: perception · area home"]


def test_only_so_many_budgets_with_a_scope_are_drawn(tmp_path: Path):
    many = {
        f"b{i}": f"{{slice: default, metric: latency, quantile: {80 + i} %, limit: 900 ms}}"
        for i in range(12)
    }
    many["late"] = "{slice: default, metric: latency, quantile: 50 %, limit: 1 ms}"
    settings = {"budgets": "{" + ", ".join(f"{name}: {text}" for name, text in many.items()) + "}"}
    source = cv2x.run(SMALL, settings, output=tmp_path / "x.h5").plot.source
    made = [limit for limit in limits(source, source.services, every=True) if limit.name]
    assert len(made) == MOST_SCOPED
    assert made[0].budget.name == "late"
    assert len({(limit.dash, limit.symbol) for limit in made}) == MOST_SCOPED
