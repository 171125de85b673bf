"""What the shell completes: files by kind, keys of `--set` with their values. Wrong input completes to nothing."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

SCENARIOS = (".yaml", ".yml")

# typer's own script for bash knows nothing of words with '=' and puts a blank after everything.
BASH_SCRIPT = r"""
%(complete_func)s() {
    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT}
    COMPREPLY=( $(env %(autocomplete_var)s=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args \
                  _TYPER_COMPLETE_ARGS="$line" "$1" 2>/dev/null) )
    COMPREPLY=( "${COMPREPLY[@]%%%%$'\t'*}" )
    local word=${line##*[[:space:]]}
    # Readline replaces only what follows the last '='.
    [[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && COMPREPLY=( "${COMPREPLY[@]#"${word%%=*}="}" )
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=./] ]] && compopt -o nospace
    return 0
}

complete -o default -F %(complete_func)s %(prog_name)s
"""


def prepare() -> None:
    """Has `--show-completion` and `--install-completion` give BASH_SCRIPT; typer has no public way for that."""
    from typer import _completion_shared

    if "_CV2X_COMPLETE" in os.environ:
        os.environ["COLUMNS"] = (
            "9999"  # or typer breaks a long explanation into lines, each of them an answer
        )
    with contextlib.suppress(AttributeError):
        _completion_shared._completion_scripts["bash"] = BASH_SCRIPT


def complete_scenarios(incomplete: str) -> list[str]:
    """Scenario files, and folders on the way to them."""
    return _files(incomplete, SCENARIOS)


def complete_policies(incomplete: str) -> list[str]:
    """Built-in policies, files of Python, and folders on the way to them."""
    from cv2x import _core

    built_in = [name for name in _core.policies() if name.startswith(incomplete)]
    return [*built_in, *(f if f.endswith("/") else f"{f}:" for f in _files(incomplete, (".py",)))]


def complete_results(incomplete: str) -> list[str]:
    """Result files, and folders on the way to them."""
    return _files(incomplete, (".h5",))


def _files(incomplete: str, suffixes: tuple[str, ...]) -> list[str]:
    if "zsh" in os.environ.get("_CV2X_COMPLETE", ""):
        return []  # then zsh takes its own _files, which goes into folders better than a list does
    head, _, tail = incomplete.rpartition("/")
    folder = Path(head or "/") if "/" in incomplete else Path()
    found = []
    with contextlib.suppress(OSError):
        for entry in sorted(folder.expanduser().iterdir()):
            if not entry.name.startswith(tail) or (entry.name.startswith(".") and not tail):
                continue
            name = incomplete[: len(incomplete) - len(tail)] + entry.name
            if entry.is_dir():
                found.append(f"{name}/")
            elif entry.suffix in suffixes:
                found.append(name)
    return found


def complete_override(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """KEY= of every key of the scenario named before, or of any; after the '=', the words that it may be."""
    from cv2x import _core

    schema = json.loads(_core.json_schema())["$defs"]["complete"]
    key, equals, begun = incomplete.partition("=")
    if equals:
        named = find(schema, key.split("."))
        words = _words(named) if named else []
        return [(f"{key}={word}", "") for word in words if word.startswith(begun)]
    found = dict(_leaves(schema, ""))
    with contextlib.suppress(Exception):  # none named yet, or a wrong one
        found = dict(_keys_of(ctx, schema)) or found
    # Quotes in an explanation would end those of the script for zsh.
    plain = str.maketrans("'\"`$", "’”’ ")
    return [(f"{n}=", help.translate(plain)) for n, help in found.items() if n.startswith(incomplete)]


def _keys_of(ctx: typer.Context, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    from cv2x import _core

    given = [ctx.params.get("scenario"), *(ctx.params.get("scenarios") or []), *ctx.args]
    for scenario in [str(g) for g in given if str(g).endswith(SCENARIOS)][:1]:
        resolved = json.loads(_core.load(scenario).resolved_json())
        for path in _paths(resolved, []):
            named = find(schema, path)
            yield ".".join(path), str(named.get("description", "")) if named else ""


def _paths(value: object, path: list[str]) -> Iterator[list[str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _paths(below, [*path, key])
    else:
        yield path


def _leaves(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Keys without those below entries, whose names the user chooses."""
    for key, below in schema.get("properties", {}).items():
        if below.get("properties"):
            yield from _leaves(below, f"{path}{key}.")
        elif "additionalProperties" not in below:
            yield f"{path}{key}", str(below.get("description", ""))


def find(schema: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """What the schema says of a key, whatever the kind of the object it is in."""
    for i, name in enumerate(path):
        below: Any = schema.get("properties", {}).get(name)
        if below is None and isinstance(schema.get("additionalProperties"), dict):
            # The name of an entry may hold dots.
            rest = range(i + 1, len(path) + 1)
            return next((hit for j in rest if (hit := find(schema["additionalProperties"], path[j:]))), None)
        if not isinstance(below, dict):
            return None
        schema = below
    return schema


def _words(schema: dict[str, Any]) -> Iterable[str]:
    if schema.get("type") == "boolean":
        return ["true", "false"]
    alternatives = [schema, *schema.get("anyOf", [])]
    return list(dict.fromkeys(str(word) for a in alternatives for word in a.get("enum", [])))
