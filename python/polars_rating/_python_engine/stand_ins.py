"""One row made of dtypes alone: what the reference makes of it, it makes of every row.

The tier of a score and every error about a column or its type follow from the schema. So they can
be told by a row of stand-ins, one for each column, whose text in a message is the dtype.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from polars_rating._evidence import ANCHOR
from polars_rating.exceptions import ErrorCode, RatingError


class _Number(float):
    declared: pl.DataType


class _Time(dt.datetime):
    declared: pl.DataType


class _List(list[Any]):
    declared: pl.DataType


class _Struct(dict[str, Any]):
    declared: pl.DataType


class _Other:
    declared: pl.DataType


def stand_in_row(series: pl.Series) -> dict[str, Any]:
    """Return a row of a struct of evidence without nulls, with one item in every list.

    Raises
    ------
    RatingError
        ``RATING_BAD_DTYPE`` for what no value can show: an ``Array`` of width 0, a seed that is
        no integer.
    """
    dtype = series.dtype
    fields = dtype.fields if isinstance(dtype, pl.Struct) else []
    row = {f.name: _stand_in(f.name, f.dtype) for f in fields if f.name != ANCHOR}
    seed = row.get("seed")
    if seed is not None:
        if not seed.declared.is_integer():
            message = f"`seed` must be an integer, got {seed.declared}"
            raise RatingError(message, code=ErrorCode.RATING_BAD_DTYPE)
        row["seed"] = 1
    return row


def _stand_in(path: str, dtype: Any) -> Any:
    declared: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    value: Any
    if declared.is_numeric():
        value = _Number(1.0)
    elif isinstance(declared, pl.Null):
        return None
    elif isinstance(declared, pl.Datetime | pl.Date):
        value = _Time(2000, 1, 1)
    elif isinstance(declared, pl.List | pl.Array):
        if isinstance(declared, pl.Array) and declared.size == 0:
            raise RatingError(
                f"`{path}` must be a List or an Array of width 1 or more, got {declared}",
                code=ErrorCode.RATING_BAD_DTYPE,
            )
        value = _List([_stand_in(path, declared.inner)])
    elif isinstance(declared, pl.Struct):
        value = _Struct({f.name: _stand_in(f"{path}.{f.name}", f.dtype) for f in declared.fields})
    else:
        value = _Other()
    value.declared = declared
    return value
