"""What policies are said to be good for, in whole runs: herding, energy, changes of cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from whole_runs import ROOT

STALE = ROOT / "docs" / "examples" / "stale-load.yaml"
STREET = Path(__file__).with_name("policies_street.yaml")
DELIVERED, UPLINK, DOWNLINK = 0, 0, 3  # words of outcome and of messages/kind (sim/record/columns.h)

Simulate = Callable[..., dict[str, np.ndarray]]


def in_time(result: dict[str, np.ndarray], deadline_ms: float) -> float:
    """Share of the tasks that count that are back within the deadline."""
    counted = result["tasks/counted"] == 1
    took_ns = (result["tasks/end_ns"] - result["tasks/created_ns"])[counted]
    delivered = result["tasks/outcome"][counted] == DELIVERED
    return float((delivered & (took_ns <= deadline_ms * 1e6)).mean())
