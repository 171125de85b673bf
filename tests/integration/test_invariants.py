"""What must hold for every message and task of the demo world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whole_runs import tables

DELIVERED, UNFINISHED = 0, 1
UPLINK, DOWNLINK, V2N2V, COPY = range(4)


@pytest.fixture(scope="module")
def t(demo: Path) -> dict[str, np.ndarray]:
    return tables(demo)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["messages", "tasks"])
def test_stages_add_up_to_the_latency_exactly(t: dict[str, np.ndarray], table: str) -> None:
    created, end = t[f"{table}/created_ns"], t[f"{table}/end_ns"]
    first, count = t[f"{table}/first_stage"].astype(np.int64), t[f"{table}/stages"].astype(np.int64)
    enter = t["stages/enter_ns"]
    assert len(created) > 1000
    assert (end >= created).all()

    some = count > 0
    assert (end[~some] == created[~some]).all()
    created, end, first, count = created[some], end[some], first[some], count[some]
    assert (enter[first] == created).all()
    assert (enter[first + count - 1] <= end).all()

    # The durations, from each entry to the next and from the last to the end, none of them negative.
    row = np.repeat(np.arange(len(first)), count)
    index = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    last = np.zeros(len(index), dtype=bool)
    last[np.cumsum(count) - 1] = True
    following = np.where(last, end[row], enter[np.minimum(index + 1, len(enter) - 1)])
    duration = following - enter[index]
    assert (duration >= 0).all()
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, row, duration)
    assert (total == end - created).all()


@pytest.mark.slow
def test_stage_summary_adds_up_to_the_service_summary(t: dict[str, np.ndarray]) -> None:
    by_service = np.zeros(len(t["summary/service"]), dtype=np.int64)
    np.add.at(by_service, t["stage_summary/service"], t["stage_summary/sum_ns"])
    assert (by_service == t["summary/sum_ns"]).all()
    assert (by_service > 0).all()


@pytest.mark.slow
def test_children_lie_within_their_parents(t: dict[str, np.ndarray]) -> None:
    ids = np.concatenate([t["messages/id"], t["tasks/id"]])
    assert len(np.unique(ids)) == len(ids)
    created = dict(
        zip(
            ids.tolist(),
            np.concatenate([t["messages/created_ns"], t["tasks/created_ns"]]).tolist(),
            strict=True,
        )
    )
    end = dict(
        zip(ids.tolist(), np.concatenate([t["messages/end_ns"], t["tasks/end_ns"]]).tolist(), strict=True)
    )
    children = t["messages/parent_id"] != 0
    assert children.sum() > 1000
    for child, parent in zip(
        t["messages/id"][children].tolist(), t["messages/parent_id"][children].tolist(), strict=True
    ):
        assert created[parent] <= created[child] <= end[child] <= end[parent]


@pytest.mark.slow
def test_a_warning_ends_with_its_last_copy(t: dict[str, np.ndarray]) -> None:
    kind = t["messages/kind"]
    ends: dict[int, int] = {}
    for parent, end in zip(
        t["messages/parent_id"][kind == COPY].tolist(),
        t["messages/end_ns"][kind == COPY].tolist(),
        strict=True,
    ):
        ends[parent] = max(ends.get(parent, 0), end)
    warnings = dict(
        zip(
            t["messages/id"][kind == V2N2V].tolist(),
            t["messages/end_ns"][kind == V2N2V].tolist(),
            strict=True,
        )
    )
    assert len(ends) > 20
    assert all(warnings[parent] == end for parent, end in ends.items())


@pytest.mark.slow
def test_the_demo_is_the_world_that_the_issue_asks_for(t: dict[str, np.ndarray]) -> None:
    assert len(t["vehicle_names/name"]) >= 400
    used = t["messages/cell"][t["messages/outcome"] == DELIVERED]
    assert len(np.unique(used[used >= 0])) >= 6
    counted = t["messages/counted"].astype(bool)
    created = t["messages/created_ns"][counted]
    assert created.max() - created.min() >= 30e9
    assert (t["messages/outcome"][counted] == DELIVERED).mean() > 0.9
    assert len(np.unique(t["tasks/host"])) >= 3  # the policy does choose
