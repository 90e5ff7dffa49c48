"""From a struct of evidence to rows of Python values, as the reference reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating.catalog import ANCHOR
from polars_rating.exceptions import ErrorCode, RatingError

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

_CLOCKS = ("exit_time", "entry_time", "time")


def rows_of(series: pl.Series) -> Iterator[dict[str, Any]]:
    """Yield every row of a struct of evidence as a mapping of column to Python value."""
    fields = series.struct.unnest().get_columns()
    columns = {field.name: _values(field) for field in fields if field.name != ANCHOR}
    for i in range(len(series)):
        yield {name: values[i] for name, values in columns.items()}


def _values(column: pl.Series) -> list[Any]:
    if column.name != "seed":  # a seed may be larger than the integers a float can hold
        # Not strict: every number fits, and the check of it fails on sliced structs of lists.
        column = column.cast(_in_floats(column.dtype), strict=False)
    values = _to_list(column)
    items = _items(column.dtype)
    if not isinstance(items, pl.Struct):
        return values
    if (ticks := _nanoseconds(column, items)) is not None:
        values = [_in_order(value, of_row) for value, of_row in zip(values, ticks, strict=True)]
    # A list without items cannot show its fields, a struct of lists can.
    names = [field.name for field in items.fields]
    return [
        value if value else dict.fromkeys(names, None if value is None else []) for value in values
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


def _in_floats(dtype: PolarsDataType) -> PolarsDataType:
    """Return the dtype with every number in it as Float64, the way the plugin casts."""
    if dtype.is_numeric():
        return pl.Float64()
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _in_floats(field.dtype) for field in dtype.fields})
    if isinstance(dtype, pl.Array):
        return pl.Array(_in_floats(dtype.inner), dtype.size)
    return pl.List(_in_floats(dtype.inner)) if isinstance(dtype, pl.List) else dtype


def _items(dtype: PolarsDataType) -> PolarsDataType:
    """Return the dtype of the items of lists, any other dtype itself."""
    return dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype


def _nanoseconds(column: pl.Series, items: pl.Struct) -> list[list[int | None] | None] | None:
    """Return the times that order trades or points, where they are in nanoseconds; None where not.

    A Python datetime holds microseconds, so that trades would lose their order within one.
    """
    dtypes = {field.name: _items(field.dtype) for field in items.fields}
    clock = next((name for name in _CLOCKS if name in dtypes), "")
    time = dtypes.get(clock)
    if not (isinstance(time, pl.Datetime) and time.time_unit == "ns"):
        return None
    in_struct = column.dtype == pl.Struct
    lists = column.struct.field(clock) if in_struct else column
    if lists.dtype == pl.Array:
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
    same = (k for k, v in value.items() if isinstance(v, list) and len(v) == len(order))
    return {**value, **{name: [value[name][i] for i in order] for name in same}}
