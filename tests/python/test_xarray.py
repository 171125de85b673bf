"""Results as labelled arrays."""

from pathlib import Path

import numpy as np
import pytest

import cv2x
from cv2x.arrays import TABLES

SMALL = Path(__file__).with_name("small.yaml")
HIGHWAY = Path(__file__).parents[2] / "scenarios" / "highway" / "scenario.yaml"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cv2x.Result:
    out = tmp_path_factory.mktemp("result") / "highway.h5"
    return cv2x.run(HIGHWAY, {"simulation.duration": "4 s", "mobility.highway.length": "1 km"}, output=out)


@pytest.mark.parametrize("table", TABLES)
def test_every_variable_has_its_words_and_units(result: cv2x.Result, table: str):
    data = result.to_xarray(table)
    assert data.attrs["seed"] == 1
    assert data.attrs["state"] == "finished"
    assert data.attrs["title"].startswith("Highway")
    frame = getattr(result, table)
    for name in data.variables:
        assert data[name].attrs["long_name"], name
        column = f"{name}_m" if name in ("x", "y") else name
        if column in frame:
            assert data[name].attrs.get("units", "") == frame.attrs["units"][column]
        if str(column).endswith("_ns"):
            assert data[name].attrs["units"] == "ns"
    assert {str(v) for v in data.variables} | {"x_m", "y_m"} >= set(frame.columns)


@pytest.mark.parametrize(
    ("table", "dims", "column"),
    [
        ("cells", ("time", "cell"), "ul_blocks"),
        ("hosts", ("time", "host"), "utilisation"),
        ("links", ("time", "link", "direction"), "bytes"),
        ("vehicles", ("time", "vehicle"), "x_m"),
    ],
)
def test_a_cube_holds_the_rows(result: cv2x.Result, table: str, dims: tuple[str, ...], column: str):
    data, frame = result.to_xarray(table), getattr(result, table)
    cube = data[column]
    assert cube.dims == dims
    assert data["time"].attrs["units"] == "s"
    assert np.array_equal(data["time_ns"] / 1e9, data["time"])
    assert int(np.isfinite(cube).sum()) == len(frame)
    for row in frame.sample(min(50, len(frame)), random_state=1).itertuples(index=False):
        at = {dim: getattr(row, dim) for dim in dims[1:]}
        assert cube.sel(time=row.time_ns / 1e9, **at).item() == getattr(row, column)


def test_whole_cubes_keep_their_type_and_gaps_are_nan(result: cv2x.Result):
    assert result.to_xarray("cells")["ues"].dtype == np.uint32
    lost = cv2x.run(SMALL, {"simulation.duration": "3 s"})
    lost.__dict__["links"] = lost.links.drop(index=lost.links.index[3])
    gap = lost.to_xarray("links")["bytes"]
    assert gap.dtype == np.float64
    assert int(np.isnan(gap).sum()) == 1


def test_coverage_is_a_grid(result: cv2x.Result):
    data = result.to_xarray("coverage")
    assert data["rsrp_dbm"].dims == ("y", "x")
    assert data["x"].attrs["units"] == "m"
    assert len(np.unique(np.round(np.diff(data["x"]), 3))) == 1
    row = result.coverage.iloc[17]
    place = {"x": row["x_m"], "y": row["y_m"]}
    assert data["sinr_db"].sel(place).item() == row["sinr_db"]
    assert data["cell"].sel(place).item() == row["cell"]


def test_rows_keep_their_order(result: cv2x.Result):
    messages = result.to_xarray("messages")
    assert messages.sizes == {"message": len(result.messages)}
    assert np.array_equal(messages["id"], result.messages["id"])
    assert list(messages["service"].values[:99]) == list(result.messages["service"][:99])
    late = messages["latency_ns"].where(messages["counted"], drop=True)
    assert len(late) == result.messages["counted"].sum()


def test_what_is_not_there(result: cv2x.Result):
    with pytest.raises(ValueError, match="there are no arrays of 'cell'; there are: messages"):
        result.to_xarray("cell")
    thin = cv2x.run(
        SMALL, {"recording.mode": "histogram", "recording.load": "0 s", "recording.vehicles": "0 s"}
    )
    for table in TABLES:
        assert (
            not any(variable.size for variable in thin.to_xarray(table).data_vars.values())
            or table == "events"
        )
