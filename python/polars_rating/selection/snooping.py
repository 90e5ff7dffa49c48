"""Data snooping: what a bootstrap of the whole family says of its best candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating._expr.score import score
from polars_rating._selection_rules import BENCHMARK, BLOCK_LENGTH, N_BOOT, RECENTRING
from polars_rating.parameters import SEED, check
from polars_rating.selection._evidence import family_of, over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import IntoExpr


def optimal_block_length(*, returns: IntoExpr | None = None) -> pl.Expr:
    """Compute the mean block length that the stationary bootstrap of a series asks for.

    Parameters
    ----------
    returns : expression or column name, optional
        ``List`` or ``Array`` of numbers. Default: the column ``returns``.

    Returns
    -------
    pl.Expr
        Float64 ``block_length``, number of periods, >= 0. Null for fewer than 16 finite values and
        a flat series.

    Raises
    ------
    polars.exceptions.ComputeError
        For a frame without returns, or a wrong dtype.

    References
    ----------
    Politis and White, 2004; Patton, Politis and White, 2009, as in arch 8; scoring specification,
    section 20.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> wave = np.sin(np.arange(100) * 0.3).tolist()
    >>> df = pl.DataFrame({"returns": [wave]})
    >>> round(df.select(rating.optimal_block_length()).item(), 6)
    30.0
    """
    return score("optimal_block_length", {}, returns=returns)


def reality_check(
    *,
    benchmark: float | str | pl.Expr = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
    returns: IntoExpr | None = None,
) -> pl.Expr:
    r"""Compute White's p-value of "the best of the family is no better than the benchmark".

    The share of resamples with :math:`\max \sqrt T(\bar d^* - \bar d) \ge \max \sqrt T \bar d`,
    d being the returns less the benchmark. Many rows in, one value out.

    Parameters
    ----------
    benchmark : float, column name or expression
        A return per period, or a list of them.
    n_boot : int
        Number of resamples, at least 100; a p-value of 0 means below 1 / n_boot.
    block_length : float or 'auto'
        Mean length of a block in periods, at least 1; "auto" is the mean over the family of
        `optimal_block_length`, each at least 1.
    seed : int
        Where NumPy's stream starts; the draws are those of arch's ``StationaryBootstrap``.
    returns : expression or column name, optional
        ``List`` or ``Array`` of numbers on one grid. Default: the column ``returns``. What is not
        finite counts as 0.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_reality_check`` in [0, 1], lower is better. Flat candidates take no part;
        null without any, and for fewer than 16 periods with ``block_length="auto"``. For
        ``select``, ``group_by(family).agg(...)`` and ``.over(family)``.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without returns, a wrong dtype, or lists of a family that differ in length.

    References
    ----------
    White, "A Reality Check for Data Snooping", 2000; scoring specification, section 20.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.reality_check(n_boot=200)).item()
    0.695
    """
    return _bootstrap("reality_check", benchmark, n_boot, block_length, seed, returns)


def spa(
    *,
    recentring: str = RECENTRING,
    benchmark: float | str | pl.Expr = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
    returns: IntoExpr | None = None,
) -> pl.Expr:
    """Compute Hansen's p-value for superior predictive ability: studentised and recentred.

    Parameters
    ----------
    recentring : {'consistent', 'lower', 'upper'}
        How candidates far below the benchmark are kept from weakening the test.
    benchmark, n_boot, block_length, seed, returns
        As in `reality_check`.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_spa`` in [0, 1], lower is better; null as in `reality_check`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        As in `reality_check`.

    References
    ----------
    Hansen, "A Test for Superior Predictive Ability", 2005; scoring specification, section 20.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.spa(n_boot=200)).item()
    0.69
    """
    return _bootstrap("spa", benchmark, n_boot, block_length, seed, returns, recentring=recentring)


def snooping(
    *,
    benchmark: float | str | pl.Expr = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
    returns: IntoExpr | None = None,
) -> pl.Expr:
    """Compute the p-values of `reality_check` and `spa` from one set of resamples.

    Parameters
    ----------
    benchmark, n_boot, block_length, seed, returns
        As in `reality_check`.

    Returns
    -------
    pl.Expr
        Struct ``snooping``: ``reality_check``, ``spa_lower``, ``spa_consistent``, ``spa_upper`` in
        [0, 1]; ``block_length`` in periods; ``std_error`` of the consistent p-value. Null as in
        `reality_check`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        As in `reality_check`.

    References
    ----------
    Scoring specification, section 20.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.snooping(n_boot=200, block_length=2)).item()["block_length"]
    2.0
    """
    return _bootstrap("snooping", benchmark, n_boot, block_length, seed, returns)


def romano_wolf(
    *,
    family: str | pl.Expr | Sequence[str | pl.Expr] | None = None,
    benchmark: float | str | pl.Expr = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
    returns: IntoExpr | None = None,
) -> pl.Expr:
    """Compute p-values of every candidate, adjusted for the family step by step.

    Candidates are taken from the strongest on; each is compared with the resampled maximum over
    itself and all weaker ones.

    Parameters
    ----------
    family : column names or expressions, optional
        As in `deflated_sharpe`.
    benchmark, n_boot, block_length, seed, returns
        As in `reality_check`.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_romano_wolf`` in [0, 1], lower is better, one a row; null for a candidate
        that takes no part.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        As in `reality_check`.

    References
    ----------
    Romano and Wolf, "Stepwise Multiple Testing as Formalized Data Snooping", 2005; scoring
    specification, section 20.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(1).normal(0, 0.01, (20, 400)).tolist()
    >>> df = pl.DataFrame({"returns": returns})
    >>> df.select(rating.romano_wolf(n_boot=200)).to_series().min()
    0.705
    """
    found = _bootstrap("romano_wolf", benchmark, n_boot, block_length, seed, returns)
    return over(found, family_of(family))


def _bootstrap(
    name: str,
    benchmark: float | str | pl.Expr,
    n_boot: int,
    block_length: float | str,
    seed: int,
    returns: IntoExpr | None,
    **more: Any,
) -> pl.Expr:
    beside: dict[str, Any] = {}
    if isinstance(benchmark, str | pl.Expr | pl.Series):
        beside["against"] = benchmark
        benchmark = BENCHMARK
    return score(
        name,
        {},
        beside=beside,
        returns=returns,
        benchmark=benchmark,
        n_boot=n_boot,
        block_length=block_length,
        seed=check("seed", seed),  # one for the family: no column
        **more,
    )
