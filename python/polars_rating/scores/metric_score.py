"""Metrics as scores in [0, 1]: what Omega's ranking is made of beside the scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.score import score
from polars_rating.parameters import NO_EVIDENCE

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def win_rate_score(
    *, no_evidence: str = NO_EVIDENCE, **columns: Unpack[schema.MetricColumns]
) -> pl.Expr:
    """Score the win rate, which is in [0, 1] already.

    Parameters
    ----------
    no_evidence : {'null', 'omega'}
        What a row without a win rate gets: null, or 0.
    **columns
        ``win_rate=``, a stand-in for the column.

    Returns
    -------
    pl.Expr
        Float64 ``win_rate_score``; null where the win rate is null or outside [0, 1].

    Raises
    ------
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without the metric and without trades.

    References
    ----------
    Omega's ranking; scoring specification, section 11.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> pl.DataFrame({"win_rate": [0.55]}).select(rating.win_rate_score()).item()
    0.55
    """
    return score("win_rate_score", columns, no_evidence=no_evidence)


def avg_r_score(
    *, no_evidence: str = NO_EVIDENCE, **columns: Unpack[schema.MetricColumns]
) -> pl.Expr:
    """Score the mean R-multiple x as x / (1 + x), 0 for a negative one.

    Parameters
    ----------
    no_evidence : {'null', 'omega'}
        What a row without a mean R-multiple gets: null, or 0.
    **columns
        ``avg_r=``, a stand-in for the column.

    Returns
    -------
    pl.Expr
        Float64 ``avg_r_score`` in [0, 1), higher is better; null where the metric is null or not
        finite.

    Raises
    ------
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without the metric and without R-multiples.

    References
    ----------
    Omega's ranking; scoring specification, section 11.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> pl.DataFrame({"avg_r": [1.0, -0.2]}).select(rating.avg_r_score()).to_series().to_list()
    [0.5, 0.0]
    """
    return score("avg_r_score", columns, no_evidence=no_evidence)


def recovery_factor_score(
    *, no_evidence: str = NO_EVIDENCE, **columns: Unpack[schema.MetricColumns]
) -> pl.Expr:
    """Score the recovery factor x = profit / maximum drawdown as x / (1 + x).

    Parameters
    ----------
    no_evidence : {'null', 'omega'}
        What a row without one of the metrics gets: null, or 0.
    **columns
        ``profit=`` and ``max_drawdown=``, stand-ins for the columns.

    Returns
    -------
    pl.Expr
        Float64 ``recovery_factor_score`` in [0, 1), higher is better; 0 for a loss and, as in
        Omega, for a drawdown of 0; null where a metric is null or not finite.

    Raises
    ------
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without the metrics and without trades.

    References
    ----------
    Omega's ranking; scoring specification, section 11.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"profit": [300.0], "max_drawdown": [100.0]})
    >>> df.select(rating.recovery_factor_score()).item()
    0.75
    """
    return score("recovery_factor_score", columns, no_evidence=no_evidence)


def sortino_score(*, trades: IntoExpr | None = None, no_evidence: str = NO_EVIDENCE) -> pl.Expr:
    """Score the Sortino ratio x of the trades as x / (1 + x).

    The ratio is the mean result of a trade by the root mean square of the losses, over the finite
    R-multiples, or without any over the net results.

    Parameters
    ----------
    trades : expression or column name, optional
        In place of the column ``trades``.
    no_evidence : {'null', 'omega'}
        What a row without trades gets: null, or 0.

    Returns
    -------
    pl.Expr
        Float64 ``sortino_score`` in [0, 1), higher is better; 0 for a mean loss and, as in Omega,
        without any loss; null without trades.

    Raises
    ------
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without trades.

    References
    ----------
    Omega's ranking; scoring specification, section 11.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"trades": [[{"pnl": 3.0}, {"pnl": -1.0}]]})
    >>> round(df.select(rating.sortino_score()).item(), 6)  # 1 / sqrt(0.5) = 1.414
    0.585786
    """
    return score("sortino_score", {}, trades=trades, no_evidence=no_evidence)
