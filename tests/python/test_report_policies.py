"""The report with several policies beside each other, and how far one is from the best possible."""

import re
from pathlib import Path

import pytest

import cv2x
from cv2x import report
from cv2x.plots.policies import policies_cdf, policies_map
from cv2x.plots.source import Source
from cv2x.reader import ResultFile
from cv2x.report.policies import by_policy, policy_table

SMALL = Path(__file__).with_name("small.yaml")
SHORT = {"simulation.duration": "4 s"}
POLICIES = ("nearest_edge", "local", "least_latency")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("policies")
    out = {}
    for policy in POLICIES:
        for r in (0, 1):
            out[f"{policy} {r}"] = folder / f"{policy}-{r}.h5"
            keys = {**SHORT, "simulation.replication": r}
            cv2x.run(SMALL, keys, output=out[f"{policy} {r}"], policy=policy).close()
    return out


def opened(*paths: Path) -> list[ResultFile]:
    return [ResultFile(path) for path in paths]


def section(text: str) -> str:
    found = re.search(r'<section id="policies">.*?</section>', text, re.DOTALL)
    assert found
    return found.group()


def test_policies_stand_beside_each_other(made: dict[str, Path]):
    files = opened(*(made[f"{policy} 0"] for policy in POLICIES))
    text = report.html(files)
    part = section(text)
    assert '<a href="#policies">Policies</a>' in text
    rows = re.findall(r'<tr><th scope="row">(\w+)</th>(.*?)</tr>', part)
    assert [name for name, _ in rows] == list(POLICIES)
    assert "100.0 %" in rows[1][1]  # local: in the vehicle
    found = cv2x.bound(made["nearest_edge 0"])
    assert f"nearest_edge is at most {100 * found.above:.0f} % above the best possible" in part
    assert "– " not in rows[0][1]  # one replication has no interval
    assert part.count('type="radio"') == 3  # a layer a policy
    assert '"wide canvas"' in part
    assert text == report.html(files)


def test_replications_of_policies_have_intervals(made: dict[str, Path]):
    part = section(report.html(opened(*made.values())))
    rows = re.findall(r'<tr><th scope="row">(\w+)</th>(.*?)</tr>', part)
    assert len(rows) == 3
    assert re.search(r"<small>[^<]+ – [^<]+</small>", rows[0][1])


def test_one_policy_is_held_against_the_bound_alone(made: dict[str, Path]):
    text = report.html(opened(made["local 0"]))
    part = section(text)
    assert '<a href="#policies">Policy</a>' in text
    assert "local is at most" in part
    assert "<figure" not in part


def test_without_rows_there_is_no_section(tmp_path: Path):
    out = tmp_path / "out.h5"
    cv2x.run(SMALL, {**SHORT, "recording.mode": "histogram"}, output=out).close()
    assert 'id="policies"' not in report.html(opened(out))
    cv2x.run(SMALL, {**SHORT, "services.perception": None}, output=out).close()
    assert 'id="policies"' not in report.html(opened(out))


def test_figures(made: dict[str, Path]):
    policies = {name: Source(files) for name, files in by_policy(opened(*made.values())).items()}
    curves = policies_cdf(policies)
    assert [t.name for t in curves.data if t.showlegend] == list(POLICIES)
    places = policies_map(policies)
    assert places.layout.meta["layers"] == list(POLICIES)
    by_layer = {
        policy: {t.name for t in places.data if t.meta and t.meta.get("layer") == policy}
        for policy in POLICIES
    }
    assert by_layer["local"] == {"(vehicle)"}
    assert by_layer["nearest_edge"] == {"server"}
    marks = [t for t in places.data if t.mode == "markers" and t.meta and t.meta.get("layer")]
    colours = {(t.name, t.marker.color) for t in marks}
    assert len(colours) == len({name for name, _ in colours}) == 2  # a host has one colour in all layers
    assert sorted(t.name for t in marks if t.showlegend) == ["(vehicle)", "server"]
    assert {t.meta["layer"] for t in marks if t.visible} == {"nearest_edge"}
    table = policy_table(policies)
    assert table is not None
    assert table.hosts == ["(vehicle)", "server"] or table.hosts == ["server", "(vehicle)"]


def test_other_worlds_are_refused(made: dict[str, Path], tmp_path: Path):
    other = tmp_path / "other.h5"
    keys = {**SHORT, "compute.hosts.server.cores": 3}
    cv2x.run(SMALL, keys, output=other, policy="local").close()
    with pytest.raises(
        cv2x.ResultError, match=r"of another scenario than .*: compute\.hosts\.server\.cores differs"
    ):
        report.html(opened(made["nearest_edge 0"], other))
    with pytest.raises(cv2x.ResultError, match="policy local: replications 1, but 0 of nearest_edge"):
        report.html(opened(made["nearest_edge 0"], made["local 1"]))
    with pytest.raises(cv2x.ResultError, match="same replication of the same scenario"):
        report.html(opened(made["nearest_edge 0"], made["nearest_edge 0"], made["local 0"], made["local 0"]))
