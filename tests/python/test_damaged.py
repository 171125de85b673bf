"""Result files that are well-formed HDF5 and wrong: one clear error, whoever reads them."""

import io
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import h5py
import numpy as np
import pytest
from renamed import copy_attributes
from scenario_for_test import ROOT, SMALL

import cv2x
from cv2x import cli
from cv2x.reader import ResultFile

HIGHWAY = ROOT / "scenarios" / "highway" / "scenario.yaml"
SHORT = {"simulation.duration": "2.5 s", "simulation.warm_up": "1 s", "simulation.drain": "500 ms"}
Alter = Callable[[h5py.File], None]


def replace(file: h5py.File, name: str, values: np.ndarray) -> None:
    """Other values in place of a dataset, with its attributes."""
    old = file[name]
    del file[name]
    copy_attributes(old, file.create_dataset(name, data=values))


def drop(name: str) -> Alter:
    def alter(file: h5py.File) -> None:
        del file[name]

    return alter


def retype(name: str, kind: str) -> Alter:
    def alter(file: h5py.File) -> None:
        values = np.asarray(file[name][()])
        if kind == "reshaped":
            changed = values.reshape(*values.shape, 1)
        elif kind == "text":
            changed = np.full(values.shape, b"x", dtype=h5py.string_dtype("utf-8", 3))
        elif kind == "any text":
            changed = np.full(values.shape, b"x", dtype=h5py.string_dtype())
        elif values.dtype.kind == "S":
            changed = np.zeros(values.shape, kind)
        else:
            with np.errstate(invalid="ignore"):
                changed = values.astype(kind)
        replace(file, name, changed)

    return alter


