"""Sites of gNBs over roads."""

import itertools

import numpy as np
import pytest

from cv2x.errors import ScenarioError
from cv2x.scaffold.sites import MOST_SITES, hexagonal


def roads(seed: int, size_m: float) -> list[np.ndarray]:
    """Crooked roads."""
    draw = np.random.default_rng(seed)
    return [np.cumsum(draw.normal(0, size_m / 10, (20, 2)), axis=0) for _ in range(5)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("inter_site_m", [200.0, 500.0, 1732.0])
def test_every_point_of_a_road_is_in_a_cell(seed: int, inter_site_m: float):
    lines = roads(seed, 5 * inter_site_m)
    sites = hexagonal(lines, inter_site_m)
    for line in lines:
        for a, b in itertools.pairwise(line):
            points = a + (b - a) * np.linspace(0, 1, 101)[:, None]
            nearest = np.min(np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1)), axis=1)
            # A cell's corner is inter_site_m / sqrt(3) away; points between those that were looked at a bit more.
            assert nearest.max() <= inter_site_m / 3**0.5 + inter_site_m / 40


def test_sites_are_inter_site_distance_apart_on_a_lattice():
    sites = hexagonal(roads(1, 3000), 500)
    apart = [float(np.hypot(*(a - b))) for a, b in itertools.combinations(sites, 2)]
    assert min(apart) == pytest.approx(500, abs=0.01)
    squares = np.array(apart) ** 2 / 500**2  # of a hexagonal lattice: whole numbers
    assert np.allclose(squares, np.round(squares), atol=1e-3)


def test_the_lattice_is_shifted_to_save_sites():
    road = np.array([[0.0, 0.0], [700.0, 0.0]])
    assert len(hexagonal([road], 1000)) == 1
    assert len(hexagonal([road + 12345.6], 1000)) == 1


def test_north_to_south_then_west_to_east_and_always_the_same():
    sites = hexagonal(roads(2, 3000), 500)
    assert [tuple(s) for s in sites] == sorted((tuple(s) for s in sites), key=lambda s: (-s[1], s[0]))
    assert np.array_equal(sites, hexagonal(roads(2, 3000), 500))


def test_too_many_sites_and_what_would_do():
    road = [np.array([[0.0, 0.0], [100_000.0, 0.0]])]
    with pytest.raises(ScenarioError, match=r"500 m makes \d+ sites; at most 100 are written: try") as error:
        hexagonal(road, 500)
    wider = float(str(error.value).rpartition(" ")[2])
    assert 0.5 * MOST_SITES < len(hexagonal(road, wider)) <= MOST_SITES


def test_no_roads():
    with pytest.raises(ScenarioError, match="no roads"):
        hexagonal([], 500)
