"""Equality to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def assert_same_bits(left: pl.Series, right: pl.Series) -> None:
    """Assert equal dtypes and values; the repr of a float tells every bit but a NaN's."""
    assert left.dtype == right.dtype
    assert len(left) == len(right)
    pairs = zip(left.to_list(), right.to_list(), strict=True)
    different = [(i, a, b) for i, (a, b) in enumerate(pairs) if repr(a) != repr(b)]
    assert not different, f"{len(different)} rows differ, first (row, left, right): {different[0]}"


def column(frame: pl.DataFrame, expr: pl.Expr) -> pl.Series:
    """Return the one column that `expr` selects."""
    return frame.select(expr).to_series()