def cut(name: str) -> Alter:
    def alter(file: h5py.File) -> None:
        values = file[name][()]
        replace(file, name, values[: len(values) // 2])

    return alter


def put(name: str, value: object) -> Alter:
    """A value that is not possible there, in the middle of a column."""

    def alter(file: h5py.File) -> None:
        values = file[name][()]
        values[len(values) // 2] = value
        file[name][...] = values

    return alter


def attribute(name: str, key: str, value: object) -> Alter:
    def alter(file: h5py.File) -> None:
        if value is None:
            del file[name].attrs[key]
        else:
            file[name].attrs[key] = value

    return alter


def datasets(file: h5py.File) -> list[str]:
    found: list[str] = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    return found


def alterations(path: Path) -> Iterator[tuple[str, Alter]]:
    """Everything that the tests do to a file, with what to call it."""
    with h5py.File(path, "r") as file:
        for name in datasets(file):
            data = file[name]
            yield f"{name} dropped", drop(name)
            for kind in ("float32", "int16", "uint64", "int8", "text", "any text", "reshaped"):
                if kind == "text" and data.dtype.kind == "S" and not name.startswith("vehicle_names"):
                    yield f"{name} with other text", retype(name, kind)
                elif str(data.dtype) != kind:
                    yield f"{name} as {kind}", retype(name, kind)
            if not data.shape or not data.shape[0]:
                continue
            yield f"{name} cut", cut(name)
            if data.dtype.kind == "S":
                yield f"{name} no text", put(name, b"\xff\xfe")
                continue
            for value in (
                0,
                -3,
                -1,
                1 << 14,
                np.iinfo(np.int64).max,
                np.iinfo(np.int64).min,
                255,
                np.nan,
                1e30,
            ):
                try:
                    at_home = np.array(value).astype(data.dtype, casting="unsafe")
                    if data.dtype.kind != "f" and int(at_home) != value:
                        continue
                except (ValueError, OverflowError):
                    continue
                yield f"{name} with {value}", put(name, at_home)
            for key in ("words", "index_of"):
                if key in data.attrs:
                    yield f"{name} without {key}", attribute(name, key, None)
                    yield f"{name} with other {key}", attribute(name, key, np.array([b"a", b"b"]))
        for name in file:
            if isinstance(file[name], h5py.Group):
                yield f"{name} dropped", drop(name)
        for key in file.attrs:
            yield f"{key} dropped", attribute("/", key, None)
            yield f"{key} text", attribute("/", key, "x")
            yield f"{key} list", attribute("/", key, np.arange(3))
        yield "flushed without columns", attribute("flushed", "columns", None)
        yield "flushed with other columns", attribute("flushed", "columns", np.array([b"a"] * 20))
        for key in file["provenance"].attrs:
            yield f"provenance {key} dropped", attribute("provenance", key, None)
            yield f"provenance {key} number", attribute("provenance", key, 7)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("whole")
    for name, scenario, overrides in (
        ("ideal", SMALL, {"simulation.duration": "3 s"}),
        ("nr", HIGHWAY, SHORT),
    ):
        cv2x.run(scenario, overrides, output=folder / f"{name}.h5").close()
    return {name: folder / f"{name}.h5" for name in ("ideal", "nr")}


def command(*words: object) -> tuple[int, str]:
    """A command of `cv2x` in this process: its exit code and what it said on standard error."""
    errors = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(errors):
        try:
            cli.app([str(word) for word in words], standalone_mode=False)
        except SystemExit as end:
            return int(end.code or 0), errors.getvalue()
        except Exception as error:
            code = getattr(error, "exit_code", None)
            if code is None:
                raise
            return int(code), errors.getvalue()
    return 0, errors.getvalue()


def look(path: Path, drawn: bool = True) -> str:
    """Reads a file by every way; the messages, or "". Whatever else is raised is a fault of ours."""
    said: dict[str, str] = {}

    def by(way: str, read: Callable[[cv2x.Result], object]) -> None:
        try:
            with cv2x.open(path) as result:
                read(result)
        except cv2x.ResultError as error:
            said[way] = str(error)

    def tables(result: cv2x.Result) -> None:
        for table in (
            "messages",
            "tasks",
            "stages",
            "links",
            "hosts",
            "cells",
            "vehicles",
            "events",
            "coverage",
        ):
            assert getattr(result, table) is not None
            result.to_xarray(table)
        for table in ("sites", "roads", "summary", "budgets"):
            assert getattr(result, table) is not None
        result.describe()
        repr(result), result._repr_html_()
        result.quantiles((0.5, 0.7))
        result.latency_breakdown()
        assert result.provenance is not None
        assert result.scenario is not None

    def plots(result: cv2x.Result) -> None:
        for plot in ("cdf", "waterfall", "sites", "map"):
            getattr(result.plot, plot)()
        for what in ("latency", "cells", "links", "hosts", "decisions"):
            result.plot.timeline(what)

    by("tables", tables)
    words: list[tuple[object, ...]] = [("info", path), ("check", path)]
    if drawn:
        by("plots", plots)
        words.append(("report", path, "-o", path.with_suffix(".html")))
    for each in words:
        code, errors = command(*each)
        assert code in (0, 1, 2, 3), each
        if code == 2:
            said[str(each[0])] = errors
            assert errors.startswith("error: "), errors
    for way, message in said.items():
        assert path.name in message, (way, message)
    return "\n".join(f"{way}: {message}" for way, message in said.items())


# What `Result::Result` of the C++ reader and so whoever opens a file refuses, whatever is asked of it.
AT_ONCE = ("dropped", "as float32", "as int16", "as uint64", "as int8", "as text", "as any text", "reshaped", "words",
           "index_of")  # fmt: skip


def cases(whole: dict[str, Path]) -> list[tuple[str, str, Alter]]:
    return [(radio, name, alter) for radio, path in whole.items() for name, alter in alterations(path)]


def altered(source: Path, folder: Path, alter: Alter) -> Path:
    path = folder / "altered.h5"
    shutil.copy(source, path)
    with h5py.File(path, "r+", libver="latest") as file:
        alter(file)
    return path


def refusal(path: Path) -> str:
    try:
        ResultFile(path).close()
    except cv2x.ResultError as error:
        return str(error)
    return "opened"


def test_whole_files_are_read(whole: dict[str, Path]):
    for path in whole.values():
        assert look(path) == ""


def test_what_is_missing_or_of_another_type_is_refused_when_it_is_opened(
    whole: dict[str, Path], tmp_path: Path
):
    chosen = [case for case in cases({"nr": whole["nr"]}) if case[1].endswith(AT_ONCE) and "/" in case[1]]
    assert len(chosen) > 1000
    for radio, name, alter in random.Random(1).sample(chosen, 250):
        path = altered(whole[radio], tmp_path, alter)
        if name.startswith(("provenance ", "flushed ")):
            continue
        said = refusal(path)
        assert said.startswith(f"{path}: damaged: "), name
        assert name.split(" ")[0] in said, name


@pytest.mark.parametrize(
    ("part", "drawn"),
    [pytest.param(24, False, id="some"), pytest.param(50, True, marks=pytest.mark.slow, id="many, drawn")],
)
def test_whatever_is_wrong_is_one_clear_error_of_every_command(
    whole: dict[str, Path], tmp_path: Path, part: int, drawn: bool
):
    values = [case for case in cases(whole) if not case[1].endswith(AT_ONCE)]
    assert len(values) > 1000
    told, faults = 0, []
    for radio, name, alter in random.Random(2).sample(values, part):
        path = altered(whole[radio], tmp_path, alter)
        try:
            told += look(path, drawn) != ""
        except Exception as error:
            faults.append(f"{radio}: {name}: {type(error).__name__}: {error}")
    assert not faults, f"{len(faults)} of {part}:\n" + "\n".join(faults)
    assert told > 0.15 * part  # the others are numbers that could be right
