"""What the commands share: exit codes, options, how a user's mistake is shown."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec

import typer

from cv2x.cli.completion import complete_override, complete_results
from cv2x.errors import Diagnostic, PolicyError, ResultError, RunError, ScenarioError

if TYPE_CHECKING:
    from cv2x.reader import ResultFile

EXIT_OK, EXIT_FAILED, EXIT_USER_ERROR, EXIT_INCONCLUSIVE, EXIT_KILLED = 0, 1, 2, 3, 4
EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 130, 141  # as a shell reports SIGINT and SIGPIPE

P = ParamSpec("P")

Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key, e.g. --set simulation.duration='60 s'. The value is YAML; repeatable.",
        autocompletion=complete_override,
    ),
]
ResultFiles = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="Result files (*.h5).", autocompletion=complete_results),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]


def user_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Prints what the user did wrong to standard error, with the line in question, and exits with code 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            for value in kwargs.values():
                _check_text(value)
            command(*args, **kwargs)
            sys.stdout.flush()
        except ScenarioError as error:
            overrides = kwargs.get("overrides")
            print_diagnostics(error.diagnostics, overrides if isinstance(overrides, list) else [])
            raise typer.Exit(EXIT_USER_ERROR) from None
        except PolicyError as error:
            print_policy_error(error)
            raise typer.Exit(EXIT_USER_ERROR) from None
        except ResultError as error:
            print_error(str(error))
            raise typer.Exit(EXIT_USER_ERROR) from None
        except RunError as error:
            print_run_error(error)
            raise typer.Exit(EXIT_KILLED) from None
        except MemoryError:
            print_error("not enough memory")
            raise typer.Exit(EXIT_USER_ERROR) from None
        except BrokenPipeError:  # whoever read standard output has enough
            drop_output()
            raise typer.Exit(EXIT_BROKEN_PIPE) from None

    return wrapped


def _check_text(value: object) -> None:
    """Paths and overrides go to C++ and into the result as UTF-8."""
    if isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, str | Path) and not os.fsencode(value).isascii():
        try:
            os.fsencode(value).decode()
        except UnicodeDecodeError:
            shown = os.fsencode(value).decode(errors="replace")
            raise ScenarioError(f"{shown}: not UTF-8 text") from None


def drop_output() -> None:
    """What is still to be printed goes nowhere, so that the interpreter's end does not complain once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    """What --verbose adds: on standard error, so that standard output stays what it is."""
    with contextlib.suppress(OSError):  # the terminal is gone
        typer.echo(message, err=True)


def end_on_signals() -> None:
    """SIGTERM and SIGHUP (the terminal was closed) end a run as Ctrl-C does; not where they are ignored (nohup)."""
    terminals = [fd for fd in (1, 2) if os.isatty(fd)]

    def end(number: int, _: object) -> NoReturn:
        if number == signal.SIGHUP:  # what is still to be said can be said to nobody
            for fd in terminals:
                os.dup2(os.open(os.devnull, os.O_WRONLY), fd)
        raise KeyboardInterrupt(f"signal {number}")

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def print_error(message: str) -> None:
    """On standard error; "error:" in red on a terminal that has not been told NO_COLOR."""
    red = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    head = typer.style("error:", fg="red", bold=True) if red else "error:"
    with contextlib.suppress(OSError):  # nowhere to say it; the exit code does
        typer.echo(f"{head} {message}", err=True, color=red)


def print_policy_error(error: PolicyError) -> None:
    """The traceback of the user's code, then the message."""
    typer.echo(error.trace, err=True, nl=False)
    print_error(str(error))


def print_run_error(error: RunError) -> None:
    """A line for each process that was killed."""
    for line in str(error).splitlines():
        print_error(line)


def print_diagnostics(diagnostics: Sequence[Diagnostic], overrides: Sequence[str] = ()) -> None:
    """`file:line:column: key: message`, then the line as it stands in the file and a mark below the column."""
    from cv2x.cli.excerpt import excerpts

    for diagnostic, lines in zip(diagnostics, excerpts(diagnostics, overrides), strict=True):
        print_error(str(diagnostic))
        with contextlib.suppress(OSError):
            for line in lines:
                typer.echo(line, err=True)


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
