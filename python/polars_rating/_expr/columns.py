"""The input of every expression: one struct of the evidence columns that the frame has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from polars_rating.catalog import ANCHOR
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import show

if TYPE_CHECKING:
    from polars._typing import IntoExpr


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


def check_columns(
    function: str, given: Mapping[str, Any], known: Iterable[str], can_be_none: str | None
) -> None:
    """Raise the TypeError of an unexpected keyword argument, listing the columns there are.

    Only the column `can_be_none` may be given as None.
    """
    names = set(known)
    for name, value in given.items():
        if name not in names:
            msg = (
                f"{function}() got an unexpected keyword argument {name!r}; "
                f"the columns it takes are {', '.join(sorted(names))}"
            )
            raise TypeError(msg)
        if value is None and name != can_be_none:
            msg = f"`{name}` must be an expression or a column name, got None"
            raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
