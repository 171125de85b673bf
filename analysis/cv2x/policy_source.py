"""Where a policy in Python comes from: finding it by its name, and naming one that is at hand."""

import contextlib
import functools
import hashlib
import importlib
import inspect
import os
import sys
import traceback
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cv2x import _core
from cv2x.errors import Diagnostic, PolicyError, ScenarioError

Place = tuple[str, int, int]
NOWHERE: Place = ("", 0, 0)


@dataclass(frozen=True)
class Source:
    """A policy, its name, and where it comes from."""

    thing: object
    """Function, class or object."""
    name: str
    """`FILE.py:NAME` or `module:NAME`; of a notebook or shell `__main__:NAME`."""
    provenance: list[tuple[str, str]] = field(default_factory=list)
    """Hash of its file, or of its text."""
    place: Place = NOWHERE
    """Where a scenario names it."""

    def wrong(self, message: str) -> ScenarioError:
        """A mistake about this policy."""
        return _wrong(self.place, f"{self.name}: {message}")


def _wrong(place: Place, message: str) -> ScenarioError:
    return ScenarioError([Diagnostic(*place, "offloading.policy" if any(place) else "policy", message)])


# --- by name ---


def load(name: str, place: Place = NOWHERE) -> Source:
    """Finds `FILE.py:NAME` or `module:NAME`; the file is read and executed anew every time.

    Its folder can be imported from, as with `python FILE.py`; for a module, the working folder.
    """
    where, _, attribute = name.rpartition(":")
    if where.endswith(".py"):
        module, provenance = _from_file(Path(where), place)
    else:
        module, provenance = _from_module(where, place)
    thing: Any = module
    for part in attribute.split("."):
        try:
            thing = getattr(thing, part)
        except AttributeError:
            raise _wrong(place, _no_such(where, attribute, part, thing, module)) from None
    return Source(thing, name, provenance, place)


