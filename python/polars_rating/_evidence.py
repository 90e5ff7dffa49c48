"""The input of every expression: one struct of the evidence columns that the frame has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from polars_rating._validate import DEFAULT_SEED, show
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.schema import LOOKED_FOR

if TYPE_CHECKING:
    from polars._typing import IntoExpr

ANCHOR = "polars_rating"
"""A field every struct has: without any field Polars' own error would hide the plugin's.

Its value is not null: Polars does not share subexpressions that hold a null literal.
"""


def as_expr(name: str, value: IntoExpr) -> pl.Expr:
    """Return `value`, an expression, column name, Series or number, as an expression.

    Raises
    ------
    RatingError
        With code ``RATING_BAD_ARGUMENT`` for anything else.
    """
    if isinstance(value, pl.Expr):
        return value
    if isinstance(value, str):
        return pl.col(value)
    if isinstance(value, pl.Series | int | float) and not isinstance(value, bool):
        return pl.lit(value)
    msg = f"`{name}` must be an expression or a column name, got {show(value)}"
    raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)


def evidence_struct(wanted: Iterable[str], given: Mapping[str, Any]) -> pl.Expr:
    """Return the struct of the columns `wanted`, as far as the frame has them.

    Parameters
    ----------
    wanted : iterable of str
        Canonical column names.
    given : mapping of str to expression or column name
        What stands in for a canonical column. Such a column must exist. A name that is not
        `wanted` is left out, and so is a column given as None.

    Returns
    -------
    pl.Expr
        Expands at plan time, so that the query reads just the columns it needs.
    """
    names = list(dict.fromkeys(wanted))
    from_frame = cs.by_name(*(n for n in names if n not in given), require_all=False)
    fields = [
        as_expr(name, given[name]).alias(name)
        for name in names
        if name in given and given[name] is not None
    ]
    return pl.struct(from_frame, *fields, pl.lit(True).alias(ANCHOR))


def check_keywords(function: str, given: Mapping[str, Any], allowed: Iterable[str] = ()) -> None:
    """Raise the TypeError of an unexpected keyword argument, listing the columns there are.

    `allowed` are the columns that may be given, by default those `function` looks for.
    """
    known = set(allowed or LOOKED_FOR[function])
    for name, value in given.items():
        if name not in known:
            msg = (
                f"{function}() got an unexpected keyword argument {name!r}; "
                f"the columns it takes are {', '.join(sorted(known))}"
            )
            raise TypeError(msg)
        if value is None and name != "avg_r":
            msg = f"`{name}` must be an expression or a column name, got None"
            raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)


def with_columns(columns: Mapping[str, Any], **given: object) -> dict[str, Any]:
    """Return `columns` with the keywords that are not None added."""
    return {**columns, **{name: value for name, value in given.items() if value is not None}}


def seed_column(seed: object, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the seed as a plain value, or moved into the columns where it is one."""
    if isinstance(seed, str | pl.Expr | pl.Series):
        return DEFAULT_SEED, {**given, "seed": seed}
    return seed, given
