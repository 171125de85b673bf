"""Commands on scenarios: `cv2x validate`, `schema`, `reference`."""

from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import Overrides, user_errors
from cv2x.cli.completion import complete_scenarios
from cv2x.errors import Diagnostic, ScenarioError


@user_errors
def validate(
    scenarios: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO…", help="Scenario files.", autocompletion=complete_scenarios),
    ],
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


def schema() -> None:
    """Print the JSON Schema of scenario files (for editors and other programs)."""
    from cv2x import _core

    typer.echo(_core.json_schema())


def reference() -> None:
    """Print the reference of all keys of a scenario, as Markdown."""
    from cv2x import _core

    typer.echo(_core.reference_page(), nl=False)
