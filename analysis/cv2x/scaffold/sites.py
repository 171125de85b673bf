"""Where to put gNBs: the fewest sites of a hexagonal lattice whose cells hold all roads."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cv2x.errors import ScenarioError

Points = npt.NDArray[np.float64]
"""Shape (points, 2): x, y [m]."""

MOST_SITES = 100
SHIFTS = 6  # of the lattice tried in each of its two directions
STEPS = 20  # an inter-site distance has as many points of a road


def hexagonal(roads: Sequence[Points], inter_site_m: float) -> Points:
    """Sites of a hexagonal lattice (TR 38.901 §7.2: macro sites) of the given inter-site distance.

    Of the lattice's positions that are tried, the one with the fewest sites is taken, then the one nearest to
    the roads on average. Every point of a road is within inter_site_m / √3 of a site.

    Args:
        roads: polylines.
        inter_site_m: distance between neighbouring sites [m].

    Returns:
        Shape (sites, 2), north to south, then west to east [m].

    Raises:
        ScenarioError: no road, or more than `MOST_SITES` sites.
    """
    sites = _fewest(roads, inter_site_m)
    if len(sites) > MOST_SITES:
        wider = inter_site_m
        while len(_fewest(roads, wider)) > MOST_SITES:
            wider = math.ceil(1.2 * wider / 50) * 50
        raise ScenarioError(
            f"an inter-site distance of {inter_site_m:g} m makes {len(sites)} sites; at most {MOST_SITES} are "
            f"written: try --inter-site-distance {wider}"
        )
    return sites[np.lexsort((sites[:, 0], -sites[:, 1]))]


def _fewest(roads: Sequence[Points], inter_site_m: float) -> Points:
    points = _along(roads, inter_site_m / STEPS)
    if len(points) == 0:
        raise ScenarioError("the road network has no roads")
    best: tuple[int, float] | None = None
    for i in range(SHIFTS):
        for j in range(SHIFTS):
            origin = _corner(i / SHIFTS, j / SHIFTS, inter_site_m)
            near = _nearest(points - origin, inter_site_m) + origin
            distinct = np.unique(np.round(near, 3), axis=0)
            score = (len(distinct), float(np.mean(np.sum((points - near) ** 2, axis=1))))
            if best is None or score < best:
                best, sites = score, distinct
    return sites


def _along(roads: Sequence[Points], spacing_m: float) -> Points:
    """Points of the roads, at most `spacing_m` apart."""
    found = []
    for road in roads:
        for a, b in itertools.pairwise(road):
            parts = max(1, math.ceil(float(np.hypot(*(b - a))) / spacing_m))
            found.append(a + (b - a) * (np.arange(parts + 1) / parts)[:, None])
    return np.concatenate(found) if found else np.empty((0, 2))


def _corner(u: float, v: float, d: float) -> Points:
    return np.array([d * (u + v / 2), d * v * math.sqrt(3) / 2])


def _nearest(points: Points, d: float) -> Points:
    """The site nearest to each point, in the lattice of distance d around (0, 0).

    That is made up of two rectangular lattices: the nearest in each, then the nearer.
    """
    size = np.array([d, d * math.sqrt(3)])
    first = np.round(points / size) * size
    second = (np.floor(points / size) + 0.5) * size
    nearer = np.sum((points - first) ** 2, axis=1) <= np.sum((points - second) ** 2, axis=1)
    nearest: Points = np.where(nearer[:, None], first, second)
    return nearest
