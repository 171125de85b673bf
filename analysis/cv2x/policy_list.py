"""What built-in policies there are."""

from dataclasses import dataclass

from cv2x import _core


@dataclass(frozen=True)
class PolicyInfo:
    """A built-in policy."""

    summary: str
    """What it does, in a line."""
    source: str
    """Where it comes from: document and place."""


def policies() -> dict[str, PolicyInfo]:
    """The built-in policies by name, the simple ones first. Names are those of the key `offloading.policy`."""
    return {name: PolicyInfo(summary, source) for name, summary, source in _core.policy_infos()}
