"""Files that are written whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cv2x import _core
from cv2x.errors import ScenarioError

SCHEMA = "cv2x.schema.json"


def schema_line(schema: str) -> str:
    """The comment at the top of a scenario file by which editors find its schema, relative to that file."""
    return f"# yaml-language-server: $schema={schema}"


def file(path: Path, text: str) -> None:
    """Writes a file, in place of an older one; `ScenarioError` when that cannot be, and nothing is changed."""
    with _said(path):
        _check_replaceable(path)
        with _temporary(path, is_folder=False) as temporary:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)


def folder(path: Path, files: Mapping[str, str], *, force: bool, overrides: Sequence[str] = ()) -> None:
    """Writes a folder with a scenario.yaml, or its files into one that is there.

    The scenario is loaded first, with `overrides`, from another folder: nobody gets one that is wrong.

    Raises:
        ScenarioError: a file of one of the names is there (unless `force`), the folder cannot be written. Then
            nothing has been written.
    """
    with _said(path):
        if path.exists() and not path.is_dir():
            raise ScenarioError(f"{path}: is there and no folder")
        there = [name for name in files if os.path.lexists(path / name)]
        if there and not force:
            raise ScenarioError(f"{path}: holds {', '.join(there)} already; --force overwrites")
        for name in there:
            _check_replaceable(path / name)
        with _temporary(path, is_folder=True) as temporary:
            for name, text in files.items():
                (temporary / name).write_text(text, encoding="utf-8")
            _core.load(str(temporary / "scenario.yaml"), list(overrides))
            if path.exists():
                for name in files:
                    (temporary / name).replace(path / name)
            else:
                temporary.replace(path)


def _check_replaceable(path: Path) -> None:
    """A device or a pipe is not replaced by a file, whatever the rights of who asks for it."""
    if path.is_dir():
        raise ScenarioError(f"{path}: is a folder; a file is to be written")
    if path.exists() and not path.is_file():
        raise ScenarioError(f"{path}: is there and no regular file")


@contextlib.contextmanager
def _temporary(path: Path, *, is_folder: bool) -> Iterator[Path]:
    """A name in the folder `path` or, if there is none, beside `path`; what is there afterwards is removed."""
    real = Path(os.path.realpath(path))  # Path.resolve() raises on a link to itself
    parent = real if path.is_dir() else real.parent
    missing = [p for p in (parent, *parent.parents) if not p.exists()]
    temporary = parent / f".cv2x.part-{os.getpid()}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if is_folder:
            temporary.mkdir()
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(temporary) if is_folder else temporary.unlink()
        for made in missing:
            with contextlib.suppress(OSError):  # not empty: all went well
                made.rmdir()


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    if "\0" in str(path):
        raise ScenarioError(f"{str(path).replace(chr(0), '�')}: cannot be written: a zero byte in its name")
    try:
        yield
    except FileExistsError as error:
        raise ScenarioError(f"{path}: cannot be written: {error.filename} is no folder") from error
    except UnicodeError as error:
        raise ScenarioError(f"{path}: cannot be written: its name is not UTF-8") from error
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be written: {error.strerror}") from error
