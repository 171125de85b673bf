"""Commands on result files: `cv2x info`, `check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cv2x.cli.common import EXIT_FAILED, EXIT_INCONCLUSIVE, ResultFiles, opened, user_errors
from cv2x.errors import ResultError

if TYPE_CHECKING:
    from cv2x.reader import ResultFile


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
def check(files: ResultFiles) -> None:
    """Verdicts of the budgets: exit code 0 when all pass, 1 when one fails, 3 when one cannot be decided.

    Files that are replications of one scenario are judged together.
    """
    from cv2x.screen import blame_lines, budgets_table, console
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
            for line in blame_lines(summary.budgets):
                out.print(line)
            verdicts |= {budget.verdict for budget in summary.budgets}
    if "fail" in verdicts:
        raise typer.Exit(EXIT_FAILED)
    if "inconclusive" in verdicts:
        raise typer.Exit(EXIT_INCONCLUSIVE)


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
