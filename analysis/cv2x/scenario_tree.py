"""Views of a scenario's tree: sections and named entries, checked key by key.

A view does not hold what it shows: it looks it up in its scenario, so it is never out of date.
"""

import copy
import os
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, NoReturn, Self, TypeVar, overload

from cv2x import _core, yaml_text
from cv2x.errors import Diagnostic, ScenarioError
from cv2x.scenario_keys import Key, left_behind, meaning, top_keys

Path = tuple[str, ...]
R = TypeVar("R")
W = TypeVar("W")
S = TypeVar("S", bound="Section")
MOST_NESTED = 64  # as in files
_MISSING = object()


class Step(NamedTuple):
    """A step of a path: the key; or, `named`, the name of an entry of that key."""

    key: Key
    named: bool


class UnknownKey(ScenarioError, KeyError, AttributeError):  # noqa: N818 — it is a ScenarioError
    """There is no such key or entry, or it is not set and has no default."""

    __str__ = Exception.__str__


def plain(value: Any, path: Path = (), depth: int = 0) -> Any:  # noqa: ANN401
    """Dicts, lists and scalars of what is given; `ScenarioError` where that cannot be written in a file."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | os.PathLike):
        text = os.fspath(value)
        if not isinstance(text, str) or not _is_unicode(text):
            raise mistake(path, "a text that is not Unicode")
        return text
    if depth >= MOST_NESTED:
        raise mistake(path[:4], f"maps and lists are nested more than {MOST_NESTED} deep")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise mistake(path, f"found {key!r} as a key; a key is a text")
        return {key: plain(item, (*path, key), depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, path, depth + 1) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a scalar of NumPy
        return plain(value.item(), path, depth)
    raise mistake(path, f"found {type(value).__name__}; a text, number, truth value, list or dict is needed")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return False
    return True


def about(path: Path, message: str) -> Diagnostic:
    """What is wrong with a key."""
    return Diagnostic("", 0, 0, ".".join(path), message)


def mistake(path: Path, message: str) -> ScenarioError:
    """The same as an error."""
    return ScenarioError([about(path, message)])


class Leaf(Generic[R, W]):
    """A key that holds a value: R when it is read, W when it is set."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self._owner: type[Section] | None = None

    def __set_name__(self, owner: "type[Section]", name: str) -> None:
        self.key = self.key or name
        self._owner = owner

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """What the key means, in the words of the reference."""
        key = None if self._owner is None else self._owner._key(self.key)
        return "" if key is None else key.text()

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: "Section", owner: type) -> R: ...
    def __get__(self, section: "Section | None", owner: type) -> Any:
        return self if section is None else section._read((self.key,))

    def __set__(self, section: "Section", value: W) -> None:
        section._assign((self.key,), value)

    def __delete__(self, section: "Section") -> None:
        section._delete((self.key,))


class Part(Leaf[R, W]):  # noqa: D101 — a docstring would hide that of the keys
    # A key that holds a section, or entries: R is its view, W what it may be set to.
    __doc__ = Leaf.__dict__["__doc__"]

    def __init__(self, view: "type[Section]", key: str = "") -> None:
        super().__init__(key)
        self.view = view


