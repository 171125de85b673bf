"""Figures of several policies side by side, each with results of the same worlds."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from cv2x.plots.data.distribution import of_histogram, of_rows
from cv2x.plots.data.grid import main_host
from cv2x.plots.decisions import host_names, why_none
from cv2x.plots.ground import Ground
from cv2x.plots.latency import distributions
from cv2x.plots.maps import choice, decision_pitch_m, draw_hosts, with_meta
from cv2x.plots.sheet import WIDTH, empty
from cv2x.plots.source import Source

Policies = Mapping[str, Source]
"""Name → results; the first policy is what the others are held against."""


def policies_cdf(policies: Policies, *, width: float = WIDTH) -> go.Figure:
    """How late the tasks were whose host the policy chose, a curve a policy; lost ones are infinitely late."""
    spread = {name: of_histogram(of_rows(source.placed)) for name, source in policies.items()}
    delivered = {name: one for name, one in spread.items() if len(one.latency_ns)}
    if not delivered:
        return empty(why_none(next(iter(policies.values()))), width)
    return distributions(delivered, list(policies), width=width)


def policies_map(policies: Policies, *, width: float = WIDTH) -> go.Figure:
    """Where tasks ran, by where the vehicle was when it made them: a layer a policy, the same marks in all."""
    some = {name: source for name, source in policies.items() if len(source.decided)}
    if not some:
        return empty(why_none(next(iter(policies.values()))), width)
    sources = list(some.values())
    ground = Ground(sources[0], width)
    if ground.area is None:  # pragma: no cover — tasks have a place
        return empty("Nothing has a place on a map.", width)
    pitch = decision_pitch_m(ground)
    names = host_names(*sources)
    rows = {name: main_host(source.decided, pitch) for name, source in some.items()}
    sheet = ground.sheet(_in_words(some, names), legend=True)
    panel = ground.panel(sheet)
    ground.draw_roads(sheet, panel)
    said: set[str] = set()
    for at, (name, squares) in enumerate(rows.items()):
        draw_hosts(sheet, panel, ground, squares, names, layer=name, visible=at == 0, said=said)
    ground.draw_sites(sheet, panel)
    figure = sheet.figure()
    choice(figure, list(some))
    return with_meta(figure, layers=list(some), pitch_m=pitch, missing="")


def _in_words(policies: Policies, names: dict[int, str]) -> str:
    said = []
    for policy, source in policies.items():
        hosts, count = np.unique(source.decided["host"].to_numpy(np.int64), return_counts=True)
        most = int(np.argmax(count))
        said.append(f"{policy}: {names[int(hosts[most])]} {100 * count[most] / count.sum():.0f} %")
    return "Map of where tasks ran, a layer a policy. Most frequent hosts: " + "; ".join(said)
