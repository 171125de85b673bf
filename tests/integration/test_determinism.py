"""The same scenario and seed give the same bits, however it is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from whole_runs import A10, HIGHWAY, assert_same_tables, cv2x_sim, tables

import cv2x
from cv2x.simulate import Job, run_jobs

Simulate = Callable[..., dict[str, np.ndarray]]
SHORT = ("simulation.duration=4 s", "simulation.warm_up=1 s", "simulation.drain=500 ms")


@pytest.mark.slow
def test_twice_in_a_process_in_others_and_in_parallel(tmp_path: Path, sumo: None) -> None:
    def run_here(name: str) -> dict[str, np.ndarray]:
        cv2x.run(A10, SHORT, output=tmp_path / name).close()
        return tables(tmp_path / name)

    first = run_here("first.h5")
    cv2x.run(
        HIGHWAY, SHORT, output=tmp_path / "between.h5"
    ).close()  # another world in between leaves no trace
    assert len(first["messages/id"]) > 10_000
    assert_same_tables(first, run_here("second.h5"))
    cv2x_sim(A10, tmp_path / "sim.h5", *SHORT)
    assert_same_tables(first, tables(tmp_path / "sim.h5"))

    jobs = [
        Job(f"r{r}", str(A10), str(tmp_path / f"job{r}.h5"), [*SHORT, f"simulation.replication={r}"])
        for r in range(3)
    ]
    run_jobs(jobs, workers=2)
    assert_same_tables(first, tables(tmp_path / "job0.h5"))
    assert not np.array_equal(
        tables(tmp_path / "job1.h5")["messages/created_ns"],
        tables(tmp_path / "job2.h5")["messages/created_ns"],
    )


@pytest.mark.slow
def test_a_site_that_nobody_uses_changes_nothing(simulate: Simulate, sumo: None) -> None:
    first = simulate(A10, *SHORT)
    more = simulate(
        A10,
        *SHORT,
        "sites.aaa-unused={kind: mec, x: 0 m, y: 0 m}",
        "links.aaa-unused={from: aggregation, to: aaa-unused, rate: 1 Gbit/s, delay: 1 ms}",
    )
    # Its own rows and names apart, all is as before: it comes last, so the other indices stay. (`flushed` counts rows.)
    assert_same_tables(
        {
            name: column
            for name, column in first.items()
            if not name.startswith(("links/", "names/", "sites/", "flushed"))
        },
        {
            name: column
            for name, column in more.items()
            if not name.startswith(("links/", "names/", "sites/", "flushed"))
        },
    )
    ours = more["links/link"] < len(first["names/links"])
    for name in first:
        if name.startswith("links/"):
            assert np.array_equal(first[name], more[name][ours]), name


@pytest.mark.slow
def test_seeds_and_replications_differ(simulate: Simulate) -> None:
    a = simulate(HIGHWAY, *SHORT)
    b = simulate(HIGHWAY, *SHORT, "simulation.seed=2")
    c = simulate(HIGHWAY, *SHORT, "simulation.replication=1")
    assert not np.array_equal(a["tasks/created_ns"], b["tasks/created_ns"])
    assert not np.array_equal(a["tasks/created_ns"], c["tasks/created_ns"])


@pytest.mark.slow
def test_recording_less_changes_no_statistics(simulate: Simulate) -> None:
    full = simulate(HIGHWAY, *SHORT)
    sampled = simulate(HIGHWAY, *SHORT, "recording.mode=sampled", "recording.fraction=20 %")
    histogram = simulate(HIGHWAY, *SHORT, "recording.mode=histogram")
    for thin in (sampled, histogram):
        assert_same_tables(
            {
                n: c
                for n, c in full.items()
                if n.startswith(("summary", "stage_summary", "histograms", "budget", "decisions"))
            },
            {
                n: c
                for n, c in thin.items()
                if n.startswith(("summary", "stage_summary", "histograms", "budget", "decisions"))
            },
        )
    assert len(histogram["messages/id"]) == 0
    share = len(sampled["tasks/id"]) / len(full["tasks/id"])
    assert 0.1 < share < 0.3
    # A task is there with its messages or not at all.
    roots = set(sampled["tasks/id"].tolist())
    children = sampled["messages/parent_id"][sampled["messages/parent_id"] != 0]
    assert len(children) > 0
    assert set(children.tolist()) <= roots
