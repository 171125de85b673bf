"""_core.pyi says what is in _core, name by name and argument by argument."""

import ast
import inspect
import re
from pathlib import Path

import cv2x
from cv2x import _core

FOLDER = Path(cv2x.__file__).parent
PARTS = sorted(FOLDER.glob("_core_*.pyi"))  # parts that _core.pyi imports, name by name
STUB = ast.parse((FOLDER / "_core.pyi").read_text())
IMPORTED = {
    alias.name
    for node in STUB.body
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cv2x._core_")
    for alias in node.names
}
for part in PARTS:
    STUB.body += [
        node
        for node in ast.parse(part.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in IMPORTED
    ]
ALIASES = {"Triple", "Floats", "Ints", "Numbers"}  # of types, in the stub alone


def arguments(function: ast.FunctionDef) -> list[str]:
    """`name` or `name=` each, without self."""
    names = [a.arg for a in function.args.posonlyargs + function.args.args]
    first = len(names) - len(function.args.defaults)
    out = [name + "=" * (n >= first) for n, name in enumerate(names)]
    return out[1:] if out and out[0] == "self" else out


def described(doc: str) -> list[str]:
    """The same from the first line of what pybind11 writes."""
    line = (
        doc.partition("\n")[0].replace("self: ", "self, ", 1) if "(self: " in doc else doc.partition("\n")[0]
    )
    inside = line[line.index("(") + 1 : line.rindex(") ->")]
    depth, parts, part = 0, [], ""
    for letter in inside:
        depth += (letter in "[({<") - (letter in "])}>")
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    parts = [p.strip() for p in [*parts, part] if p.strip()]
    out = [re.match(r"\w+", p).group() + "=" * (" = " in p) for p in parts if ":" in p]
    return [name for name in out if name != "self"]


def members(nodes: list[ast.stmt]) -> dict[str, ast.stmt]:
    found = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return found | {n.target.id: n for n in nodes if isinstance(n, ast.AnnAssign)}


def public(thing: object) -> set[str]:
    return {name for name in vars(thing) if not name.startswith("_")}


def test_every_name_is_there():
    assert set(members(STUB.body)) == public(_core) | {"__version__"}
    assigned = {t.id for n in STUB.body if isinstance(n, ast.Assign) for t in n.targets}
    assert assigned <= ALIASES


def test_every_class_has_its_members():
    for node in STUB.body:
        if isinstance(node, ast.ClassDef):
            kind = getattr(_core, node.name)
            assert set(members(node.body)) - {"__init__"} == public(kind), node.name
            for name, member in members(node.body).items():
                is_property = any(getattr(d, "id", "") == "property" for d in member.decorator_list)
                assert is_property == inspect.isdatadescriptor(vars(kind).get(name)), f"{node.name}.{name}"


def test_every_function_has_its_arguments():
    checked = 0
    functions = [(n.name, getattr(_core, n.name), n) for n in STUB.body if isinstance(n, ast.FunctionDef)]
    for node in STUB.body:
        if isinstance(node, ast.ClassDef):
            kind = getattr(_core, node.name)
            functions += [
                (f"{node.name}.{m.name}", getattr(kind, m.name), m)
                for m in node.body
                if isinstance(m, ast.FunctionDef) and not m.decorator_list
            ]
    for name, function, stub in functions:
        if "->" not in (function.__doc__ or ""):
            continue
        assert described(function.__doc__) == arguments(stub), name
        checked += 1
    assert checked > 40


def test_the_check_finds_what_is_wrong():
    stub = ast.parse("def f(self, a: int, b: str = '') -> None: ...").body[0]
    assert arguments(stub) == ["a", "b="]
    assert described("f(self: cv2x.X, a: typing.SupportsInt, b: dict[str, int] = {}) -> None\n\nText") == [
        "a",
        "b=",
    ]
    assert described("f(a: Sequence[tuple[int, str]]) -> int") == ["a"]


def test_the_package_says_that_it_is_typed():
    assert Path(cv2x.__file__).with_name("py.typed").exists()
