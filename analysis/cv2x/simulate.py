"""Runs: one in this process, or replications in processes of their own."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cv2x import _core
from cv2x.errors import Diagnostic, PolicyError, RunError, ScenarioError
from cv2x.progress import Reporter, Silent, Update, reporter

if TYPE_CHECKING:
    from cv2x.policy import PolicyLike
    from cv2x.results import Result
    from cv2x.scenario import Scenario

Overrides = Mapping[str, Any] | Sequence[str]
INTERRUPTED = 130  # exit code of a worker
OnProgress = Callable[[_core.Progress], bool | None]


def override_texts(overrides: Overrides) -> list[str]:
    """`{"radio.kind": "ideal", "simulation.seed": 7}` → `["radio.kind=ideal", "simulation.seed=7"]`.

    A text is taken as it stands, as YAML ("20 MHz"); anything else is written as JSON. None deletes a key.
    """
    if isinstance(overrides, str):
        raise TypeError(
            f'overrides are a dict {{"a.b": value}} or a list ["a.b=value"], not a text: {overrides!r}'
        )
    if not isinstance(overrides, Mapping):
        return list(overrides)
    return [
        f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in overrides.items()
    ]


def load(
    scenario: "str | os.PathLike[str] | Scenario | Mapping[str, Any]", overrides: Overrides = ()
) -> _core.LoadedScenario:
    """Reads and checks a scenario: a file, a `Scenario`, or nested dicts.

    `ScenarioError` holds every mistake, each with its place in the file or its key.
    """
    if isinstance(scenario, str | os.PathLike):
        return _core.load(os.fspath(scenario), override_texts(overrides))
    from cv2x.scenario import Scenario

    if not isinstance(scenario, Mapping):
        raise TypeError(f"a scenario is a file, a cv2x.Scenario or a dict, not a {type(scenario).__name__}")
    made = scenario if isinstance(scenario, Scenario) else Scenario.from_dict(scenario)
    return made._loaded(overrides)


def run(
    scenario: "str | os.PathLike[str] | Scenario | Mapping[str, Any] | _core.LoadedScenario",
    overrides: Overrides = (),
    output: str | Path | None = None,
    on_progress: OnProgress | None = None,
    progress: bool = False,
    policy: "PolicyLike | None" = None,
) -> "Result":
    """Simulates a scenario and opens the result.

    Args:
        scenario: a scenario file, a `Scenario`, nested dicts, or what `load` gave (then without overrides).
        overrides: `{"offloading.policy": "cloud", "simulation.duration": "60 s"}`, or `["a.b=value", …]`.
        output: the HDF5 file to write; None: a temporary one that goes when the result is no longer used.
        on_progress: called about ten times a second; returning False stops the run.
        progress: shows how far it is: a bar in a terminal or notebook, else a line every few seconds.
        policy: who decides where tasks run, instead of the scenario's policy: a built-in's name, a function
            `decide(task, view)`, a class or an object with such a method, or the name of one of those,
            "FILE.py:NAME" or "module:NAME" (`cv2x.policy`, docs/policies.md). A class is made anew for the run;
            an object goes on with the state it has.

    Raises `PolicyError` when a policy in Python fails; `output` is then kept, marked incomplete.

    The GIL is released while it runs. Ctrl-C ends the run, closes the file (marked incomplete) and raises
    KeyboardInterrupt. One run at a time in a process; parallel runs are processes.
    """
    from cv2x.results import Result

    if isinstance(scenario, _core.LoadedScenario):
        if overrides:
            raise TypeError("overrides go to load() when a loaded scenario is given")
        loaded = scenario
    else:
        loaded = load(scenario, overrides)
    with shown(on_progress) if progress else contextlib.nullcontext(on_progress) as told:
        if output is not None:
            _simulate(loaded, str(output), told, policy)
            return Result(output)
        folder = tempfile.TemporaryDirectory(prefix="cv2x-")
        path = Path(folder.name) / "result.h5"
        _simulate(loaded, str(path), told, policy)
    result = Result(path)
    weakref.finalize(result, folder.cleanup)
    return result


def _simulate(
    loaded: _core.LoadedScenario,
    output: str,
    on_progress: OnProgress | None,
    policy: "PolicyLike | None" = None,
) -> _core.RunReport:
    """The run itself. NumPy and what finds policies are loaded only for one in Python."""
    ready = None
    if policy is not None or ":" in loaded.policy:
        from cv2x.policy import prepare

        loaded, ready = prepare(loaded, policy)
    return _core.run(loaded, output, command_line(), on_progress, ready)


@contextlib.contextmanager
def shown(on_progress: OnProgress | None = None) -> Iterator[OnProgress]:
    """A callback for a run that shows how far it is, and then calls `on_progress`."""
    with reporter(quiet=False, runs=1) as display:

        def tell(p: _core.Progress) -> bool | None:
            display.update("run", Update(p.activity, p.simulated_ns, p.end_ns, p.vehicles, p.wall_s))
            return None if on_progress is None else on_progress(p)

        yield tell
        display.done("run")


def command_line() -> str:
    """By which command this process was started, for the provenance."""
    program = Path(sys.argv[0])
    words = ["python", "-m", program.parent.name] if program.name == "__main__.py" else [program.name]
    return shlex.join([*words, *sys.argv[1:]])


@dataclass(frozen=True)
class Job:
    """One run: a scenario with overrides into a file."""

    name: str
    scenario: str
    output: str
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """How a run went."""

    output: str
    simulated_s: float
    wall_s: float
    mobility_wall_s: float
    warnings: list[str]


def policy_overrides(policy: str | None) -> list[str]:
    """A policy's name as an override, as `--policy` means it."""
    return [] if policy is None else [f"offloading.policy={json.dumps(policy)}"]


