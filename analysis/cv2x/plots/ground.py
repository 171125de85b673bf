"""What lies under every map: its area, roads, sites and links."""

import numpy as np
import pandas as pd

from cv2x.plots import geography, style
from cv2x.plots.data.grid import Area, area_of, nice
from cv2x.plots.data.labels import Box, apart, placed
from cv2x.plots.sheet import Axis, Panel, Sheet
from cv2x.plots.source import Source

LOWEST_PX, HIGHEST_PX = 220, 600
KINDS = {"gnb": ("triangle-up", 11), "rsu": ("diamond", 10), "mec": ("square", 9), "cloud": ("circle", 10),
         "router": ("cross", 9)}  # fmt: skip


class Ground:
    """What lies under every map: its area, roads and sites."""

    def __init__(self, source: Source, width: float, squares: pd.DataFrame | None = None) -> None:
        self.sites = geography.sites(source)
        self.roads = geography.roads(source)
        self.traces = geography.vehicle_places(source)
        self.fibres = geography.fibres(source, self.sites)
        items = source.items
        places = [(items["x_m"].to_numpy(np.float64), items["y_m"].to_numpy(np.float64)), self.traces]
        self.measured = area_of(*places)
        points = [*places, (self.sites["x_m"].to_numpy(np.float64), self.sites["y_m"].to_numpy(np.float64))]
        if self.measured is None:
            points.append(self.roads)
        if squares is not None and area_of(*points) is None:
            points.append((squares["x_m"].to_numpy(np.float64), squares["y_m"].to_numpy(np.float64)))
        around = area_of(*points)
        self.width = width
        self.area: Area | None = None
        if around is not None:
            # Roads far from all vehicles and sites would only make the rest small.
            around = around.padded(0.05, least=50.0)
            self.height = min(max(width * around.height / around.width, LOWEST_PX), HIGHEST_PX)
            self.area = around.in_shape(width / self.height)
            self.px_per_m = width / self.area.width

    def sheet(self, describes: str, *, legend: bool, right: float = 0) -> Sheet:
        """A figure of the map's size."""
        return Sheet(height=self.height, width=self.width, legend=legend, describes=describes, right=right)

    def panel(self, sheet: Sheet) -> Panel:
        """The panel of the map: metres are equally long in both directions."""
        area = self._area()
        panel = sheet.panel(
            0, 0, self.width, self.height,
            Axis((area.west, area.east), visible=False), Axis((area.south, area.north), visible=False),
        )  # fmt: skip
        sheet.layout["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
        sheet.layout["xaxis"]["constrain"] = sheet.layout["yaxis"]["constrain"] = "domain"
        return panel

    def draw_roads(self, sheet: Sheet, panel: Panel, *, legend: bool = True, look: str = "") -> None:
        """Roads, or where vehicles were; `look`: a class of the report's style."""
        meta = {"class": look}
        x, y = self.roads
        if len(x):
            line = {"color": style.ROAD, "width": 1}
            sheet.add(
                panel, "scatter", x=x, y=y, mode="lines", line=line, name="road", showlegend=legend, meta=meta
            )
        else:
            x, y = self.traces
            mark = {"color": style.ROAD, "size": 3, "symbol": "circle"}
            sheet.add(panel, "scatter", x=x, y=y, mode="markers", marker=mark, name="where vehicles drove",
                      showlegend=legend, meta=meta)  # fmt: skip

    def draw_sites(self, sheet: Sheet, panel: Panel) -> None:
        """Links, sites with their names as far as there is room, and the scale."""
        x, y = self.fibres
        if len(x):
            line = {"color": style.MUTED, "width": 1.2, "dash": "dot"}
            sheet.add(panel, "scatter", x=x, y=y, mode="lines", line=line, name="link", showlegend=True)
        area, sites = self._area(), self.sites
        px = (sites["x_m"].to_numpy(np.float64) - area.west) * self.px_per_m
        py = (area.north - sites["y_m"].to_numpy(np.float64)) * self.px_per_m
        px, py = apart(px, py, 13)
        xs, ys = area.west + px / self.px_per_m, area.north - py / self.px_per_m
        names = [style.shortened(name, 170, 11) for name in sites["name"]]
        inside = Box(2, 2, self.width - 2, self.height - 26)
        where = placed(
            list(zip(px, py, strict=True)), [style.text_px(n, 11) + 4 for n in names], 15, 7, inside
        )
        for kind, (shape, size) in KINDS.items():
            mine = np.flatnonzero(sites["kind"].to_numpy() == kind)
            if len(mine) == 0:
                continue
            tips = [style.escaped(f"{sites['name'][i]} ({kind})") for i in mine]
            mark = {
                "symbol": shape,
                "size": size,
                "color": style.INK,
                "line": {"color": style.PAPER, "width": 1.2},
            }
            sheet.add(
                panel, "scatter", mode="markers", x=xs[mine], y=ys[mine],
                marker=mark, hovertext=tips, name=kind, showlegend=True,
            )  # fmt: skip
        shown = [i for i, position in enumerate(where) if position]
        if shown:
            sheet.add(
                panel, "scatter", mode="text", x=xs[shown], y=ys[shown],
                text=[style.escaped(names[i]) for i in shown], textposition=[where[i] for i in shown],
                textfont={"size": 11, "color": style.INK}, meta={"halo": True},
            )  # fmt: skip
        self._scale_bar(sheet, panel)

    def _scale_bar(self, sheet: Sheet, panel: Panel) -> None:
        area = self._area()
        length = nice(area.width / 7) / 2 if nice(area.width / 7) > area.width / 5 else nice(area.width / 7)
        east = area.east - 14 / self.px_per_m
        north = area.south + 12 / self.px_per_m
        line = {"color": style.INK, "width": 2.5}
        sheet.add(
            panel,
            "scatter",
            x=[east - length, east],
            y=[north, north],
            mode="lines",
            line=line,
            meta={"fixed": True},
        )
        said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        font = {"size": 11, "color": style.INK}
        sheet.add(panel, "scatter", x=[east - length / 2], y=[north], mode="text", text=[said], textfont=font,
                  textposition="top center", meta={"halo": True, "fixed": True})  # fmt: skip

    def _area(self) -> Area:
        assert self.area is not None
        return self.area
