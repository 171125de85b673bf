"""A scenario over the traffic of a SUMO configuration."""

import os
from pathlib import Path

import numpy as np

from cv2x import _core
from cv2x.scaffold.sites import Points, hexagonal
from cv2x.scaffold.text import Site, readme, scenario

CONTENT = "gNBs on a hexagonal lattice over the roads, a MEC host and a cloud."


def files(
    config: Path, folder: Path, *, begin_s: float | None, inter_site_m: float, duration_s: float, seed: int
) -> dict[str, str]:
    """Contents of scenario.yaml and README.md.

    Args:
        config: the .sumocfg; a relative path is written relative to `folder`.
        folder: where the scenario is going to be.
        begin_s: SUMO time at which the simulation begins; None: two minutes after the configuration's begin.
        inter_site_m: distance between neighbouring gNBs.
        duration_s: simulated time.
        seed: of the simulation.

    Raises:
        ScenarioError: no SUMO configuration, or inputs that it names are missing or wrong.
    """
    net_file, config_begin_s = _core.read_sumo_config(str(config))
    begin = config_begin_s + 120 if begin_s is None else begin_s
    gnbs = gnbs_over(roads_of(net_file), inter_site_m)
    written = (
        config
        if config.is_absolute()
        else Path(os.path.relpath(os.path.realpath(config), os.path.realpath(folder)))
    )
    title = f"{config.stem}, {len(gnbs)} cells, one MEC host"
    return {
        "scenario.yaml": scenario(
            title=quoted(title),
            intro=f"The traffic of a SUMO configuration; {CONTENT}",
            mobility=mobility(str(written), begin),
            gnbs=gnbs,
            environment="uma",
            height_m=25,
            duration_s=duration_s,
            seed=seed,
        ),
        "README.md": readme(
            title, f"Written by `cv2x new sumo` for {written}: {CONTENT} Move the gNBs to where yours are."
        ),
    }


def mobility(config: str, begin_s: float) -> str:
    """The lines of the section."""
    return f"""  # SUMO runs once; what it drove is kept in ~/.cache/cv2x and found again by the next run.
  kind: sumo
  config: {quoted(config)}
  begin: {begin_s:g} s   # SUMO time that is 0 in the simulation: when the roads have filled"""


def roads_of(net_file: str) -> list[Points]:
    """The roads of a network as polylines [m]; `ScenarioError`: not a network."""
    return [np.asarray(road, dtype=np.float64) for road in _core.read_roads(net_file)]


def gnbs_over(roads: list[Points], inter_site_m: float) -> list[Site]:
    """Sites by `hexagonal`, named gnb-1, gnb-2, … from north to south."""
    places = hexagonal(roads, inter_site_m).tolist()
    return [Site(f"gnb-{i}", x, y) for i, (x, y) in enumerate(places, 1)]


def quoted(text: str) -> str:
    """A text as YAML: in quotes, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"