def check_policy(loaded: _core.LoadedScenario) -> None:
    """Finds, checks and makes the scenario's policy if it is Python, as a run would, with the same errors."""
    if ":" in loaded.policy:
        from cv2x.policy import prepare

        prepare(loaded, None)


@contextlib.contextmanager
def output_folder(folder: Path) -> Iterator[None]:
    """The folder is there inside; if it was made here and nothing came into it, it is gone afterwards."""
    missing = [p for p in (folder, *folder.parents) if not os.path.exists(p)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise ScenarioError(f"cannot make the folder {folder}: a file is in the way") from error
    except OSError as error:
        raise ScenarioError(f"cannot make the folder {folder}: {error.strerror}") from error
    try:
        yield
    finally:
        for made in missing:
            with contextlib.suppress(OSError):  # not empty
                made.rmdir()


def run_job(
    job: Job,
    reporter: Reporter,
    loaded: _core.LoadedScenario | None = None,
    policy: "PolicyLike | None" = None,
) -> Report:
    """Runs here, in this process. `loaded`: the job's scenario, if it is at hand; `policy`: as of `run`."""

    def on_progress(p: _core.Progress) -> None:
        reporter.update(job.name, Update(p.activity, p.simulated_ns, p.end_ns, p.vehicles, p.wall_s))

    scenario = loaded or _core.load(job.scenario, job.overrides)
    report = _simulate(scenario, job.output, on_progress, policy)
    reporter.done(job.name)
    return Report(
        report.output,
        report.simulated_ns * 1e-9,
        report.wall_s,
        report.mobility_wall_s,
        report.warnings,
    )


def run_jobs(jobs: Sequence[Job], workers: int, reporter: Reporter | None = None) -> list[Report]:
    """Runs each job in a process of its own, `workers` of them at a time.

    A job's file depends on the job alone. The first error ends the others and is raised; KeyboardInterrupt
    too ends them, each with its file closed. Where a process was killed the others go on, and `RunError` is
    raised at the end: what they wrote is whole.
    """
    if not jobs:
        return []
    children = _Children(reporter or Silent())
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [pool.submit(children.run, job) for job in jobs]
        killed: list[str] = []
        try:
            for future in as_completed(futures):
                if isinstance(error := future.exception(), RunError):
                    killed.append(str(error))
                elif error is not None:
                    raise error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            children.interrupt()
            raise
    if killed:
        raise RunError("\n".join(killed))
    return [future.result() for future in futures]


class _Children:
    """Worker processes (`python -m cv2x.worker`) under way."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._running: set[subprocess.Popen[str]] = set()
        self._begun: set[subprocess.Popen[str]] = set()  # of those: can be interrupted
        self._stopped = False
        self._lock = threading.Lock()

    def run(self, job: Job) -> Report:
        """Starts one, follows it to its end."""
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            try:
                child = subprocess.Popen(
                    [sys.executable, "-m", "cv2x.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    start_new_session=True,  # Ctrl-C reaches this process, which tells the children
                )
            except OSError as error:
                raise RunError(f"{job.name}: cannot start a process for it: {error.strerror}") from error
            self._running.add(child)
        try:
            return self._follow(job, child)
        finally:
            with self._lock:
                self._running.discard(child)
                self._begun.discard(child)

    def interrupt(self) -> None:
        """Tells all to end, and starts no more."""
        with self._lock:
            self._stopped = True
            for child in self._running:
                # An interpreter that is still starting would answer SIGINT with a traceback.
                child.send_signal(signal.SIGINT if child in self._begun else signal.SIGTERM)

    def _follow(self, job: Job, child: subprocess.Popen[str]) -> Report:
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it was killed; its exit code tells
            child.stdin.write(json.dumps(asdict(job) | {"argv": sys.argv}))
            child.stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        report: Report | None = None
        for line in child.stdout:
            if not line.endswith("\n"):
                break  # killed while it told
            told = json.loads(line)
            if "begun" in told:
                with self._lock:
                    self._begun.add(child)
            elif "update" in told:
                self._reporter.update(job.name, Update(**told["update"]))
            elif "report" in told:
                report = Report(**told["report"])
            elif "policy_error" in told:
                child.wait()
                raise PolicyError(**told["policy_error"])
            else:
                child.wait()
                raise ScenarioError([Diagnostic(**d) for d in told["diagnostics"]])
        code = child.wait()
        if report is None:
            with self._lock:
                if self._stopped:
                    raise KeyboardInterrupt
            raise RunError(f"{job.name}: {_how_it_ended(code)}")
        self._reporter.done(job.name)
        return report


def _how_it_ended(code: int) -> str:
    if code == INTERRUPTED:
        return "its process was interrupted from outside"
    if code == -signal.SIGKILL:
        return "its process was killed (SIGKILL); perhaps memory ran out: run fewer at a time (--jobs)"
    if code < 0:
        with contextlib.suppress(ValueError):  # a real-time signal has no name
            return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with code {code}"
