"""Scenarios: read, made, changed, checked, saved."""

import contextlib
import copy
import html
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cv2x import _core, yaml_text
from cv2x.errors import ScenarioError
from cv2x.scenario_keys import Key, meaning, top_keys
from cv2x.scenario_tree import plain
from cv2x.scenario_types import ScenarioKeys
from cv2x.simulate import Overrides, override_texts

if TYPE_CHECKING:
    from cv2x.scenario_types import ScenarioDict

PathText = str | os.PathLike[str]


class Scenario(ScenarioKeys):
    """A scenario: a file, or what was made of one, or a new one.

    >>> import cv2x
    >>> s = cv2x.Scenario.load("scenarios/one-vehicle/scenario.yaml")
    >>> s.simulation.duration = "20 s"             # keys are attributes …
    >>> s["radio.carriers.n78.bandwidth"] = "40 MHz"     # … or items, by their path
    >>> s.sites["cloud"] = {"kind": "cloud"}       # a new entry
    >>> s.links["internet"] = {"from": "mec", "to": "cloud", "delay": "10 ms"}
    >>> del s.budgets["p95"]
    >>> s.validate()                               # every mistake at once, as a ScenarioError
    >>> s
    <cv2x.Scenario 'One vehicle, one cell, one MEC host': 20 s, 3 sites, 2 links, 1 cell, 1 host, 1 service>

    A key that does not exist, and a value that a file could not have there, is a `ScenarioError` at once, with the
    nearest that is right. Quantities are texts with units, as in a file:

    >>> s.simulation.duraton = "20 s"
    Traceback (most recent call last):
    cv2x.scenario_tree.UnknownKey: simulation: unknown key 'duraton'; did you mean 'duration'? allowed: …
    >>> s.simulation.duration = 20
    Traceback (most recent call last):
    cv2x.errors.ScenarioError: simulation.duration: found '20': a bare number where a time is needed; write its …

    Reading gives what is in force, so defaults too; `in`, iteration and `to_dict` know only what is set:

    >>> s.radio.epoch, "epoch" in s.radio
    ('0.1 s', False)

    A scenario stands by itself: what a file extends is part of it. Input files are relative to `folder`.
    `==` compares what is written, not what it means: "1 s" is not "1000 ms"; compare `resolved()` for that.
    Wherever the package takes a scenario, it takes one of these, the path of a file, or a dict.
    """

    __slots__ = ()

    def __init__(self, data: "ScenarioDict | Mapping[str, Any] | None" = None, folder: PathText = "") -> None:
        if not isinstance(data, Mapping | None):
            raise TypeError(f"a scenario is made of nested dicts, not of a {type(data).__name__}")
        text = yaml_text.block(plain(data or {}))
        here = os.path.abspath(folder)
        super().__init__(_core.written_text(text, "", here, [], False) if data else {}, here)

    @classmethod
    def load(cls, path: PathText, overrides: Overrides = ()) -> Self:
        """Reads a scenario file, and checks all of it.

        Args:
            path: YAML. What it extends becomes part of the scenario; comments are not kept.
            overrides: `{"offloading.policy": "cloud"}` or `["a.b=value", …]`, as for `run`.

        Raises `ScenarioError` with every mistake, each with file, line and column.
        """
        texts = override_texts(overrides)
        _core.load(os.fspath(path), texts)
        return cls._made(_core.written(os.fspath(path), texts), os.path.dirname(os.path.abspath(path)))

    @classmethod
    def from_dict(cls, data: "ScenarioDict | Mapping[str, Any]", folder: PathText = "") -> Self:
        """Makes a scenario of nested dicts; input files (and `extends`) are relative to `folder`.

        What is there is checked; what is missing still may come, until `validate` or a run. The dicts are copied.
        """
        return cls(data, folder)

    @classmethod
    def from_text(cls, text: str, folder: PathText = "", name: str = "scenario") -> Self:
        """Reads a text (YAML or JSON), and checks all of it; `name` stands for the file in messages."""
        here = os.path.abspath(folder)
        _core.load_text(text, name, here)
        return cls._made(_core.written_text(text, name, here), here)

    @property
    def folder(self) -> str:
        """The folder, absolute, from which the paths of input files count."""
        return self._folder

    def validate(self) -> None:
        """Checks all of it; `ScenarioError` holds every mistake, each with its key."""
        self._loaded()

    def with_(self, overrides: Overrides) -> Self:
        """A variation: a copy with overrides.

        `{"offloading.policy": "cloud", "links.metro": None}` or `["a.b=value", …]`, exactly as `run` takes them and
        as `--set` does: a text is YAML ("20 MHz", "[a, b]"), None deletes, the paths of input files count from the
        working folder.
        """
        texts = override_texts(overrides)
        return self._made(_core.written_text(self.to_yaml(), "", self._folder, texts, False), self._folder)

    def copy(self) -> Self:
        """A copy that shares nothing with this one."""
        return self._made(copy.deepcopy(self._tree), self._folder)

    def resolved(self) -> Self:
        """The same with every default filled in; input files by their absolute paths."""
        return self._made(json.loads(self._loaded().resolved_json()), self._folder)

    def to_yaml(self) -> str:
        """A scenario file that says the same, for the same `folder`."""
        return yaml_text.block(self._tree)

    def save(self, path: PathText) -> None:
        """Writes a scenario file that loads again to an equal scenario, wherever it lies.

        Relative paths of input files are rewritten for the new folder. It need not be complete. There are no comments
        in it: those of a file that was loaded are not kept. `ScenarioError` when the file cannot be written; then
        what was there is still there.
        """
        folder = os.path.dirname(os.path.abspath(path))

        def moved(old: str) -> str:
            return old if os.path.isabs(old) else os.path.relpath(os.path.join(self._folder, old), folder)

        tree = self._tree if folder == self._folder else _with_paths(self._tree, top_keys(), moved)
        part = f"{os.fspath(path)}.part-{os.getpid()}"
        try:
            try:
                Path(part).write_text(yaml_text.block(tree), encoding="utf-8")
                os.replace(part, path)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(part)
                raise
        except OSError as error:
            raise ScenarioError(f"cannot write {os.fspath(path)}: {error.strerror}") from error
        except ValueError as error:  # a zero byte
            raise ScenarioError(f"cannot write {os.fspath(path)!r}: {error}") from error

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Scenario):
            return self._absolute() == other._absolute()
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        title = f" {self._tree['title']!r}" if "title" in self._tree else ""
        return f"<cv2x.Scenario{title}: {', '.join(self._sizes()) or 'empty'}>"

    def _repr_html_(self) -> str:
        title = html.escape(str(self._tree.get("title", "Scenario")))
        sizes = html.escape(", ".join(self._sizes()))
        parts = "".join(
            f"<details><summary><code>{html.escape(key)}</code></summary>"
            f"<pre>{html.escape(yaml_text.block(value))}</pre></details>"
            for key, value in self._tree.items()
            if isinstance(value, dict)
        )
        return f"<div><b>{title}</b><br>{sizes}{parts}</div>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._made, (copy.deepcopy(self._tree), self._folder)

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, _: object) -> Self:
        return self.copy()

    # --- inside ---

    @classmethod
    def _made(cls, tree: dict[str, Any], folder: str) -> Self:
        made = cls.__new__(cls)
        super(Scenario, made).__init__(tree, folder)
        return made

    def _loaded(self, overrides: Overrides = ()) -> _core.LoadedScenario:
        """The scenario as the C++ side has it, for a run."""
        return _core.load_text(self.to_yaml(), "", self._folder, override_texts(overrides), False)

    def _absolute(self) -> dict[str, Any]:
        def absolute(path: str) -> str:
            return os.path.normpath(os.path.join(self._folder, path))

        return _with_paths(self._tree, top_keys(), absolute)

    def _sizes(self) -> list[str]:
        out = [self._tree["simulation"]["duration"]] if "duration" in self.simulation else []
        for key, one in (
            ("sites", "site"),
            ("links", "link"),
            ("radio.cells", "cell"),
            ("compute.hosts", "host"),
            ("services", "service"),
        ):
            if key in self:
                count = len(self[key])
                out.append(f"{count} {one}{'' if count == 1 else 's'}")
        return out


def _with_paths(tree: dict[str, Any], keys: tuple[Key, ...], change: Callable[[str], str]) -> dict[str, Any]:
    """A copy of a tree in which the paths of files are changed."""
    out: dict[str, Any] = {}
    for name, value in tree.items():
        key = meaning(keys, name, tree)
        if key is None:
            out[name] = value
        elif key.type == "path":
            out[name] = change(value)
        elif key.type == "word_or_code":  # FILE.py:NAME
            file, colon, code = value.rpartition(":")
            out[name] = f"{change(file)}:{code}" if colon and file.endswith(".py") else value
        elif key.type == "object":
            out[name] = _with_paths(value, key.keys, change)
        elif key.type == "entries":
            out[name] = {entry: _with_paths(below, key.keys, change) for entry, below in value.items()}
        else:
            out[name] = value
    return out