class Section(MutableMapping[str, Any]):
    """A part of a scenario: its keys as attributes, or as items by their path ("carriers.n78.bandwidth").

    Reading gives what is in force: what is set, or the default. Iteration, `in`, `len` and `to_dict` know only
    what is set. Setting checks the key and its value at once, as a scenario file is checked; None deletes.
    Where a `kind` (or another key that selects further ones) is set, the keys of the old kind go.
    """

    __slots__ = ("_owner", "_path")
    _owner: "Root"
    _path: Path
    _where: ClassVar[Path] = ()
    """Where such sections are: keys from the top, "*" for the name of an entry."""

    def __init__(self, owner: "Root", path: Path) -> None:
        object.__setattr__(self, "_owner", owner)
        object.__setattr__(self, "_path", path)

    # --- as a map ---

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        return self._read(self._split(key))

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        self._assign(self._split(key), value)

    def __delitem__(self, key: str) -> None:
        self._delete(self._split(key))

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._shown()))

    def __len__(self) -> int:
        return len(self._shown())

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        try:
            at: Any = self._shown()
            for name in self._split(key):
                at = at[name]
        except (KeyError, TypeError):
            return False
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        mine: object = self.to_dict()
        return mine == (other.to_dict() if isinstance(other, Section) else other)

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """A copy of what is set, as dicts, lists and scalars."""
        return copy.deepcopy(self._shown())

    # --- as an object ---

    if not TYPE_CHECKING:  # a type checker shall know the keys by name

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            if name.startswith("_"):
                raise AttributeError(name)
            return self._read((name,))

        def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
            if isinstance(getattr(type(self), name, None), Leaf | property) or name.startswith("_"):
                object.__setattr__(self, name, value)
            else:
                self._assign((name,), value)

        def __delattr__(self, name: str) -> None:
            if isinstance(getattr(type(self), name, None), Leaf):
                object.__delattr__(self, name)
            else:
                self._delete((name,))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_dict()!r})"

    def _ipython_key_completions_(self) -> list[str]:
        return list(dict.fromkeys(key.name for key in self._keys()))

    # --- inside ---

    @classmethod
    def _key(cls, name: str) -> Key | None:
        """A key of such sections, of whatever kind."""
        keys = top_keys()
        for step in cls._where:
            keys = keys if step == "*" else next((k.keys for k in keys if k.name == step), ())
        return next((key for key in keys if key.name == name), None)

    def _keys(self) -> tuple[Key, ...]:
        return self._owner._steps(self._path)[-1].key.keys if self._path else top_keys()

    def _shown(self) -> dict[str, Any]:
        """The dict that it shows; an empty one where nothing is set."""
        at: Any = self._owner._tree
        for name in self._path:
            at = at.get(name) if isinstance(at, dict) else None
        return at if isinstance(at, dict) else {}

    def _split(self, key: str) -> Path:
        """The names in "a.b.c". Entries may have dots in their names, so the longest that is there wins."""
        out: list[str] = []
        at: Any = self._shown()
        rest = key
        while rest:
            there = [name for name in at if f"{rest}.".startswith(f"{name}.")] if isinstance(at, dict) else []
            name = max(there, key=len, default=rest.partition(".")[0])
            out.append(name)
            at = at.get(name) if isinstance(at, dict) else None
            rest = rest[len(name) + 1 :]
        if not all(out) or not out or key.endswith("."):
            raise UnknownKey([about((), f"{key!r} is not the path of a key")])
        return tuple(out)

    def _read(self, path: Path) -> Any:  # noqa: ANN401
        return self._owner._read_at(self._path + path)

    def _assign(self, path: Path, value: Any) -> None:  # noqa: ANN401
        self._owner._assign_at(self._path + path, value)

    def _delete(self, path: Path) -> None:
        self._owner._delete_at(self._path + path)


class Entries(Section, Generic[R, W]):
    """Named entries: `entries["name"]`; setting a whole one adds or replaces it, `del` removes it."""

    __slots__ = ()
    _entry: ClassVar[type[Section]] = Section

    def __getitem__(self, name: str) -> R:
        value: R = self._read((name,))
        return value

    def __setitem__(self, name: str, value: R | W) -> None:
        self._assign((name,), value)

    def __delitem__(self, name: str) -> None:
        self._delete((name,))

    def __contains__(self, name: object) -> bool:
        return name in self._shown()

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self if name.isidentifier())]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


