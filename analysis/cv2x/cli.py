"""The command `cv2x`."""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec

import typer

from cv2x.errors import Diagnostic, ResultError, ScenarioError

if TYPE_CHECKING:
    from cv2x.reader import ResultFile

EXIT_OK, EXIT_FAILED, EXIT_USER_ERROR, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="cv2x",
    help="Simulation and benchmarking of C-V2X edge networks.",
    epilog="Exit codes: 0 ok, 1 a budget failed, 2 wrong input, 3 inconclusive, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

P = ParamSpec("P")

Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key, e.g. --set simulation.duration='60 s'. The value is YAML; repeatable.",
    ),
]
ResultFiles = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Result files (*.h5).")]


def user_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Prints what the user did wrong to standard error, with the line in question, and exits with code 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ScenarioError as error:
            for diagnostic in error.diagnostics:
                print_diagnostic(diagnostic)
            raise typer.Exit(EXIT_USER_ERROR) from None
        except ResultError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(EXIT_USER_ERROR) from None

    return wrapped


def print_diagnostic(diagnostic: Diagnostic) -> None:
    """`file:line:column: key: message`, then the line as it stands in the file and a mark below the column."""
    typer.echo(f"error: {diagnostic}", err=True)
    try:
        with open(diagnostic.file, encoding="utf-8", errors="replace") as file:
            line = next((text for n, text in enumerate(file, 1) if n == diagnostic.line), None)
    except (OSError, ValueError):  # not a file: an override, a text
        return
    if line is None:
        return
    # A window around the column, so that a very long line stays one line.
    start = max(0, diagnostic.column - 60)
    shown = line.rstrip("\n").replace("\t", " ")[start : start + 100]
    typer.echo(f"{diagnostic.line:>6} | {shown}", err=True)
    if diagnostic.column > 0:
        typer.echo(f"       | {' ' * (diagnostic.column - 1 - start)}^", err=True)


def version(wanted: bool) -> None:
    """`--version`."""
    if wanted:
        from cv2x import __version__

        typer.echo(f"cv2x {__version__}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=version)
    ] = False,
) -> None:
    """Simulation and benchmarking of C-V2X edge networks."""


