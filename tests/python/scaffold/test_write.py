"""Files and folders that are written whole or not at all."""

import os
from pathlib import Path

import pytest

from cv2x.errors import ScenarioError
from cv2x.scaffold import highway, write

SCENARIO = """
simulation: {duration: 10 s}
mobility: {kind: static}
sites: {gnb: {kind: gnb}}
radio: {kind: ideal}
"""
FILES = {"scenario.yaml": SCENARIO, "README.md": "# x\n"}


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_a_new_folder_and_those_above_it(tmp_path: Path):
    write.folder(tmp_path / "a/b", FILES, force=False)
    assert names(tmp_path) == ["a", "a/b", "a/b/README.md", "a/b/scenario.yaml"]


def test_into_a_folder_that_is_there(tmp_path: Path):
    (tmp_path / "mine").write_text("x")
    write.folder(tmp_path, FILES, force=False)
    assert names(tmp_path) == ["README.md", "mine", "scenario.yaml"]


def test_nothing_is_overwritten_without_force(tmp_path: Path):
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ScenarioError, match=r"holds README.md already; --force overwrites"):
        write.folder(tmp_path, FILES, force=False)
    assert names(tmp_path) == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"
    write.folder(tmp_path, FILES, force=True)
    assert (tmp_path / "README.md").read_text() == "# x\n"
    assert names(tmp_path) == ["README.md", "scenario.yaml"]


def test_a_dangling_link_counts_as_there(tmp_path: Path):
    (tmp_path / "README.md").symlink_to("nowhere")
    with pytest.raises(ScenarioError, match=r"holds README.md already"):
        write.folder(tmp_path, FILES, force=False)


@pytest.mark.parametrize("there", [False, True])
def test_a_wrong_scenario_is_not_written(tmp_path: Path, there: bool):
    folder = tmp_path / "new/one"
    if there:
        folder.mkdir(parents=True)
    with pytest.raises(ScenarioError, match="unknown key 'colour'"):
        write.folder(folder, {**FILES, "scenario.yaml": SCENARIO + "colour: blue\n"}, force=True)
    assert names(tmp_path) == (["new", "new/one"] if there else [])


def test_a_file_in_the_way(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScenarioError, match=r"file: is there and no folder"):
        write.folder(tmp_path / "file", FILES, force=True)
    with pytest.raises(ScenarioError, match=r"below: cannot be written: .*file is no folder"):
        write.folder(tmp_path / "file/below", FILES, force=True)
    (tmp_path / "README.md").mkdir()
    with pytest.raises(ScenarioError, match=r"README.md: is a folder; a file is to be written"):
        write.folder(tmp_path, FILES, force=True)
    assert names(tmp_path) == ["README.md", "file"]


def test_a_file_is_replaced_whole(tmp_path: Path):
    write.file(tmp_path / "new/x.json", "{}")
    write.file(tmp_path / "new/x.json", "[]")
    assert (tmp_path / "new/x.json").read_text() == "[]"
    assert names(tmp_path) == ["new", "new/x.json"]
    with pytest.raises(ScenarioError, match=r"new: is a folder; a file is to be written"):
        write.file(tmp_path / "new", "{}")
    assert names(tmp_path) == ["new", "new/x.json"]


def test_a_pipe_is_not_replaced(tmp_path: Path):
    os.mkfifo(tmp_path / "README.md")
    with pytest.raises(ScenarioError, match=r"README.md: is there and no regular file"):
        write.file(tmp_path / "README.md", "x")
    with pytest.raises(ScenarioError, match=r"README.md: is there and no regular file"):
        write.folder(tmp_path, FILES, force=True)
    assert (tmp_path / "README.md").is_fifo()


def test_a_name_that_is_not_possible(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"cannot be written: File name too long"):
        write.file(tmp_path / ("x" * 300), "{}")
    with pytest.raises(ScenarioError, match=r"cannot be written: a zero byte in its name"):
        write.file(tmp_path / "a\0b", "{}")
    with pytest.raises(ScenarioError, match=r"a zero byte in its name"):
        write.folder(tmp_path / "a\0b", FILES, force=False)
    assert names(tmp_path) == []


@pytest.mark.skipif(
    os.geteuid() == 0, reason="root may write everywhere; tests/python/test_robust.py asks as nobody"
)
def test_a_folder_that_is_read_only(tmp_path: Path):
    tmp_path.chmod(0o555)
    with pytest.raises(ScenarioError, match=r"cannot be written: Permission denied"):
        write.folder(tmp_path / "new", FILES, force=False)


def test_highway_has_a_site_in_the_middle_of_each_part():
    files = highway.files(length_m=3000, lanes=2, speed_kmh=70, inter_site_m=1400, duration_s=10, seed=7)
    scenario = files["scenario.yaml"]
    assert [f"x: {x} m" in scenario for x in (500, 1500, 2500)] == [True] * 3
    assert "gnb-4" not in scenario
    with pytest.raises(
        ScenarioError, match=r"makes 1000 sites; at most 100 are written: try --inter-site-distance 500"
    ):
        highway.files(length_m=50_000, lanes=2, speed_kmh=70, inter_site_m=50, duration_s=10, seed=7)
