"""The texts that new scenarios have in common."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cv2x.scaffold.write import SCHEMA, schema_line

FIBRE_NS_PER_M = 5 * 1.5  # light in glass takes 5 µs a km; a fibre is longer than the air line
EQUIPMENT_NS = 5000  # of a switch at each end


@dataclass(frozen=True)
class Site:
    """A gNB."""

    name: str
    x_m: float
    y_m: float


def scenario(
    *,
    title: str,
    intro: str,
    mobility: str,
    gnbs: Sequence[Site],
    environment: str,
    height_m: float,
    duration_s: float,
    seed: int,
) -> str:
    """A whole scenario: a macro cell a site, a MEC host where their fibres meet, a cloud, three services."""
    hub = hub_of(gnbs)
    return f"""{schema_line(SCHEMA)}
{_comment(intro)}
# Every key: `cv2x reference`. Mistakes: `cv2x validate`. Run: `cv2x run scenario.yaml`.
title: {title}

simulation:
  duration: {duration_s:g} s
  # Messages created before the warm-up's end or after the drain's begin do not count.
  warm_up: 2 s
  drain: 1 s
  seed: {seed}   # `cv2x run -R 5` runs five replications, each with other random numbers

mobility:
{mobility.rstrip()}

sites:
{entries({g.name: f"kind: gnb, {_at(g)}, height: {height_m:g} m" for g in gnbs})}
  aggregation: {{kind: router, {_at(hub)}}}
  mec:         {{kind: mec, {_at(hub)}}}
  core:        {{kind: router}}
  cloud:       {{kind: cloud}}

# Fibre from each gNB to the aggregation site, where the MEC host is; the core and the cloud are further away.
links:
{entries({g.name: f"from: {g.name}, to: aggregation, rate: 10 Gbit/s, {_delay(g, hub)}" for g in gnbs})}
  mec:         {{from: aggregation, to: mec, rate: 25 Gbit/s, delay: 5 us}}
  metro:       {{from: aggregation, to: core, rate: 10 Gbit/s, delay: 500 us, queue: 8 MB}}
  internet:    {{from: core, to: cloud, rate: 10 Gbit/s, delay: 12 ms, queue: 32 MB}}

radio:
  kind: nr           # 5G NR; `ideal` is a fixed delay, to see what the rest of the network costs
  carriers:
    n1:
      frequency: 2.14 GHz
      bandwidth: 40 MHz
      numerology: 1  # subcarriers of 30 kHz
      channel: {{environment: {environment}}}   # TR 38.901: uma, umi (streets) or rma (rural, motorway)
  cells:
{entries({g.name: f"site: {g.name}, carrier: n1" for g in gnbs}, indent=4)}

slices:
  v2x:       {{sst: 4, five_qi: 79}}
  broadband: {{sst: 1, five_qi: 9}}

compute:
  hosts:
    mec:   {{site: mec, cores: 32, speed: 3 Gcycles/s, queue: 1000}}
    cloud: {{site: cloud, cores: 64, speed: 3.5 Gcycles/s, queue: 10000}}
  vehicles: {{cores: 1, speed: 1 Gcycles/s, queue: 10}}

services:
  telemetry:                  # every vehicle tells the edge where it is
    kind: telemetry_upload
    slice: v2x
    rate: 10 Hz
    input: 300 B
    server: mec
    deadline: 100 ms
  perception:                 # some have their sensor data processed at the edge
    kind: perception_offload
    slice: v2x
    vehicles: 20 %
    rate: 5 Hz
    input: 10 kB
    cycles: 40 Mcycles
    cycles_distribution: exponential
    output: 1 kB
    deadline: 150 ms
  hd-map:                     # some fetch tiles of the map from the cloud
    kind: map_download
    slice: broadband
    vehicles: 20 %
    arrivals: poisson
    rate: 0.5 Hz
    input: 200 B
    cycles: 5 Mcycles
    output: 150 kB
    server: cloud
    deadline: 2 s

offloading:
  policy: least_latency       # or local, nearest_edge, cloud: compare them with --set offloading.policy=cloud
  load_report: 100 ms

# `cv2x check RESULT` says whether they are met: exit code 0 yes, 1 no, 3 cannot be decided yet.
budgets:
  telemetry-p95:         {{service: telemetry, metric: latency, quantile: 95 %, limit: 50 ms}}
  telemetry-reliability: {{service: telemetry, metric: reliability, at_least: 98 %}}
  perception-p95:        {{service: perception, metric: latency, quantile: 95 %, limit: 150 ms}}
  map-p90:               {{service: hd-map, metric: latency, quantile: 90 %, limit: 2 s}}
"""


def readme(title: str, what: str) -> str:
    """Three lines: what it is, what is in it, how to run it."""
    return f"# {title}\n{what}\n`cv2x validate scenario.yaml`, then `cv2x run scenario.yaml -o out.h5`.\n"


def hub_of(gnbs: Sequence[Site]) -> Site:
    """The aggregation site: in the middle of the gNBs."""
    return Site("aggregation", sum(g.x_m for g in gnbs) / len(gnbs), sum(g.y_m for g in gnbs) / len(gnbs))


def entries(values: Mapping[str, str], indent: int = 2) -> str:
    """Lines of a section, a map in braces each, one below the other."""
    wide = max(len("aggregation:"), *(len(name) + 1 for name in values))
    return "\n".join(f"{' ' * indent}{name + ':':{wide}} {{{value}}}" for name, value in values.items())


def _at(site: Site) -> str:
    return f"x: {round(site.x_m)} m, y: {round(site.y_m)} m"


def _delay(gnb: Site, hub: Site) -> str:
    """One way, along the fibre, in tenths of a microsecond."""
    distance_m = math.hypot(gnb.x_m - hub.x_m, gnb.y_m - hub.y_m)
    return f"delay: {(EQUIPMENT_NS + FIBRE_NS_PER_M * distance_m) * 1e-3:.1f} us"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.splitlines())
