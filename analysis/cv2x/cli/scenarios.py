"""Commands on scenarios: `cv2x validate`, `schema`, `reference`, `policies`, `profiles`."""

from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import EXIT_USER_ERROR, Overrides, say, user_errors
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing; the exit code tells.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name the files that were read.")] = False,
) -> None:
    """Check scenarios: all mistakes of all files, each with its place. Prints nothing else when all are right."""
    from cv2x.simulate import check_policy, load

    wrong: list[Diagnostic] = []
    for scenario in scenarios:
        try:
            loaded = load(scenario, list(overrides or []))
            check_policy(loaded)
        except ScenarioError as error:
            wrong += error.diagnostics
            continue
        if resolved:
            typer.echo(loaded.resolved_yaml(), nl=False)
        if verbose:
            say(f"{scenario}: right; read: {', '.join([*loaded.files, *loaded.inputs])}")
    if wrong and quiet:
        raise typer.Exit(EXIT_USER_ERROR)
    if wrong:
        raise ScenarioError(wrong)


@user_errors
def schema(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it to a file.")
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, by which editors complete, explain and check them.

    With -o it goes to a file, and the line is printed that, at the top of a scenario file in the same folder,
    makes VS Code (with Red Hat's extension YAML) and other editors use it.
    """
    from cv2x import _core
    from cv2x.scaffold import write

    if output is None:
        typer.echo(_core.json_schema(), nl=False)
        return
    write.file(output, _core.json_schema())
    typer.echo(write.schema_line(output.name))


@user_errors
def reference() -> None:
    """Print the reference of all keys of a scenario, as Markdown."""
    from cv2x import _core

    typer.echo(_core.reference_page(), nl=False)


@user_errors
def policies() -> None:
    """List the built-in offloading policies: what each does, and where it comes from.

    Their parameters are those keys of the section `offloading` that have their names (`cv2x reference`).
    """
    from cv2x import policies as built_in

    known = built_in()
    width = max(map(len, known)) + 2
    for name, info in known.items():
        typer.echo(f"{name:{width}}{info.summary}\n{'':{width}}{info.source}")


def profiles() -> None:
    """List the profiles that a service can take its values from (`services.NAME.profile`), with their sources."""
    from rich.console import Console

    from cv2x.service_profiles import print_profiles

    print_profiles(Console())