class Root(Section):
    """The top of a scenario, which holds the tree that all views of it show."""

    __slots__ = ("_folder", "_tree")
    _tree: dict[str, Any]
    _folder: str

    def __init__(self, tree: dict[str, Any], folder: str) -> None:
        super().__init__(self, ())
        object.__setattr__(self, "_tree", tree)
        object.__setattr__(self, "_folder", folder)

    def _steps(self, path: Path) -> list[Step]:
        """What each step of a path is; `UnknownKey` where there is no such key."""
        steps: list[Step] = []
        keys = top_keys()
        at: Any = self._tree
        for name in path:
            at = at if isinstance(at, dict) else {}
            if steps and steps[-1].key.type == "entries" and not steps[-1].named:
                steps.append(Step(steps[-1].key, True))
            else:
                key = meaning(keys, name, at)
                if key is None:
                    self._refuse(path)
                steps.append(Step(key, False))
                keys = key.keys
            at = at.get(name)
        return steps

    def _read_at(self, path: Path) -> Any:  # noqa: ANN401
        steps = self._steps(path)
        at: Any = self._tree
        for n, name in enumerate(path):
            there = isinstance(at, dict) and name in at
            if steps[n].named and not there:
                raise no_entry(path[: n + 1], list(at or {}))
            at = at[name] if there else _MISSING
        key = steps[-1].key
        if key.has_keys:
            return self._view(path, steps)
        if at is _MISSING and key.default is None:
            raise UnknownKey([about(path, f"is not set, and has no default ({key.doc})")])
        return _frozen(key.default if at is _MISSING else at)

    def _view(self, path: Path, steps: list[Step]) -> Section:
        view: type[Section] = type(self)
        for name, (key, named) in zip(path, steps, strict=True):
            if named:
                view = view._entry if issubclass(view, Entries) else Section
            else:
                part = next((part for part in _parts(view) if part.key == name), None)
                other = Entries if key.type == "entries" else Section
                view = part.view if part else other  # other: a key that scenario_types.py does not know yet
        return view(self, path)

    def _assign_at(self, path: Path, value: Any) -> None:  # noqa: ANN401
        steps = self._steps(path)
        if value is None:
            self._delete_at(path, missing_ok=True)
            return
        value = plain(value, path)
        for n, step in enumerate(steps[:-1]):
            if step.named:
                self._read_at(path[: n + 1])  # what is not there can only be set as a whole
        keys = None if steps[-1].named else steps[-2].key.keys if len(steps) > 1 else top_keys()
        self._check(path, value, keys)
        at = self._tree
        for name in path[:-1]:
            at = at.setdefault(name, {})
        at[path[-1]] = value
        for name in left_behind(keys, at) if keys else ():
            del at[name]

    def _delete_at(self, path: Path, missing_ok: bool = False) -> None:
        at: Any = self._tree
        for name in path[:-1]:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, dict) and path[-1] in at:
            del at[path[-1]]
        elif not missing_ok:
            self._steps(path)
            raise UnknownKey([about(path, "is not set")])

    def _check(self, path: Path, value: Any, keys: tuple[Key, ...] | None) -> None:  # noqa: ANN401
        """Checks a value with the scalars around it: the time does not depend on the scenario's size.

        `keys`: those of the map it stands in, so that it may choose another kind; None: it is an entry.
        """
        levels = [self._tree]
        for name in path[:-1]:
            below = levels[-1].get(name)
            levels.append(below if isinstance(below, dict) else {})
        for n in range(len(path) - 1, -1, -1):
            around = {k: v for k, v in levels[n].items() if not isinstance(v, dict | list)}
            around[path[n]] = value
            for name in left_behind(keys, around) if keys else ():
                if name != path[n]:
                    del around[name]
            value, keys = around, None
        _core.written_text(yaml_text.block(value), "", self._folder, [], False)

    def _refuse(self, path: Path) -> NoReturn:
        """Says what is wrong with a path, in the words in which a file is refused."""
        try:
            self._check(path, {}, None)
        except ScenarioError as error:
            raise UnknownKey(error.diagnostics) from None
        raise UnknownKey([about(path, "there is no such key")])


def _parts(view: type[Section]) -> list[Part[Any, Any]]:
    return [part for base in view.__mro__ for part in vars(base).values() if isinstance(part, Part)]


def _frozen(value: Any) -> Any:  # noqa: ANN401
    """Lists as tuples, so that a change that would not be checked is refused."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def no_entry(path: Path, names: list[str]) -> UnknownKey:
    """There is no entry of that name."""
    near = _core.nearest(path[-1], names)
    hint = f"; did you mean {near!r}?" if near else ";"
    there = ", ".join(names[:20]) + (f", … ({len(names)} in all)" if len(names) > 20 else "")
    return UnknownKey([about(path[:-1], f"there is no {path[-1]!r}{hint} there are: {there or 'none'}")])
