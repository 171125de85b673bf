"""The layers of the design, enforced: who may include whom, where libraries may show, how long a file may be.

The table is `RULES`; a folder with C++ files that it does not name is an error, so a new family has to say
where it stands. Every check is a function of the tree's root, and is itself tested on a copy of the tree with
a deliberate violation.
"""

import ast
import hashlib
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
MOST_LINES = 400


@dataclass(frozen=True)
class Rule:
    """What the files of a folder may include: own headers by prefix, other libraries by prefix."""

    own: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    system: bool = False  # POSIX headers


FMT = "fmt/"
FAMILY = Rule(own=("models/base/",), libraries=(FMT, "Eigen/"))
RULES = {
    "models/base": Rule(own=(), libraries=(FMT, "Random123/")),
    "models/session": Rule(own=("models/base/",), libraries=(FMT,)),
    "models/topology": Rule(own=("models/base/",), libraries=(FMT, "Eigen/", "boost/")),
    "models/mobility": FAMILY,
    "models/radio": FAMILY,
    "models/backhaul": FAMILY,
    "models/compute": FAMILY,
    "models/offload": FAMILY,
    "models/workload": FAMILY,
    "models/measure": FAMILY,
    "models/bound": FAMILY,
    "models/uu": Rule(own=("models/base/", "models/radio/"), libraries=(FMT, "Eigen/")),
    "models/sidelink": Rule(own=("models/base/", "models/radio/"), libraries=(FMT, "Eigen/")),
    "sim/config": Rule(own=("models/",), libraries=(FMT, "yaml-cpp/", "nlohmann/"), system=True),
    "sim/bound": Rule(own=("models/", "sim/config/"), libraries=(FMT,)),
    "sim/input": Rule(
        own=("models/",), libraries=(FMT, "expat.h", "zlib.h", "proj.h", "boost/"), system=True
    ),
    "sim/record": Rule(own=("models/base/",), libraries=(FMT, "hdf5.h", "H5", "zlib.h"), system=True),
    "sim/world": Rule(
        own=("models/", "sim/record/rows.h", "sim/record/sidelink_rows.h"), libraries=(FMT, "ns3/")
    ),
    "sim/run": Rule(
        own=("models/", "sim/config/", "sim/input/", "sim/world/", "sim/record/"),
        libraries=(FMT, "ns3/"),
        system=True,
    ),
    "sim": Rule(own=("models/base/", "sim/config/", "sim/run/"), libraries=(FMT,), system=True),
    "bindings": Rule(own=("models/", "sim/"), libraries=(FMT, "pybind11/")),
}

# Headers of the standard library that no model may see: clocks, the machine, the order of threads, and random
# numbers that differ between libraries.
UNFIT_FOR_MODELS = {
    "chrono", "ctime", "random", "thread", "mutex", "atomic", "future", "condition_variable",
    "fstream", "iostream", "filesystem", "cstdio",
}  # fmt: skip

