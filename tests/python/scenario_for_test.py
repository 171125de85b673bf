"""What the tests of scenarios share."""

from pathlib import Path

import pytest

import cv2x

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMALL = HERE / "small.yaml"
ONE = ROOT / "scenarios" / "one-vehicle" / "scenario.yaml"
FILES = [
    *sorted((ROOT / "scenarios").glob("*/scenario.yaml")),
    ROOT / "tests/sim/config/good/everything.yaml",
]


def refused(change, *parts: str) -> cv2x.ScenarioError:
    """The error of a change that is refused; every part is in its message."""
    with pytest.raises(cv2x.ScenarioError) as caught:
        change()
    for part in parts:
        assert part in str(caught.value)
    return caught.value
