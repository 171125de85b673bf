"""Hosts in whole runs: disciplines, admission, GPUs, energy and cost, failures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cv2x

SCENARIO = Path(__file__).parent / "hosts.yaml"
S, MS = 10**9, 10**6


def run(folder: Path, overrides: dict[str, object]) -> cv2x.Result:
    return cv2x.run(SCENARIO, overrides, folder / "out.h5")


def host(**keys: object) -> dict[str, object]:
    return {f"compute.hosts.host.{key}": value for key, value in keys.items()}


def spent(result: cv2x.Result, stage: str) -> pd.Series:
    """Time in a stage by task [ns]."""
    stages = result.stages
    return stages[stages["stage"] == stage].groupby("id")["duration_ns"].sum()


def mean_ms(result: cv2x.Result, service: str) -> float:
    tasks = result.tasks
    return tasks.loc[tasks["service"] == service, "latency_ns"].mean() / MS


# --- disciplines ---


@pytest.mark.parametrize("discipline", ["fifo", "priority", "edf", "processor_sharing"])
@pytest.mark.parametrize("preemption", ["none", "resume"])
def test_every_task_gets_what_it_needs(tmp_path: Path, discipline: str, preemption: str) -> None:
    keys = {"discipline": discipline}
    if discipline in ("priority", "edf"):
        keys["preemption"] = preemption
    elif preemption == "resume":
        pytest.skip("has no order")
    result = run(tmp_path, host(**keys))
    tasks = result.tasks.set_index("id")
    assert (tasks["outcome"] == "delivered").all()
    served, waited = spent(result, "compute_service"), spent(result, "compute_queue")
    total = served.add(waited, fill_value=0).loc[tasks.index]
    assert (total == tasks["latency_ns"]).all()
    served = served.loc[tasks.index]
    if discipline == "processor_sharing":
        assert waited.sum() == 0
        assert (served >= tasks["cycles"] - 1).all()
        busy = np.diff(np.sort(np.concatenate([tasks["created_ns"], tasks["end_ns"]])))
        assert busy.sum() >= tasks["cycles"].sum() - 10 * len(tasks)
    else:
        np.testing.assert_allclose(
            served, tasks["cycles"], atol=2
        )  # to the nanosecond, once more if interrupted
    assert result.hosts["utilisation"].mean() == pytest.approx(0.5, abs=0.15)


def test_the_order_of_service(tmp_path: Path) -> None:
    found = {
        name: run(tmp_path, host(**keys))
        for name, keys in {
            "fifo": {},
            "priority": {"discipline": "priority"},
            "preemptive": {"discipline": "priority", "preemption": "resume"},
            "edf": {"discipline": "edf"},
        }.items()
    }
    high = {name: mean_ms(result, "high") for name, result in found.items()}
    low = {name: mean_ms(result, "low") for name, result in found.items()}
    assert high["preemptive"] < high["priority"] < high["fifo"]
    assert low["fifo"] < low["priority"] < low["preemptive"]
    assert high["edf"] < high["fifo"]
    assert mean_ms(found["preemptive"], "high") < 5.6  # but for its own kind nobody delays it: 5 ms, load 0.1
    late = {n: (r.tasks["latency_ns"] > r.tasks["service"].map({"low": 80, "high": 20}).astype(float) * MS).sum()
            for n, r in found.items()}  # fmt: skip
    assert late["edf"] < late["fifo"]
    # Interrupted ones are back in the queue.
    stages = found["preemptive"].stages
    again = stages[stages["stage"] == "compute_service"].groupby("id").size()
    assert (again > 1).sum() > 5
    assert found["fifo"].stages.groupby("id").size().max() <= 2 * 3


# --- admission ---


def test_admission(tmp_path: Path) -> None:
    overrides = host(queue=1) | {"services.low.rate": "200 Hz"}
    assert set(run(tmp_path, overrides).tasks["outcome"]) == {"delivered", "compute_full"}
    result = run(tmp_path, host(**{"admission.tasks": 2}) | {"services.low.rate": "200 Hz"})
    assert set(result.tasks["outcome"]) == {"delivered", "admission_refused"}
    refused = (result.tasks["outcome"] == "admission_refused").sum()
    assert result.hosts["dropped"].sum() == pytest.approx(refused, abs=refused / 5)
    assert result.host_summary.set_index("host").loc["host", "dropped"] == refused
    assert (result.hosts["running"] + result.hosts["waiting"] <= 2).all()


def test_memory_and_shares(tmp_path: Path) -> None:
    memory = {"services.low.memory": "300 MB", "services.low.rate": "200 Hz"}
    result = run(tmp_path, host(memory="1 GB") | memory)
    assert set(result.tasks["outcome"]) == {"delivered", "out_of_memory"}
    assert set(result.hosts["memory_bytes"]) <= {0, 3e8, 6e8, 9e8}
    assert (result.tasks.loc[result.tasks["service"] == "high", "outcome"] == "delivered").all()
    shares = {"services.low.edge_share": "30 %", "services.low.rate": "200 Hz"}
    by_share = run(tmp_path, host(discipline="processor_sharing") | shares)
    assert set(by_share.tasks["outcome"]) == {"delivered", "admission_refused"}
    low = by_share.tasks[(by_share.tasks["service"] == "low") & (by_share.tasks["outcome"] == "delivered")]
    there = pd.concat([pd.Series(1, low["created_ns"]), pd.Series(-1, low["end_ns"])])
    assert there.groupby(level=0).sum().sort_index().cumsum().max() == 3  # a fourth would make 120 %


# --- GPUs ---


def test_inferences_run_on_the_gpu(tmp_path: Path) -> None:
    result = run(tmp_path, host(**{"gpus.model": "t4"}) | {"services.high.network": "yolo11x"})
    high = result.tasks.set_index("id").loc[lambda t: t["service"] == "high"]
    served = spent(result, "compute_service").loc[high.index]
    assert (served == 11.3 * MS).all()
    assert result.hosts["gpu_utilisation"].mean() == pytest.approx(20 * 0.0113, abs=0.06)
    assert "batch_wait" not in set(result.stages["stage"])


def test_batches_wait_and_are_served_together(tmp_path: Path) -> None:
    keys = {
        "gpus.model": "t4",
        "gpus.batch.size": 4,
        "gpus.batch.wait": "110 ms",
        "gpus.batch.growth": "50 %",
    }
    overrides = host(**keys) | {"services.high.network": "yolo11n", "services.high.arrivals": "periodic"}
    result = run(tmp_path, overrides)
    high = result.tasks[result.tasks["service"] == "high"].set_index("id")
    sizes = high.groupby("end_ns").size()
    assert set(sizes.iloc[:-1]) == {3}  # at 0, 50 and 100 ms: a fourth would fill it
    full = high[high["end_ns"].isin(sizes[sizes == 3].index)]
    assert set(spent(result, "compute_service").loc[full.index]) == {1.5 * MS * (1 + 2 * 0.5)}
    waited = spent(result, "batch_wait").reindex(full.index, fill_value=0)
    assert waited.max() == pytest.approx(110 * MS, abs=1)
    assert waited.groupby(full["end_ns"]).min().max() == pytest.approx(10 * MS, abs=2)


def test_vehicles_may_have_gpus(tmp_path: Path) -> None:
    overrides = {
        "compute.vehicles.gpus.model": "orin_nx", "compute.vehicles.gpus.power": {"idle": 5, "peak": 25},
        "services.low.kind": "perception_offload", "services.low.server": None, "services.low.network": "yolo11s",
        "services.low.rate": "10 Hz", "offloading.policy": "local",
    }  # fmt: skip
    result = run(tmp_path, overrides)
    low = result.tasks[result.tasks["service"] == "low"].set_index("id")
    assert set(spent(result, "local_service").loc[low.index]) == {7.55 * MS}
    vehicles = result.host_summary.set_index("host").loc["(vehicle)"]
    assert vehicles["busy_gpu_s"] == pytest.approx(len(low) * 7.55e-3)
    assert vehicles["task_energy_j"] == pytest.approx(20 * vehicles["busy_gpu_s"])


# --- energy and cost ---


def test_energy_and_cost(tmp_path: Path) -> None:
    result = run(tmp_path, host(cores=4, power={"idle": 100, "peak": 300}, price=3.6))
    row = result.host_summary.set_index("host").loc["host"]
    end_s = result.tasks["end_ns"].max() * 1e-9
    assert row["finished"] == len(result.tasks)
    assert row["busy_core_s"] == pytest.approx(result.tasks["cycles"].sum() * 1e-9)
    assert row["task_energy_j"] == pytest.approx(200 * row["busy_core_s"] / 4)
    assert row["energy_j"] == pytest.approx(100 * max(10, end_s) + row["task_energy_j"], rel=1e-3)
    assert row["cost"] == pytest.approx(1e-3 * max(10, end_s), rel=1e-3)
    hosts = result.hosts
    np.testing.assert_allclose(hosts["energy_j"], 100 + 200 * hosts["utilisation"], rtol=1e-5)


# --- failures ---

OUTAGE = {"failures.kind": "given", "failures.outages.one": {"from": "3 s", "duration": "2 s"}}


def test_tasks_are_lost_with_their_host(tmp_path: Path) -> None:
    result = run(tmp_path, host(**OUTAGE) | {"services.low.rate": "90 Hz"})
    tasks = result.tasks
    down = tasks["created_ns"].between(3 * S, 5 * S - 1)
    assert (tasks.loc[down, "outcome"] == "host_failed").all()
    caught = (tasks["created_ns"] < 3 * S) & (tasks["outcome"] == "host_failed")
    assert (tasks.loc[caught, "end_ns"] == 3 * S).all()
    assert (tasks.loc[tasks["created_ns"] >= 5 * S, "outcome"] == "delivered").all()
    row = result.host_summary.set_index("host").loc["host"]
    assert (row["failures"], row["down_s"]) == (1, 2)
    assert row["failed"] == caught.sum() > 0
    assert row["dropped"] == down.sum()
    events = result.events[result.events["host"].notna()]
    assert events[["time_ns", "kind", "host"]].to_numpy().tolist() == [
        [3 * S, "host_failed", "host"],
        [5 * S, "host_repaired", "host"],
    ]
    assert events["vehicle"].isna().all()
    assert result.hosts.set_index("time_ns")["up"].tolist() == [True, True, False, False] + [True] * (
        len(result.hosts) - 4
    )


@pytest.mark.parametrize("discipline", ["fifo", "priority", "processor_sharing"])
def test_retried_tasks_wait_for_the_repair(tmp_path: Path, discipline: str) -> None:
    keys = OUTAGE | {"failures.tasks": "retried", "discipline": discipline}
    result = run(tmp_path, host(**keys))
    tasks = result.tasks.set_index("id")
    assert (tasks["outcome"] == "delivered").all()
    assert not tasks["end_ns"].between(3 * S + 1, 5 * S - 1).any()
    caught = tasks[(tasks["created_ns"] < 3 * S) & (tasks["end_ns"] > 3 * S)]
    assert (caught["end_ns"] >= 5 * S).all()
    served = spent(result, "compute_service").loc[tasks.index]
    assert (served >= tasks["cycles"] - 1).all()
    total = served.add(spent(result, "compute_queue"), fill_value=0).loc[tasks.index]
    assert (total == tasks["latency_ns"]).all()


def test_random_failures_are_the_hosts_own(tmp_path: Path) -> None:
    keys = {"failures.kind": "random", "failures.mtbf": "1 s", "failures.mttr": "200 ms"}
    result = run(tmp_path, host(**keys) | {"simulation.duration": "100 s"})
    row = result.host_summary.set_index("host").loc["host"]
    assert 60 < row["failures"] < 110
    assert row["down_s"] / 100 == pytest.approx(1 / 6, abs=0.05)
    other = run(tmp_path, host(**keys) | {"simulation.duration": "100 s", "services.low.rate": "5 Hz"})
    assert result.events.equals(other.events)


def test_a_policy_avoids_a_host_that_is_down(tmp_path: Path) -> None:
    overrides = host(**OUTAGE) | {
        "services.low.kind": "perception_offload", "services.low.server": None, "offloading.policy": "nearest_edge",
        "compute.hosts.spare": {"site": "gnb"}, "offloading.load_report": "10 ms",
    }  # fmt: skip
    tasks = run(tmp_path, overrides).tasks
    low = tasks[tasks["service"] == "low"]
    during = low["created_ns"].between(3 * S + 10 * MS, 5 * S - 10 * MS)
    assert (low.loc[during, "host"] == "spare").all()
    assert (low.loc[low["created_ns"] < 3 * S, "host"] == "host").all()
