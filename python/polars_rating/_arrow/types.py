"""Which Arrow types Polars is handed, and how the others become one of these or are refused.

Imported only where pyarrow is there. Polars trusts what comes through the C data interface, and
there are types that it reads wrongly (narrow decimals) or dies of (wide decimals, negative scales,
lists without width, views). So every column is handed on as one of a few plain types.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import types

from polars_rating._arrow.source import bad_arrow
from polars_rating.exceptions import one_line
from polars_rating.schema import METRICS_INPUT

MAX_UNTYPED_ITEMS: Final = 2**24
"""Items of the type null in the lists of one batch. They take no bytes in the input, however many
they are, but they do here."""

_KNOWN: Final = frozenset((*METRICS_INPUT.names, *METRICS_INPUT.refused))


class _Found(pl.DataType):
    """What was found in place of a type that Polars can be handed, in words."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


@lru_cache(maxsize=16)
def fitting(schema: pa.Schema) -> pa.Schema:
    """Return the columns that are read, with the plain types they are read as.

    Remembered, since a pipeline sends the same schema again and again.

    Raises
    ------
    RatingError
        ``RATING_BAD_SCHEMA`` with all differences from `METRICS_INPUT`.
    """
    names = schema.names
    fields, found = [], {}
    for name in dict.fromkeys(name for name in names if name in _KNOWN):
        if (count := names.count(name)) > 1:
            found[name] = _Found(f"{count} columns of that name")
            continue
        dtype = schema.field(name).type
        plain = _plain(dtype)
        if plain is None:
            found[name] = _Found(one_line(str(dtype)))
        else:
            fields.append(pa.field(name, plain))
    read = pa.schema(fields)
    fits = pl.Schema(read)
    METRICS_INPUT.check(pl.Schema({**fits, **found}) if found else fits)
    return read


def _plain(dtype: pa.DataType) -> pa.DataType | None:
    """Return the type that a column of `dtype` is read as, None if it is refused."""
    if types.is_list(dtype) or types.is_large_list(dtype) or types.is_fixed_size_list(dtype):
        return _plain_list(dtype)
    if types.is_duration(dtype) or types.is_null(dtype):
        return dtype
    return _plain_number(dtype)


def _plain_list(dtype: pa.DataType) -> pa.DataType | None:
    if types.is_null(dtype.value_type):
        return pa.large_list(pa.float64())
    item = _plain_number(dtype.value_type)
    if item is None:
        return None
    if types.is_fixed_size_list(dtype):
        return pa.list_(item, dtype.list_size)
    return pa.list_(item) if types.is_list(dtype) else pa.large_list(item)


def _plain_number(dtype: pa.DataType) -> pa.DataType | None:
    if types.is_floating(dtype) or types.is_integer(dtype):
        return dtype
    if types.is_dictionary(dtype):
        return _plain_number(dtype.value_type)
    if types.is_decimal128(dtype) and 0 <= dtype.scale <= dtype.precision:
        return dtype
    return pa.float64() if types.is_decimal(dtype) else None


def as_read(batch: pa.RecordBatch, columns: pa.Schema) -> pa.RecordBatch:
    """Return the columns of a batch that are read, cast where they are not of a plain type."""
    if not batch.schema.equals(columns, check_metadata=True):
        batch = batch.select(columns.names)
    if batch.schema.equals(columns, check_metadata=True):
        return batch
    arrays = [_as_read(batch.column(i), field) for i, field in enumerate(columns)]
    # The new schema drops the fields' metadata, by which a type can call itself an extension.
    return pa.RecordBatch.from_arrays(arrays, schema=columns)


def _as_read(array: pa.Array, field: pa.Field) -> pa.Array:
    if array.type == field.type:
        return array
    if types.is_nested(array.type) and types.is_null(array.type.value_type):
        items = len(array.values)
        if items > MAX_UNTYPED_ITEMS:
            raise bad_arrow(f"`{field.name}`", f"its lists hold {items} items of the type null")
    return array.cast(field.type)
