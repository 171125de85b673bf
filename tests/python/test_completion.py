"""Completion in the shells: what the command answers to their scripts, and typer's way of asking."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # a process a completion

COMMAND = "#!{python}\nfrom cv2x.cli import main\nmain()\n"
SCENARIO = """
simulation: {duration: 10 s}
mobility: {kind: static, vehicles: 20}
sites: {gnb.north: {kind: gnb}}
radio: {kind: ideal, ideal: {delay: 2 ms}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A command `cv2x`, a scenario, a result, other files."""
    program = tmp_path / "bin/cv2x"
    program.parent.mkdir()
    program.write_text(COMMAND.format(python=sys.executable))
    program.chmod(0o755)
    (tmp_path / "my worlds").mkdir()
    (tmp_path / "worlds").mkdir()
    for name in ("a.yaml", "b.yml", "notes.txt", "old.h5", ".hidden.yaml"):
        (tmp_path / "worlds" / name).write_text(SCENARIO)
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **more}


def fish(folder: Path, line: str) -> list[list[str]]:
    """What fish is told: a value and its explanation a line."""
    asked = {
        "_CV2X_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
    }
    out = subprocess.run(
        [folder / "bin/cv2x"], cwd=folder, env=environment(folder, **asked), capture_output=True, text=True
    )
    assert out.stderr == ""
    return [text.split("\t") for text in out.stdout.splitlines() if text]


def bash(folder: Path, line: str) -> list[str]:
    """What bash replaces the last word (or what follows its last '=') with."""
    code = """
        eval "$(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 cv2x --show-completion bash)"
        compopt() { echo "nospace" >&2; }
        COMP_LINE=$1 COMP_POINT=${#1}
        _cv2x_completion cv2x
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    out = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    blank = [] if "nospace" in out.stderr else [" "]
    assert out.stderr in ("", "nospace\n")
    found = out.stdout.splitlines()
    return [found[0] + "".join(blank)] if len(found) == 1 and found[0] else found


def values(folder: Path, line: str) -> list[str]:
    return [words[0] for words in fish(folder, line)]


def test_commands_and_options(folder: Path):
    assert {"run", "validate", "check", "new"} <= set(values(folder, "cv2x "))
    assert values(folder, "cv2x run --se") == ["--set"]
    assert all(len(words) == 2 and words[1] for words in fish(folder, "cv2x run --"))


def test_files_of_the_right_kind(folder: Path):
    assert values(folder, "cv2x run w") == ["worlds/"]
    assert values(folder, "cv2x run worlds/") == ["worlds/a.yaml", "worlds/b.yml"]
    assert values(folder, "cv2x validate worlds/a.yaml worlds/b") == ["worlds/b.yml"]
    assert values(folder, "cv2x check worlds/") == ["worlds/old.h5"]
    assert values(folder, "cv2x info nowhere/x") == []


def test_keys_of_set(folder: Path):
    keys = dict(fish(folder, "cv2x run --set simulation."))
    assert keys["simulation.seed="] == "seed of all random streams"
    assert "sites.gnb.north.height=" in values(folder, "cv2x run worlds/a.yaml --set sites.")
    assert "sites.gnb.north.height=" in values(folder, "cv2x validate worlds/a.yaml --set sites.")
    assert "radio.ideal.delay=" in values(folder, "cv2x run missing.yaml --set radio.")
    assert values(folder, "cv2x run --set radio.kind=") == [
        f"radio.kind={kind}" for kind in ("ideal", "nr", "shared_link", "edgecloudsim")
    ]
    assert values(folder, "cv2x run --set sites.gnb.north.kind=r") == [
        "sites.gnb.north.kind=rsu",
        "sites.gnb.north.kind=router",
    ]
    assert values(folder, "cv2x run --set radio.ideal.serialise=") == [
        "radio.ideal.serialise=true",
        "radio.ideal.serialise=false",
    ]
    assert values(folder, "cv2x run --set colour=") == []


def test_bash(folder: Path):
    assert bash(folder, "cv2x val") == ["validate "]
    assert bash(folder, "cv2x run w") == ["worlds/"]
    assert bash(folder, "cv2x run --set simulation.s") == ["simulation.seed="]
    assert bash(folder, "cv2x run worlds/a.yaml --set offloading.policy=lo") == ["local "]
    assert bash(folder, "cv2x run worlds/a.yaml --set title='a b' --set radio.kind=") == [
        "ideal",
        "nr",
        "shared_link",
        "edgecloudsim",
    ]
    assert bash(folder, "cv2x frobnicate --x") == [""]


def test_zsh_takes_its_own_files_and_quotes_stay_whole(folder: Path):
    def zsh(line: str) -> str:
        asked = {"_CV2X_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
        return subprocess.run(
            [folder / "bin/cv2x"],
            cwd=folder,
            env=environment(folder, **asked),
            capture_output=True,
            text=True,
        ).stdout

    assert zsh("cv2x run w") == "_files\n"
    answer = zsh("cv2x run --set mobility.")
    assert answer.startswith("_arguments '*: :((")
    assert answer.count("'") == 2


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bash_completions/cv2x.sh"),
        ("fish", ".config/fish/completions/cv2x.fish"),
        ("zsh", ".zfunc/_cv2x"),
    ],
)
def test_installs(folder: Path, shell: str, file: str):
    home = folder / "home"
    home.mkdir()
    asked = {"HOME": str(home), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    out = subprocess.run(
        [folder / "bin/cv2x", "--install-completion", shell],
        env=environment(folder, **asked),
        capture_output=True,
        text=True,
    )
    assert out.returncode == 0
    assert "cv2x" in (home / file).read_text()
    if shell == "bash":
        assert "compopt -o nospace" in (home / file).read_text()
