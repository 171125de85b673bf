"""Everything can be found: from README by two clicks, from `cv2x --help`, from Python's docstrings."""

import functools
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import cv2x
from cv2x import _core
from cv2x.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("scenarios/**/README.md"), ROOT / "sim/record/FORMAT.md",
]  # fmt: skip
MODULES = (cv2x, cv2x.radio, cv2x.backhaul, cv2x.compute, cv2x.topology, cv2x.measure)


def linked(page: Path) -> Iterator[tuple[Path, str]]:
    """Files that a page links to, pictures too, with the heading (or "")."""
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", page.read_text()):
        file, _, heading = (target[0] or target[1]).partition("#")
        if not file.startswith(("http:", "https:")):
            yield (page.parent / file).resolve() if file else page, heading


def headings(page: Path) -> set[str]:
    """As GitHub names them."""
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def clicks(start: Path, most: int) -> set[Path]:
    """Files reached from a page by at most so many links."""
    found, new = {start}, {start}
    for _ in range(most):
        pages = [page for page in new if page.suffix == ".md"]
        new = {file for page in pages for file, _ in linked(page)} - found
        found |= new
    return found


def test_the_reference_is_up_to_date() -> None:
    # Renew it: cv2x reference > docs/reference.md
    assert (ROOT / "docs/reference.md").read_text() == _core.reference_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for file, heading in linked(page):
        assert file.exists(), file
        assert not heading or heading in headings(file), f"{file}#{heading}"


def test_every_page_is_two_clicks_from_readme() -> None:
    found = clicks(ROOT / "README.md", 2)
    wanted = [
        *ROOT.glob("docs/*.md"), *ROOT.glob("docs/*.ipynb"), *ROOT.glob("*.md"), ROOT / "LICENSE",
        ROOT / "sim/record/FORMAT.md", *ROOT.glob("scenarios/*/scenario.yaml"), *ROOT.glob("scenarios/*/README.md"),
    ]  # fmt: skip
    assert [str(p.relative_to(ROOT)) for p in wanted if p not in found] == []


def test_every_scenario_has_its_page_and_its_picture() -> None:
    gallery = clicks(ROOT / "scenarios/README.md", 1)
    for scenario in ROOT.glob("scenarios/*/scenario.yaml"):
        page, picture = scenario.with_name("README.md"), scenario.with_name("map.png")
        assert {page, picture} <= gallery, scenario.parent.name
        assert picture.stat().st_size <= 100_000
        assert picture in clicks(page, 1)
        titles = re.findall(r"(?m)^## (.+)$", page.read_text())
        assert titles == ["Question", "World", "Run", "Simplified", "Data and licence"], scenario.parent.name


# --- the command ---


def test_every_subcommand_stands_in_a_document() -> None:
    documents = "".join(page.read_text() for page in PAGES)
    groups = {group.typer_instance.info.name: group.typer_instance for group in app.registered_groups}
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    names += [
        f"{name} {command.callback.__name__}"
        for name, group in groups.items()
        for command in group.registered_commands
        if command.callback
    ]
    assert len(names) >= 10
    assert [name for name in names if not re.search(rf"cv2x {name}\b", documents)] == []


# --- Python ---


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Names that a user may use, with the members of classes."""
    for name in getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]:
        thing = getattr(module, name)
        if isinstance(thing, ModuleType) or name == "__version__":
            continue
        yield f"{module.__name__}.{name}", thing
        if inspect.isclass(thing) and thing.__module__.startswith("cv2x"):
            for member, value in vars(thing).items():
                if not member.startswith("_") and not inspect.isgetsetdescriptor(value):
                    yield f"{module.__name__}.{name}.{member}", value


def unwrapped(thing: object) -> object:
    """The function behind a method of a class; everything else as it is."""
    return getattr(thing, "__func__", thing)


def text_of(thing: object) -> str:
    """Its docstring, without the signature that pybind11 begins one with."""
    doc = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) and doc.startswith(
        f"{thing.__name__}("
    ):  # a NamedTuple says only its fields by itself
        return ""
    first, _, rest = doc.partition("\n")
    return rest.strip() if " -> " in first and "(" in first else doc


NAMES = [(name, thing) for module in MODULES for name, thing in public(module)]


def test_modules_list_what_they_have() -> None:
    assert [m.__name__ for m in MODULES if not (m.__doc__ and getattr(m, "__all__", None))] == []
    assert len(NAMES) > 80


def test_every_public_name_has_a_docstring() -> None:
    described = [(name, unwrapped(thing)) for name, thing in NAMES if typing.get_origin(thing) is None]
    kinds = (property, functools.cached_property)
    missing = [
        name
        for name, thing in described
        if (callable(thing) or isinstance(thing, kinds)) and not text_of(thing)
    ]
    assert missing == []


def test_every_public_function_has_types() -> None:
    missing = []
    for name, thing in NAMES:
        for attribute in ("fget", "func", "__func__"):
            thing = getattr(thing, attribute, thing)
        if inspect.isfunction(thing):
            wanted = [p for p in inspect.signature(thing).parameters if p not in ("self", "cls")]
            if not {*wanted, "return"} <= set(thing.__annotations__):
                missing.append(name)
        elif inspect.isbuiltin(thing) and " -> " not in (thing.__doc__ or "").partition("\n")[0]:
            missing.append(name)
    assert missing == []


def test_help_names_everything() -> None:
    guide = inspect.getdoc(cv2x) or ""
    unnamed = [n for n in cv2x.__all__ if not re.search(rf"\b{n}\b", guide)]
    assert unnamed == []