@app.command()
@user_errors
def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).")],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE|DIR", help="Result file, or a folder (ends with /, or is one)."
        ),
    ] = None,
    overrides: Overrides = None,
    replications: Annotated[
        int, typer.Option("--replications", "-R", min=1, max=1000, help="Runs with different random numbers.")
    ] = 1,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Replications at a time; 0: one a core.")
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Simulate a scenario, write the result file and print a summary.

    Without -o the result goes to out/NAME.h5. With --replications, a file each: NAME-r000.h5, NAME-r001.h5, …,
    the same whatever --jobs is. Ctrl-C ends the run and keeps the file, marked incomplete.
    """
    from cv2x.progress import reporter
    from cv2x.simulate import Job, load, output_folder, run_job, run_jobs

    keys = list(overrides or [])
    loaded = load(scenario, keys)  # everything wrong with it comes to light before anything is written
    path = output_path(scenario, output)
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
    signal.signal(signal.SIGTERM, _terminate)
    before = [_identity(job.output) for job in todo]
    try:
        with output_folder(path.parent), reporter(quiet=quiet, runs=replications) as shown:
            if replications == 1:
                reports = [run_job(todo[0], shown, loaded)]
            else:
                workers = min(jobs or len(os.sched_getaffinity(0)), replications)
                reports = run_jobs(todo, workers, shown)
    except KeyboardInterrupt:
        kept = " ".join(j.output for j, old in zip(todo, before, strict=True) if _identity(j.output) != old)
        typer.echo(f"interrupted; what there was is in {kept}" if kept else "interrupted", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    for warning in dict.fromkeys(w for report in reports for w in report.warnings):
        typer.echo(f"warning: {warning}", err=True)
    if not quiet:
        info([Path(report.output) for report in reports])
        typer.echo(f"\nwritten: {' '.join(report.output for report in reports)}")


def output_path(scenario: Path, output: str | None) -> Path:
    """The file to write: `output`, or in it when it is a folder, or in out/."""
    name = scenario.resolve().parent.name if scenario.stem == "scenario" else scenario.stem
    if output is None:
        return Path("out") / f"{name}.h5"
    if output.endswith("/") or Path(output).is_dir():
        return Path(output) / f"{name}.h5"
    return Path(output)


def _identity(path: str) -> int | None:
    """Of the file that has this name now; a run puts a new one in its place."""
    try:
        return Path(path).stat().st_ino
    except OSError:
        return None


def _terminate(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(f"signal {number}")


@app.command()
@user_errors
def validate(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO…", help="Scenario files.")],
    overrides: Overrides = None,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Print the scenario with every default filled in.")
    ] = False,
) -> None:
    """Check scenarios: all mistakes of all files, each with its place. Prints nothing else when all are right."""
    from cv2x.simulate import load

    wrong: list[Diagnostic] = []
    for scenario in scenarios:
        try:
            loaded = load(scenario, list(overrides or []))
        except ScenarioError as error:
            wrong += error.diagnostics
            continue
        if resolved:
            typer.echo(loaded.resolved_yaml(), nl=False)
    if wrong:
        raise ScenarioError(wrong)


@app.command()
@user_errors
def info(files: ResultFiles) -> None:
    """Print the summary of a result, or of several that are replications of one scenario."""
    from cv2x.screen import console, screen
    from cv2x.summary import summarise

    with opened(files) as results:
        summary = summarise(results)
    out = console()
    for part in screen(summary):
        out.print(part)


@app.command()
@user_errors
def check(files: ResultFiles) -> None:
    """Verdicts of the budgets: exit code 0 when all pass, 1 when one fails, 3 when one cannot be decided.

    Files that are replications of one scenario are judged together.
    """
    from cv2x.screen import budgets_table, console
    from cv2x.summary import scenario_key, summarise

    verdicts: set[str] = set()
    out = console()
    with opened(files) as results:
        groups: dict[str, list[ResultFile]] = {}
        for result in results:
            if result.incomplete:
                raise ResultError(
                    f"{result.path}: incomplete: the run has not ended, so there are no verdicts"
                )
            groups.setdefault(scenario_key(result), []).append(result)
        for group in groups.values():
            summary = summarise(group)
            runs = f" ({len(group)} replications)" if len(group) > 1 else ""
            out.print(f"{summary.title or group[0].path}{runs}", style="bold", markup=False)
            out.print(budgets_table(summary.budgets) or "no budgets in the scenario")
            verdicts |= {budget.verdict for budget in summary.budgets}
    if "fail" in verdicts:
        raise typer.Exit(EXIT_FAILED)
    if "inconclusive" in verdicts:
        raise typer.Exit(EXIT_INCONCLUSIVE)


@app.command()
@user_errors
def report(
    files: ResultFiles,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The page to write; default: FILE.html beside FILE."
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a report: one HTML page with budgets, maps, latencies, stages, load and decisions.

    It needs no other file and no network. Several files are replications of one scenario: their latencies, stages and
    maps are put together; what goes over time is of the first one.
    """
    from cv2x.report import write

    path = output or files[0].with_suffix(".html")
    with opened(files) as results:
        write(results, path)
    typer.echo(f"written: {path}")
    if show:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            typer.echo("warning: no browser found to open it with", err=True)


class opened:  # noqa: N801 — reads as a function, like open
    """Result files that are closed at the end of the block."""

    def __init__(self, paths: list[Path]) -> None:
        from cv2x.reader import ResultFile

        self._files: list[ResultFile] = []
        try:
            for path in paths:
                self._files.append(ResultFile(path))
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> "list[ResultFile]":
        return self._files

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files (for editors and other programs)."""
    from cv2x import _core

    typer.echo(_core.json_schema())


@app.command()
def reference() -> None:
    """Print the reference of all keys of a scenario, as Markdown."""
    from cv2x import _core

    typer.echo(_core.reference_page(), nl=False)


def main() -> None:
    """Entry point of the command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
