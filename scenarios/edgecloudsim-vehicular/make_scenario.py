"""Writes scenario.yaml, shared_link.yaml and nr.yaml of this folder: `python make_scenario.py`.

40 roadside units and 100 machines that differ by their places alone are not written by hand.
"""

from __future__ import annotations

import math
from pathlib import Path

SEGMENTS = 40
SEGMENT_M = 400
VEHICLES = 1000
# Speed [km/h] of the segments one after the other, and how many of them: EdgeCloudSim's three kinds of place.
STRETCHES = [(60, 5), (40, 4), (20, 2), (40, 4), (60, 10), (40, 4), (20, 2), (40, 4), (60, 5)]
EDGE_VMS = "ab"
CLOUD_VMS = 20
HEAD = """\
# Written by make_scenario.py; README.md says what it is.
# Units: EdgeCloudSim's MI and MIPS are a million cycles, and cycles a second; its KB are 1000 bytes.
title: EdgeCloudSim's vehicular sample, as shipped
simulation: {duration: 3600 s, warm_up: 180 s, drain: 10 s, seed: 1}
"""
SERVICES = """\
services:
  traffic-management:
    kind: perception_offload
    exclusive: application
    vehicles: 30 %
    arrivals: poisson
    rate: 0.333333333333 Hz
    input: 20 kB
    input_distribution: uniform
    cycles: 3 Gcycles
    cycles_distribution: uniform
    output: 20 kB
    output_distribution: uniform
    edge_share: 6 %
    cloud_share: 1.2 %
    deadline: 500 ms
  danger-assessment:
    kind: perception_offload
    exclusive: application
    vehicles: 35 %
    arrivals: poisson
    rate: 0.2 Hz
    input: 40 kB
    input_distribution: uniform
    cycles: 10 Gcycles
    cycles_distribution: uniform
    output: 20 kB
    output_distribution: uniform
    edge_share: 20 %
    cloud_share: 4 %
    deadline: 1 s
  infotainment:
    kind: perception_offload
    exclusive: application
    vehicles: 35 %
    arrivals: poisson
    rate: 0.0666666666667 Hz
    input: 20 kB
    input_distribution: uniform
    cycles: 20 Gcycles
    cycles_distribution: uniform
    output: 80 kB
    output_distribution: uniform
    edge_share: 40 %
    cloud_share: 8 %
    deadline: 1500 ms
offloading: {policy: edgecloudsim_random, load_report: 0 s}
recording: {load: 15 s, vehicles: 60 s, flush: 60 s}
"""


SHARED_LINK = """\
# Written by make_scenario.py. The same world with real queues: every roadside unit has a WLAN that its vehicles share,
# and a fibre to a metro node, which is 5 ms away from each of them and has the way to the cloud.
extends: scenario.yaml
title: EdgeCloudSim's vehicular world with shared links
radio:
  kind: shared_link
  shared_link: {uplink: 10 Mbit/s, downlink: 10 Mbit/s}
"""
NR = """\
# Written by make_scenario.py. The same world with 5G: shared_link.yaml with a cell of 100 MHz at every roadside unit.
extends: shared_link.yaml
title: EdgeCloudSim's vehicular world with 5G NR
radio:
  kind: nr
  epoch: 1 s
  carriers:
    n78: {frequency: 3.5 GHz, bandwidth: 100 MHz, numerology: 1, duplex: tdd, channel: {environment: umi}}
  cells:
"""


def scenario() -> list[str]:
    """scenario.yaml, line by line."""
    out = [HEAD, "mobility:", "  kind: ring", "  ring:", f"    vehicles: {VEHICLES}", "    stretches:"]
    first = 0
    for speed, count in STRETCHES:
        name = f"segments-{first:02}-{first + count - 1:02}"
        out.append(f"      {name}: {{length: {count * SEGMENT_M} m, speed: {speed} km/h}}")
        first += count
    out.append("sites:")
    radius_m = SEGMENTS * SEGMENT_M / (2 * math.pi)
    for i in range(SEGMENTS):
        angle = 2 * math.pi * (i + 0.5) / SEGMENTS
        x, y = radius_m * math.cos(angle), radius_m * math.sin(angle)
        out.append(f"  rsu-{i:02}: {{kind: rsu, x: {x:.3f} m, y: {y:.3f} m, height: 10 m}}")
    out.append("  cloud: {kind: cloud}")
    out += ["radio: {kind: edgecloudsim, epoch: 1 s, edgecloudsim: {gateway: cloud}}", "compute:", "  hosts:"]
    vm = "discipline: processor_sharing, admission: {share: 100 %}"
    for i in range(SEGMENTS):
        for letter in EDGE_VMS:
            out.append(f"    rsu-{i:02}-{letter}: {{site: rsu-{i:02}, cores: 2, speed: 10 Gcycles/s, {vm}}}")
    for i in range(CLOUD_VMS):
        out.append(f"    cloud-{i:02}: {{site: cloud, cores: 2, speed: 75 Gcycles/s, {vm}}}")
    out.append(SERVICES.rstrip())
    return out


def shared_link() -> list[str]:
    """shared_link.yaml."""
    out = [SHARED_LINK.rstrip(), "sites:", "  metro: {kind: router}", "links:"]
    for i in range(SEGMENTS):
        out.append(f"  fibre-{i:02}: {{from: rsu-{i:02}, to: metro, rate: 1 Gbit/s, delay: 5 ms}}")
    out.append("  wan: {from: metro, to: cloud, rate: 50 Mbit/s, delay: 150 ms, queue: 10 MB}")
    return out


def nr() -> list[str]:
    """nr.yaml."""
    cells = [f"    cell-{i:02}: {{site: rsu-{i:02}, carrier: n78, power: 30 dBm}}" for i in range(SEGMENTS)]
    return [NR.rstrip(), *cells]


def texts() -> dict[str, str]:
    """Content of each file by its name."""
    files = {"scenario": scenario, "shared_link": shared_link, "nr": nr}
    return {f"{name}.yaml": "\n".join(lines()) + "\n" for name, lines in files.items()}


if __name__ == "__main__":
    for name, text in texts().items():
        (Path(__file__).parent / name).write_text(text, encoding="utf-8")
