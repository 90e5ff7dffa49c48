"""From a struct of evidence to rows of Python values, as the reference reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from polars_rating.catalog import ANCHOR
from polars_rating.exceptions import ErrorCode, RatingError

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
    values = _to_list(column)
    fields = _item_fields(dtype)
    if not fields:
        return values
    if (ticks := _nanoseconds(column)) is not None:
        values = [_in_order(value, of_row) for value, of_row in zip(values, ticks, strict=True)]
    # A list without items cannot show its fields, a struct of lists can.
    return [
        value if value else dict.fromkeys(fields, None if value is None else []) for value in values
    ]


def _to_list(column: pl.Series) -> list[Any]:
    try:
        return column.to_list()
    # Older Polars panics over such times in nested columns.
    except (ValueError, OverflowError, pl.exceptions.PanicException) as error:
        raise RatingError(
            f"`{column.name}` must hold times of the years 1 to 9999 on the Python engine, "
            f"got {error}",
            code=ErrorCode.RATING_BAD_VALUE,
        ) from error


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
    items = _inner(dtype)
    return [field.name for field in items.fields] if isinstance(items, pl.Struct) else []


def _nanoseconds(column: pl.Series) -> list[list[int | None] | None] | None:
    """Return the times that order trades, where they are in nanoseconds; None where not.

    A Python datetime holds microseconds, so that trades would lose their order within one.
    """
    in_struct = isinstance(column.dtype, pl.Struct)
    items = column.dtype if in_struct else _inner(column.dtype)
    dtypes = {f.name: _of(f.dtype) for f in items.fields} if isinstance(items, pl.Struct) else {}
    clock = next((name for name in _CLOCKS if name in dtypes), None)
    if clock is None:
        return None
    time = _inner(dtypes[clock]) if in_struct else dtypes[clock]
    if not (isinstance(time, pl.Datetime) and time.time_unit == "ns"):
        return None
    lists = column.struct.field(clock) if in_struct else column
    if isinstance(lists.dtype, pl.Array):
        lists = lists.arr.to_list()
    element = pl.element() if in_struct else pl.element().struct.field(clock)
    ticks: list[list[int | None] | None] = lists.list.eval(element.cast(pl.Int64)).to_list()
    return ticks


def _in_order(value: Any, ticks: list[int | None] | None) -> Any:
    """Return a row's trades, a list or a mapping of lists, in the order of their times."""
    if not ticks:
        return value
    order = sorted(range(len(ticks)), key=lambda i: (ticks[i] is None, ticks[i] or 0))
    if isinstance(value, list):
        return [value[i] for i in order]
    same = {name: items for name, items in value.items() if _has_length(items, len(order))}
    return {**value, **{name: [items[i] for i in order] for name, items in same.items()}}


def _has_length(items: Any, length: int) -> bool:
    return isinstance(items, list) and len(items) == length


def _inner(dtype: pl.DataType) -> pl.DataType:
    """Return the dtype of the items of lists, any other dtype itself."""
    return _of(dtype.inner) if isinstance(dtype, pl.List | pl.Array) else dtype


def _of(dtype: Any) -> pl.DataType:
    """Return an instance: Polars also takes classes for dtypes inside others."""
    found: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    return found
