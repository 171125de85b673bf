"""What the commands share: exit codes, options, how a user's mistake is shown."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from cv2x.errors import Diagnostic, ResultError, ScenarioError

if TYPE_CHECKING:
    from cv2x.reader import ResultFile

EXIT_OK, EXIT_FAILED, EXIT_USER_ERROR, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED = 0, 1, 2, 3, 130

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
