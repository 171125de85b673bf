"""Commands on result files: `cv2x info`, `check`, `report`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import ResultFiles, opened, user_errors
from cv2x.cli.completion import complete_scenarios
from cv2x.errors import ResultError


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


@user_errors
def check(
    files: ResultFiles,
    budgets: Annotated[
        Path | None,
        typer.Option(
            "--budgets",
            metavar="FILE",
            help="Judge by this budgets file (YAML) and not by the scenario's own; needs no new run.",
            autocompletion=complete_scenarios,
        ),
    ] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the verdicts as JSON; -: print it.")
    ] = None,
    junit_file: Annotated[
        str | None,
        typer.Option("--junit", metavar="FILE", help="Write the verdicts as JUnit XML; -: print it."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="A budget that cannot be decided counts as failed.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing; the exit code tells.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also files, samples and reasons of every budget.")
    ] = False,
) -> None:
    """Verdicts of the budgets: exit code 0 when all pass, 1 when one fails, 3 when one cannot be decided.

    Files that are replications of one scenario are judged together; those of other scenarios by themselves.
    """
    from rich.text import Text

    from cv2x import gate
    from cv2x.screen import console

    reports = [Path(name) for name in (json_file, junit_file) if name not in (None, "-")]
    if json_file == junit_file == "-":
        raise ResultError("--json and --junit cannot both be printed; give one of them a file")
    _check_reports(reports, [*files, *([budgets] if budgets else [])])
    suites = gate.judge(files, budgets)
    if json_file is not None:
        told = gate.to_json(suites, strict=strict, budgets_file=str(budgets) if budgets else None)
        _deliver(json_file, json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    if junit_file is not None:
        _deliver(junit_file, gate.to_junit(suites, strict=strict))
    if not quiet and "-" not in (json_file, junit_file):
        out = console()
        for part in gate.screen(suites, verbose=verbose):
            out.print(part, soft_wrap=isinstance(part, Text))  # a command stays one line, to be copied
    raise typer.Exit(gate.exit_code(suites, strict=strict))


def _deliver(name: str, text: str) -> None:
    """Into the file of this name, or to standard output."""
    from cv2x.scaffold import write

    if name == "-":
        typer.echo(text, nl=False)
    else:
        write.file(Path(name), text)


def _check_reports(reports: list[Path], inputs: list[Path]) -> None:
    """A result is not overwritten by what is said of it."""
    for i, report in enumerate(reports):
        for other in [*inputs, *reports[:i]]:
            same = report.samefile(other) if report.exists() and other.exists() else report == other
            if same:
                raise ResultError(
                    f"{report}: is {'read' if other in inputs else 'written'} already; give another"
                )


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
    maps are put together; what goes over time is of the first one. Files of several policies (of `cv2x compare -o`)
    put the policies beside each other; all else is of the first file's policy.
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
