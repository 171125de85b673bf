"""A Manhattan grid: SUMO's netgenerate makes the streets, a random walk the vehicles' routes."""

import random
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from cv2x.errors import ScenarioError
from cv2x.scaffold.sumo import CONTENT, gnbs_over, mobility, roads_of
from cv2x.scaffold.text import readme, scenario

# The urban grid of TR 36.885: blocks of 433 m × 250 m, two lanes in each direction, 60 km/h.
SPEED_MPS = 60 / 3.6
LANES = 2
# At an intersection straight on with probability 1/2, left and right with 1/4 each: our choice.
TURNS = {"s": 0.5, "l": 0.25, "L": 0.25, "r": 0.25, "R": 0.25}
TRAFFIC_S = 1800  # routes are so long that a vehicle at full speed is under way for all this time
BEGIN_S = 60  # after which the vehicles have spread and the signals have queues
JAM_SPACING_M = 15  # of vehicles that SUMO can still insert


@dataclass(frozen=True)
class Grid:
    """Blocks of houses between streets."""

    columns: int
    rows: int
    block_x_m: float = 433
    block_y_m: float = 250

    @property
    def lane_m(self) -> float:
        """Length of all lanes."""
        streets_m = (self.rows + 1) * self.columns * self.block_x_m + (
            self.columns + 1
        ) * self.rows * self.block_y_m
        return 2 * LANES * streets_m


def files(grid: Grid, *, vehicles: int, inter_site_m: float, duration_s: float, seed: int) -> dict[str, str]:
    """Contents of scenario.yaml, README.md and SUMO's grid.net.xml, grid.rou.xml, grid.sumocfg.

    The same arguments and SUMO version give the same contents.

    Args:
        grid: its streets.
        vehicles: how many drive; none leaves within half an hour.
        inter_site_m: distance between neighbouring gNBs.
        duration_s: simulated time.
        seed: of the routes, of SUMO and of the simulation.

    Raises:
        ScenarioError: SUMO is not installed or failed, more vehicles than there is room for.
    """
    room = int(grid.lane_m / JAM_SPACING_M)
    if vehicles > room:
        raise ScenarioError(
            f"{vehicles} vehicles do not fit into {grid.lane_m * 1e-3:.1f} km of lanes; at most {room} do"
        )
    with tempfile.TemporaryDirectory(prefix="cv2x-") as folder:
        net_file = Path(folder) / "grid.net.xml"
        _netgenerate(grid, net_file, seed)
        net = _without_comments(net_file.read_text(encoding="utf-8"))
        roads = roads_of(str(net_file))
    gnbs = gnbs_over(roads, inter_site_m)
    title = f"Manhattan grid of {grid.columns} × {grid.rows} blocks, {len(gnbs)} cells, one MEC host"
    return {
        "grid.net.xml": net,
        "grid.rou.xml": _routes(net, vehicles, seed),
        "grid.sumocfg": CONFIGURATION.format(seed=seed % 2**31),
        "scenario.yaml": scenario(
            title=title,
            intro=f"{vehicles} vehicles in a grid of streets, driven by SUMO; {CONTENT}",
            mobility=mobility("grid.sumocfg", BEGIN_S) + f"\n  sumo_seed: {seed % 2**31}",
            gnbs=gnbs,
            environment="umi",
            height_m=10,
            duration_s=duration_s,
            seed=seed,
        ),
        "README.md": readme(
            title,
            f"Written by `cv2x new grid`: streets in grid.net.xml, routes of {vehicles} vehicles for half an hour in "
            "grid.rou.xml.",
        ),
    }


CONFIGURATION = """<configuration>
    <input>
        <net-file value="grid.net.xml"/>
        <route-files value="grid.rou.xml"/>
    </input>
    <time>
        <begin value="0"/>
        <step-length value="0.1"/>
    </time>
    <processing>
        <time-to-teleport value="120"/>
    </processing>
    <random_number>
        <seed value="{seed}"/>
    </random_number>
</configuration>
"""


def _netgenerate(grid: Grid, net_file: Path, seed: int) -> None:
    program = shutil.which("netgenerate")
    if program is None:
        raise ScenarioError(
            "netgenerate, which makes the streets, is not installed; it comes with SUMO (Debian: apt-get install sumo)"
        )
    command = [
        program, "--grid", "--no-turnarounds", "--seed", str(seed % 2**31), "--output-file", str(net_file),
        "--grid.x-number", str(grid.columns + 1), "--grid.y-number", str(grid.rows + 1),
        "--grid.x-length", str(grid.block_x_m), "--grid.y-length", str(grid.block_y_m),
        "--default.lanenumber", str(LANES), "--default.speed", f"{SPEED_MPS:.2f}",
        "--default-junction-type", "traffic_light",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0 or not net_file.is_file():
        last = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise ScenarioError(f"netgenerate failed: {last}")


def _without_comments(xml: str) -> str:
    """SUMO writes the time and its command line into a comment; without it equal networks are equal files."""
    return re.sub(r"<!--.*?-->\s*", "", xml, flags=re.DOTALL)


def _routes(net: str, vehicles: int, seed: int) -> str:
    """Each vehicle begins on an edge drawn by its length and walks on at random."""
    root = ElementTree.fromstring(net)
    length_m = {
        edge.attrib["id"]: float(edge[0].attrib["length"])
        for edge in root.iter("edge")
        if edge.get("function", "normal") == "normal"
    }
    onward: dict[str, dict[str, float]] = {edge: {} for edge in length_m}
    for connection in root.iter("connection"):
        begin, end = connection.attrib["from"], connection.attrib["to"]
        if begin in onward and end in onward and (weight := TURNS.get(connection.attrib["dir"])):
            onward[begin][end] = weight
    draw = random.Random(seed)
    lines = ["<routes>", '    <vType id="car" vClass="passenger"/>']
    for vehicle in range(vehicles):
        route = [_pick(draw, length_m)]
        driven_m = 0.0
        while driven_m < TRAFFIC_S * SPEED_MPS and (ways := onward[route[-1]]):
            route.append(_pick(draw, ways))
            driven_m += length_m[route[-1]]
        lines.append(
            f'    <vehicle id="car-{vehicle}" type="car" depart="0" departLane="best" departPos="random_free">'
            f'<route edges="{" ".join(route)}"/></vehicle>'
        )
    return "\n".join([*lines, "</routes>", ""])


def _pick(draw: random.Random, weights: dict[str, float]) -> str:
    """One of the keys, by weight. `Random.random` gives the same numbers in every version of Python."""
    at = draw.random() * sum(weights.values())
    for key, weight in weights.items():
        at -= weight
        if at < 0:
            return key
    return key
