"""The programs in bad weather: full disks, folders they may not write, signals, kills, files that go away."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from whole_runs import ROOT

import cv2x

SIM = os.environ.get("CV2X_SIM", str(ROOT / "build/release/cv2x-sim"))
SMALL = ROOT / "tests/python/small.yaml"
BAD_TRACES = ROOT / "tests/sim/input/bad"
ENDLESS = "simulation.duration=100000 s"
PROGRAMS = {"cv2x": [sys.executable, "-m", "cv2x"], "cv2x-sim": [SIM]}
Done = subprocess.CompletedProcess[str]


def run(program: str, *words: object, **options: object) -> Done:
    command = [*PROGRAMS[program], *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)  # type: ignore[call-overload]


def start(program: str, out: Path, *words: object, **options: object) -> subprocess.Popen[str]:
    """A run of the small world that has begun to write `out`."""
    command = [*PROGRAMS[program], "run", str(SMALL), "-o", str(out), *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]
    wanted = [out] if "-R" not in words else [out.with_name(f"{out.stem}-r00{r}.h5") for r in (0, 1)]
    wait_for(lambda: process.poll() is not None or all(path.exists() for path in wanted))
    assert process.poll() is None, process.communicate()
    time.sleep(0.3)
    return process


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.02)


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Threads start them, so they are children of any of its threads."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(pid) for file in tasks for pid in file.read_text().split()]


def is_going_on(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def writes(pid: int, path: Path) -> bool:
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            if os.readlink(link) == str(path):
                return True
    return False


# --- where it cannot write ---


@pytest.fixture(scope="session")
def namespace() -> list[str]:
    """What runs a command where it may mount."""
    for command in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        with contextlib.suppress(OSError):
            if not subprocess.run(
                [*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True
            ).returncode:
                return command
    pytest.skip("may not mount a file system of its own (needs root or user namespaces)")


def on_a_small_disk(namespace: list[str], folder: Path, script: str) -> Done:
    """A shell script in an empty file system of 2 MB, whose files are in `folder` afterwards."""
    folder.mkdir()
    kept = folder.with_name("kept")
    mount = f'mount -t tmpfs -o size=2m none "{folder}" && cd "{folder}"'
    whole = f'{mount} && {{ {script}; code=$?; }}; cp -r . "{kept}"; exit $code'
    return subprocess.run([*namespace, "bash", "-c", whole], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_disk_that_becomes_full(namespace: list[str], tmp_path: Path, program: str) -> None:
    words = " ".join(PROGRAMS[program])
    done = on_a_small_disk(
        namespace, tmp_path / "disk", f'{words} run "{SMALL}" -o x.h5 -q --set "{ENDLESS}"'
    )
    assert done.returncode == 2
    assert re.search(r"x\.h5: cannot go on writing the result: (\w+: )?No space left on device", done.stderr)
    assert "Traceback" not in done.stderr
    result = cv2x.open(tmp_path / "kept" / "x.h5")
    assert result.state == "ended early"
    assert len(result.messages) > 1000
    assert result.messages["end_ns"].max() > 0.9e9 * result.simulated_s
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["x.h5"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_disk_that_is_full(namespace: list[str], tmp_path: Path, program: str) -> None:
    words = " ".join(PROGRAMS[program])
    script = f'echo old > x.h5; head -c 4M /dev/zero > fill 2>/dev/null; {words} run "{SMALL}" -o x.h5 -q'
    done = on_a_small_disk(namespace, tmp_path / "disk", script)
    assert done.returncode == 2
    assert re.search(r"x\.h5: cannot write the result: (\w+: )?No space left on device", done.stderr)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["fill", "x.h5"]
    assert (tmp_path / "kept" / "x.h5").read_text() == "old\n"


def test_a_report_on_a_full_disk(namespace: list[str], tmp_path: Path) -> None:
    cv2x.run(SMALL, {"simulation.duration": "3 s"}, output=tmp_path / "x.h5").close()
    command = f'{sys.executable} -m cv2x $what "{tmp_path}/x.h5"'
    commands = f'for what in "report -o x.html" "check --json x.json"; do {command}'
    script = f"head -c 4M /dev/zero > fill 2>/dev/null; {commands} || echo $?; done"
    done = on_a_small_disk(namespace, tmp_path / "disk", script)
    assert done.stdout.split()[-1] == "2", done.stderr
    assert done.stderr.count("No space left on device") == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["fill"]


@pytest.fixture
def nobody(tmp_path: Path) -> dict[str, object]:
    """Options of a process that may not write what is not its own."""
    if os.getuid() != 0:
        pytest.skip("only root can start a process as somebody else")
    os.chmod(tmp_path, 0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 0o001:
            os.chmod(parent, parent.stat().st_mode | 0o011)
    options: dict[str, object] = {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": tmp_path}
    with contextlib.suppress(OSError):
        if all(run(program, "--version", **options).returncode == 0 for program in PROGRAMS):
            return options
    pytest.skip("nobody may not run the programs here")


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_may_not_be_written_or_read(nobody: dict[str, object], tmp_path: Path, program: str) -> None:
    scenario = tmp_path / "small.yaml"
    shutil.copy(SMALL, scenario)
    assert (done := run(program, "run", scenario, "-o", "x.h5", **nobody)).returncode == 2
    assert "x.h5: cannot write the result: Permission denied" in done.stderr
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.chown(mine, "nobody")
    (mine / "x.h5").write_text("of somebody else")
    assert (done := run(program, "run", scenario, "-o", "mine/x.h5", **nobody)).returncode == 2
    assert "mine/x.h5: cannot write the result: Permission denied" in done.stderr
    assert [path.read_text() for path in mine.iterdir()] == ["of somebody else"]
    for name in ("small.yaml", "mine/x.h5"):
        os.chmod(tmp_path / name, 0)
    for words in (
        ("run", scenario, "-o", "mine/y.h5"),
        ("validate", scenario),
        ("info", "mine/x.h5"),
        ("check", "mine/x.h5"),
    ):
        done = run(program, *words, **nobody)
        assert done.returncode == 2, words
        assert re.search("[Pp]ermission denied|is not readable", done.stderr), words
        assert "Traceback" not in done.stderr
    assert sorted(path.name for path in mine.iterdir()) == ["x.h5"]


# --- ended before its end ---


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_cv2x_sim_ends_when_it_is_told(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "x.h5"
    process = start("cv2x-sim", out, "--quiet", "--set", ENDLESS)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, f"interrupted: {out} holds what there was\n")
    assert cv2x.open(out).provenance["stopped"] == "interrupted"
    assert len(cv2x.open(out).messages) > 0


@pytest.mark.parametrize("words", [(), ("-R", 3, "-j", 2)], ids=["one", "replications"])
def test_the_terminal_is_closed(tmp_path: Path, words: tuple[object, ...]) -> None:
    out = tmp_path / "x.h5"
    process = start("cv2x", out, "--set", ENDLESS, *words)
    pids = workers(process)
    assert len(pids) == (2 if words else 0)
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; what there was is in" in errors
    assert not any(map(is_going_on, pids))
    files = sorted(tmp_path.iterdir())
    assert len(files) == (2 if words else 1)
    for file in files:
        assert cv2x.open(file).provenance["stopped"] == "interrupted"


@pytest.mark.parametrize("program", PROGRAMS)
def test_nohup(tmp_path: Path, program: str) -> None:
    def ignore() -> None:
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)

    process = start(program, tmp_path / "x.h5", "-q", "--set", ENDLESS, preexec_fn=ignore)
    for number in (signal.SIGHUP, signal.SIGINT):
        process.send_signal(number)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130


def test_replications_in_the_background_of_a_script_end_when_told(tmp_path: Path) -> None:
    ignore = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    process = start("cv2x", tmp_path / "x.h5", "-R", 2, "-j", 2, "--set", ENDLESS, preexec_fn=ignore)
    pids = workers(process)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not any(map(is_going_on, pids))


def test_workers_end_when_the_command_is_killed(tmp_path: Path) -> None:
    process = start("cv2x", tmp_path / "x.h5", "-R", 2, "-j", 2, "--set", ENDLESS)
    pids = workers(process)
    assert len(pids) == 2
    process.kill()
    process.communicate()
    wait_for(lambda: not any(map(is_going_on, pids)), 20)
    for file in tmp_path.iterdir():
        assert cv2x.open(file).provenance["stopped"] == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV], ids=lambda n: n.name)
def test_a_replication_that_is_killed_leaves_the_others(tmp_path: Path, number: signal.Signals) -> None:
    process = start("cv2x", tmp_path / "x.h5", "-R", 3, "-j", 2, "--set", "simulation.duration=300 s")
    killed = next(pid for pid in workers(process) if writes(pid, tmp_path / "x-r001.h5"))
    os.kill(killed, number)
    _, errors = process.communicate(timeout=120)
    lines = [line for line in errors.splitlines() if "simulated" not in line and "real time" not in line]
    assert process.returncode == 4, errors
    why = {
        signal.SIGKILL: "its process was killed (SIGKILL); perhaps memory ran out: run fewer at a time (--jobs)",
        signal.SIGTERM: "its process was interrupted from outside",
        signal.SIGSEGV: "its process was ended by SIGSEGV",
    }[number]
    files = [tmp_path / f"x-r00{r}.h5" for r in range(3)]
    assert lines[-2:] == [
        f"error: x-r001: {why}",
        f"the other replications went on; what there was is in {' '.join(map(str, files))}",
    ]
    assert [cv2x.open(file).state for file in files] == ["finished", "ended early", "finished"]


# --- the file, while it is being written ---


@pytest.mark.parametrize("program", PROGRAMS)
def test_two_runs_into_one_file(tmp_path: Path, program: str) -> None:
    out = tmp_path / "x.h5"
    first = start(program, out, "-q", "--set", ENDLESS)
    for other in PROGRAMS:
        done = run(other, "run", SMALL, "-o", out, "-q")
        assert done.returncode == 2
        assert "x.h5: cannot write the result: another run is writing this file" in done.stderr
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert first.returncode == 130
    assert [path.name for path in tmp_path.iterdir()] == ["x.h5"]
    assert run(program, "run", SMALL, "-o", out, "-q").returncode == 0
    assert cv2x.open(out).state == "finished"


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("what", ["file", "folder", "replaced"])
def test_a_result_that_goes_away_meanwhile_is_noticed(tmp_path: Path, program: str, what: str) -> None:
    out = tmp_path / "new" / "x.h5"
    out.parent.mkdir()
    process = start(program, out, "-q", "--set", ENDLESS)
    if what == "file":
        out.unlink()
    elif what == "folder":
        shutil.rmtree(out.parent)
    else:
        (tmp_path / "other").write_text("mine")
        os.replace(tmp_path / "other", out)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{out}: cannot go on writing the result: the file was removed or replaced meanwhile" in errors
    assert "Traceback" not in errors
    assert not out.exists() or out.read_text() == "mine"


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_old_result_stays_when_a_run_cannot_begin(tmp_path: Path, program: str) -> None:
    out = tmp_path / "x.h5"
    assert run(program, "run", SMALL, "-o", out, "-q", "--set", "simulation.duration=3 s").returncode == 0
    old = out.read_bytes()
    traces = (f"mobility={{kind: fcd, file: {file}}}" for file in ("none.xml", BAD_TRACES / "wrong_root.xml"))
    for setting in ("simulation.duration=0 s", "offloading.policy=nobody", *traces):
        done = run(program, "run", SMALL, "-o", out, "-q", "--set", setting)
        assert done.returncode == 2, setting
        assert "Traceback" not in done.stderr
        assert out.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["x.h5"]


# --- traces ---


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "name", ["cut_between", "cut_in_tag", "twice", "backwards", "same_time", "entity_bomb"]
)
def test_a_bad_trace(tmp_path: Path, program: str, name: str) -> None:
    trace = BAD_TRACES / f"{name}.xml"
    done = run(program, "run", SMALL, "-o", tmp_path / "x.h5", "-q", "--set", f"mobility={{kind: fcd, file: {trace}}}",
               "--set", "simulation.duration=1000 s")  # fmt: skip
    assert done.returncode == 2
    assert trace.with_suffix(".expected").read_text().split(":", 2)[-1].strip() in done.stderr
    assert f"{trace}:" in done.stderr
    assert "Traceback" not in done.stderr
    for file in tmp_path.iterdir():
        assert cv2x.open(file).incomplete


@pytest.mark.slow
def test_a_million_vehicles_in_one_step(tmp_path: Path) -> None:
    trace, n = tmp_path / "many.xml", 1_000_000
    with open(trace, "w") as file:
        file.write('<fcd-export><timestep time="0.00">\n')
        for i in range(n):
            file.write(
                f'<vehicle id="v{i}" x="{i % 1000}.5" y="{i // 1000}.5" angle="90.00" speed="10.00"/>\n'
            )
        file.write('</timestep><timestep time="1.00">\n</timestep></fcd-export>\n')
    command = [SIM, "run", str(SMALL), "-o", str(tmp_path / "x.h5"), "-q"]
    for setting in (
        f"mobility={{kind: fcd, file: {trace}}}",
        "simulation={duration: 2 s, warm_up: 0 s, drain: 1 s}",
        "services.perception=null",
        "services.telemetry.rate=1 Hz",
    ):
        command += ["--set", setting]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    code = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    print(f"\na million vehicles in one step: {seconds:.1f} s CPU, {float(done.stdout):.0f} MB")
    result = cv2x.open(tmp_path / "x.h5")
    assert len(result.events.query("kind == 'enter'")) == n
    assert float(done.stdout) < 3200  # every vehicle has a processor with its queue, meter and counts
    assert seconds < 60
