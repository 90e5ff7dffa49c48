"""Ulcer index: how deep and how long the drawdowns are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating.parameters import COMPOUND, ULCER_CAP

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def ulcer_index(
    *,
    equity: IntoExpr | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    capital: float | str | pl.Expr | None = None,
    compound: bool = COMPOUND,
) -> pl.Expr:
    r"""Compute the root mean square drawdown of the candidate's equity, in percent.

    .. math:: index = 100 \sqrt{\sum dd^2 / n}

    over n weeks, returns or trades, with dd the fall from the running maximum as a share of it.

    Parameters
    ----------
    equity : expression or column name, optional
        ``List(Struct{time, equity})``, also ``Array(Struct)`` or ``Struct`` of lists: points in
        any order, ``time`` a Datetime of any unit and zone or a Date, ``equity`` any numeric dtype
        in account currency. Each week from Monday to Sunday (UTC) closes at its last point; of
        points at one time the last given wins. Or a ``List`` of weekly closes. Default: the column
        ``equity`` if the frame has it.
    returns : expression or column name, optional
        ``List`` or ``Array`` of simple returns per period, in order. Default: the column
        ``returns``, unless there is equity. Wealth is the product of 1 + r, 0 from r <= -1 on; its
        maximum starts at 1.
    trades : expression or column name, optional
        ``List(Struct{pnl, fee?, exit_time?, ...})``. Default: the column ``trades``, unless there
        is something better. Wealth is `capital` and the net results in order of exit.
    capital : float, column name or expression, optional
        Account currency, > 0: what the trades start with. Needed for trades.
    compound : bool
        Whether returns are multiplied; if not, wealth is 1 + their sum.

    Returns
    -------
    pl.Expr
        Float64 ``ulcer_index`` in percent, >= 0, lower is better. Null for fewer than 2 weeks,
        returns or trades, a running maximum <= 0, and in a column a capital that is null or not
        > 0. Points without a time or a finite value and returns that are not finite are dropped; a
        week without a value counts as 0.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    P. Martin and B. McCann, "The Investor's Guide to Fidelity Funds" (1989); scoring
    specification, sections 11 and 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"equity": [[100.0, 90.0, 110.0, 110.0]]})
    >>> df.select(rating.ulcer_index()).item()
    5.0
    """
    return score(
        "ulcer_index",
        {},
        equity=equity,
        returns=returns,
        trades=trades,
        capital=capital,
        compound=compound,
    )


def ulcer_index_score(
    *,
    equity: IntoExpr | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    ulcer_cap: float = ULCER_CAP,
    capital: float | str | pl.Expr | None = None,
    compound: bool = COMPOUND,
) -> pl.Expr:
    r"""Score how shallow and how short the drawdowns are.

    .. math:: score = clip(1 - index / ulcer\_cap, 0, 1)

    Parameters
    ----------
    equity, returns, trades : expression or column name, optional
        As in `ulcer_index`.
    ulcer_cap : float
        The ulcer index that scores 0, in percent, > 0.
    capital, compound
        As in `ulcer_index`.

    Returns
    -------
    pl.Expr
        Float64 ``ulcer_index_score`` in [0, 1], higher is better; null where `ulcer_index` is.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Omega's ulcer index; scoring specification, section 11.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"equity": [[100.0, 90.0, 110.0, 110.0]]})
    >>> df.select(rating.ulcer_index_score()).item()
    0.5
    """
    return score(
        "ulcer_index_score",
        {},
        equity=equity,
        returns=returns,
        trades=trades,
        ulcer_cap=ulcer_cap,
        capital=capital,
        compound=compound,
    )
