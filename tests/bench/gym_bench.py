"""How fast an agent can play: steps a CPU second of cv2x.gym, resets included. Run by bench.py, or by itself.

The agent answers without looking, so what is measured is the environment: simulator, observation, reward, Python.
User and system time of all threads.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from policy_cost import ROOT, cpu_s, world
from table import Table

from cv2x import _core
from cv2x.gym import BatchedOffloadEnv, OffloadEnv

LEAST = "≥ 20000"


def play(env: OffloadEnv | BatchedOffloadEnv, act: Callable[[Any], Any], least_steps: int) -> float:
    """Decisions a CPU second over whole episodes; one before them does not count."""
    decisions, start = 0, 0.0
    for number in range(1_000_000):
        if number == 1:
            decisions, start = 0, cpu_s()
        observation, info = env.reset()
        ended = False
        while not ended:
            observation, _, ended, _, info = env.step(act(observation))
        decisions += info["decisions"]
        if number > 0 and decisions >= least_steps:
            break
    env.close()
    return decisions / (cpu_s() - start)


def first(_: Any) -> int:
    """The first host."""
    return 0


def main(table: Table) -> None:
    """Short and long episodes, few and many hosts, with a file, in batches, with the radio."""

    def row(case: str, env: OffloadEnv | BatchedOffloadEnv, required: str = "", **more: Any) -> None:
        rate = play(env, more.get("act", first), more.get("steps", 100_000))
        table.add("gym", case, "decisions a CPU second, resets included", rate, "1/s", required)

    def light(hosts: int, seconds: int) -> _core.LoadedScenario:
        return _core.load_text(world(hosts).replace("500 s", f"{seconds} s"), "bench")

    row("ideal, 3 hosts, 10 s episodes", OffloadEnv(light(3, 10)), LEAST)
    row("ideal, 3 hosts, 1 s episodes", OffloadEnv(light(3, 1)), LEAST)
    row("ideal, 20 hosts, 10 s episodes", OffloadEnv(light(20, 10)), LEAST)
    row("ideal, 3 hosts, own reward", OffloadEnv(light(3, 10), reward=lambda r: float(r.met_deadline)), LEAST)
    with tempfile.TemporaryDirectory() as folder:
        whole = light(3, 10).with_overrides(["recording.mode=full"])
        row("ideal, 3 hosts, recorded in full", OffloadEnv(whole, output=Path(folder) / "out.h5"))
    batches = BatchedOffloadEnv(light(3, 10), window_s=0.01)
    row("ideal, 3 hosts, batches of 10 ms", batches, act=lambda rows: np.zeros(len(rows), np.int64))
    row("nr, highway", OffloadEnv(ROOT / "scenarios/highway/scenario.yaml"), steps=10_000)


if __name__ == "__main__":
    main(Table())
