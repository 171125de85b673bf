"""The line in which a mistake is, as it stands in the file or in `--set`, with a mark below it."""

import gzip
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from cv2x.errors import Diagnostic

WIDTH = 100  # characters of a line that are shown
BEFORE = 60  # of those at most so many before the mark
MOST_LINE_BYTES = 1 << 20  # a mark further back in its line is not shown
GZIP = b"\x1f\x8b"


def excerpts(diagnostics: Sequence[Diagnostic], overrides: Sequence[str] = ()) -> list[list[str]]:
    """For each diagnostic two lines: the text and the mark; none where there is nothing to show."""
    wanted: dict[str, set[int]] = {}
    for d in diagnostics:
        if d.line > 0:
            wanted.setdefault(d.file, set()).add(d.line)
    lines = {file: _lines(file, numbers) for file, numbers in wanted.items()}
    found = []
    for d in diagnostics:
        if d.line > 0:
            text = lines[d.file].get(d.line)
            found.append([] if text is None else _marked(f"{d.line:>6} | ", text, d.column))
        else:
            same = [o for o in overrides if d.file == f"--set {o.partition('=')[0]}"]
            # The same key twice: which of them is meant is not known.
            found.append(_marked("  --set ", same[0], d.column) if len(same) == 1 else [])
    return found


def _lines(path: str, numbers: set[int]) -> dict[int, str]:
    """Those lines of a file (from 1, ended by LF as parsers count them), in one pass."""
    try:
        if not Path(path).is_file():  # a text's name; a pipe, which would wait
            return {}
        with open(path, "rb") as file:
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            return dict(_read(cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file, numbers))
    except (OSError, EOFError, ValueError):  # damaged, cut off, gone since
        return {}


def _read(file: BinaryIO, numbers: set[int]) -> Iterable[tuple[int, str]]:
    last, number, begun = max(numbers), 1, False
    while number <= last:
        piece = file.readline(MOST_LINE_BYTES)
        if not piece:
            break
        if number in numbers and not begun:
            yield number, piece.decode("utf-8-sig" if number == 1 else "utf-8", "replace").rstrip("\r\n")
        begun = not piece.endswith(b"\n")
        number += not begun


def _marked(head: str, line: str, column: int) -> list[str]:
    """A window of the line around the column (from 1; 0: not known), so that a long line stays one line."""
    if column > len(line) + 1:  # in the part of a very long line that was not read
        return []
    start = max(0, column - 1 - BEFORE)
    shown = "".join(map(_printable, line[start : start + WIDTH]))
    left, right = "…" if start > 0 else "", "…" if start + WIDTH < len(line) else ""
    lines = [f"{head}{left}{shown}{right}"]
    if column > 0:
        before = sum(map(_cells, shown[: column - 1 - start]))
        lines.append(
            " " * (len(head) - 2) + ("| " if head.endswith("| ") else "  ") + " " * (len(left) + before) + "^"
        )
    return lines


def _printable(character: str) -> str:
    """A tab as one blank; what a terminal would obey, or what turns the writing round, as a question mark."""
    if character == "\t":
        return " "
    return "�" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character


def _cells(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
