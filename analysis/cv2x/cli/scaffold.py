"""`cv2x new`: a folder with a scenario to begin with."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cv2x.cli.common import Quiet, user_errors

new = typer.Typer(
    name="new",
    help="Write a new scenario: a folder with a commented scenario.yaml, its inputs and a README.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; made if it is not there.")]
Duration = Annotated[
    float, typer.Option("--duration", metavar="SECONDS", min=4, max=1e6, help="Simulated time.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**62, help="Seed of all random numbers.")]
# Macro sites of TR 37.885: 500 m apart in towns; 1732 m along highways, where 500 m is optional.
InterSite = Annotated[
    float,
    typer.Option(
        "--inter-site-distance", metavar="METRES", min=50, max=1e5, help="Between neighbouring gNBs."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")]


@new.command()
@user_errors
def highway(
    folder: Folder,
    length: Annotated[
        float, typer.Option(metavar="METRES", min=100, max=1e6, help="Length of the road.")
    ] = 2000,
    lanes: Annotated[int, typer.Option(min=1, max=10, help="Lanes in each direction.")] = 3,
    speed: Annotated[
        float, typer.Option(metavar="KM/H", min=1, max=360, help="Speed of every vehicle.")
    ] = 140,
    inter_site_distance: InterSite = 500,
    duration: Duration = 30,
    seed: Seed = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """A motorway (TR 37.885) with gNBs along it. Needs no SUMO."""
    from cv2x.scaffold import highway as scaffold

    files = scaffold.files(
        length_m=length,
        lanes=lanes,
        speed_kmh=speed,
        inter_site_m=inter_site_distance,
        duration_s=duration,
        seed=seed,
    )
    _write(folder, files, force, quiet)


@new.command()
@user_errors
def grid(
    folder: Folder,
    blocks: Annotated[
        str, typer.Option(metavar="COLUMNSxROWS", help="Blocks of houses, at most 50 each way.")
    ] = "3x3",
    block_size: Annotated[
        str, typer.Option(metavar="XxY", help="Of a block with its street, in metres.")
    ] = "433x250",
    vehicles: Annotated[int, typer.Option(min=1, max=100_000, help="How many drive.")] = 100,
    inter_site_distance: InterSite = 500,
    duration: Duration = 30,
    seed: Seed = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """A grid of streets with signals (Manhattan, TR 36.885), driven by SUMO."""
    from cv2x.scaffold import grid as scaffold

    columns, rows = _pair("--blocks", blocks, 1, 50)
    x_m, y_m = _pair("--block-size", block_size, 50, 2000)
    streets = scaffold.Grid(int(columns), int(rows), x_m, y_m)
    files = scaffold.files(
        streets, vehicles=vehicles, inter_site_m=inter_site_distance, duration_s=duration, seed=seed
    )
    _write(folder, files, force, quiet)


@new.command()
@user_errors
def sumo(
    folder: Folder,
    config: Annotated[Path, typer.Option(metavar="FILE", help="SUMO configuration (.sumocfg).")],
    begin: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=3e7,
            help="SUMO time at which to begin; default: two minutes after its own begin.",
        ),
    ] = None,
    inter_site_distance: InterSite = 500,
    duration: Duration = 30,
    seed: Seed = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """A scenario over the traffic of a SUMO configuration: gNBs on a hexagonal lattice where its roads are."""
    from cv2x.scaffold import sumo as scaffold

    files = scaffold.files(
        config,
        folder,
        begin_s=begin,
        inter_site_m=inter_site_distance,
        duration_s=duration,
        seed=seed,
    )
    _write(folder, files, force, quiet, [f"mobility.config={scaffold.quoted(str(config.absolute()))}"])


def _pair(option: str, text: str, least: int, most: int) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text)
    if not match or not all(least <= int(n) <= most for n in match.groups()):
        raise typer.BadParameter(
            f"'{text}': two whole numbers of {least} to {most} are needed, for example 3x3", param_hint=option
        )
    return int(match[1]), int(match[2])


def _write(
    folder: Path, files: Mapping[str, str], force: bool, quiet: bool, overrides: list[str] | None = None
) -> None:
    from cv2x import _core
    from cv2x.scaffold import write

    everything = {**files, write.SCHEMA: _core.json_schema()}
    write.folder(folder, everything, force=force, overrides=overrides or [])
    if not quiet:
        typer.echo(f"written: {' '.join(shlex.quote(str(folder / name)) for name in everything)}")
        typer.echo(f"next: cv2x run {shlex.quote(str(folder / 'scenario.yaml'))}")
