"""The command `cv2x`: a module a group of commands. Whatever takes time to import is imported inside them."""

import io
import os
import sys
from typing import Annotated

import typer

from cv2x.cli import completion
from cv2x.cli.bench import bench
from cv2x.cli.bound import bound
from cv2x.cli.common import EXIT_INTERRUPTED, EXIT_USER_ERROR, drop_output, print_error
from cv2x.cli.compare import compare
from cv2x.cli.results import check, info, report
from cv2x.cli.scaffold import new
from cv2x.cli.scenarios import policies, profiles, reference, schema, validate
from cv2x.cli.simulate import run

app = typer.Typer(
    name="cv2x",
    help="Simulation and benchmarking of C-V2X edge networks.",
    epilog="Exit codes: 0 ok, 1 a budget failed, 2 wrong input, 3 inconclusive, 4 a replication was killed, "
    "130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def version(wanted: bool) -> None:
    """`--version`."""
    if wanted:
        from cv2x import __version__

        typer.echo(f"cv2x {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=version)
    ] = False,
) -> None:
    """Simulation and benchmarking of C-V2X edge networks."""


for command in (
    run,
    compare,
    bound,
    validate,
    info,
    report,
    check,
    schema,
    reference,
    policies,
    profiles,
):  # as `cv2x --help` lists them
    app.command()(command)
app.add_typer(new)
app.add_typer(bench)


def main() -> None:
    """Entry point of the command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):  # a locale without "∞" or "µ" is no reason to fail
            stream.reconfigure(errors="replace")
    completion.prepare()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:
        if error.filename is not None:
            raise
        drop_output()
        print_error(f"cannot write to standard output: {error.strerror}")
        sys.exit(EXIT_USER_ERROR)
