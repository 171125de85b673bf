"""Maps: where latency was bad, coverage, where tasks of which place ran."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cv2x.plots import geography, style
from cv2x.plots.data.grid import borders, dense, latency_squares, main_host, pitch_m, worst
from cv2x.plots.decisions import host_names, why_none
from cv2x.plots.ground import Ground
from cv2x.plots.sheet import WIDTH, Panel, Sheet, empty
from cv2x.plots.source import Plottable, Source

LEAST_ITEMS = 20  # in a square, for a 95 % quantile to be one
WORST_SHOWN = 2.0  # × deadline: the end of the scale
ALL = "worst of all services"
BY_CELL = "strongest cell"
MOST_SQUARES = 6000  # in all layers together


def map(result: Plottable, services: Sequence[str] | None = None, *, width: float = WIDTH) -> go.Figure:
    """Where latency was bad: the 95 % quantile of each square against the deadline, roads and sites.

    A square is coloured by the quantile of what was created in it, as a multiple of its service's deadline, and has a
    cross when that was missed. One layer shows the worst service of each square, the others a service each.
    """
    source = Source.of(result)
    names = source.known(services)
    ground = Ground(source, width)
    if ground.area is None:
        return empty("Nothing has a place on a map: no sites, no roads, no vehicles.", width)
    numbers = [source.services.index(name) for name in names]
    items = source.items[source.items["service"].isin(numbers)]
    pitch = pitch_m(ground.measured or ground.area, 64, least_m=7 / ground.px_per_m)
    cells = latency_squares(items, source.deadlines_ns, pitch, least=LEAST_ITEMS)
    layers = {ALL: worst(cells)} if len(names) > 1 else {}
    layers |= {name: cells[cells["service"] == i] for name, i in zip(names, numbers, strict=True)}
    layers = {name: rows for name, rows in layers.items() if len(rows)}
    total = np.cumsum([len(rows) for rows in layers.values()])
    layers = {
        name: rows
        for (name, rows), n in zip(layers.items(), total, strict=True)
        if n <= MOST_SQUARES or n == total[0]
    }
    sheet = ground.sheet(_in_words(layers, pitch), legend=True, right=96)
    panel = ground.panel(sheet)
    for at, (name, rows) in enumerate(layers.items()):
        _latency_layer(sheet, panel, source, name, rows, pitch, pitch * ground.px_per_m, visible=at == 0)
    ground.draw_roads(sheet, panel, look="road over")
    ground.draw_sites(sheet, panel)
    figure = sheet.figure()
    choice(figure, list(layers))
    why = (
        source.without_rows
        if not len(items)
        else ""
        if layers
        else f"no square has {LEAST_ITEMS} messages or tasks"
    )
    return with_meta(figure, layers=list(layers), pitch_m=pitch, missing=why, north=ground.roads[0].size > 0)


def coverage_map(result: Plottable, *, width: float = WIDTH) -> go.Figure:
    """What the cells cover: the strongest cell, its RSRP, and its SINR when all others send at full power."""
    source = Source.of(result)
    missing = geography.no_coverage(source)
    if missing:
        return empty(missing, width)
    squares = geography.coverage(source)
    ground = Ground(source, width, squares)
    sheet = ground.sheet(_coverage_in_words(source, squares), legend=True, right=96)
    panel = ground.panel(sheet)
    x, y = np.unique(squares["x_m"].to_numpy(np.float64)), np.unique(squares["y_m"].to_numpy(np.float64))
    pitch = float(np.median(np.diff(x if len(x) > 1 else y))) if max(len(x), len(y)) > 1 else 1.0
    column = np.rint((squares["x_m"].to_numpy() - x[0]) / pitch).astype(np.int64)
    row = np.rint((squares["y_m"].to_numpy() - y[0]) / pitch).astype(np.int64)
    layers = {"RSRP": ("rsrp_dbm", "dBm", -120.0, -50.0), "SINR": ("sinr_db", "dB", -10.0, 30.0)}
    cell = squares["cell"].to_numpy(np.int64)
    for at, (name, (key, unit, low, high)) in enumerate(layers.items()):
        value = np.where(cell >= 0, squares[key].to_numpy(np.float64), np.nan)
        columns, rows, z = dense(column, row, value, np.nan)
        sheet.add(
            panel, "heatmap", x=x[0] + columns * pitch, y=y[0] + rows * pitch, z=z, zmin=low, zmax=high,
            colorscale=style.SIGNAL, visible=at == 0, name=name, hoverinfo="z+name",
            colorbar={"title": {"text": f"{name} [{unit}]"}, "thickness": 12},
            meta={"layer": name, "scale": "signal", "unit": unit},
        )  # fmt: skip
    columns, rows, strongest = dense(column, row, cell, -1)
    xs, ys = x[0] + columns * pitch, y[0] + rows * pitch
    tips = [[style.escaped(source.cells[c]) if c >= 0 else "" for c in line] for line in strongest]
    sheet.add(
        panel, "heatmap", x=xs, y=ys, z=np.where(strongest >= 0, strongest % len(style.PALETTE), np.nan), zmin=-0.5,
        zmax=len(style.PALETTE) - 0.5, colorscale=_stepped(style.PALETTE), visible=False, showscale=False,
        hovertext=tips, name=BY_CELL, meta={"layer": BY_CELL, "scale": "cells"},
    )  # fmt: skip
    bx, by = borders(strongest, xs, ys, pitch)
    if len(bx):
        sheet.add(panel, "scatter", x=bx, y=by, mode="lines", line={"color": style.PAPER, "width": 1.4}, visible=False,
                  meta={"layer": BY_CELL})  # fmt: skip
    ground.draw_roads(sheet, panel, legend=False, look="on-signal")
    ground.draw_sites(sheet, panel)
    figure = sheet.figure()
    names = [*layers, BY_CELL]
    choice(figure, names)
    return with_meta(figure, layers=names, pitch_m=pitch, missing="")


def decision_map(result: Plottable, *, width: float = WIDTH) -> go.Figure:
    """Where tasks ran, by where the vehicle was when it made them: the most frequent host of each square.

    Colour and shape say which host; the larger the mark, the more tasks.
    """
    source = Source.of(result)
    tasks = source.decided
    if not len(tasks):
        return empty(why_none(source), width)
    ground = Ground(source, width)
    if ground.area is None:  # pragma: no cover — tasks have a place
        return empty("Nothing has a place on a map.", width)
    pitch = decision_pitch_m(ground)
    rows = main_host(tasks, pitch)
    names = host_names(source)
    sheet = ground.sheet(_hosts_in_words(rows, names), legend=True)
    panel = ground.panel(sheet)
    ground.draw_roads(sheet, panel)
    draw_hosts(sheet, panel, ground, rows, names)
    ground.draw_sites(sheet, panel)
    return with_meta(sheet.figure(), layers=[], pitch_m=pitch, missing="")


def decision_pitch_m(ground: Ground) -> float:
    """Side of the squares in which tasks are gathered."""
    assert ground.area is not None
    return pitch_m(ground.measured or ground.area, 28, least_m=16 / ground.px_per_m)


def draw_hosts(
    sheet: Sheet,
    panel: Panel,
    ground: Ground,
    rows: pd.DataFrame,
    names: dict[int, str],
    *,
    layer: str = "",
    visible: bool = True,
    said: set[str] | None = None,
) -> None:
    """A mark a square, by `main_host`; `said`: hosts that are in the legend already, which those drawn here join."""
    pitch = decision_pitch_m(ground)
    order = list(dict.fromkeys(names.values()))
    most = rows["n"].max()
    # A mark of the busiest square fills it; area goes with the number of tasks.
    largest = min(max(pitch * ground.px_per_m, 7.0), 16.0)
    in_legend = set() if said is None else said
    for i, name in enumerate(order):
        mine = rows[[names[int(host)] == name for host in rows["host"]]]
        if not len(mine):
            continue
        tips = [
            style.escaped(f"{name} {style.percent(share, 0)} of {n} tasks")
            for share, n in zip(mine["share"], mine["n"], strict=True)
        ]
        edge = {"width": 0.5, "color": style.PAPER}
        size = np.maximum(largest * np.sqrt(mine["n"].to_numpy() / most), 5.5)
        more = {"meta": {"layer": layer}} if layer else {}
        sheet.add(
            panel, "scatter", mode="markers", x=(mine["column"].to_numpy() + 0.5) * pitch,
            y=(mine["row"].to_numpy() + 0.5) * pitch, hovertext=tips, name=style.escaped(name),
            showlegend=name not in in_legend, legendgroup=f"h{i}", visible=visible,
            marker={"symbol": style.symbol(i), "size": size, "color": style.colour(i), "line": edge}, **more,
        )  # fmt: skip
        in_legend.add(name)


def _latency_layer(
    sheet: Sheet,
    panel: Panel,
    source: Source,
    name: str,
    rows: pd.DataFrame,
    pitch: float,
    side_px: float,
    *,
    visible: bool,
) -> None:
    columns_of = [rows[name].tolist() for name in ("service", "value_ns", "ratio", "late", "n")]
    tips = [
        style.escaped(
            f"{source.services[int(service)]}: 95 % within {style.milliseconds(value)} ({_times(ratio)} of the "
            f"deadline), {style.percent(late)} late, n = {n}"
        )
        for service, value, ratio, late, n in zip(*columns_of, strict=True)
    ]
    shown = np.minimum(rows["ratio"].to_numpy(np.float64), WORST_SHOWN)
    column, row = rows["column"].to_numpy(np.int64), rows["row"].to_numpy(np.int64)
    columns, lines, z = dense(column, row, shown, np.nan)
    _, _, texts = dense(column, row, np.array(tips, dtype=np.object_), "")
    ticks = {
        "tickvals": [0, 0.5, 1, 1.5, 2],
        "ticktext": ["0", "0.5", "deadline", "1.5", "≥ 2"],
        "thickness": 12,
    }
    sheet.add(
        panel, "heatmap", x=(columns + 0.5) * pitch, y=(lines + 0.5) * pitch, z=z, zmin=0, zmax=WORST_SHOWN,
        colorscale=style.SEQUENTIAL, hovertext=texts, visible=visible, name=style.escaped(name), xgap=1, ygap=1,
        colorbar={"title": {"text": "p95 ÷ deadline"}, **ticks}, meta={"layer": name, "scale": "level"},
    )  # fmt: skip
    missed = rows["ratio"].to_numpy() > 1
    if missed.any():
        # On the dark end of the scale the cross is light.
        size = min(max(0.45 * side_px, 3.5), 9.0)
        mark = {
            "symbol": "x-thin",
            "size": size,
            "line": {"color": style.PAPER, "width": 1.4},
            "color": style.PAPER,
        }
        sheet.add(
            panel, "scatter", mode="markers", x=(column[missed] + 0.5) * pitch, y=(row[missed] + 0.5) * pitch,
            marker=mark, visible=visible, name="missed its deadline", meta={"layer": name, "class": "missed"},
        )  # fmt: skip


def _stepped(colours: Sequence[str]) -> list[list[object]]:
    """A colour scale of plain steps."""
    n = len(colours)
    return [[(i + side) / n, colour] for i, colour in enumerate(colours) for side in (0, 1)]


def _times(ratio: float) -> str:
    return "∞" if np.isinf(ratio) else f"{ratio:.2f}×"


def choice(figure: go.Figure, layers: list[str]) -> None:
    """Buttons that show one layer at a time, where plotly draws the figure."""
    if len(layers) < 2:
        return
    of = [trace.meta.get("layer") if isinstance(trace.meta, dict) else None for trace in figure.data]
    buttons = [
        {
            "label": style.escaped(name),
            "method": "restyle",
            "args": [{"visible": [o is None or o == name for o in of]}],
        }
        for name in layers
    ]
    figure.update_layout(
        updatemenus=[
            {
                "type": "dropdown",
                "buttons": buttons,
                "x": 1,
                "xanchor": "right",
                "y": 1,
                "yanchor": "bottom",
                "pad": {"b": 4},
            }
        ]
    )


def with_meta(figure: go.Figure, **more: Any) -> go.Figure:  # noqa: ANN401
    """The figure with more of what the report's drawing asks for."""
    figure.update_layout(meta={**figure.layout.meta, **more})
    return figure


def _in_words(layers: dict[str, pd.DataFrame], pitch: float) -> str:
    if not layers:
        return "Map of roads and sites."
    rows = next(iter(layers.values()))
    missed = int((rows["ratio"] > 1).sum())
    return (
        f"Map of latency in squares of {pitch:g} m: the 95 % quantile missed the deadline of a service in {missed} of "
        f"{len(rows)} squares."
    )


def _coverage_in_words(source: Source, squares: pd.DataFrame) -> str:
    cell = squares["cell"].to_numpy(np.int64)
    covered = float((cell >= 0).mean())
    sinr = squares["sinr_db"].to_numpy(np.float64)[cell >= 0]
    median = f", median SINR {np.median(sinr):.1f} dB" if len(sinr) else ""
    return f"Map of the coverage of {len(source.cells)} cells: {style.percent(covered, 0)} of it is covered{median}."


def _hosts_in_words(rows: pd.DataFrame, names: dict[int, str]) -> str:
    most = rows["host"].map(names).value_counts(normalize=True)
    split = ", ".join(f"{name} {style.percent(share, 0)}" for name, share in most.items())
    return f"Map of where tasks ran; squares by their most frequent host: {split}."
