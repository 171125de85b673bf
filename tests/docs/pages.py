"""Code in documents: run as a reader would, and compared with what the page says that it prints.

The fenced blocks of a page mean:

    sh       commands, run by bash in a folder that looks like a fresh checkout; the exit code is 0
    python   goes on where the page's last python block ended; a last expression is shown as Python's prompt does.
    yaml     not run
    text     what the block before prints; "…" stands for anything, a line "…" for any lines

One of Python or YAML that begins with the comment `# NAME.py` or `# NAME.yaml` is saved under that name instead.

A comment before a block says what is different about it: `<!-- not run: WHY -->`, `<!-- exit code 1 -->`,
`<!-- needs NAME -->` (a command, or a path from the root; without it the block is left out).

`python tests/docs/pages.py [PAGE…]` runs pages and writes what was printed into them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("sh", "python", "text", "yaml")
VARIES = re.compile(r"\d+(?:\.\d+)?(?= simulated s per wall s)")  # what differs from run to run
FENCE = re.compile(r"^```(.*)$")
REMARK = re.compile(r"^<!-- (.+) -->$")

# Runs sources that come in as lines of JSON in one namespace; what they print goes out as lines of JSON.
SESSION = """
import ast, contextlib, io, json, sys, traceback
space = {"__name__": "__main__"}
for line in sys.stdin:
    tree = ast.parse(json.loads(line))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    out, failed = io.StringIO(), False
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(tree, "<page>", "exec"), space)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), "<page>", "eval"), space)
                if value is not None:
                    print(repr(value))
        except BaseException:
            failed = True
            print(traceback.format_exc())
    print(json.dumps([failed, out.getvalue()]), flush=True)
"""


@dataclass
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    line: int
    """Of its opening fence, from 1."""
    remark: str = ""
    output: Block | None = None
    """The block of text that follows."""

    @property
    def saved_as(self) -> str:
        """The file that a reader saves it as; "" of one that is run."""
        first = re.match(r"# ([\w-]+\.(?:py|yaml))\n", self.text)
        return first[1] if self.language in ("python", "yaml") and first else ""

    def left_out(self) -> str:
        """Why it is not run here, or ""."""
        if self.remark.startswith("not run: "):
            return self.remark
        if self.remark.startswith("needs "):
            needed = self.remark.removeprefix("needs ")
            there = (ROOT / needed).exists() if "/" in needed else shutil.which(needed)
            return "" if there else self.remark
        return ""

    @property
    def exit_code(self) -> int:
        """What its commands end with."""
        code = re.fullmatch(r"exit code (\d+)", self.remark)
        return int(code[1]) if code else 0


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page; `ValueError` of a language or remark that means nothing."""
    found: list[Block] = []
    lines = text.splitlines()
    remark, i = "", 0
    while i < len(lines):
        fence = FENCE.match(lines[i])
        if fence:
            end = next(j for j in range(i + 1, len(lines)) if lines[j] == "```")
            if fence[1] not in LANGUAGES:
                raise ValueError(f"line {i + 1}: a block in {fence[1]!r}; there are {', '.join(LANGUAGES)}")
            block = Block(fence[1], "".join(f"{x}\n" for x in lines[i + 1 : end]), i + 1, remark)
            if block.language == "text":
                if not found or found[-1].language not in ("sh", "python") or found[-1].output:
                    raise ValueError(f"line {i + 1}: a block of text that is no block's output")
                found[-1].output = block
            else:
                found.append(block)
            i = end
        if lines[i]:
            said = REMARK.match(lines[i])
            remark = said[1] if said else ""
            if said and not re.match(r"(not run: |needs |exit code \d)", remark):
                raise ValueError(f"line {i + 1}: a comment that says nothing about a block: {remark!r}")
        i += 1
    return found


