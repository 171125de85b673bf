"""Two of the queues of rows_queues.py, with the right service rate and with one that is 3 % off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import rows_queues
from rows_queues import Case, cases, customers, judged

CHEAP = ("M/D/4/4", "three times in tandem")


def rows_of(case: Case, speed: float) -> list[bool]:
    wrong: dict[str, object] = {}
    if speed != 1:
        wrong["compute.hosts.server.speed"] = f"{speed} Gcycles/s"
        wrong["links.line.rate"] = f"{100 * speed} Mbit/s"
    found = customers(tuple((case.settings() | wrong).items()))
    customers.cache_clear()
    return [row.ok for row in judged(case, found)]


@pytest.mark.slow
@pytest.mark.parametrize("name", CHEAP)
def test_a_server_that_is_3_percent_off_fails(name: str) -> None:
    (case,) = (c for c in cases() if name in c.name)
    assert all(rows_of(case, 1.0))
    assert not any(rows_of(case, 1.03))
    assert not any(rows_of(case, 0.97))


def test_theory_against_known_values() -> None:
    """Tables: Erlang C of 4 servers and 2 Erlang, M/D/1 at load 0.5, M/M/1 as limits of the others."""
    assert rows_queues.erlang_c(4, 2.0) == pytest.approx(4 / 23)
    mean, survival = rows_queues.mmc_wait(1, 500, 1.0)
    assert mean == pytest.approx(1e-3)
    assert rows_queues.quantile(survival, 0.9) == pytest.approx(1e-3 / 0.5 * 1.6094379, rel=1e-6)
    assert rows_queues.md1_wait(500, 1.0)[0] == pytest.approx(0.5e-3)
    assert rows_queues.md1_wait(500, 1.0)[1](0.0) == pytest.approx(0.5)
    # A mixture of two equal exponentials is one; places without end make M/M/c.
    mixed = rows_queues.mh1_wait((300, 200), (1000, 1000 + 1e-6), 1.0)
    assert mixed[0] == pytest.approx(mean)
    assert mixed[1](2e-3) == pytest.approx(survival(2e-3))
    lost, wait, tail = rows_queues.loss(4, 150, 2800, 1.0)
    assert lost < 1e-12
    assert wait == pytest.approx(rows_queues.mmc_wait(4, 2800, 1.0)[0])
    assert tail(1e-3) == pytest.approx(rows_queues.mmc_wait(4, 2800, 1.0)[1](1e-3))
    assert rows_queues.loss(4, 4, 3000, 1.0)[0] == pytest.approx(27 / 131)
