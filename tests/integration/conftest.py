"""What the integration tests share: the demo world, run once a session, and a run with settings."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from whole_runs import A10, cv2x_sim, tables


@pytest.fixture(scope="session")
def sumo() -> None:
    if not shutil.which("sumo"):
        pytest.skip("SUMO is not installed (Debian packages sumo, sumo-tools)")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, sumo: None) -> Path:
    """The result of the A10 demo, everything recorded."""
    out = tmp_path_factory.mktemp("demo") / "a10.h5"
    cv2x_sim(A10, out)
    return out


@pytest.fixture
def simulate(tmp_path: Path) -> Callable[..., dict[str, np.ndarray]]:
    """Runs a scenario with settings and gives its tables."""
    count = 0

    def run(scenario: Path, *settings: str) -> dict[str, np.ndarray]:
        nonlocal count
        count += 1
        out = tmp_path / f"{count}.h5"
        cv2x_sim(scenario, out, *settings)
        return tables(out)

    return run
