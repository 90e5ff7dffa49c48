"""Overfitting of a family: combinatorially symmetric cross-validation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score
from polars_rating._selection_rules import CSCV_METRIC, MIN_TRIALS, N_BLOCKS, RISK_FREE
from polars_rating.catalog import SCORES
from polars_rating.selection._evidence import of_family

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def cscv_blocks(
    *, n_blocks: int = N_BLOCKS, returns: IntoExpr | None = None, risk_free: float = RISK_FREE
) -> pl.Expr:
    """Sum returns over blocks of time: all that `pbo` and `cscv` need to know of a candidate.

    Parameters
    ----------
    n_blocks : int
        Number of blocks, even, in [2, 24].
    returns : expression or column name, optional
        ``List`` or ``Array`` of numbers, chronological, on one grid for the family. Default: the
        column ``returns``. What is not finite counts as 0.
    risk_free : float
        Subtracted from every value, per period.

    Returns
    -------
    pl.Expr
        ``cscv_blocks``, ``Array(Float64, 2 * n_blocks + 2)``: mean, periods in a block, sums of
        the deviations from the mean and of their squares in each block. Null for a flat series, for
        fewer than 3 finite values and for blocks of fewer than 2 periods.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without returns, or a wrong dtype.

    References
    ----------
    Scoring specification, section 19.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[1.0, 2.0, 5.0, 0.0, 9.0]]})
    >>> df.select(rating.cscv_blocks(n_blocks=2)).item().to_list()
    [2.0, 2.0, -1.0, 1.0, 1.0, 13.0]
    """
    return _blocks("cscv_blocks", n_blocks, returns, risk_free, with_length=False)


def _blocks(
    name: str, n_blocks: int, returns: IntoExpr | None, risk_free: float, *, with_length: bool
) -> pl.Expr:
    """Return the blocks for the expression `name`, with the number of periods if it needs it."""
    row = replace(SCORES["cscv_blocks"], output=SCORES[name].output)
    given: dict[str, Any] = {} if returns is None else {"returns": returns}
    return score(row, {}, n_blocks=n_blocks, risk_free=risk_free, with_length=with_length, **given)


def pbo(
    *,
    n_blocks: int = N_BLOCKS,
    metric: str = CSCV_METRIC,
    min_trials: int = MIN_TRIALS,
    returns: IntoExpr | None = None,
    blocks: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute the probability of backtest overfitting of a family: many rows in, one value out.

    The returns are cut into blocks of time. In every half of the blocks the best candidate is
    chosen; pbo is the share of halves whose choice is in the lower half of the ranks on the others.

    Parameters
    ----------
    n_blocks : int
        Number of blocks, even, in [2, 24]; there are C(n_blocks, n_blocks / 2) halves.
    metric : {'sharpe', 'mean'}
        By what candidates are ranked.
    min_trials : int
        A smaller family gives null: below about 10 candidates pbo says next to nothing.
    returns : expression or column name, optional
        As in `cscv_blocks`.
    blocks : expression or column name, optional
        What `cscv_blocks` made, in place of `returns`, `n_blocks` and `risk_free`.
    risk_free : float
        As in `cscv_blocks`.

    Returns
    -------
    pl.Expr
        Float64 ``pbo`` in [0, 1], lower is better. Candidates without blocks take no part. For
        ``select``, ``group_by(family).agg(...)`` and ``.over(family)``.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without returns, a wrong dtype, or lists of a family that differ in length
        (``RATING_UNEQUAL_LENGTHS``).

    References
    ----------
    Bailey, Borwein, López de Prado and Zhu, "The Probability of Backtest Overfitting", 2017;
    scoring specification, section 19.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.pbo(n_blocks=8)).item()
    0.6285714285714286
    """
    return _of_blocks("pbo", n_blocks, metric, min_trials, returns, blocks, risk_free)


def cscv(
    *,
    n_blocks: int = N_BLOCKS,
    metric: str = CSCV_METRIC,
    min_trials: int = MIN_TRIALS,
    returns: IntoExpr | None = None,
    blocks: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    """Compute `pbo` with everything else that the cross-validation tells of a family.

    Parameters
    ----------
    n_blocks, metric, min_trials, returns, blocks, risk_free
        As in `pbo`.

    Returns
    -------
    pl.Expr
        Struct ``cscv``: ``pbo``; ``prob_oos_loss``, share of winners with a metric below 0 on the
        other half; ``logit_mean`` of their relative ranks; ``slope``, ``intercept`` and ``r2`` of
        the metric on the other half over that on the winner's own; ``n_splits`` UInt32. Null as
        `pbo`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        As in `pbo`.

    References
    ----------
    Scoring specification, section 19.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.cscv(n_blocks=8)).item()["n_splits"]
    70
    """
    return _of_blocks("cscv", n_blocks, metric, min_trials, returns, blocks, risk_free)


def _of_blocks(
    name: str,
    n_blocks: int,
    metric: str,
    min_trials: int,
    returns: IntoExpr | None,
    blocks: IntoExpr | None,
    risk_free: float,
) -> pl.Expr:
    if blocks is None:
        of = _blocks(name, n_blocks, returns, risk_free, with_length=True)
    else:
        of = as_expr("blocks", blocks)
    return of_family(name, {"blocks": of}, metric=metric, min_trials=min_trials)
