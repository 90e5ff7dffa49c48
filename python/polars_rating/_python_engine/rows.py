"""From a struct of evidence to rows of Python values, as the reference reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from polars_rating._evidence import ANCHOR

_CLOCKS = ("exit_time", "entry_time")


def rows_of(series: pl.Series) -> Iterator[dict[str, Any]]:
    """Yield every row of a struct of evidence as a mapping of column to Python value."""
    columns = [c for c in series.struct.unnest().get_columns() if c.name != ANCHOR]
    names = [column.name for column in columns]
    if not columns:
        yield from ({} for _ in range(len(series)))
        return
    for values in zip(*map(_values, columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _values(column: pl.Series) -> list[Any]:
    dtype = column.dtype
    if column.name != "seed":  # a seed may be larger than the integers a float can hold
        dtype = _in_floats(dtype)
        # Not strict: every number fits, and the check of it fails on sliced structs of lists.
        column = column.cast(dtype, strict=False)
    values = _in_order_of_nanoseconds(column).to_list()
    fields = _item_fields(dtype)
    if not fields:
        return values
    # A list without items cannot show its fields, a struct of lists can.
    return [
        value if value else dict.fromkeys(fields, None if value is None else []) for value in values
    ]


def _in_floats(dtype: pl.DataType) -> pl.DataType:
    """Return the dtype with every number in it as Float64, the way the plugin casts."""
    if dtype.is_numeric():
        return pl.Float64()
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _in_floats(_of(field.dtype)) for field in dtype.fields})
    if isinstance(dtype, pl.Array):
        return pl.Array(_in_floats(_of(dtype.inner)), dtype.size)
    if isinstance(dtype, pl.List):
        return pl.List(_in_floats(_of(dtype.inner)))
    return dtype


def _item_fields(dtype: pl.DataType) -> list[str]:
    """Return the fields of the structs in lists, or of a struct of lists."""
    inner = _of(dtype.inner) if isinstance(dtype, pl.List | pl.Array) else dtype
    return [field.name for field in inner.fields] if isinstance(inner, pl.Struct) else []


def _in_order_of_nanoseconds(column: pl.Series) -> pl.Series:
    """Sort trades by times in nanoseconds, of which a Python datetime holds only microseconds."""
    dtype = column.dtype
    inner = _of(dtype.inner) if isinstance(dtype, pl.List | pl.Array) else None
    if not isinstance(inner, pl.Struct):
        return column
    times = {f.name: _of(f.dtype) for f in inner.fields if f.name in _CLOCKS}
    clock = next((name for name in _CLOCKS if name in times), None)
    if clock is None or not _is_nanoseconds(times[clock]):
        return column
    lists = column.arr.to_list() if isinstance(dtype, pl.Array) else column
    element = pl.element()
    key = element.struct.field(clock)
    return lists.list.eval(element.sort_by(key, nulls_last=True, maintain_order=True))


def _is_nanoseconds(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Datetime) and dtype.time_unit == "ns"


def _of(dtype: Any) -> pl.DataType:
    """Return an instance: Polars also takes classes for dtypes inside others."""
    found: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    return found
