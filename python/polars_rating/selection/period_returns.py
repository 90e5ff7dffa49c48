"""From trades to returns on a grid of calendar periods."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating._selection_rules import EVERY
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import show

if TYPE_CHECKING:
    from polars._typing import IntoExpr

_When = dt.date | str | pl.Expr


def period_returns(
    *,
    start: dt.date | str | pl.Expr,
    end: dt.date | str | pl.Expr,
    every: str = EVERY,
    trades: IntoExpr | None = None,
    capital: float | str | pl.Expr | None = None,
) -> pl.Expr:
    """Book trades on a grid of calendar periods: what all candidates of a family have in common.

    Parameters
    ----------
    start, end : date, datetime, column name or expression
        First and last day of the grid, the same for every candidate of a family.
    every : {'1w', '1d', '1mo'}
        A week (Monday to Sunday), a day or a month, in UTC.
    trades : expression or column name, optional
        Trades with the field ``exit_time``. Default: the column ``trades``.
    capital : float, column name or expression, optional
        What the results are divided by, account currency, > 0.

    Returns
    -------
    pl.Expr
        ``returns``, ``List(Float64)``: net pnl of the trades that were closed in each period, 0
        where none was; a ratio with `capital`. Null where the list of trades, a day or the capital
        is null. A trade without an exit time was not closed.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without such trades, a wrong dtype, and an exit before `start` or after `end`.

    References
    ----------
    Scoring specification, section 21.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trades = [
    ...     {"pnl": 30.0, "exit_time": dt.datetime(2024, 1, 7)},
    ...     {"pnl": -10.0, "exit_time": dt.datetime(2024, 1, 8)},
    ... ]
    >>> df = pl.DataFrame({"trades": [trades]})
    >>> weekly = rating.period_returns(
    ...     start=dt.date(2024, 1, 1), end=dt.date(2024, 1, 21), capital=1000
    ... )
    >>> df.select(weekly).item().to_list()
    [0.03, -0.01, 0.0]
    """
    beside = {"start": _when("start", start), "end": _when("end", end)}
    return score("period_returns", {}, beside=beside, trades=trades, every=every, capital=capital)


def _when(name: str, value: _When) -> pl.Expr:
    if isinstance(value, pl.Expr):
        return value
    if isinstance(value, str):
        return pl.col(value)
    if isinstance(value, dt.date):
        return pl.lit(value)
    message = (
        f"`{name}` must be a date, a datetime, a column name or an expression, got {show(value)}"
    )
    raise RatingError(message, code=ErrorCode.RATING_BAD_ARGUMENT)
