"""The example that trains an agent, and the agent that it wrote."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import cv2x

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
BEATEN = ("random", "nearest_edge", "least_latency")


def example():
    spec = importlib.util.spec_from_file_location("train_agent", EXAMPLES / "train_agent.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def beats(table, others) -> bool:
    """In time more often for perception, and so soon that the interval of each difference leaves out 0."""
    for other in others:
        reliability = table.loc[other, "perception", "reliability"]
        latency = table.loc[other, "perception", "p95_ms"]
        if not (reliability["difference_high"] < 0 and latency["difference_low"] > 0):
            return False
    return True


@pytest.mark.slow
def test_the_agent_beats_the_others_in_worlds_that_it_has_not_seen():
    table = example().compare(EXAMPLES / "trained_agent.py", replications=5)
    assert set(table.index.get_level_values("policy")) > {"trained", *BEATEN}
    assert beats(table, BEATEN)
    # And one that knows this world's trick.
    assert table.loc["Greedy", "perception", "reliability"]["difference_high"] < 0
    # The check finds who does not beat.
    policies = {"least_latency": "least_latency", "trained": f"{EXAMPLES / 'trained_agent.py'}:Trained"}
    assert not beats(cv2x.compare(EXAMPLES / "learning.yaml", policies, 2), ["trained"])


@pytest.mark.slow
def test_training_learns_and_what_it_writes_is_a_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    module = example()
    weights, curve = module.train(generations=6, population=12, elite=3)
    assert "generation 6" in capsys.readouterr().err
    again, same = module.train(generations=1, population=12, elite=3)
    assert curve[0] == same[0]
    assert not np.array_equal(weights, again)
    module.export(weights, tmp_path / "mine.py")
    policies = {"mine": f"{tmp_path / 'mine.py'}:Trained", "least_latency": "least_latency"}
    table = cv2x.compare(module.SCENARIO, policies, 3, module.HELD_OUT)
    difference = table.loc["least_latency", "perception", "reliability"]
    assert difference["difference_high"] < 0
    assert "#     " in (tmp_path / "mine.py").read_text()
