"""Links, servers, routes and histograms from Python."""

import math
from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x import backhaul, compute, measure, topology

HERE = Path(__file__).parent
SMALL = HERE / "small.yaml"
A10 = HERE.parents[1] / "scenarios" / "a10-interchange" / "scenario.yaml"


# --- links ---


def test_a_link_is_a_queue():
    rng = np.random.default_rng(1)
    now = np.cumsum(rng.exponential(1e5, 5000)).astype(int)
    sizes = rng.integers(100, 3000, 5000)
    passages = backhaul.Link(rate_bps=160e6, delay_ns=777, queue_bytes=10**9).send_all(now, sizes)
    free = 0
    for i in range(5000):  # Lindley's recursion
        start = max(free, now[i])
        free = start + round(8e9 * sizes[i] / 160e6)
        assert (passages.start_ns[i], passages.sent_ns[i], passages.arrive_ns[i]) == (start, free, free + 777)


def test_a_full_queue_drops():
    link = backhaul.Link(rate_bps=8e6, delay_ns=0, queue_bytes=1500)
    passages = link.send_all([0, 0, 0, 1_000_000], 1000)
    assert passages.start_ns.tolist() == [0, 1_000_000, -1, 2_000_000]
    assert link.queued_bytes(1_000_000) == 1000
    assert link.send(10**10, 5) == backhaul.Passage(10**10, 10**10 + 5000, 10**10 + 5000)
    with pytest.raises(ValueError, match="time goes backwards"):
        link.send(0, 5)
    with pytest.raises(ValueError, match="size_bytes: found -5 B"):
        link.send_all([10**11], -5)
    with pytest.raises(ValueError, match="rate is above 0"):
        backhaul.Link(0, 0)


# --- servers ---


def test_a_server_is_an_mm1_queue():
    rng = np.random.default_rng(2)
    n = 200_000
    arrivals = np.cumsum(rng.exponential(2e6, n)).astype(int)
    ran = compute.Server(cores=1, speed_cps=1e9).run(arrivals, rng.exponential(1e6, n))
    assert (ran.end_ns[:-1] <= ran.start_ns[1:]).all()
    assert (ran.end_ns - arrivals).mean() == pytest.approx(2e6, rel=0.05)  # 1 / (µ − λ)


def test_a_trace_is_the_same_as_task_by_task():
    rng = np.random.default_rng(3)
    arrivals = np.cumsum(rng.exponential(1e6, 300)).astype(int)
    cycles = rng.exponential(2.5e6, 300)
    ran = compute.Server(2, 1e9, queue=3).run(arrivals, cycles)
    one = compute.Server(2, 1e9, queue=3)
    refs, done = [], []
    for now, work in zip(arrivals, cycles, strict=True):
        done += one.advance(now)
        refs.append(one.submit(now, work))
    while one.next_wakeup_ns is not None:
        done += one.advance(one.next_wakeup_ns)
    accepted = [i for i, ref in enumerate(refs) if ref is not None]
    assert 100 < len(accepted) < 300
    assert np.flatnonzero(ran.end_ns >= 0).tolist() == accepted
    by_ref = {d.ref: d for d in done}
    assert [by_ref[refs[i]].end_ns for i in accepted] == ran.end_ns[accepted].tolist()
    assert [by_ref[refs[i]].start_ns for i in accepted] == ran.start_ns[accepted].tolist()


def test_what_a_server_refuses():
    server = compute.Server(1, 1e9, queue=1)
    assert server.submit(0, 5e9) == 0
    assert server.submit(0, 5e9) == 1
    assert server.submit(1, 5e9) is None
    assert (server.running, server.waiting) == (1, 1)
    assert server.work_ahead(10**9) == pytest.approx(9e9)
    for call, part in (
        (lambda: server.run([2], [1.0]), "busy"),
        (lambda: server.submit(0, 1), "backwards"),
        (lambda: server.submit(5, -1), "not negative"),
        (lambda: server.submit(5, math.nan), "finite"),
        (lambda: compute.Server(0, 1e9), "above 0"),
        (lambda: compute.Server(1, 1e9).run([5, 4], [1.0, 1.0]), "backwards"),
        (lambda: compute.Server(1, 1e9).run([5.5], [1.0]), "whole numbers"),
    ):
        with pytest.raises(ValueError, match=part):
            call()


def test_disciplines():
    """Three tasks, by hand: 10 Mcycles at 0, 6 at 4 ms, 4 at 6 ms, on a core of 1 Gcycles/s; the last comes first."""
    now, cycles, order = [0, 4_000_000, 6_000_000], [10e6, 6e6, 4e6], [3, 2, 1]
    ends_ms = {
        ("fifo", False): [10, 16, 20],
        ("priority", False): [10, 20, 14],
        ("priority", True): [20, 14, 10],
        ("edf", True): [20, 14, 10],
        ("processor_sharing", False): [20, 20, 18],
    }
    for (discipline, preemptive), expected in ends_ms.items():
        server = compute.Server(1, 1e9, discipline=discipline, preemptive=preemptive)
        ran = server.run(now, cycles, order)
        assert (ran.end_ns * 1e-6).tolist() == pytest.approx(expected), discipline
        if preemptive or discipline == "processor_sharing":
            assert ran.start_ns.tolist() == now
    with pytest.raises(ValueError, match="no discipline 'lifo'; there are fifo, priority"):
        compute.Server(1, 1e9, discipline="lifo")
    with pytest.raises(ValueError, match="'fifo' has no order"):
        compute.Server(1, 1e9, preemptive=True)


