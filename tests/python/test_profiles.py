"""Profiles of services: listed, taken over by a scenario, overruled by it."""

import json

from typer.testing import CliRunner

import cv2x
from cv2x.cli import app

BASE = {
    "simulation": {"duration": "1 s"},
    "mobility": {"kind": "static", "vehicles": 1},
    "sites": {"gnb": {"kind": "gnb"}},
    "radio": {"kind": "ideal"},
    "compute": {"hosts": {"edge": {"site": "gnb"}}},
}


def resolved(services: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return json.loads(cv2x.load(BASE | {"services": services}).resolved_json())["services"]


def test_they_are_a_table_with_units_and_sources():
    table = cv2x.profiles()
    assert table.loc["edgecloudsim_infotainment", "cycles"] == 20e9
    assert table.loc["sensor_sharing", ["kind", "input_bytes", "output_bytes"]].tolist() == [
        "telemetry_upload", 1600, 0,
    ]  # fmt: skip
    assert table["source"].str.len().min() > 0
    assert table.attrs["units"]["deadline_ns"] == "ns"
    # YOLO11s, fuse, warn.
    assert table.loc["yolo11s_pipeline", "cycles"] == 21.5e9 / 16 + 22e6


def test_the_command_lists_them():
    printed = CliRunner().invoke(app, ["profiles"], env={"COLUMNS": "200"})
    assert printed.exit_code == 0
    for name in cv2x.profiles().index:
        assert name in printed.output


def test_a_service_has_what_its_profile_has_and_the_scenario_does_not():
    services = {"camera": {"profile": "yolo11s_perception", "rate": "5 Hz"}}
    camera = resolved(services)["camera"]
    assert (camera["kind"], camera["rate"], camera["input"]) == ("perception_offload", "5 Hz", "60 KiB")
    assert camera["cycles"] == "1343.75 Mcycles"
    # Written out, it loads again to the same.
    assert resolved({"camera": camera}) == {"camera": camera}
