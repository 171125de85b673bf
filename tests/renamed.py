"""Results with names that a scenario could not have, as a foreign file may: for tests of what shows names."""

import json
from pathlib import Path

import h5py
import numpy as np

import cv2x

# Of the small world (tests/python/small.yaml).
EVIL = {
    "perception": "<script>alert(1)</script>",
    "telemetry": "</script><img src=x onerror=alert(2)>",
    "server": 'a" onmouseover="alert(3)',
    "gnb": "<svg onload=alert(4)>",
    "fibre": "%{x}{{ 7*7 }}<b>&amp;",
    "Small [world]": "</style><script>alert(6)</script>",
}


def rename(source: Path, target: Path, scenario: Path, names: dict[str, str]) -> None:
    """A copy of a result in which things have other names, in the lists of names and in the scenario."""
    with h5py.File(source, "r", swmr=True, libver="latest") as old, h5py.File(target, "w") as new:
        for key in old:
            old.copy(key, new)
        copy_attributes(old, new)
        for kind in ("services", "sites", "links", "hosts", "budgets"):
            values = [v.decode() for v in old[f"names/{kind}"][()].tolist()]
            del new[f"names/{kind}"]
            new[f"names/{kind}"] = fixed([names.get(v, v) for v in values])
        resolved = json.loads(cv2x.load(scenario).resolved_json())
        # Names in a scenario are letters, digits, '_', '.', '-' (a file with others in it is refused), its title is
        # free; the lists of names are whatever a file holds.
        text = json.dumps(
            {key: names.get(value, value) if key == "title" else value for key, value in resolved.items()}
        )
        for key in ("text", "resolved"):
            del new[f"scenario/{key}"]
            new[f"scenario/{key}"] = fixed(text)


def fixed(text: str | list[str]) -> np.ndarray:
    """Text as result files hold it: UTF-8 of fixed length."""
    encoded = [t.encode() for t in ([text] if isinstance(text, str) else text)]
    kind = h5py.string_dtype("utf-8", max([1, *map(len, encoded)]))
    return np.array(encoded[0] if isinstance(text, str) else encoded, dtype=kind)


def copy_attributes(old: h5py.HLObject, new: h5py.HLObject) -> None:
    """All of them, text as text of fixed length."""
    for key, value in old.attrs.items():
        text = value.decode() if isinstance(value, bytes) else value
        new.attrs[key] = fixed(text) if isinstance(text, str) else value
