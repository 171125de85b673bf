"""The highway of TR 37.885, which needs no SUMO."""

import math

from cv2x.errors import ScenarioError
from cv2x.scaffold.sites import MOST_SITES
from cv2x.scaffold.text import Site, readme, scenario

BESIDE_M = 35  # of the gNBs from the middle of the road, as in scenarios/highway


def files(
    *, length_m: float, lanes: int, speed_kmh: float, inter_site_m: float, duration_s: float, seed: int
) -> dict[str, str]:
    """Contents of scenario.yaml and README.md.

    Args:
        length_m: of the road; its vehicles wrap around.
        lanes: in each direction.
        speed_kmh: of every vehicle.
        inter_site_m: distance of the gNBs along the road, at most; they share the length evenly.
        duration_s: simulated time.
        seed: of the simulation.

    Raises:
        ScenarioError: too many sites.
    """
    count = math.ceil(length_m / inter_site_m)
    if count > MOST_SITES:
        raise ScenarioError(
            f"a gNB every {inter_site_m:g} m along {length_m:g} m makes {count} sites; at most {MOST_SITES} "
            f"are written: try --inter-site-distance {math.ceil(length_m / MOST_SITES)}"
        )
    gnbs = [Site(f"gnb-{i + 1}", (i + 0.5) * length_m / count, BESIDE_M) for i in range(count)]
    title = f"Highway, {length_m * 1e-3:g} km, {count} {'cells' if count > 1 else 'cell'}, one MEC host"
    return {
        "scenario.yaml": scenario(
            title=title,
            intro="A straight motorway with gNBs along it, a MEC host and a cloud.",
            mobility=f"""\
  # The built-in highway of TR 37.885. It wraps around at its ends, so the number of vehicles is constant.
  kind: highway
  highway:
    length: {length_m:g} m
    lanes: {lanes}         # in each direction
    speed: {speed_kmh:g} km/h
    gap_seconds: 2   # mean gap to the vehicle in front, in seconds of travel""",
            gnbs=gnbs,
            environment="rma",
            height_m=35,
            duration_s=duration_s,
            seed=seed,
        ),
        "README.md": readme(title, "Written by `cv2x new highway`; it needs nothing but scenario.yaml."),
    }