# Python packages that the package cv2x may import, and the only files (or folders, with /) that may, where there
# are only some.
PYTHON_PACKAGES: dict[str, set[str] | None] = {
    "cv2x": None,
    "numpy": None,
    "pandas": None,
    "h5py": {"reader.py"},
    "typer": {"cli/"},
    "rich": None,
    "xarray": {"arrays.py", "results.py"},  # results.py: its type
    "IPython": {"progress.py"},  # not a dependency: only where it is running
    "plotly": None,
    "jinja2": {"page.py"},
    "gymnasium": {"gym/"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(root: Path, *suffixes: str) -> list[Path]:
    """All files of code under the folders of the project."""
    folders = ("models", "sim", "bindings", "analysis", "tests")
    return sorted(p for f in folders for p in (root / f).rglob("*") if p.suffix in suffixes and p.is_file())


def include_violation(folder: str, quote: str, header: str) -> str | None:
    """Why a file of `folder` may not include `header`, or None."""
    rule = RULES[folder]
    if quote == '"':
        if header.startswith((f"{folder}/", *rule.own)):
            return None
        return f"{folder} may include only {', '.join((f'{folder}/', *rule.own))}"
    if "/" not in header and "." not in header:  # the C++ standard library
        if folder.startswith("models/") and header in UNFIT_FOR_MODELS:
            return "models have no clock, files, threads or std::random"
        return None
    if header.startswith(rule.libraries):
        return None
    if rule.system and (header.startswith("sys/") or re.fullmatch(r"[a-z0-9]+\.h", header)):
        # Single-level headers: POSIX, unless another folder's rule claims them as a library.
        claimed = {lib for r in RULES.values() for lib in r.libraries}
        if header not in claimed:
            return None
    return f"{folder} may use only the libraries {', '.join(rule.libraries) or '(none)'}"


def cpp_violations(root: Path) -> list[str]:
    """Every #include that the table does not allow, as `file: header: why`."""
    found = []
    for path in sources(root, ".cc", ".h", ".cpp"):
        relative = path.relative_to(root)
        if relative.parts[0] == "tests":
            continue
        folder = relative.parent.as_posix()
        if folder not in RULES:
            found.append(f"{relative}: no rule for the folder {folder}; add it to RULES in tests/layout")
            continue
        for quote, header in INCLUDE.findall(path.read_text()):
            why = include_violation(folder, quote, header)
            if why:
                found.append(f"{relative}: {header}: {why}")
    return found


def python_violations(root: Path) -> list[str]:
    """Every import in the package that is not allowed, as `file: package: why`."""
    found = []
    package = root / "analysis" / "cv2x"
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                top = name.partition(".")[0]
                if top in sys.stdlib_module_names:
                    continue
                only = PYTHON_PACKAGES.get(top, set())
                inside = path.relative_to(package)
                if only is not None and not only & {inside.name, f"{inside.parts[0]}/"}:
                    where = f"only in {', '.join(sorted(only))}" if only else "not a dependency"
                    found.append(f"{path.relative_to(root)}: {name}: {where}")
    return found


def long_files(root: Path) -> list[str]:
    """Files of code with more lines than allowed; those that a program writes say so in their first line."""
    texts = {p: p.read_text() for p in sources(root, ".cc", ".h", ".cpp", ".py", ".pyi")}
    lengths = {p: t.count("\n") for p, t in texts.items() if "Generated by" not in t.partition("\n")[0]}
    return [f"{p.relative_to(root)}: {n} lines" for p, n in lengths.items() if n >= MOST_LINES]


def copies_of(shared: Path, root: Path) -> list[str]:
    """Files of the project that are a file of `shared`, whatever their name."""
    known = {}
    for path in shared.rglob("*"):
        if path.is_file() and path.stat().st_size > 0:
            known[hashlib.sha256(path.read_bytes()).digest()] = path
    folders = [
        root / f for f in ("models", "sim", "bindings", "analysis", "tests", "scenarios", "cmake", ".ci")
    ]
    files = [p for p in root.iterdir() if p.is_file()] + [
        p for f in folders for p in f.rglob("*") if p.is_file()
    ]
    found = []
    for path in files:
        original = known.get(hashlib.sha256(path.read_bytes()).digest())
        if original:
            found.append(f"{path.relative_to(root)} is {original}")
    return found


def test_includes_follow_the_layers():
    assert cpp_violations(ROOT) == []


def test_imports_follow_the_layers():
    assert python_violations(ROOT) == []


def test_files_are_short():
    assert long_files(ROOT) == []


def test_nothing_is_copied_from_shared():
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    assert copies_of(SHARED, ROOT) == []


# --- the checks themselves ---


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project's code."""
    for folder in ("models", "sim", "bindings", "analysis"):
        if (ROOT / folder).is_dir():
            shutil.copytree(
                ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.so", "__pycache__")
            )
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "part"),
    [
        ("models/radio/new.h", '#include "models/uu/params.h"', "models/radio may include only"),
        ("models/uu/new.h", '#include "models/compute/params.h"', "models/uu may include only"),
        ("models/session/new.cc", "#include <Eigen/Core>", "models/session may use only"),
        ("models/base/new.h", '#include "sim/record/rows.h"', "models/base may include only"),
        ("models/compute/new.cc", "#include <ns3/simulator.h>", "models/compute may use only"),
        ("models/compute/new.cc", "  #  include <chrono>", "models have no clock"),
        ("models/mobility/new.cc", "#include <unistd.h>", "models/mobility may use only"),
        ("sim/world/new.h", '#include "sim/record/writer.h"', "sim/world may include only"),
        ("sim/world/new.h", '#include "sim/config/scenario.h"', "sim/world may include only"),
        ("sim/record/new.cc", '#include "models/uu/params.h"', "sim/record may include only"),
        ("sim/run/new.cc", "#include <hdf5.h>", "sim/run may use only"),
        ("sim/config/new.cc", "#include <pybind11/pybind11.h>", "sim/config may use only"),
        ("sim/run/new.cc", '#include "build.h"', "sim/run may include only"),
        ("models/quantum/new.h", "#include <vector>", "no rule for the folder"),
    ],
)
def test_a_wrong_include_is_found(tree: Path, file: str, line: str, part: str):
    before = cpp_violations(tree)
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#pragma once\n{line}\n")
    new = [v for v in cpp_violations(tree) if v not in before]
    assert len(new) == 1
    assert new[0].startswith(f"{file}: ")
    assert part in new[0]


@pytest.mark.parametrize(
    ("file", "line", "part"),
    [
        ("cli/common.py", "import h5py", "only in reader.py"),
        ("results.py", "from h5py import File", "only in reader.py"),
        ("stats.py", "def f():\n    import scipy.stats", "not a dependency"),
        ("results.py", "import typer", "only in cli/"),
    ],
)
def test_a_wrong_import_is_found(tree: Path, file: str, line: str, part: str):
    (tree / "analysis/cv2x" / file).write_text(line + "\n")
    violations = python_violations(tree)
    assert len(violations) == 1
    assert part in violations[0]


def test_a_long_file_is_found(tree: Path):
    (tree / "models/base/long.cc").write_text("\n" * MOST_LINES)
    (tree / "models/base/fits.cc").write_text("\n" * (MOST_LINES - 1))
    assert "models/base/long.cc: 400 lines" in long_files(tree)
    assert not any("fits.cc" in line for line in long_files(tree))
    (tree / "models/base/made.h").write_text("// Generated by x.py.\n" + "\n" * MOST_LINES)
    assert not any("made.h" in line for line in long_files(tree))


def test_a_copy_is_found(tree: Path, tmp_path_factory: pytest.TempPathFactory):
    shared = tmp_path_factory.mktemp("shared")
    (shared / "net.xml").write_text("<net/>\n")
    (tree / "sim/renamed.txt").write_text("<net/>\n")
    assert copies_of(shared, tree) == [f"sim/renamed.txt is {shared / 'net.xml'}"]
