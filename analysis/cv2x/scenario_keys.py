"""The keys of a scenario: what the C++ side says of each of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cv2x import _core


@dataclass(frozen=True)
class Key:
    """One key of a scenario file."""

    name: str
    doc: str
    type: str
    """"quantity", "number", "integer", "flag", "text", "path", "word", …, "object" or "entries"."""
    required: bool
    default: Any
    """As it is written in a file; None: there is none."""
    dimension: str
    """Of a quantity: "time", "frequency", …"""
    units: tuple[str, ...]
    allowed: str
    """Range of a number; may be empty."""
    options: tuple[str, ...]
    """Of a word."""
    section: str
    """Of a reference: the section whose names it may have."""
    keys: "tuple[Key, ...]"
    """Of an object, or of each of the entries."""
    variant: str
    """The key exists only where the key of this name beside it …"""
    when: tuple[str, ...]
    """… is one of these; empty: always."""

    @property
    def has_keys(self) -> bool:
        """Whether it is a map: an object, or named entries."""
        return self.type in ("object", "entries")

    def text(self) -> str:
        """All there is to know about it, in a sentence."""
        kinds = {
            "quantity": f"{self.dimension} [{', '.join(self.units)}]",
            "flag": "true or false",
            "path": "file, relative to the scenario's folder",
            "word": "one of " + ", ".join(self.options),
            "reference": f"name in {self.section}",
            "references": f"names in {self.section}",
            "points": "list of points [x, y], two lengths each",
            "word_or_code": f"one of {', '.join(self.options)}, or Python: FILE.py:NAME or module:NAME",
        }
        parts = [self.doc] if self.has_keys else [self.doc, kinds.get(self.type, self.type)]
        if self.allowed:
            parts.append(self.allowed)
        if self.required:
            parts.append("required")
        elif self.default is not None:
            parts.append(
                f"default {self.default if isinstance(self.default, str) else json.dumps(self.default)}"
            )
        if self.variant:
            parts.append(f"where {self.variant} is {' or '.join(self.when)}")
        return "; ".join(parts)


@cache
def top_keys() -> tuple[Key, ...]:
    """The keys at the top of a scenario, with all below them."""
    return _keys(json.loads(_core.keys_json()))


def _keys(raw: list[dict[str, Any]]) -> tuple[Key, ...]:
    return tuple(
        Key(
            name=key["key"],
            doc=key["doc"],
            type=key["type"],
            required=key["required"],
            default=key.get("default"),
            dimension=key.get("dimension", ""),
            units=tuple(key.get("units", ())),
            allowed=key.get("allowed", ""),
            options=tuple(key.get("options", ())),
            section=key.get("section", ""),
            keys=_keys(key.get("keys", [])),
            variant=key.get("variant", ""),
            when=tuple(key.get("when", ())),
        )
        for key in raw
    )


def meaning(keys: tuple[Key, ...], name: str, siblings: Mapping[str, Any]) -> Key | None:
    """What a key means in a map that holds `siblings`.

    None: it is not known, or goes with another kind than the one that is chosen. Where none is chosen, the keys
    of the default kind come first, then those of any.
    """
    fallback = None
    for key in keys:
        if key.name != name:
            continue
        if not key.variant:
            return key
        if key.variant in siblings:
            if siblings[key.variant] in key.when:
                return key
        else:
            default = next(k.default for k in keys if k.name == key.variant)
            if default in key.when:
                return key
            fallback = fallback or key
    return fallback


def left_behind(keys: tuple[Key, ...], siblings: Mapping[str, Any]) -> list[str]:
    """Those of `siblings` that go with another kind than the one that is chosen there."""
    known = {key.name for key in keys}
    return [name for name in siblings if name in known and meaning(keys, name, siblings) is None]