def _from_file(path: Path, place: Place) -> tuple[types.ModuleType, list[tuple[str, str]]]:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise _wrong(place, f"cannot read {path}: {error.strerror}") from None
    try:
        code = compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ScenarioError(
            [Diagnostic(str(path), error.lineno or 0, error.offset or 0, "", f"not Python: {error.msg}")]
        ) from None
    except ValueError as error:  # null bytes
        raise ScenarioError([Diagnostic(str(path), 0, 0, "", f"not Python: {error}")]) from None
    folder = os.path.dirname(os.path.realpath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    # Under a name of its own: it must not hide a module that is called like the file.
    module = types.ModuleType(
        f"_cv2x_policy_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}_{path.stem}"
    )
    module.__file__ = os.path.realpath(path)
    sys.modules[module.__name__] = module  # dataclasses and pickle look there
    with user_code(str(path), "cannot be loaded"):
        exec(code, module.__dict__)
    return module, [(f"sha256 {path}", hashlib.sha256(text).hexdigest())]


def _from_module(name: str, place: Place) -> tuple[types.ModuleType, list[tuple[str, str]]]:
    if name == "__main__":
        raise _wrong(
            place,
            "it was defined in a notebook, a shell or the script that ran; it has no name by which another process "
            "finds it. Put it into a file: FILE.py:NAME",
        )
    if not all(part.isidentifier() for part in name.split(".")):
        raise _wrong(place, f"{name!r} is not the name of a module")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        with user_code(name, "cannot be loaded"):
            module = importlib.import_module(name)
    except PolicyError as error:
        cause = error.__cause__
        if isinstance(cause, ModuleNotFoundError) and cause.name and f"{name}.".startswith(f"{cause.name}."):
            raise _wrong(
                place,
                f"there is no module {cause.name!r}, neither installed nor in the working folder; "
                "a file is named FILE.py:NAME",
            ) from None
        raise
    return module, _hash_of(getattr(module, "__file__", None))


def _hash_of(file: str | None) -> list[tuple[str, str]]:
    if not file:
        return []
    try:
        return [(f"sha256 {file}", hashlib.sha256(Path(file).read_bytes()).hexdigest())]
    except OSError:
        return []


def _no_such(where: str, attribute: str, part: str, thing: object, module: types.ModuleType) -> str:
    """Message: what is there instead."""
    if thing is module:
        there = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    else:
        there = [name for name in dir(thing) if not name.startswith("_")]
    near = _core.nearest(part, there)
    hint = f"; did you mean {near!r}?" if near else ";"
    return f"there is no {attribute!r} in {where}{hint} it defines: {', '.join(there[:20]) or 'nothing'}"


# --- at hand ---


def describe(thing: object) -> Source:
    """Names a function, class or object, and finds the text it was made from."""
    made_by_caller = False
    named: Any = thing
    while isinstance(named, functools.partial):
        named, made_by_caller = named.func, True
    if isinstance(named, types.MethodType):
        named, made_by_caller = named.__func__, True
    if isinstance(named, types.ModuleType):
        return Source(thing, f"{named.__name__}:decide", _hash_of(getattr(named, "__file__", None)))
    if not (inspect.isclass(named) or inspect.isroutine(named)):
        named, made_by_caller = type(named), True
    module = str(getattr(named, "__module__", None) or "__main__")
    qualified = str(getattr(named, "__qualname__", type(thing).__name__))
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and ("." not in module):
        name = f"{_relative(file)}:{qualified}"
        provenance = [(f"sha256 {_relative(file)}", digest) for _, digest in _hash_of(file)]
    else:
        name = f"{module}:{qualified}"
        provenance = _hash_of(file)
    if not provenance:
        provenance = [("policy source", _text_hash(named))]
    if made_by_caller:
        provenance.append(
            ("policy object", "made by the caller, who alone knows its parameters and its state")
        )
    return Source(thing, name, provenance)


def importable(source: Source) -> bool:
    """Whether another process can find it by its name: not from `__main__`, and no local or made object."""
    thing: Any = source.thing
    module = getattr(thing, "__module__", "__main__")
    where, _, name = source.name.rpartition(":")
    return (
        (inspect.isclass(thing) or inspect.isfunction(thing))
        and module != "__main__"
        and "<" not in name
        and functools.reduce(
            lambda at, part: getattr(at, part, None), name.split("."), sys.modules.get(module)
        )
        is thing
        and (not where.endswith(".py") or Path(where).is_file())
    )


def _relative(file: str) -> str:
    path = Path(os.path.realpath(file))
    with contextlib.suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _text_hash(thing: Any) -> str:  # noqa: ANN401 — function or class
    for candidate in (thing, getattr(thing, "decide", None)):  # before 3.13 a notebook's class has no source
        if candidate is None:
            continue
        with contextlib.suppress(OSError, TypeError):
            return f"sha256 of its text {hashlib.sha256(inspect.getsource(candidate).encode()).hexdigest()}"
    return "not known: no text of it is at hand"


# --- what the user's code raises ---


@contextlib.contextmanager
def user_code(name: str, what: str) -> Iterator[None]:
    """What the user's code raises in here becomes a PolicyError, with it as the cause."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() too: nobody must take that for success
        raise PolicyError(
            f"policy {name} {what}: {one_line(error)}", policy=name, trace=trace_of(error)
        ) from error


def one_line(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero`."""
    try:
        text = str(error)
    except Exception:  # the user's __str__
        text = ""
    return ": ".join(part for part in (type(error).__name__, text.partition("\n")[0]) if part)


def trace_of(error: BaseException) -> str:
    """The traceback, from the first frame that is neither ours nor of the import system."""
    at = error.__traceback__
    while at and at.tb_next and _is_ours(at.tb_frame.f_code.co_filename):
        at = at.tb_next
    if at and _is_ours(at.tb_frame.f_code.co_filename):
        at = None
    return "".join(traceback.format_exception(type(error), error, at))


def _is_ours(file: str) -> bool:
    return file.startswith("<frozen importlib") or Path(file) in (
        Path(__file__),
        Path(__file__).with_name("policy.py"),
        Path(contextlib.__file__),
        Path(importlib.__file__),
    )
