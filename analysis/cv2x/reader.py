"""Reads result files (sim/record/FORMAT.md is the contract). The only module that knows HDF5."""

import contextlib
import math
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import h5py
import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.errors import ResultError, ScenarioError

FORMAT = "cv2x-edge result"
FORMAT_MAJOR = 1
ANY_SERVICE = 65535  # of a budget that is not about one
NO_VEHICLE = 0xFFFFFFFF  # of an event that is not about one
FARTHEST_M = 1e7  # as sim/input/fcd.cc
OVER_TIME = (
    "messages",
    "tasks",
    "stages",
    "cells",
    "slices",
    "links",
    "hosts",
    "instances",
    "vehicles",
    "events",
    "sidelink_load",
)

Columns = dict[str, npt.NDArray[Any]]


class ColumnInfo(NamedTuple):
    """What the file says about a column."""

    units: str
    description: str
    index_of: str
    """The list of names or the table whose rows the values are numbers of ("names/hosts"); may be empty."""
    words: list[str]
    """Names of the values of an enumeration, in their order; may be empty."""


class ResultFile:
    """A result file: finished, cut short, or one that is being written.

    Holds what was safe at the time of opening; open it again to see how a running simulation got on. Errors
    are `ResultError`: when it is opened, that something is missing or of a wrong type or shape (columns.h says
    what there is to be); when a table is read, a value that stands for no word, name or row.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._file = _open(self.path)
        self._names: dict[str, list[str]] = {}
        self._infos: dict[tuple[str, str], ColumnInfo] = {}
        try:
            self._check_format()
            _check_structure(self.path)
            self.incomplete = bool(self._latest("incomplete")[()])
            """The run was killed or interrupted, or is still going on."""
            flushed = self._latest("flushed")
            last = flushed[-1] if flushed.shape[0] else np.array([-1] + [0] * (flushed.shape[1] - 1))
            self._rows = dict(zip(_texts(flushed.attrs["columns"]), last.tolist(), strict=True))
        except ResultError:
            self.close()
            raise
        except Exception as error:
            self.close()
            raise self._damaged(error) from error

    def _check_format(self) -> None:
        attributes = self._file.attrs
        if _text(attributes.get("format", "")) != FORMAT:
            raise ResultError(f"{self.path}: an HDF5 file, but not a result of cv2x")
        self.format = (int(attributes["format_major"]), int(attributes["format_minor"]))
        if self.format[0] > FORMAT_MAJOR:
            raise ResultError(
                f"{self.path}: its format is {self.format[0]}.{self.format[1]}, this version of cv2x reads "
                f"up to {FORMAT_MAJOR}.x; use a newer cv2x"
            )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever goes wrong inside is the file's fault: bytes that changed, something missing or of a wrong type."""
        try:
            yield
        except ResultError:
            raise
        except Exception as error:
            raise self._damaged(error) from error

    def _latest(self, name: str) -> h5py.Dataset:
        """A dataset as it is in the file now: HDF5 shares what it knows of a file that is open elsewhere too."""
        dataset = self._file[name]
        dataset.refresh()
        return dataset

    def _damaged(self, error: Exception) -> ResultError:
        if not self._file:
            return ResultError(f"{self.path}: is closed; open it again")
        missing = isinstance(error, KeyError) and len(error.args) == 1
        return ResultError(f"{self.path}: damaged: {error.args[0] if missing else error}")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def flushed_ns(self) -> int:
        """Simulated time of the last flush: the end of the run in a finished file; −1 before the first."""
        return int(self._rows["time_ns"])

    @property
    def tables(self) -> list[str]:
        """Tables of the file; one of an older minor version of the format may lack some."""
        return [name for name in self._rows if name != "time_ns"]

    def columns(self, table: str) -> list[str]:
        """Columns of a table."""
        return list(self._file[table])

    def dtype(self, table: str, column: str) -> str:
        """Type of a column as NumPy names it ("int64"); "text"."""
        kind: np.dtype[Any] = self._file[table][column].dtype
        return "text" if kind.kind in "SO" else str(kind)

    def size(self, table: str) -> int:
        """Rows of a table that are safe."""
        return int(self._rows[table])

    def has_table(self, name: str) -> bool:
        """Whether the file has this table; an older minor version of the format may lack some."""
        return name in self._rows

    def table(self, name: str, columns: Sequence[str] | None = None) -> Columns:
        """A table, whole or some columns of it: columns by name, each of shape (rows,), as stored."""
        with self._reading():
            size = self.size(name)
            wanted = self._file[name] if columns is None else columns
            read = {column: self._latest(f"{name}/{column}")[:size] for column in wanted}
            for column, values in read.items():
                self._check_values(name, column, values)
            return read

    def _check_values(self, table: str, column: str, values: npt.NDArray[Any]) -> None:
        """What is done with them afterwards is safe: they may index, and no time or place is beyond all bounds."""
        info = self.info(table, column)
        if (table, column) == ("budgets", "service"):
            values = values[values != ANY_SERVICE]
        if (table, column) == ("events", "vehicle"):
            values = values[values != NO_VEHICLE]
        if not len(values):
            return
        least: float
        most: float
        if info.words or info.index_of:  # as `Result::check_values` of sim/record/reader.h
            least, most = 0 if info.words else -math.inf, self._most(info)
            what = f"but there are {most + (info.index_of != 'stages')} of them"
        elif info.units == "m":
            least, most = -FARTHEST_M, FARTHEST_M
            what = f"which is no place within {FARTHEST_M:g} m"
        elif info.units == "ns" and table in OVER_TIME:
            least, most = 0, self.flushed_ns
            what = f"but the run went from 0 to {most} ns"
        else:
            return
        wrong = ~((values >= least) & (values <= most))  # so that NaN is wrong
        if wrong.any():
            found = values[wrong][0]
            raise ResultError(f"{self.path}: damaged: {table}/{column} holds {found}, {what}")

    def _most(self, info: ColumnInfo) -> int:
        """The largest value of a column that points to something."""
        if info.words:
            return len(info.words) - 1
        if info.index_of == "stages":
            return self.size("stages")  # of an empty range behind the last one
        if info.index_of == "vehicle_names":
            return self.size("vehicle_names") - 1
        return len(self.indexed(info.index_of)) - 1

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A small table, a dict of Python numbers a row."""
        columns = {column: values.tolist() for column, values in self.table(name).items()}
        with self._reading():
            return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def info(self, table: str, column: str) -> ColumnInfo:
        """What the file says about a column."""
        key = (table, column)
        if key not in self._infos:
            with self._reading():
                attributes = self._file[table][column].attrs
                self._infos[key] = ColumnInfo(
                    _text(attributes.get("units", "")),
                    _text(attributes.get("description", "")),
                    _text(attributes.get("index_of", "")),
                    _texts(attributes.get("words", ())),
                )
        return self._infos[key]

    def word(self, table: str, column: str, value: int) -> str:
        """Name of a value of an enumeration."""
        words = self.info(table, column).words
        return words[value] if 0 <= value < len(words) else str(value)

    def names(self, kind: str) -> list[str]:
        """Names that rows point to: "services", "names/services", or "vehicle_names"."""
        if kind not in self._names:
            with self._reading():
                if kind == "vehicle_names":
                    values = self._file["vehicle_names/name"][: self.size("vehicle_names")]
                else:
                    values = self._file[f"names/{kind.removeprefix('names/')}"][()]
                self._names[kind] = _texts(values)
        return self._names[kind]

    def indexed(self, index_of: str) -> list[str]:
        """Names that the values of a column point to; without cells (any radio but nr) it is a site."""
        return self.names(index_of) or (self.names("sites") if index_of == "names/cells" else [])

    @property
    def service_deadlines_ns(self) -> list[int]:
        """Deadlines of the services, in the order of their names."""
        with self._reading():
            deadlines: list[int] = self._file["names/service_deadline_ns"][()].tolist()
            return deadlines

    @property
    def scenario_text(self) -> str:
        """The scenario as given."""
        with self._reading():
            return _text(self._file["scenario/text"][()])

    @property
    def scenario_resolved(self) -> str:
        """The scenario with every default filled in, as YAML."""
        with self._reading():
            return _text(self._file["scenario/resolved"][()])

    @property
    def scenario(self) -> dict[str, Any]:
        """The same as nested dicts."""
        try:
            loaded = _core.parse_yaml(self.scenario_resolved)
        except ScenarioError as error:
            raise ResultError(f"{self.path}: damaged: scenario/resolved: {error}") from None
        needed = {"simulation": "seed", "sites": "", "radio": "kind", "services": "", "recording": "mode"}
        sections = {key: loaded.get(key) for key in needed} if isinstance(loaded, dict) else {"": None}
        if not all(isinstance(part, dict) and needed[key] in ("", *part) for key, part in sections.items()):
            raise ResultError(f"{self.path}: damaged: scenario/resolved is no scenario")
        found: dict[str, Any] = loaded
        return found

    @property
    def provenance(self) -> dict[str, str]:
        """Where the result comes from, and why the run did not come to its end ("stopped"), if it did not."""
        with self._reading():
            group = self._file["provenance"]
            entries = {key: _text(value) for key, value in group.attrs.items() if key != "description"}
            stopped = (
                _text(group["stopped"][()]).rstrip("\0") if "stopped" in group else ""
            )  # since format 1.1
            return entries | ({"stopped": stopped} if stopped else {})

    @property
    def wall_s(self) -> float:
        """Wall-clock seconds of the run; 0 when it did not come to its end."""
        with self._reading():
            return float(self._file["provenance/wall_s"][()])


def _check_structure(path: str) -> None:
    try:
        _core.check_result(path)
    except ScenarioError as error:
        raise ResultError(str(error)) from None


def _open(path: str) -> h5py.File:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise ResultError(f"{path}: no such file") from None
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # a zero byte
        raise ResultError(f"{path!r}: no path: {error}") from None
    if stat.S_ISDIR(mode):
        raise ResultError(f"{path}: a folder, not a result file")
    if not stat.S_ISREG(mode):  # HDF5 would wait for somebody to write into a pipe
        raise ResultError(f"{path}: not a regular file, so not a result of cv2x")
    try:
        # Without HDF5's file locks: the writer takes none, and some network file systems have none.
        try:
            return h5py.File(path, "r", libver="latest", locking=False)
        except OSError as error:
            # A run that is going on or was killed has left its mark, and only a reader of the single-writer/
            # multiple-reader mode may open its file. In that mode HDF5 does not see that a file is too short
            # but waits for the rest, so this comes second.
            if "already open for" not in str(error):
                raise
            return h5py.File(path, "r", libver="latest", swmr=True, locking=False)
    except PermissionError:
        raise ResultError(f"{path}: not readable (permission denied)") from None
    except OSError as error:
        if h5py.is_hdf5(path):
            raise ResultError(f"{path}: damaged or truncated: {error}") from error
        raise ResultError(f"{path}: not an HDF5 file, so not a result of cv2x") from None


def _text(value: Any) -> str:  # noqa: ANN401 — HDF5 gives bytes, str or numpy's kinds of them
    return value.decode() if isinstance(value, bytes) else str(value)


def _texts(values: Any) -> list[str]:  # noqa: ANN401
    return [_text(value) for value in np.asarray(values).tolist()]