# --- routes ---


def test_routes_and_cuts():
    net = topology.Topology(A10)
    route = net.route("gnb-west", "cloud")
    assert [(hop.link, hop.to) for hop in route.hops] == [
        ("west", "aggregation"),
        ("metro", "core"),
        ("internet", "cloud"),
    ]
    assert route.delay_ns == 12_560_000
    assert route.bottleneck_bps == 1e9
    assert not net.route("cloud", "core").hops[0].forward
    assert net.route("cloud", "cloud") == topology.Route("cloud", "cloud", ())
    assert net.route("cloud", "cloud").bottleneck_bps == math.inf
    cut = net.without("west")
    assert cut.route("gnb-west", "cloud") is None
    assert "west" in net.links
    assert "west" not in cut.without("metro").links
    table = cut.table()
    assert table.shape == (7 * 3, 5)
    assert table.loc[("gnb-west", "cloud"), "reachable"] == np.False_
    assert table.loc[("gnb-west", "mec-west"), "delay_ms"] == pytest.approx(0.005)
    with pytest.raises(ValueError, match="no link 'metr'; did you mean 'metro'"):
        net.without("metr")
    with pytest.raises(ValueError, match="no site 'clod'; did you mean 'cloud'"):
        net.route("gnb-west", "clod")


def test_a_lone_message_takes_that_long_in_a_run():
    """Backhaul stages of a run without queues are those of the route."""
    lone = {"mobility.vehicles": 1, "services.perception": None, "simulation.duration": "3 s"}
    scenario = cv2x.Scenario.load(SMALL).with_(lone)
    result = cv2x.run(scenario)
    spent = result.stages[result.stages["stage"].astype(str).str.startswith("backhaul")]
    route = topology.Topology(scenario).route("gnb", "mec")
    size = int(result.messages["bytes"].iloc[0])
    assert (spent.groupby("id")["duration_ns"].sum() == route.transfer_ns(size)).all()
    assert route.transfer_ns(size) == 50_000 + 8 * size


# --- histograms, intervals ---


def test_merged_histograms_are_those_of_all_samples():
    rng = np.random.default_rng(4)
    parts = [rng.lognormal(15, 1, 5000) for _ in range(4)]
    merged = measure.Histogram()
    for part in parts:
        merged.merge(measure.Histogram(part))
    together = measure.Histogram(np.concatenate(parts))
    assert merged.frame().equals(together.frame())
    for q in (0.1, 0.5, 0.99, 0.9999):
        exact = np.quantile(np.rint(np.concatenate(parts)), q, method="inverted_cdf")
        assert merged.quantile_ns(q) == pytest.approx(exact, rel=1e-3)
    merged.add([math.inf] * 20_000)
    assert (merged.count, merged.lost) == (40_000, 20_000)
    assert merged.quantile_ns([0.4, 0.6]).tolist() == [
        pytest.approx(float(merged.quantile_ns(0.4))),
        math.inf,
    ]
    assert merged.share_within(math.inf) == 0.5
    assert math.isnan(measure.Histogram().quantile_ns(0.5))
    assert math.isnan(measure.Histogram().share_within(5))


def test_histograms_of_a_result():
    result = cv2x.run(SMALL, {"simulation.duration": "5 s"})
    histogram = measure.Histogram.of(result, "perception")
    counted = result.counted(result.tasks)
    assert histogram.count == len(counted)
    assert histogram.lost == (counted["outcome"] != "delivered").sum()
    assert histogram.quantile_ns(0.5) * 1e-6 == result.quantiles((0.5,)).loc[("perception", 0.5), "value_ms"]
    with pytest.raises(ValueError, match="no service 'x'; there are: perception, telemetry"):
        measure.Histogram.of(result, "x")
    for call in (
        lambda: histogram.add([-1]),
        lambda: histogram.quantile_ns(1),
        lambda: histogram.add([math.nan]),
    ):
        with pytest.raises(ValueError, match="found"):
            call()


def test_intervals_over_replications():
    estimate = measure.over_replications([10.0, 12.0, 14.0])
    assert estimate.value == 12
    assert estimate.high - estimate.value == pytest.approx(
        4.3027 * 2 / math.sqrt(3), rel=1e-3
    )  # t, 2 degrees
    assert measure.over_replications([10.0, math.inf]).high == math.inf
    share = measure.reliability([99, 100], [100, 100])
    assert share.value == 0.995
    assert 0 < share.low < share.value < share.high < 1
    with pytest.raises(ValueError, match="up to sent"):
        measure.reliability([2], [1])
