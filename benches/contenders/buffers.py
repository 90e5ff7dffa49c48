"""The flat child buffers of a list column, taken from a frame without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.int64]


def from_zero(arrow: Any) -> tuple[Offsets, Any]:
    """Offsets that start at 0 and just the items they cover, also of a sliced list array."""
    offsets = arrow.offsets.to_numpy(zero_copy_only=True)
    first, last = int(offsets[0]), int(offsets[-1])
    return (offsets - first if first else offsets), arrow.values.slice(first, last - first)


def flat(lists: pl.Series, names: tuple[str, ...]) -> tuple[Offsets, list[Array]]:
    """Offsets and the Float64 fields of a List(Struct) column without nulls."""
    arrow: Any = lists.to_arrow()
    offsets, values = from_zero(arrow)
    return offsets, [values.field(name).to_numpy(zero_copy_only=True) for name in names]


def flat_numbers(lists: pl.Series) -> tuple[Offsets, Array]:
    """Offsets and items of a List(Float64) column without nulls."""
    arrow: Any = lists.to_arrow()
    offsets, values = from_zero(arrow)
    return offsets, values.to_numpy(zero_copy_only=True)


def columns(frame: pl.DataFrame, names: tuple[str, ...]) -> list[Array]:
    """Flat columns of the frame without a copy."""
    return [frame[name].to_numpy() for name in names]


def equal_length(offsets: Offsets) -> int | None:
    """The length of every list where all are equally long and not empty, else None."""
    rows = len(offsets) - 1
    length = int(offsets[1] - offsets[0]) if rows else 0
    return length if length and (np.diff(offsets) == length).all() else None
