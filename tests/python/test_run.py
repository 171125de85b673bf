"""Runs from Python: the small world, simulated for real."""

import gc
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cv2x
from cv2x.progress import Silent
from cv2x.simulate import Job, _Children, output_folder, override_texts, run_jobs

SMALL = Path(__file__).with_name("small.yaml")
LONG = {"simulation.duration": "100000 s"}


def test_overrides_as_texts():
    overrides = {"a.b": "20 MHz", "c": 7, "d": True, "e": None, "f": ["x", "y"]}
    assert override_texts(overrides) == ["a.b=20 MHz", "c=7", "d=true", "e=null", 'f=["x", "y"]']
    assert override_texts(["a=1"]) == ["a=1"]
    with pytest.raises(TypeError, match="not a text: 'a=1'"):
        override_texts("a=1")


def test_overrides_take_effect():
    loaded = cv2x.load(SMALL, {"simulation.duration": "7 s", "simulation.replication": 3})
    assert loaded.duration_ns == 7_000_000_000
    assert loaded.replication == 3
    assert loaded.title == "Small [world]"
    with pytest.raises(TypeError, match="overrides go to load"):
        cv2x.run(loaded, {"simulation.seed": 2})


def test_a_wrong_scenario_is_one_exception_with_all_mistakes(tmp_path: Path):
    overrides = {"simulation.duration": "-1 s", "services.telemetry.rate": 10}
    with pytest.raises(cv2x.ScenarioError, match="rate") as caught:
        cv2x.run(SMALL, overrides, output=tmp_path / "x.h5")
    assert isinstance(caught.value, ValueError)
    assert {d.key for d in caught.value.diagnostics} == {"simulation.duration", "services.telemetry.rate"}
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_has_its_place(tmp_path: Path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SMALL.read_text().replace("cores: 2", "coers: 2"))
    with pytest.raises(cv2x.ScenarioError) as caught:
        cv2x.load(wrong)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.file, diagnostic.line) == (str(wrong), 15)
    assert "cores" in diagnostic.message
    assert diagnostic.place == f"{wrong}:15:{diagnostic.column}"


def test_a_temporary_result_goes_with_the_object():
    result = cv2x.run(SMALL, {"simulation.duration": "3 s"})
    path = Path(result.path)
    assert path.exists()
    assert len(result.tasks) > 100
    del result
    gc.collect()
    assert not path.parent.exists()


def test_progress_and_stopping(tmp_path: Path):
    seen = []

    def stop_after_three(progress: cv2x.Progress) -> bool:
        seen.append((progress.activity, progress.simulated_ns, progress.end_ns, progress.vehicles))
        return len(seen) < 3

    result = cv2x.run(SMALL, LONG, output=tmp_path / "x.h5", on_progress=stop_after_three)
    assert result.incomplete
    assert len(seen) == 3
    assert seen[-1][0] == "simulating"
    assert 0 < seen[-1][1] < seen[-1][2] == 10**14
    assert seen[-1][3] == 20


def test_what_a_callback_raises_comes_out(tmp_path: Path):
    def fail(_: cv2x.Progress) -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        cv2x.run(SMALL, LONG, output=tmp_path / "x.h5", on_progress=fail)
    assert cv2x.open(tmp_path / "x.h5").incomplete


def test_one_run_at_a_time(tmp_path: Path):
    def another(_: cv2x.Progress) -> None:
        cv2x.run(SMALL)

    with pytest.raises(RuntimeError, match=r"a run \(or .*\) is going on"):
        cv2x.run(SMALL, LONG, output=tmp_path / "x.h5", on_progress=another)


def test_interrupt_keeps_the_file_and_other_threads_run(tmp_path: Path):
    turns = 0
    over = threading.Event()

    def count() -> None:
        nonlocal turns
        while not over.wait(0.001):
            turns += 1

    counter = threading.Thread(target=count)
    counter.start()
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            cv2x.run(SMALL, LONG, output=tmp_path / "x.h5")
    finally:
        over.set()
        counter.join()
    assert time.monotonic() - start < 5
    assert turns > 20
    result = cv2x.open(tmp_path / "x.h5")
    assert result.incomplete
    assert len(result.messages) > 0


def test_replications_depend_on_nothing_but_themselves(tmp_path: Path):
    short = ["simulation.duration=3 s"]

    def simulate(name: str, workers: int) -> list[cv2x.Result]:
        jobs = [
            Job(f"r{r}", str(SMALL), str(tmp_path / f"{name}{r}.h5"), [*short, f"simulation.replication={r}"])
            for r in range(3)
        ]
        return [cv2x.open(report.output) for report in run_jobs(jobs, workers)]

    alone, together = simulate("alone", 1), simulate("together", 3)
    for a, b in zip(alone, together, strict=True):
        assert a.messages.equals(b.messages)
        assert a.tasks.equals(b.tasks)
        assert a.stages.equals(b.stages)
    assert not alone[0].tasks.equals(alone[1].tasks)
    here = cv2x.run(SMALL, [*short, "simulation.replication=1"])
    assert here.tasks.equals(alone[1].tasks)


def test_a_mistake_in_a_worker_is_raised_here(tmp_path: Path):
    job = Job("x", str(SMALL), str(tmp_path / "missing" / "x.h5"))
    with pytest.raises(cv2x.ScenarioError, match="missing"):
        run_jobs([job], 1)


def test_an_output_folder_that_stays_empty_goes_again(tmp_path: Path):
    with output_folder(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()
    assert not (tmp_path / "a").exists()
    with output_folder(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "x.h5").touch()
    assert (tmp_path / "a" / "b" / "x.h5").exists()


@pytest.mark.parametrize("delay_s", [0, 0.01, 0.02, 0.04, 0.08, 0.16])
def test_a_worker_that_is_ended_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], delay_s: float
):
    children = _Children(Silent())
    job = Job("x", str(SMALL), str(tmp_path / "x.h5"), ["simulation.duration=100000 s"])
    with ThreadPoolExecutor() as pool:
        future = pool.submit(children.run, job)
        while not children._running:
            time.sleep(0.001)
        time.sleep(delay_s)
        children.interrupt()
        with pytest.raises((KeyboardInterrupt, BrokenPipeError)):
            future.result(timeout=20)
    assert capfd.readouterr().err == ""
