"""Bootstrap p-values of a mean above 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from polars_rating._expr.score import score
from polars_rating.parameters import N_BOOT, NO_EVIDENCE, SEED, SEED_OF_NET, SEED_OF_R

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def bootstrap_p_value(
    values: IntoExpr | None = None,
    *,
    n_boot: int = N_BOOT,
    seed: int | str | pl.Expr = SEED,
    block_length: float | Literal["auto"] | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    r"""Compute the share of resampled means that are not above 0.

    .. math:: p = \#\{b : \bar x^*_b \le 0\} / n_{boot}

    Resample b is row b of
    ``numpy.random.default_rng(seed).choice(x, size=(n_boot, n), replace=True)``, bit for bit,
    without the matrix; with `block_length` that of ``arch.bootstrap.StationaryBootstrap``.

    Parameters
    ----------
    values : expression or column name, optional
        ``List`` or ``Array`` of numbers, any unit, in order. Default: the column ``returns``.
    n_boot : int
        Number of resamples, >= 100.
    seed : int, column name or expression
        Seed of NumPy's random stream, in [0, 2**64 - 1]; a column gives each row its own. Rows
        with equally many values and one seed share their resamples, which is several times
        faster.
    block_length : float or {'auto'}, optional
        Mean length of the blocks of a stationary bootstrap, in values, >= 1, for values that
        depend on those before; ``"auto"`` is the length of Politis and White. Default: value by
        value.
    std_error : bool
        Whether to return the Monte Carlo standard error beside the p-value.
    no_evidence : {'null', 'omega'}
        ``"omega"`` gives 1 to a row without evidence.

    Returns
    -------
    pl.Expr
        Float64 ``bootstrap_p_value`` in [0, 1], lower is better, or with `std_error` a Struct
        of ``p_value`` and ``std_error`` = sqrt(p * (1 - p) / n_boot). Finite values only; fewer
        than 2 give 1. Null for a null or empty list, a null seed, and where ``"auto"`` finds no
        length (fewer than 16 values, or a flat series).

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 11; D. N. Politis and J. P. Romano, "The Stationary Bootstrap",
    JASA 89 (1994).

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"r": [[0.9, -0.4, 0.5, 0.8, -0.6], [-0.2, 0.1, -0.3, 0.2]]})
    >>> df.select(rating.bootstrap_p_value("r").round(2)).to_series().to_list()
    [0.2, 0.68]
    """
    return score(
        "bootstrap_p_value",
        {},
        values=values,
        n_boot=n_boot,
        seed=seed,
        block_length=block_length,
        std_error=std_error,
        no_evidence=no_evidence,
    )


def p_value_mean_r_gt_0(
    *,
    trades: IntoExpr | None = None,
    n_boot: int = N_BOOT,
    seed: int | str | pl.Expr = SEED_OF_R,
    block_length: float | Literal["auto"] | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    """Compute the bootstrap p-value of "the mean R-multiple is > 0".

    The formula of `bootstrap_p_value` over the R-multiples of a candidate's trades in
    order of exit.

    Parameters
    ----------
    trades : expression or column name, optional
        ``List(Struct{...})``, also ``Array(Struct)`` or ``Struct`` of lists, as
        `polars_rating.trades` builds it. Default: the column ``trades``.
    n_boot : int
        Number of resamples, >= 100.
    seed : int, column name or expression
        Seed of NumPy's random stream, in [0, 2**64 - 1]; a column gives each row its own. Rows
        with equally many values and one seed share their resamples, which is several times
        faster.
    block_length : float or {'auto'}, optional
        Mean length of the blocks of a stationary bootstrap, in values, >= 1, for values that
        depend on those before; ``"auto"`` is the length of Politis and White. Default: value by
        value.
    std_error : bool
        Whether to return the Monte Carlo standard error beside the p-value.
    no_evidence : {'null', 'omega'}
        ``"omega"`` gives 1 to a row without evidence.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_mean_r_gt_0`` in [0, 1], lower is better, or with `std_error` a Struct
        of ``p_value`` and ``std_error`` = sqrt(p * (1 - p) / n_boot). Finite values only; fewer
        than 2 give 1. Null for a null or empty list, a null seed, and where ``"auto"`` finds no
        length (fewer than 16 values, or a flat series).

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 11; D. N. Politis and J. P. Romano, "The Stationary Bootstrap",
    JASA 89 (1994).

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> items = [{"pnl": 0.0, "r_multiple": x + 5.0} for x in (9, -4, 5, 8, -3)]
    >>> df = pl.DataFrame({"trades": [items]})
    >>> df.select(rating.p_value_mean_r_gt_0()).item()
    0.0
    """
    return score(
        "p_value_mean_r_gt_0",
        {},
        trades=trades,
        n_boot=n_boot,
        seed=seed,
        block_length=block_length,
        std_error=std_error,
        no_evidence=no_evidence,
    )


def p_value_net_profit_gt_0(
    *,
    trades: IntoExpr | None = None,
    n_boot: int = N_BOOT,
    seed: int | str | pl.Expr = SEED_OF_NET,
    block_length: float | Literal["auto"] | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    """Compute the bootstrap p-value of "the mean net result is > 0".

    The formula of `bootstrap_p_value` over the net results of a candidate's trades in
    order of exit.

    Parameters
    ----------
    trades : expression or column name, optional
        ``List(Struct{...})``, also ``Array(Struct)`` or ``Struct`` of lists, as
        `polars_rating.trades` builds it. Default: the column ``trades``.
    n_boot : int
        Number of resamples, >= 100.
    seed : int, column name or expression
        Seed of NumPy's random stream, in [0, 2**64 - 1]; a column gives each row its own. Rows
        with equally many values and one seed share their resamples, which is several times
        faster.
    block_length : float or {'auto'}, optional
        Mean length of the blocks of a stationary bootstrap, in values, >= 1, for values that
        depend on those before; ``"auto"`` is the length of Politis and White. Default: value by
        value.
    std_error : bool
        Whether to return the Monte Carlo standard error beside the p-value.
    no_evidence : {'null', 'omega'}
        ``"omega"`` gives 1 to a row without evidence.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_net_profit_gt_0`` in [0, 1], lower is better, or with `std_error` a Struct
        of ``p_value`` and ``std_error`` = sqrt(p * (1 - p) / n_boot). Finite values only; fewer
        than 2 give 1. Null for a null or empty list, a null seed, and where ``"auto"`` finds no
        length (fewer than 16 values, or a flat series).

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 11; D. N. Politis and J. P. Romano, "The Stationary Bootstrap",
    JASA 89 (1994).

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> items = [{"pnl": x + 5.0} for x in (9, -4, 5, 8, -3)]
    >>> df = pl.DataFrame({"trades": [items]})
    >>> df.select(rating.p_value_net_profit_gt_0()).item()
    0.0
    """
    return score(
        "p_value_net_profit_gt_0",
        {},
        trades=trades,
        n_boot=n_boot,
        seed=seed,
        block_length=block_length,
        std_error=std_error,
        no_evidence=no_evidence,
    )
