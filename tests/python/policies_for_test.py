"""What the tests of policies share."""

from pathlib import Path

import cv2x

SMALL = Path(__file__).with_name("small.yaml")
SHORT = {"simulation.duration": "3 s"}
# Three hosts: an edge host, a cloud, and one that no route leads to.
WORLD = {
    **SHORT,
    "sites.cloud": "{kind: cloud}",
    "sites.lonely": "{kind: mec}",
    "sites.far": "{kind: gnb, x: 50 km, y: 0 m}",
    "links.internet": "{from: mec, to: cloud, rate: 10 Gbit/s, delay: 10 ms}",
    "links.island": "{from: far, to: lonely, rate: 10 Gbit/s, delay: 10 us}",
    "compute.hosts.cloud": "{site: cloud, cores: 8, speed: 2 Gcycles/s}",
    "compute.hosts.lonely": "{site: lonely, cores: 8, speed: 2 Gcycles/s}",
}


def first(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    return 0


def same(a: cv2x.Result, b: cv2x.Result) -> bool:
    return a.tasks.equals(b.tasks) and a.messages.equals(b.messages) and a.stages.equals(b.stages)


def file_with(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path
