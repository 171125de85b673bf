"""Arguments of the laws: broadcast as NumPy does it, and checked."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""An array; of scalars, a NumPy scalar."""
Ints = npt.NDArray[np.int64]
Shape = tuple[int, ...]
ABOVE_0 = float(np.nextafter(0, 1))
BELOW_1 = float(np.nextafter(1, 0))


def broadcast(**values: npt.ArrayLike) -> tuple[dict[str, npt.NDArray[Any]], Shape]:
    """All arguments with one length, flat, and the shape of the result. ValueError when the shapes do not fit."""
    arrays = {name: np.asarray(value) for name, value in values.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name}: found {array.dtype}; numbers are needed")
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.ndim)
        raise ValueError(f"shapes that do not fit together: {shapes}") from None
    return {name: np.broadcast_to(array, shape).ravel() for name, array in arrays.items()}, shape


def shaped(flat: npt.NDArray[Any], shape: Shape) -> npt.NDArray[Any]:
    """A result in its shape; a scalar where all arguments were scalars."""
    return flat.reshape(shape)[()]


def whole(name: str, values: npt.NDArray[Any]) -> Ints:
    """Whole numbers; ValueError where one has a fraction."""
    if values.dtype.kind == "f":
        wrong = ~(np.isfinite(values) & (values == np.rint(values)))
        if wrong.any():
            raise ValueError(f"{name}: found {values[wrong][0]:g}; whole numbers are needed")
    return values.astype(np.int64)


def within(
    name: str, values: npt.NDArray[Any], low: float, high: float, unit: str, source: str, way_out: str = ""
) -> None:
    """ValueError where a value is not in [low, high], or is NaN. `source`: what has these bounds."""
    wrong = ~((values >= low) & (values <= high))
    if wrong.any():
        unit = f" {unit}" if unit else ""
        if low == high:
            allowed = f"{low:g}{unit}"
        elif low in (ABOVE_0, 0) and high == np.inf:
            allowed = "above 0" if low else "not negative"
        elif (low, high) == (ABOVE_0, BELOW_1):
            allowed = "above 0 and below 1"
        else:
            allowed = f"{low:g} to {high:g}{unit}"
        more = f"; {way_out}" if way_out else ""
        raise ValueError(f"{name}: found {values[wrong][0]:g}{unit}; {source} {allowed}{more}")


def one_of(name: str, value: object, options: Sequence[object]) -> None:
    """ValueError where a value is none of the options."""
    if isinstance(value, Mapping) or value not in options:
        raise ValueError(f"{name}: found {value!r}; allowed: {', '.join(map(repr, options))}")
