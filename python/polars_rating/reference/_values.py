"""Reading the Python values of one row: numbers, lists, records, times.

A row is what Polars' ``df.to_dicts()`` gives. Null is ``None``; a missing key is a missing column.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from polars_rating.catalog.row import quoted
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import show

Row: TypeAlias = Mapping[str, Any]
Array: TypeAlias = npt.NDArray[np.float64]


class NoEvidence(Exception):  # noqa: N818 - a signal inside the reference, not an error
    """The row lacks evidence: a null or empty list, or a null metric."""


def number(value: object, name: str) -> float:
    """Return `value` as a float, null as NaN; a bool or text is an error that names `name`."""
    if value is None:
        return math.nan
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        raise RatingError(
            f"`{name}` must be a number, got {show(value)}", code=ErrorCode.RATING_BAD_DTYPE
        )
    return float(value)


def fin(x: float) -> float:
    """Return x where finite, else 0."""
    return float(x) if math.isfinite(x) else 0.0


def total(values: Sequence[float] | Array) -> float:
    """Return the sum, added one by one in order (``np.sum`` would add in pairs)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.cumsum(values)[-1]) if len(values) else 0.0


def plain_list(
    value: object, name: str, expected: str = "a List or Array of numbers"
) -> list[Any] | None:
    """Return a List or Array value as a list, None if it is null."""
    if value is None:
        return None
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise RatingError(
            f"`{name}` must be {expected}, got {show(value)}", code=ErrorCode.RATING_BAD_DTYPE
        )
    return list(value)


def number_list(value: object, name: str) -> list[float] | None:
    """Return a list of plain numbers, nulls as NaN; None if it is null."""
    items = plain_list(value, name)
    try:
        return None if items is None else [number(item, name) for item in items]
    except RatingError:
        message = f"`{name}` must be a List or Array of numbers, got {show(value)}"
        raise RatingError(message, code=ErrorCode.RATING_BAD_DTYPE) from None


def records(
    value: object, column: str, required: Sequence[str], optional: Sequence[str] = ()
) -> list[Row] | None:
    """Return the records that are not null of a List(Struct) or a Struct of lists.

    None if the list is null. In a Struct of lists the fields must have one length, and a field
    that is a null list makes the whole list null.
    """
    if isinstance(value, Mapping):
        require_fields(required, value, column)
        value = _transpose(value, column, [f for f in (*required, *optional) if f in value])
    expected = _lists_of(required)
    items = plain_list(value, column, expected)
    if items is None:
        return None
    rows = [item for item in items if item is not None]
    if not all(isinstance(item, Mapping) for item in rows):
        raise RatingError(
            f"`{column}` must be {expected}, got {show(value)}", code=ErrorCode.RATING_BAD_DTYPE
        )
    if rows:
        require_fields(required, set().union(*rows), column)
    return rows


def field_names(value: object) -> set[str] | None:
    """Return the fields of a list of records, None if it is null or empty and nobody can tell."""
    if isinstance(value, Mapping):
        return set(value)
    rows = [
        item
        for item in plain_list(value, "trades", _lists_of(["pnl"])) or []
        if isinstance(item, Mapping)
    ]
    return set().union(*rows) if rows else None


def _lists_of(fields: Iterable[str]) -> str:
    return f"List(Struct{{{', '.join(fields)}}}), Array(Struct) or Struct of lists"


def require_fields(required: Iterable[str], present: Iterable[str], column: str) -> None:
    """Raise if a field of a list of records is missing."""
    for name in required:
        if name not in present:
            raise RatingError(
                f"`{column}` must have the field `{name}`, found {quoted(sorted(present))}",
                code=ErrorCode.RATING_MISSING_FIELD,
            )


def _transpose(value: Row, column: str, names: Sequence[str]) -> list[Row] | None:
    lists = {name: plain_list(value[name], f"{column}.{name}", "a List or Array") for name in names}
    if any(items is None for items in lists.values()):
        return None
    lengths = {name: len(items or []) for name, items in lists.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise RatingError(
            f"the lists in `{column}` must have equal lengths in a row, got {found}",
            code=ErrorCode.RATING_LENGTH_MISMATCH,
        )
    columns = [items or [] for items in lists.values()]
    return [dict(zip(lists, items, strict=True)) for items in zip(*columns, strict=True)]


def utc(value: object, name: str) -> dt.datetime | None:
    """Return a date or datetime as a naive UTC datetime, null as None."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    raise RatingError(
        f"`{name}` must be a Datetime or Date, got {show(value)}", code=ErrorCode.RATING_BAD_DTYPE
    )
