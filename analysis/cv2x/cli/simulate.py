"""`cv2x run`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import (
    EXIT_INTERRUPTED,
    EXIT_KILLED,
    EXIT_USER_ERROR,
    Overrides,
    Quiet,
    end_on_signals,
    print_diagnostics,
    print_policy_error,
    print_run_error,
    say,
    user_errors,
)
from cv2x.cli.completion import complete_policies, complete_scenarios
from cv2x.errors import PolicyError, RunError, ScenarioError


@user_errors
def run(
    scenario: Annotated[
        Path, typer.Argument(help="Scenario file (YAML).", autocompletion=complete_scenarios)
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE|DIR", help="Result file, or a folder (ends with /, or is one)."
        ),
    ] = None,
    overrides: Overrides = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="POLICY",
            help="Who decides where tasks run: a built-in's name, or Python: FILE.py:NAME or module:NAME.",
            autocompletion=complete_policies,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", "-R", min=1, max=1000, help="Runs with different random numbers.")
    ] = 1,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Replications at a time; 0: one a core.")
    ] = 0,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what was read, and how long each part took.")
    ] = False,
) -> None:
    """Simulate a scenario, write the result file and print a summary.

    Without -o the result goes to out/NAME.h5. With --replications, a file each: NAME-r000.h5, NAME-r001.h5, …,
    the same whatever --jobs is. Ctrl-C ends the run and keeps the file, marked incomplete. One whose process is
    killed does not end the others (exit code 4).
    """
    from cv2x.progress import reporter
    from cv2x.simulate import (
        Job,
        check_policy,
        load,
        output_folder,
        policy_overrides,
        run_job,
        run_jobs,
    )

    keys = [*(overrides or []), *policy_overrides(policy)]
    # Everything wrong with scenario and policy comes to light before anything is written.
    loaded = load(scenario, keys)
    if replications > 1:
        check_policy(loaded)
    path = output_path(scenario, output)
    if verbose:
        say(f"read: {' '.join([*loaded.files, *loaded.inputs])}")
    todo = [Job(path.stem, str(scenario), str(path), keys)]
    if replications > 1:
        todo = [
            Job(
                f"{path.stem}-r{r:03}",
                str(scenario),
                str(path.with_name(f"{path.stem}-r{r:03}{path.suffix}")),
                [*keys, f"simulation.replication={r}"],
            )
            for r in range(loaded.replication, loaded.replication + replications)
        ]
    end_on_signals()
    before = [_identity(job.output) for job in todo]
    try:
        with output_folder(path.parent), reporter(quiet=quiet, runs=replications) as shown:
            if replications == 1:
                reports = [run_job(todo[0], shown, loaded)]
            else:
                workers = min(jobs or len(os.sched_getaffinity(0)), replications)
                reports = run_jobs(todo, workers, shown)
    except (KeyboardInterrupt, PolicyError, RunError, ScenarioError) as error:
        now = {job.output: _identity(job.output) for job in todo}
        kept = [path for path, old in zip(now, before, strict=True) if now[path] not in (None, old)]
        _say_what_there_is(error, kept)
        codes = {KeyboardInterrupt: EXIT_INTERRUPTED, RunError: EXIT_KILLED}
        raise typer.Exit(codes.get(type(error), EXIT_USER_ERROR)) from None
    if quiet:  # else the summary says so
        for warning in dict.fromkeys(w for report in reports for w in report.warnings):
            typer.echo(f"warning: {warning}", err=True)
    if verbose:
        for report in reports:
            size_mb = Path(report.output).stat().st_size * 1e-6
            say(
                f"{report.output}: {report.simulated_s:g} s simulated in {report.wall_s:.2f} s, "
                f"{report.mobility_wall_s:.2f} s before for the vehicles' traces; {size_mb:.1f} MB"
            )
    if not quiet:
        from cv2x.cli.results import info

        info([Path(report.output) for report in reports])
        typer.echo(f"\nwritten: {' '.join(report.output for report in reports)}")


def output_path(scenario: Path, output: str | None) -> Path:
    """The file to write: `output`, or in it when it is a folder, or in out/."""
    name = Path(os.path.realpath(scenario)).parent.name if scenario.stem == "scenario" else scenario.stem
    if output is None:
        return Path("out") / f"{name}.h5"
    if not output:
        raise ScenarioError("--output: no path given")
    if output.endswith("/") or os.path.isdir(output):
        return Path(output) / f"{name}.h5"
    return Path(output)


def _say_what_there_is(error: BaseException, kept: list[str]) -> None:
    """Why it did not come to its end, and which of its files are there."""
    what = "interrupted"
    if isinstance(error, PolicyError):
        print_policy_error(error)
        what = "stopped"
    elif isinstance(error, ScenarioError):
        print_diagnostics(error.diagnostics)
        what = "stopped"
    elif isinstance(error, RunError):
        print_run_error(error)
        what = "the other replications went on"
    if kept or not isinstance(error, ScenarioError):
        say(what + (f"; what there was is in {' '.join(kept)}" if kept else ""))


def _identity(path: str) -> int | None:
    """Of the file that has this name now; a run puts a new one in its place."""
    try:
        return Path(path).stat().st_ino
    except OSError:
        return None
