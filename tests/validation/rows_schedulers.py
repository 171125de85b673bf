"""Shares of UEs that always have data and whose links do not fade, measured on whole runs (schedulers.yaml).

Round robin and proportional fair both come to equal PRBs then (Jalali, Padovani, Pankaj, VTC 2000: the sum of the
logarithms of the rates is largest there). Round robin gives a third of the PRBs to each of three in every slot, so the
rate is that of a lone UE in a slice that may use a third of them; proportional fair gives whole slots in turn, so it is
a third of that of a lone UE (the difference is headers); the scheduler that serves the best link gives it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import plotly.graph_objects as go
from harness import Row, case_text, compare, messages

SCENARIO = "schedulers.yaml"
FROM_NS, UNTIL_NS = 1e9, 6e9
START_M, SPACING_M, VEHICLES = 50, 250, 3
TOLERANCE = 0.02
EXPECTED = {  # of the rate when alone, with that part of the PRBs
    "round_robin": ([1.0] * 3, "34 %"),  # 17 of 51
    "proportional_fair": ([1 / 3] * 3, "100 %"),
    "max_sinr": ([1.0, 0.0, 0.0], "100 %"),
}


@cache
def rates_bps(overrides: tuple[tuple[str, object], ...]) -> list[float]:
    """What each vehicle has got of its answers, in seconds in which all have more to come."""
    found = messages(SCENARIO, dict(overrides))
    down = found[(found["kind"] == "downlink") & (found["outcome"] == "delivered")]
    down = down[down["end_ns"].between(FROM_NS, UNTIL_NS)]
    rates = 8 * down.groupby("vehicle", observed=False)["bytes"].sum() / ((UNTIL_NS - FROM_NS) * 1e-9)
    return [float(rate) for rate in rates]


def alone(vehicle: int, most: str = "100 %") -> float:
    """The rate of a vehicle when nobody else is there: at the same place the link is the same."""
    overrides = {
        "mobility.vehicles": 1,
        "mobility.x": f"{START_M + SPACING_M * vehicle} m",
        "slices.all.downlink_policy.maximum": most,
    }
    return rates_bps(tuple(overrides.items()))[0]


def rows() -> Iterator[Row]:
    for scheduler, (shares, most) in EXPECTED.items():
        overrides = {"slices.all.scheduler": scheduler}
        rates = rates_bps(tuple(overrides.items()))
        for vehicle, expected in enumerate(shares):
            place = f"{scheduler}, vehicle at {START_M + SPACING_M * vehicle} m"
            case = case_text(SCENARIO, overrides, place)
            ours = rates[vehicle] / alone(vehicle, most)
            metric = f"rate, of that when alone on {most} of the PRBs"
            yield compare("VTC 2000", case, metric, expected, ours, TOLERANCE)


def figures() -> Iterator[tuple[str, go.Figure]]:
    """Rates of the vehicles under each scheduler."""
    figure = go.Figure()
    places = [f"{START_M + SPACING_M * vehicle} m" for vehicle in range(VEHICLES)]
    figure.add_bar(x=places, y=[alone(vehicle) * 1e-6 for vehicle in range(VEHICLES)], name="alone")
    for scheduler in EXPECTED:
        rates = rates_bps((("slices.all.scheduler", scheduler),))
        figure.add_bar(x=places, y=[rate * 1e-6 for rate in rates], name=scheduler)
    figure.update_layout(
        title="A saturated cell", xaxis_title="distance", yaxis_title="rate [Mbit/s]", barmode="group"
    )
    yield "schedulers", figure
