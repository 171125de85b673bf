"""Writes YAML that the parser of scenario files reads as the same values again."""

import json
import re
from collections.abc import Mapping
from typing import Any

WIDTH = 100  # of a map in one line

_PLAIN = re.compile(
    r"([A-Za-z]|\.{0,2}/)[A-Za-z0-9_.\-/% ]*(?<! )"  # a word, a path
    r"|-?[0-9][A-Za-z0-9_.\-/%]* [A-Za-z0-9_.\-/% ]*(?<! )"  # a quantity
)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "nan", "inf", "infinity"}


def scalar(value: str | float | bool | None) -> str:
    """A text without quotes where YAML reads it as itself, and as a text."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def flow(value: Any) -> str:  # noqa: ANN401 — a tree of scalars
    """A value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(tree: Mapping[str, Any], indent: int = 0) -> str:
    """A map, a key a line; what is small below it stays in one line."""
    lines = []
    for key, value in tree.items():
        head = " " * indent + scalar(key) + ":"
        line = flow(value)
        deep = isinstance(value, Mapping) and any(isinstance(item, Mapping) for item in value.values())
        if isinstance(value, Mapping) and value and (deep or len(head) + len(line) >= WIDTH):
            lines.append(f"{head}\n{block(value, indent + 2)}")
        else:
            lines.append(f"{head} {line}\n")
    return "".join(lines)
