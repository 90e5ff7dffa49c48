"""Ratios of a path of wealth and of its tails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating._selection_rules import TAIL
from polars_rating.parameters import COMPOUND

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def upi(
    *,
    periods_per_year: float,
    annual_risk_free: float = 0.0,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    capital: float | str | pl.Expr | None = None,
    compound: bool = COMPOUND,
) -> pl.Expr:
    r"""Compute the ulcer performance index, or Martin ratio.

    .. math:: \frac{annual - annual\_risk\_free}{\sqrt{\sum dd^2 / n}}

    Parameters
    ----------
    periods_per_year : float
        Periods of `returns` in a year, > 0.
    annual_risk_free : float
        Subtracted from the yearly growth.
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades`` with `capital`.
    trades : expression or column name, optional
        Trades; net pnl is added to the capital. Years run from the first entry to the last exit.
    capital : float, column name or expression, optional
        Account currency, > 0; trades are evidence with it only.
    compound : bool
        Whether returns are on what is there (wealth is 0 from a return of -1 on), or on a stake.

    Returns
    -------
    pl.Expr
        Float64 ``upi``, higher is better; ±inf without a drawdown. Null for fewer than 2 values
        and a length of 0 years.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Martin and McCann, 1989; scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.1, -0.5, 1.0]]})
    >>> round(df.select(rating.upi(periods_per_year=4)).item(), 6)
    0.469414
    """
    return score(
        "upi",
        {},
        periods_per_year=periods_per_year,
        annual_risk_free=annual_risk_free,
        returns=returns,
        trades=trades,
        capital=capital,
        compound=compound,
    )


def calmar(
    *,
    periods_per_year: float,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    capital: float | str | pl.Expr | None = None,
    compound: bool = COMPOUND,
) -> pl.Expr:
    r"""Compute the yearly growth by the deepest drawdown.

    .. math:: annual / \max dd

    Parameters
    ----------
    periods_per_year : float
        Periods of `returns` in a year, > 0.
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades`` with `capital`.
    trades : expression or column name, optional
        Trades; net pnl is added to the capital. Years run from the first entry to the last exit.
    capital : float, column name or expression, optional
        Account currency, > 0; trades are evidence with it only.
    compound : bool
        Whether returns are on what is there (wealth is 0 from a return of -1 on), or on a stake.

    Returns
    -------
    pl.Expr
        Float64 ``calmar``, higher is better; ±inf without a drawdown. Null for fewer than 2 values
        and a length of 0 years.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Young, 1991; scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.1, -0.5, 1.0]]})
    >>> round(df.select(rating.calmar(periods_per_year=4)).item(), 6)
    0.271016
    """
    return score(
        "calmar",
        {},
        periods_per_year=periods_per_year,
        annual_risk_free=0.0,
        returns=returns,
        trades=trades,
        capital=capital,
        compound=compound,
    )


def sortino(
    *,
    mar: float = 0.0,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
) -> pl.Expr:
    r"""Compute the Sortino ratio: the mean by the deviation below a minimum return.

    .. math:: \frac{\bar x - mar}{\sqrt{\sum \min(x - mar, 0)^2 / n}} \sqrt{P}

    Parameters
    ----------
    mar : float
        Minimum acceptable return, per period.
    periods_per_year : float, optional
        P, > 0; 1 if it is not given.
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades``.
    trades : expression or column name, optional
        Trades; the series is that of their finite R-multiples, of net pnl where they have none.

    Returns
    -------
    pl.Expr
        Float64 ``sortino``, higher is better; all n values are in the denominator; ±inf where none
        is below. Null for fewer than 2 values.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Sortino and Price, 1994; scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04]]})
    >>> round(df.select(rating.sortino()).item(), 6)
    4.417261
    """
    return score(
        "sortino",
        {},
        mar=mar,
        periods_per_year=periods_per_year,
        returns=returns,
        trades=trades,
    )


def omega_ratio(
    *,
    threshold: float = 0.0,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
) -> pl.Expr:
    r"""Compute the Omega ratio: gains above a threshold by losses below it.

    .. math:: \frac{\sum \max(x - L, 0)}{\sum \max(L - x, 0)}

    Parameters
    ----------
    threshold : float
        L, per period.
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades``.
    trades : expression or column name, optional
        Trades; the series is that of their finite R-multiples, of net pnl where they have none.

    Returns
    -------
    pl.Expr
        Float64 ``omega_ratio`` >= 0, higher is better; +inf without a loss. Null for fewer than 2
        values.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Keating and Shadwick, 2002; scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.25, -0.125, 0.0]]})
    >>> df.select(rating.omega_ratio()).item()
    2.0
    """
    return score(
        "omega_ratio",
        {},
        threshold=threshold,
        returns=returns,
        trades=trades,
    )


def tail_ratio(
    *,
    tail: float = TAIL,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
) -> pl.Expr:
    r"""Compute the size of the right tail by that of the left.

    .. math:: |q_{1 - tail}| / |q_{tail}|

    Parameters
    ----------
    tail : float
        Share of a tail, in (0, 0.5); quantiles are linear.
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades``.
    trades : expression or column name, optional
        Trades; the series is that of their finite R-multiples, of net pnl where they have none.

    Returns
    -------
    pl.Expr
        Float64 ``tail_ratio`` >= 0, higher is better. Null for fewer than 2 values.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    empyrical; scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = [0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1]
    >>> df = pl.DataFrame({"returns": [returns]})
    >>> round(df.select(rating.tail_ratio()).item(), 6)
    0.955696
    """
    return score(
        "tail_ratio",
        {},
        tail=tail,
        returns=returns,
        trades=trades,
    )


def equity_r2(
    *,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    compound: bool = COMPOUND,
) -> pl.Expr:
    r"""Compute how straight the equity is: R² of a line through it.

    .. math:: R^2 \text{ of } \sum \ln(1 + r) \text{ over its index}

    Parameters
    ----------
    returns : expression or column name, optional
        Simple returns per period, ``List`` or ``Array`` of numbers; the finite ones count. Default:
        the column ``returns``, else ``trades``.
    trades : expression or column name, optional
        Trades; the series is that of their finite R-multiples, of net pnl where they have none.
    compound : bool
        False, and trades: the running sum of the values themselves.

    Returns
    -------
    pl.Expr
        Float64 ``equity_r2`` in [0, 1]; a steady loser has a high one too. Null for fewer than 2
        values, for equity that does not move, and after a return of -1 or less.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Scoring specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.1, 0.1, 0.1]]})
    >>> round(df.select(rating.equity_r2(compound=False)).item(), 6)
    1.0
    """
    return score(
        "equity_r2",
        {},
        returns=returns,
        trades=trades,
        compound=compound,
    )
