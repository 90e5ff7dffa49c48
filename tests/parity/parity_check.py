"""Compares what an expression gives with what the reference gives, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from tests._engines import PYTHON

if TYPE_CHECKING:
    import polars as pl

with_reference = pytest.mark.skipif(
    PYTHON, reason="the Python engine is the reference: it would be compared with itself"
)
RELATIVE = 1e-12
"""The largest divergence the package promises."""

WORST: dict[str, tuple[float, int]] = {}
"""Name of a score to its largest divergence of this run and the number of rows compared."""


def divergence(got: float, expected: float, floor: float) -> float:
    """Return |got - expected| relative to the larger of both and `floor`; inf for a NaN."""
    if got == expected:
        return 0.0
    scale = max(abs(got), abs(expected), floor)
    found = abs(got - expected) / scale
    return found if math.isfinite(found) else math.inf


def assert_matches(
    name: str,
    got: Iterable[float | None],
    expected: Iterable[float | None],
    rows: Sequence[Mapping[str, Any]],
    *,
    floor: float = 0.0,
) -> None:
    """Assert that nulls are equal and numbers equal to 1e-12; report the worst row.

    `floor` is the least number that divergences are measured against: 0 is purely relative.
    """
    worst, worst_row, pairs = 0.0, -1, list(zip(got, expected, strict=True))
    assert len(pairs) == len(rows)
    for i, (a, b) in enumerate(pairs):
        both = a is not None and b is not None
        found = divergence(a, b, floor) if both else 0.0 if a is b else math.inf
        if found > worst:
            worst, worst_row = found, i
    before, count = WORST.get(name, (0.0, 0))
    WORST[name] = max(before, worst), count + len(pairs)
    if worst > RELATIVE:
        a, b = pairs[worst_row]
        row = {key: rows[worst_row][key] for key in sorted(rows[worst_row])}
        raise AssertionError(
            f"{name}: row {worst_row} is {worst:.3g} from the reference, got {a!r}, expected {b!r}"
            f"\n{str(row)[:3000]}"
        )


def assert_structs_match(
    got: pl.Series,
    expected: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    prefix: str = "",
    floor: float = 0.0,
) -> None:
    """Compare a struct column field by field."""
    for name in expected[0]:
        found = got.struct.field(name).to_list()
        assert_matches(prefix + name, found, [row[name] for row in expected], rows, floor=floor)


def bits(series: pl.Series) -> list[str]:
    """Return the values such that == means equal bits (a float's repr is exact)."""
    return [repr(value) for value in series.to_list()]