@dataclass
class Reader:
    """Who follows a page to the letter, in a folder that looks like a fresh checkout."""

    folder: Path
    session: subprocess.Popen[str] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Makes the folder: what is committed as links, an environment to activate, nothing that was built."""
        home, self.folder = self.folder, self.folder / "cv2x-edge"
        self.folder.mkdir()
        if (ROOT.parent / "shared").exists():  # data that is not part of the project lies beside the checkout
            (home / "shared").symlink_to(ROOT.parent / "shared")
        top = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in sorted({line.split("/")[0] for line in top.splitlines()}):
            (self.folder / name).symlink_to(ROOT / name)
        programs = self.folder / ".venv/bin"
        programs.mkdir(parents=True)
        (programs / "activate").write_text("# the environment is there already\n")
        command = programs / "cv2x"
        command.write_text(f"#!{sys.executable}\nfrom cv2x.cli import main\n\nmain()\n")
        command.chmod(0o755)
        simulator = Path(os.environ.get("CV2X_SIM", ROOT / "build/release/cv2x-sim"))
        paths = [str(programs), str(simulator.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
        self.environment = os.environ | {"PATH": ":".join(paths), "NO_COLOR": "1"}

    def close(self) -> None:
        """Ends the Python session."""
        if self.session:
            assert self.session.stdin
            self.session.stdin.close()
            self.session.wait()
            self.session = None

    def follow(self, block: Block) -> str:
        """Does what a block says; what it prints. `AssertionError` when it fails."""
        if block.saved_as:
            (self.folder / block.saved_as).write_text(block.text)
            return ""
        if block.language == "python":
            failed, printed = self._python(block.text)
            assert not failed, f"line {block.line}: {printed}"
            return printed
        assert block.language == "sh"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, capture_output=True,
        )  # fmt: skip
        assert done.returncode == block.exit_code, f"line {block.line}: {done.stdout}{done.stderr}"
        return (
            done.stdout or done.stderr
        )  # what is said beside a result is of the moment (progress), or a warning

    def _python(self, text: str) -> Any:
        if self.session is None:
            self.session = subprocess.Popen(
                [sys.executable, "-c", SESSION], cwd=self.folder, env=self.environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self.session.stdin
        assert self.session.stdout
        self.session.stdin.write(json.dumps(text) + "\n")
        self.session.stdin.flush()
        return json.loads(self.session.stdout.readline())


def tidy(printed: str) -> str:
    """As it stands in a page: no spaces at the ends of lines, no empty lines around."""
    return "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n") + "\n"


def agrees(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed."""
    lines = [
        "(?:.*\n)*?" if x == "…" else f"{re.escape(x)}\n".replace("…", ".*") for x in tidy(shown).splitlines()
    ]
    return re.fullmatch("".join(lines), tidy(printed)) is not None


def run(text: str, folder: Path) -> Iterator[tuple[Block, str]]:
    """Every block that can be run, in order, with what it prints."""
    reader = Reader(folder)
    try:
        for block in blocks(text):
            if (block.language != "yaml" or block.saved_as) and not block.left_out():
                yield block, reader.follow(block)
    finally:
        reader.close()


def renewed(text: str, folder: Path) -> str:
    """The page with what its blocks print now; a block that shows only a part ("…" as a line) stays as it is."""
    lines = text.splitlines()
    for block, printed in reversed(list(run(text, folder))):
        shown = block.output
        if shown is None or agrees(shown.text, printed) or re.search(r"(?m)^…$", shown.text):
            continue
        end = lines.index("```", shown.line)
        lines[shown.line : end] = tidy(VARIES.sub("…", printed)).splitlines()
    return "".join(f"{line}\n" for line in lines)


def pages() -> list[Path]:
    """All documents with code to follow."""
    return [
        ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), ROOT / "scenarios/README.md",
        *sorted(ROOT.glob("scenarios/*/README.md")),
    ]  # fmt: skip


if __name__ == "__main__":
    stumbled = False
    for page in [Path(name) for name in sys.argv[1:]] or pages():
        with tempfile.TemporaryDirectory() as made:
            before = page.read_text()
            try:
                after = renewed(before, Path(made))
            except AssertionError as error:
                print(f"cannot be followed: {page}: {error}")
                stumbled = True
                continue
            if after != before:
                page.write_text(after)
                print(f"renewed: {page}")
    sys.exit(stumbled)
