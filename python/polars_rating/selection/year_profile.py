"""How the profit is spread over years, or any other parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def year_profile(profits: IntoExpr | None = None, *, trades: IntoExpr | None = None) -> pl.Expr:
    r"""Describe how the profit is spread over the years.

    .. math:: profit\_hhi = \frac{\sum w^2 - 1/n}{1 - 1/n}, \quad
        w = \max(P, 0) / \sum \max(P, 0)

    Parameters
    ----------
    profits : expression or column name, optional
        Net profit of each year, ``List`` or ``Array`` of numbers; any partition will do: regimes,
        sessions, quarters. Default: the column ``yearly_profits``, else ``trades`` with the field
        ``exit_time``.
    trades : expression or column name, optional
        Trades with the field ``exit_time``; given here, they are used even if the frame has yearly
        profits.

    Returns
    -------
    pl.Expr
        Struct ``year_profile``: ``n_years`` UInt32, ``positive_year_share``, ``worst_year``,
        ``best_year``, ``worst_year_share`` (the worst by the sum of all sizes), ``profit_hhi`` in
        [0, 1]: 0 evenly over **all** years, 1 all in one, null without a profit. Null without a
        year; null, NaN and infinite profits count as 0.

    Raises
    ------
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    López de Prado, "Advances in Financial Machine Learning", 14.5, over all years; scoring
    specification, section 21.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"yearly_profits": [[2000.0, 3000.0, 5000.0]]})
    >>> found = df.select(rating.year_profile()).item()
    >>> round(found["profit_hhi"], 12), found["worst_year_share"]
    (0.07, 0.2)
    """
    return score("year_profile", {}, profits=profits, trades=trades)
