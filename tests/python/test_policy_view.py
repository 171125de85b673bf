"""What policies in Python are told of motion, dwell times, old load reports, and how their tasks ended."""

from typing import Any

import numpy as np
import pytest
from policies_for_test import SHORT, SMALL, WORLD

import cv2x


class Mover:
    """Remembers where the vehicles were, and how old what it was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    def decide(self, task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
        motion = (view.x_m, view.y_m, view.vx_mps, view.vy_mps)
        self.seen.append((task.id, view.now_ns, *motion, view.dwell_ns, view.report_age_ns))
        self.power_w, self.asks = view.uplink_power_w, (task.priority, task.memory_bytes)
        return "server"


STREET = {
    **SHORT,
    "mobility": "{kind: highway, highway: {length: 4 km, lanes: 1, speed: 40 m/s, gap_seconds: 2}}",
    "sites.gnb.x": "500 m",
    "sites.east": "{kind: gnb, x: 1500 m, y: 0 m}",
    "links.second": "{from: east, to: mec, rate: 1 Gbit/s, delay: 50 us}",
    "offloading.load_report": "50 ms",
}


def test_where_the_vehicle_is_and_how_long_its_cell_will_serve_it():
    policy = Mover()
    result = cv2x.run(SMALL, STREET, policy=policy)
    rows = result.tasks.set_index("id")
    ends = 0
    for id_, _, x_m, y_m, vx_mps, vy_mps, dwell_ns, _ in policy.seen:
        assert (np.float32(x_m), np.float32(y_m)) == (rows["x_m"][id_], rows["y_m"][id_])
        # The border is x = 1000 m; sites are looked at every 100 ms.
        towards = (1000 - x_m) / vx_mps if vx_mps else -1
        assert vy_mps == 0
        assert abs(vx_mps) > 5
        if towards > 0:
            assert dwell_ns == pytest.approx(towards * 1e9, rel=1e-6)
            ends += 1
        else:
            assert dwell_ns in (0, 2**63 - 1)
    assert 50 < ends < len(policy.seen) - 50
    assert policy.power_w == pytest.approx(10 ** (23 / 10) / 1000)
    assert policy.asks == (0, 0)


NR = (
    "{kind: nr, carriers: {n78: {band: n78, frequency: 3.5 GHz, bandwidth: 20 MHz, duplex: tdd,"
    " channel: {environment: uma, shadowing: false}}},"
    " cells: {west: {site: gnb, carrier: n78}, east: {site: east, carrier: n78}}}"
)


@pytest.mark.slow
def test_the_dwell_time_with_nr_foretells_handovers():
    policy = Mover()
    result = cv2x.run(SMALL, {**STREET, "simulation.duration": "20 s", "radio": NR}, policy=policy)
    rows, events = result.tasks.set_index("id"), result.events
    handovers = events[events["kind"] == "handover"]
    errors = []
    for id_, now, _, _, _, _, dwell_ns, _ in policy.seen:
        own = handovers[(handovers["vehicle"] == rows["vehicle"][id_]) & (handovers["time_ns"] > now)]
        if len(own) and dwell_ns < 10e9:
            errors.append((own["time_ns"].iloc[0] - now - dwell_ns) / 1e9)
    # Line of sight comes and goes, and A3 has its time to trigger.
    assert len(errors) > 50
    assert abs(np.median(errors)) < 1.5
    assert 0.001 < policy.power_w <= 10 ** (23 / 10) / 1000 * 1.001


def test_the_age_of_load_reports():
    def ages(**keys: str) -> list[tuple[int, int]]:
        policy = Mover()
        cv2x.run(
            SMALL, {**SHORT, **{f"offloading.{key}": value for key, value in keys.items()}}, policy=policy
        )
        return [(now, age) for _, now, *_, age in policy.seen]

    assert all(age == 0 for _, age in ages(load_report="0 s"))
    assert all(age == now % 50_000_000 for now, age in ages(load_report="50 ms"))
    late = ages(load_report="50 ms", report_delay="120 ms")
    for now, age in late:  # before the first has come: what was known at the start
        assert age == (now if now < 120_000_000 else 120_000_000 + (now - 120_000_000) % 50_000_000)
    assert max(age for _, age in late) > 160_000_000


def test_late_reports_show_the_past():
    keys = {"offloading.load_report": "10 ms"}
    seen: list[list[int]] = [[], []]
    times: list[list[int]] = [[], []]
    for waiting, delay, now in zip(seen, ("0 s", "200 ms"), times, strict=True):

        def decide(task, view, waiting=waiting, now=now):
            now.append(view.now_ns)
            waiting.append(int(view.hosts.waiting[0]))
            return "server"

        cv2x.run(SMALL, {**SHORT, **keys, "offloading.report_delay": delay}, policy=decide)
    # The same world, as nobody looks at the load: what was shown fresh is shown 200 ms later.
    assert times[0] == times[1]
    fresh = {now // 10_000_000: shown for now, shown in zip(times[0], seen[0], strict=True)}
    compared = 0
    for now, shown in zip(times[1], seen[1], strict=True):
        if now // 10_000_000 - 20 in fresh:
            assert shown == fresh[now // 10_000_000 - 20]
            compared += shown > 0
    assert compared > 10


class Told:
    """Remembers how its tasks ended."""

    def __init__(self) -> None:
        self.results: list[cv2x.TaskResult] = []

    def decide(self, task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
        return (None, "server", "cloud", "lonely")[task.id % 4]

    def finished(self, result: cv2x.TaskResult) -> None:
        self.results.append(result)


def test_it_is_told_how_its_tasks_ended():
    policy = Told()
    result = cv2x.run(SMALL, WORLD, policy=policy)
    rows, names = result.tasks.set_index("id"), list(result.tasks["vehicle"].cat.categories)
    ended = rows[rows["outcome"] != "unfinished"]
    assert sorted(told.id for told in policy.results) == sorted(ended.index)
    assert {told.outcome for told in policy.results} >= {"delivered", "no_route"}
    met = 0
    for told in policy.results:
        row = rows.loc[told.id]
        assert (None, 0, 1, 2)[told.id % 4] == told.host
        assert (told.service, told.service_index, told.deadline_ns) == ("perception", 0, 30_000_000)
        assert names[told.vehicle] == row["vehicle"]
        assert (told.outcome, told.created_ns, told.end_ns) == (
            row["outcome"],
            row["created_ns"],
            row["end_ns"],
        )
        in_time = row["outcome"] == "delivered" and row["end_ns"] - row["created_ns"] <= 30_000_000
        assert told.met_deadline == in_time
        met += in_time
    assert 0 < met < len(policy.results)
    assert repr(policy.results[0]).startswith("<cv2x.TaskResult ")
    with pytest.raises(AttributeError):
        policy.results[0].outcome = "delivered"
    with pytest.raises(TypeError, match="cannot create"):
        cv2x.TaskResult()
