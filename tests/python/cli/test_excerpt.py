"""The excerpt below a message: the mark stands below what is wrong, whatever the line is made of."""

import gzip
import os
import time
from pathlib import Path

import pytest

from cv2x.cli.excerpt import excerpts
from cv2x.errors import Diagnostic


def at(file: object, line: int, column: int) -> Diagnostic:
    return Diagnostic(str(file), line, column, "", "wrong")


def shown(path: Path, content: bytes, line: int, column: int) -> list[str]:
    path.write_bytes(content)
    return excerpts([at(path, line, column)])[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.yaml"


def test_a_line_and_a_mark(file: Path):
    assert shown(file, b"a: 1\nbb: two\n", 2, 5) == ["     2 | bb: two", "       |     ^"]


def test_tabs_take_one_column(file: Path):
    assert shown(file, b"\ta:\t1\n", 1, 5) == ["     1 |  a: 1", "       |     ^"]


def test_wide_and_combining_characters(file: Path):
    # Two cells a character; then an accent of its own that takes none. Columns count characters.
    text = "道路: e\N{COMBINING ACUTE ACCENT}x\n".encode()
    assert shown(file, text, 1, 7) == ["     1 | 道路: e\N{COMBINING ACUTE ACCENT}x", "       |        ^"]
    assert shown(file, "größe: x".encode(), 1, 8) == ["     1 | größe: x", "       |        ^"]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_ends_of_lines(file: Path, end: bytes):
    assert shown(file, b"a" + end + b"b: c" + end, 2, 4) == ["     2 | b: c", "       |    ^"]


def test_a_lone_carriage_return_is_no_end(file: Path):
    # Parsers count LF only; and a terminal must not obey it.
    assert shown(file, b"a\rb: c\nd\n", 2, 1) == ["     2 | d", "       | ^"]
    assert shown(file, b"a\rb: c\n", 1, 3) == ["     1 | a�b: c", "       |   ^"]


def test_a_long_line_is_a_window(file: Path):
    line = "".join(chr(ord("a") + i % 26) for i in range(100_000))
    text, mark = shown(file, line.encode(), 1, 50_000)
    assert len(text) == 9 + 1 + 100 + 1
    assert text[9] == text[-1] == "…"
    assert text[mark.index("^")] == line[49_999]
    text, mark = shown(file, line.encode(), 1, 5)
    assert text == f"     1 | {line[:100]}…"
    assert mark == "       |     ^"


def test_what_a_terminal_would_obey_is_not_printed(file: Path):
    evil = "a: \x1b[31m\x07\N{RIGHT-TO-LEFT OVERRIDE}b\n"
    assert shown(file, evil.encode(), 1, 1)[0] == "     1 | a: �[31m��b"


def test_bytes_that_are_no_text(file: Path):
    assert shown(file, b"a: \xff\xfe x\n", 1, 4) == ["     1 | a: �� x", "       |    ^"]
    assert shown(file, b"\xef\xbb\xbfa: x\n", 1, 4) == ["     1 | a: x", "       |    ^"]  # a byte order mark


def test_compressed_files(file: Path):
    assert shown(file, gzip.compress(b"<a>\n<b>\n"), 2, 2) == ["     2 | <b>", "       |  ^"]
    assert shown(file, gzip.compress(os.urandom(10_000))[:5000], 9999, 1) == []


def test_nothing_to_show(file: Path, tmp_path: Path):
    assert shown(file, b"a\n", 3, 1) == []
    assert shown(file, b"a\n", 1, 9) == []
    assert shown(file, b"a\n", 1, 0) == ["     1 | a"]
    assert (
        excerpts([at(tmp_path / "gone", 1, 1), at(tmp_path, 1, 1), at("scenario", 1, 1), at("a\0b", 1, 1)])
        == [[]] * 4
    )
    os.mkfifo(tmp_path / "pipe")
    assert excerpts([at(tmp_path / "pipe", 1, 1)]) == [[]]  # and does not wait for somebody to write


def test_a_file_is_read_once(file: Path):
    file.write_bytes(b"x: y\n" * 1_000_000)
    begun = time.process_time()
    found = excerpts([at(file, n, 1) for n in range(1, 1_000_000, 1000)])
    assert time.process_time() - begun < 5
    assert len(found) == 1000
    assert all(lines[0].endswith("| x: y") for lines in found)


def test_overrides():
    wrong = Diagnostic("--set simulation.duration", 0, 21, "simulation.duration", "found '5'")
    given = ["radio.kind=nr", "simulation.duration=5"]
    assert excerpts([wrong], given) == [["  --set simulation.duration=5", " " * 28 + "^"]]
    assert excerpts([wrong], [*given, "simulation.duration=6"]) == [[]]  # which of the two is not known
    assert excerpts([wrong], []) == [[]]
    nothing = Diagnostic("--set seed", 0, 1, "", "no '='")
    assert excerpts([nothing], ["seed"]) == [["  --set seed", "        ^"]]
