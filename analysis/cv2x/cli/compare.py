"""`cv2x compare`."""

from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import EXIT_INTERRUPTED, Overrides, end_on_signals, say, user_errors
from cv2x.cli.completion import complete_policies, complete_scenarios


@user_errors
def compare(
    scenario: Annotated[
        Path, typer.Argument(help="Scenario file (YAML).", autocompletion=complete_scenarios)
    ],
    policies: Annotated[
        list[str],
        typer.Option(
            "--policy",
            metavar="POLICY",
            help="A built-in's name, or Python: FILE.py:NAME or module:NAME. Twice or more; the first is what "
            "the others are compared with.",
            autocompletion=complete_policies,
        ),
    ],
    replications: Annotated[
        int, typer.Option("--replications", "-R", min=1, max=1000, help="Runs of each policy.")
    ] = 5,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Keep the result files there.")
    ] = None,
    overrides: Overrides = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Runs at a time; 0: one a core.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Compare offloading policies: same vehicles and arrivals, difference to the first with its interval."""
    from cv2x.comparison import compare as compare_policies
    from cv2x.comparison import screen
    from cv2x.progress import reporter
    from cv2x.screen import console

    end_on_signals()
    shown = reporter(quiet=quiet, runs=replications * len(policies))
    try:
        frame = compare_policies(scenario, policies, replications, overrides or [], jobs, output, shown)
    except KeyboardInterrupt:
        say("interrupted")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    out = console()
    for i, table in enumerate(screen(frame)):
        if i:
            out.print()
        out.print(table)
    if output is not None:
        typer.echo(f"\nwritten: {output}/")
