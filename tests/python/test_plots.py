"""Figures: the numbers they are made of (pure functions), and the figures of the small world."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

import cv2x
from cv2x import plots
from cv2x.plots import style
from cv2x.plots.data import breakdown, distribution, grid, labels, series
from cv2x.plots.limits import gate

SMALL = Path(__file__).with_name("small.yaml")
LOST = distribution.LOST_NS


# --- distributions ---


def histogram(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    """Rows (lower, upper, count) of one block."""
    frame = pd.DataFrame(rows, columns=["lower_ns", "upper_ns", "count"])
    return frame.assign(block_start_ns=0, block_ns=10**9)


def test_buckets_of_several_blocks_add_up():
    frame = histogram([(10, 11, 2), (20, 22, 1), (10, 11, 3), (LOST, LOST, 4)])
    made = distribution.of_histogram(frame)
    assert made.latency_ns.tolist() == [10, 20.5]
    assert made.count.tolist() == [5, 1]
    assert (made.lost, made.total) == (4, 10)


def test_quantiles_are_nearest_ranks_and_lost_ones_come_last():
    made = distribution.Distribution(np.array([1.0, 2.0, 3.0]), np.array([5, 3, 1]), 1)
    assert [made.quantile(q) for q in (0.01, 0.5, 0.51, 0.8, 0.9)] == [1, 1, 2, 2, 3]
    assert made.quantile(0.91) == math.inf
    assert math.isnan(distribution.Distribution(np.empty(0), np.empty(0, int), 0).quantile(0.5))


def test_a_curve_is_short_and_right_in_the_tail():
    rng = np.random.default_rng(1)
    latency = np.sort(rng.exponential(1e6, 200_000))
    made = distribution.Distribution(latency, np.ones(len(latency), int), 100)
    points = distribution.curve(made)
    assert len(points) <= 240
    assert points["share"].iloc[0] == 0
    assert points["share"].iloc[-1] == pytest.approx(200_000 / 200_100)  # the lost ones are missing
    assert points["share"].is_monotonic_increasing
    assert points["latency_ns"].is_monotonic_increasing
    # At p99.99 the curve, read off between its points, has what the rows have.
    read = np.interp(0.9999 * 200_000 / 200_100, points["share"], points["latency_ns"])
    assert read == pytest.approx(np.quantile(latency, 0.9999), rel=0.02)
    assert (points["share"] + points["later"]).to_numpy() == pytest.approx(1)


def test_a_curve_of_nothing_is_empty():
    assert len(distribution.curve(distribution.of_histogram(histogram([])))) == 0
    assert len(distribution.curve(distribution.of_histogram(histogram([(LOST, LOST, 3)])))) == 0


def test_quantiles_over_time():
    blocks = [
        histogram([(100 * (b + 1), 100 * (b + 1) + 1, 300)]).assign(block_start_ns=5 + b * 10)
        for b in range(100)
    ]
    frame = pd.concat(blocks).assign(block_ns=10)
    made = distribution.quantiles_over_time(frame, blocks=50)
    assert len(made) == 50
    assert made["n"].tolist() == [600] * 50
    assert made["time_ns"].iloc[0] == 15  # the middle of two blocks
    assert made[0.5].iloc[0] == 100
    assert made[0.95].iloc[0] == 200
    few = distribution.quantiles_over_time(histogram([(5, 6, 3)]))
    assert few[0.5].tolist() == [5]
    assert few[0.95].isna().all()  # three do not tell the 95 % quantile


def test_rows_make_the_same_histogram():
    items = pd.DataFrame(
        {"service": [0, 0, 1], "created_ns": [1, 2_500_000_000, 3], "latency_ns": [7.0, np.inf, 9.0]}
    )
    made = distribution.of_rows(items)
    assert made["block_start_ns"].tolist() == [0, 2_000_000_000, 0]
    mine = distribution.of_histogram(made[made["service"] == 0])
    assert (mine.latency_ns.tolist(), mine.lost) == ([7], 1)


# --- stages ---


def test_stage_sums_add_up_even_where_rows_overlap():
    stage = np.array([0, 1, 2, 1, 0], np.uint8)
    enter = np.array([0, 10, 30, 100, 105], np.int64)
    items = pd.DataFrame({"first_stage": [0, 1, 3, 0], "stages": [3, 2, 2, 0], "end_ns": [60, 60, 110, 0]})
    sums = breakdown.stage_sums(items, np.array([0, 1, 0, 1]), 2, stage, enter, 3)
    assert sums.tolist() == [[10 + 5, 20 + 5, 30], [0, 20, 30]]


def test_stage_sums_do_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(2)
    count = rng.integers(0, 6, 500)
    first = np.cumsum(count) - count
    stage = rng.integers(0, 4, count.sum()).astype(np.uint8)
    enter = np.cumsum(rng.integers(0, 100, count.sum()))
    end = np.where(count > 0, np.append(enter, 0)[first + count - 1] + 7, 0)
    items = pd.DataFrame({"first_stage": first, "stages": count, "end_ns": end})
    group = rng.integers(0, 3, 500)
    whole = breakdown.stage_sums(items, group, 3, stage, enter, 4)
    monkeypatch.setattr(breakdown, "CHUNK", 7)
    assert (breakdown.stage_sums(items, group, 3, stage, enter, 4) == whole).all()
    spent = np.where(count > 0, end - np.append(enter, 0)[first], 0)
    assert whole.sum() == spent.sum()


def test_the_slowest_are_as_many_as_asked_for():
    service = np.array([0] * 250 + [1] * 3 + [2])
    latency = np.array([*range(250), 5.0, 5.0, 5.0, np.inf], float)
    chosen = breakdown.slowest(service, latency, 0.01)
    assert np.flatnonzero(chosen).tolist() == [
        247,
        248,
        249,
        250,
    ]  # of equals the first; nothing of a lost one


def test_small_stages_are_put_together_only_when_small_in_both():
    every = {"compute_service": 90.0, "sr_wait": 0.1, "grant_wait": 0.2, "dl_queue": 0.3, "new_stage": 9.4}
    steps = breakdown.merged(every, {"compute_service": 100.0, "dl_queue": 100.0})
    assert [step.stage for step in steps] == ["compute_service", "dl_queue", "new_stage", "2 other stages"]
    assert [step.group for step in steps] == ["computing", "downlink", "other stages", "other stages"]
    assert sum(step.mean_ns for step in steps) == pytest.approx(100)
    assert sum(step.slow_ns for step in steps) == pytest.approx(200)


def test_every_stage_of_the_program_has_a_group(result: cv2x.Result):
    known = result.plot.source.stage_names
    assert len(known) > 20
    assert [stage for stage in known if breakdown.group_of(stage) == breakdown.OTHER] == []
    assert breakdown.by_group({"sr_wait": 1.0, "grant_wait": 2.0, "x": 4.0}) == {
        "waiting for an uplink grant": 3.0,
        "other stages": 4.0,
    }


# --- time ---


def test_bins_cover_the_time_with_whole_steps():
    made = series.bins(0, 1000, 10, 30)
    assert (made.width_ns, made.count) == (40, 25)
    assert made.index(np.array([1, 40, 41, 1000, 2000])).tolist() == [0, 0, 1, 24, 24]
    assert series.bins(5, 5, 10, 30).count == 1


def test_means_and_peaks():
    made = series.binned(np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([1.0, 3.0, 5.0]), 2, 2)
    assert made.mean[0, 0] == 2
    assert made.peak[0, 0] == 3
    assert made.mean[1, 1] == made.peak[1, 1] == 5
    assert np.isnan(made.mean[0, 1])
    assert np.isnan(made.peak[1, 0])


def test_shares_of_hosts():
    frame = series.shares(np.array([0, 0, 0, 1]), np.array([2, 2, -1, 2]), np.array([0, 0, 0, 1]), 2)
    assert frame["share"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert frame["host"].tolist() == [-1, 2, 2]


# --- maps ---


def test_squares_hold_the_nearest_rank_of_each_service():
    n = 40
    items = pd.DataFrame(
        {
            "service": [0] * n + [1] * n + [0] * 3,
            "x_m": [5.0] * n + [5.0] * n + [-5.0] * 3,
            "y_m": [25.0] * (2 * n + 3),
            "latency_ns": [*range(1, n + 1), *([10.0] * (n - 3)), *([np.inf] * 3), 1, 1, 1],
        }
    )
    made = grid.latency_squares(items, np.array([20.0, 20.0]), 10.0)
    assert made[["service", "column", "row", "n"]].to_numpy().tolist() == [[0, 0, 2, n], [1, 0, 2, n]]
    assert made["value_ns"].tolist() == [38, math.inf]
    assert made["ratio"].tolist() == [1.9, math.inf]
    assert made["late"].tolist() == [0.5, 3 / n]
    assert grid.worst(made)["service"].tolist() == [1]
    assert len(grid.latency_squares(items[:0], np.array([20.0, 20.0]), 10.0)) == 0


def test_the_most_frequent_host_of_a_square():
    tasks = pd.DataFrame({"host": [1, 1, -1, 2], "x_m": [1.0, 2, 3, 11], "y_m": [0.0] * 4})
    made = grid.main_host(tasks, 10.0)
    assert made["host"].tolist() == [1, 2]
    assert made["n"].tolist() == [3, 1]
    assert made["share"].tolist() == pytest.approx([2 / 3, 1])


def test_round_numbers_and_areas():
    assert [grid.nice(v) for v in (0.03, 1, 1.1, 4, 5.01, 99)] == [0.05, 1, 2, 5, 10, 100]
    area = grid.area_of((np.array([0.0, np.nan, 100]), np.array([0.0, 5, 50])))
    assert area == (0, 0, 100, 50)
    assert grid.area_of((np.array([np.nan]), np.array([0.0]))) is None
    assert area.in_shape(1) == (0, -25, 100, 75)
    assert area.padded(0.1, 0) == (-10, -10, 110, 60)
    assert grid.Area(5, 5, 5, 5).padded(0.1, 50) == (-20, -20, 30, 30)
    assert grid.pitch_m(grid.Area(0, 0, 3000, 10), 64, 10) == 50
    assert grid.pitch_m(grid.Area(3, 3, 3, 3), 64, 0.3) == 0.5


def test_roads_are_one_line_with_gaps_and_keep_their_ends():
    road = np.array([7, 7, 7, 8, 8])
    x, y = grid.polylines(road, np.arange(5.0), np.zeros(5), 100)
    assert x[:3].tolist() == [0, 1, 2]
    assert np.isnan(x[3])
    assert x[4:].tolist() == [3, 4]
    many = np.repeat(np.arange(100), 50)
    x, y = grid.polylines(many, np.arange(5000.0), np.zeros(5000), 500)
    assert len(x) == len(y)
    assert len(x) < 900
    assert {0, 49, 50, 99, 4999} <= set(x[np.isfinite(x)])
    assert len(grid.polylines(road[:0], np.empty(0), np.empty(0), 5)[0]) == 0


def test_borders_lie_between_cells():
    x, y = grid.borders(np.array([[0, 1], [0, 0]]), np.array([5.0, 15]), np.array([5.0, 15]), 10.0)
    segments = {tuple(zip(x[i : i + 2], y[i : i + 2], strict=True)) for i in range(0, len(x), 3)}
    assert segments == {((10, 0), (10, 10)), ((10, 10), (20, 10))}


def test_labels_lie_neither_on_each_other_nor_outside():
    inside = labels.Box(0, 0, 200, 100)
    where = labels.placed([(50, 50), (70, 50), (195, 50), (100, 90)], [40, 40, 40, 300], 12, 6, inside)
    assert where == [
        "top center",
        "middle right",
        "middle left",
        "",
    ]  # the last one is too long for the sheet
    x, y = labels.apart(np.array([10.0, 10, 10, 60]), np.array([5.0, 5, 5, 5]), 13)
    assert x.tolist() == [10, 23, 36, 60]
    assert y.tolist() == [5, 5, 5, 5]


# --- texts ---


def test_texts():
    assert style.milliseconds(4.71e6) == "4.71 ms"
    assert style.milliseconds(math.inf) == "∞"
    assert style.percent(0.00001) == "< 0.1 %"
    assert style.percent(0) == "0.0 %"
    assert style.shortened("a-very-long-name-of-a-site", 80).count("…") == 1
    assert style.text_px(style.shortened("m" * 100, 80)) <= 80
    assert style.shortened("short", 80) == "short"
    assert style.escaped("<b>&") == "&lt;b&gt;&amp;"
    pairs = {(style.colour(i), style.dash(i)) for i in range(24)}
    assert len(pairs) == 24


# --- figures ---


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    return cv2x.run(SMALL, output=tmp_path_factory.mktemp("plots") / "small.h5")


def all_figures(result: cv2x.Result) -> dict[str, go.Figure]:
    p = result.plot
    made = {
        "cdf": p.cdf(), "waterfall": p.waterfall(), "sites": p.sites(), "map": p.map(), "coverage": p.coverage(),
        "decisions": p.decisions(),
    }  # fmt: skip
    times = ("latency", "cells", "slices", "links", "hosts", "decisions")
    return made | {what: p.timeline(what) for what in times}


def test_figures_are_small_and_say_what_they_show(result: cv2x.Result):
    for name, figure in all_figures(result).items():
        assert isinstance(figure, go.Figure), name
        points = sum(np.size(trace.x) for trace in figure.data if trace.x is not None)
        assert points < 6000, name
        assert len(figure.layout.meta["describes"]) > 20, name
        json.loads(figure.to_json())


def test_what_is_empty_says_why(result: cv2x.Result):
    empty = {
        name: f.layout.meta["empty"] for name, f in all_figures(result).items() if "empty" in f.layout.meta
    }
    assert empty == {
        "coverage": "With radio: ideal every vehicle is covered.",
        "cells": "With radio: ideal there are no cells.",
        "slices": "With radio: ideal there are no slices of the radio.",
    }


def test_the_source_counts_what_the_run_counted(result: cv2x.Result):
    source = result.plot.source
    for row in result.summary.to_dict("records"):
        mine = source.items[source.items["service"] == source.services.index(row["service"])]
        assert len(mine) == row["sent"]
        assert np.isfinite(mine["latency_ns"]).sum() == row["delivered"]
        stages = source.site_stages(row["service"])
        assert {site: n for site, (n, _) in stages.items()} == {"gnb": row["delivered"]}
        for stage, mean in source.mean_stages(row["service"]).items():
            assert stages["gnb"][1][stage] == pytest.approx(mean)
    assert source.lost == {
        "perception": {
            "compute_full": int((result.tasks["outcome"] == "compute_full")[result.tasks["counted"]].sum())
        }
    }


def test_waterfall_ends_at_the_mean(result: cv2x.Result):
    figure = result.plot.waterfall(["perception"])
    bars = [trace for trace in figure.data if trace.type == "bar" and trace.x[0] is not None]
    left = [trace for trace in bars if trace.xaxis in (None, "x")]
    end = max(max(np.asarray(trace.base) + np.asarray(trace.x)) for trace in left)
    mean = result.summary.set_index("service").loc["perception", "mean_ns"]
    assert end == pytest.approx(mean * 1e-6)
    n, least, _ = result.plot.source.slowest_stages("perception")
    latency = np.sort(result.plot.source.items.query("service == 0")["latency_ns"])
    latency = latency[np.isfinite(latency)]
    assert n == math.ceil(len(latency) / 100)
    assert least == latency[-n]


def test_cdf_passes_through_the_quantiles_and_has_the_budget(result: cv2x.Result):
    figure = result.plot.cdf()
    line = next(trace for trace in figure.data if trace.name == "perception")
    for q in (0.25, 0.5, 0.9):
        value = result.quantiles((q,)).loc[("perception", q), "value_ms"]
        assert np.interp(q, line.y, line.x) == pytest.approx(value, rel=0.02)
    assert line.y[-1] < 1  # some are lost
    budget = result.plot.source.summary.budgets[0]
    assert gate(result.plot.source, budget) == (50.0, 0.99)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(trace.x[0], round(trace.y[0], 3)) for trace in marks] == [(50.0, 0.99), (50.0, 0.01)]


def test_services_are_chosen_and_wrong_ones_named(result: cv2x.Result):
    names = {trace.name for trace in result.plot.cdf(["telemetry"]).data}
    assert "telemetry" in names
    assert "perception" not in names
    with pytest.raises(ValueError, match="no service 'telemetri'; there are perception, telemetry"):
        result.plot.map(["telemetri"])
    with pytest.raises(ValueError, match="nothing over time is called 'speed'"):
        plots.timeline(result, "speed")  # type: ignore[arg-type]


def test_functions_and_accessor_give_the_same(result: cv2x.Result):
    assert plots.cdf(result).to_json() == result.plot.cdf().to_json()


def test_map_shows_the_worst_service_and_one_layer_each(result: cv2x.Result):
    figure = result.plot.map()
    assert figure.layout.meta["layers"] == ["worst of all services", "perception", "telemetry"]
    heat = {trace.name: trace for trace in figure.data if trace.type == "heatmap"}
    assert [trace.visible for trace in heat.values()] == [True, False, False]
    worst = np.fmax(heat["perception"].z, heat["telemetry"].z)
    assert np.array_equal(heat["worst of all services"].z, worst, equal_nan=True)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_more_than_twelve_links_are_a_heat_map(tmp_path: Path):
    links = {
        f"l{i}": {"from": "gnb", "to": "mec", "rate": "1 Gbit/s", "delay": f"{50 + i} us"} for i in range(14)
    }
    out = cv2x.run(SMALL, {"simulation.duration": "3 s", "links": links}, output=tmp_path / "x.h5")
    heat = [trace for trace in out.plot.timeline("links").data if trace.type == "heatmap"]
    assert len(heat) == 2
    assert heat[0].z.shape[0] == 15  # with the one of the small world


def test_without_rows(tmp_path: Path, result: cv2x.Result):
    thin = cv2x.run(SMALL, {"recording.mode": "histogram"}, output=tmp_path / "x.h5")
    assert thin.plot.cdf().to_json() == result.plot.cdf().to_json()
    assert "keeps no rows" in thin.plot.sites().layout.meta["empty"]
    assert "keeps no rows" in thin.plot.decisions().layout.meta["empty"]
    texts = [a.text for a in thin.plot.waterfall().layout.annotations]
    assert "slowest 1 %: no rows recorded" in texts
    assert "keeps no rows" in thin.plot.map().layout.meta["missing"]
