"""Labels beside points, none over another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle on the screen, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two have more than an edge in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        """Whether it lies inside."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


def apart(x: Floats, y: Floats, least: float) -> tuple[Floats, Floats]:
    """Places on the screen, those that lie over an earlier one moved to its right, so that both are seen."""
    xs, ys = x.copy(), y.copy()
    for i in range(1, len(xs)):
        while (near := (np.hypot(xs[:i] - xs[i], ys[:i] - ys[i]) < least * 0.6)).any():
            first = int(np.argmax(near))
            xs[i], ys[i] = xs[first] + least, ys[first]
    return xs, ys


# Where a label may stand, the best first; plotly's words.
POSITIONS = ("top center", "middle right", "bottom center", "middle left", "top right", "bottom right", "top left",
             "bottom left")  # fmt: skip


def placed(
    points: Sequence[tuple[float, float]], widths: Sequence[float], height: float, gap: float, inside: Box
) -> list[str]:
    """A position for each label, "" for one that has no room: greedily, the first ones first.

    `points`: x, y on the screen, y downwards; labels stay inside `inside`, off each other and off all points.
    """
    taken = [Box(x - gap, y - gap, x + gap, y + gap) for x, y in points]
    out = []
    for (x, y), width in zip(points, widths, strict=True):
        position = ""
        for candidate in POSITIONS:
            box = _box(x, y, width, height, gap, candidate)
            if box.within(inside) and not any(box.meets(other) for other in taken):
                position = candidate
                taken.append(box)
                break
        out.append(position)
    return out


def _box(x: float, y: float, width: float, height: float, gap: float, position: str) -> Box:
    vertical, horizontal = position.split()
    top = {"top": y - gap - height, "middle": y - height / 2, "bottom": y + gap}[vertical]
    beside = gap if vertical == "middle" else 0
    left = {"left": x - beside - width, "center": x - width / 2, "right": x + beside}[horizontal]
    return Box(left, top, left + width, top + height)
