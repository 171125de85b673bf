"""`cv2x bench`: suites of fixed scenarios."""

from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import EXIT_INTERRUPTED, end_on_signals, say, user_errors
from cv2x.cli.completion import complete_policies

bench = typer.Typer(
    name="bench",
    help="Hold policies against each other on fixed scenarios.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@bench.callback()
def root() -> None:
    """Hold policies against each other on fixed scenarios."""


@bench.command()
@user_errors
def offload(
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="POLICY",
            help="One more: your own, FILE.py:NAME or module:NAME. Repeatable.",
            autocompletion=complete_policies,
        ),
    ] = None,
    built_in: Annotated[
        str | None,
        typer.Option("--built-in", metavar="A,B,…", help="Only these of the built-in ones; default: all."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Only this scenario of the suite. Repeatable."),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", "-R", min=0, max=1000, help="Runs each; 0: 5, or 2 with --quick.")
    ] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Short runs, for a first look.")] = False,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where the leaderboard goes.")
    ] = Path("out/bench-offload"),
    keep: Annotated[bool, typer.Option("--keep", help="Keep the result files there.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Runs at a time; 0: one a core.")] = 0,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print a table a scenario too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Rank offloading policies: fixed scenarios × policies × seeds, paired, against what no policy can beat.

    Prints a leaderboard and writes it to DIR: leaderboard.csv, results.csv, index.html.
    """
    from cv2x.progress import reporter
    from cv2x.screen import console
    from cv2x.simulate import output_folder
    from cv2x.suite import QUICK_REPLICATIONS, REPLICATIONS, scenarios
    from cv2x.suite import built_in as all_built_in
    from cv2x.suite import offload as run
    from cv2x.suite.board import details, save, screen

    end_on_signals()
    chosen = [name.strip() for name in built_in.split(",")] if built_in is not None else all_built_in()
    chosen = [*(name for name in chosen if name), *(policies or [])]
    times = replications or (QUICK_REPLICATIONS if quick else REPLICATIONS)
    runs = len(only or scenarios()) * len(chosen) * times
    try:
        with output_folder(output):
            board = run(
                chosen, times, jobs, only or (), output if keep else None,
                reporter(quiet=quiet, runs=runs), quick=quick,
            )  # fmt: skip
            paths = save(board, output)
    except KeyboardInterrupt:
        say("interrupted")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    out = console()
    for part in screen(board):
        out.print(part, soft_wrap=True)
    if verbose:
        for title, table in details(board):
            out.print(f"\n{title}", style="bold", markup=False)
            out.print(table, soft_wrap=True)
    typer.echo("\nwritten: " + ", ".join(map(str, paths)))
