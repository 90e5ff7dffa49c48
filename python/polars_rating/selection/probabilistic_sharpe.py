"""What a candidate's Sharpe ratio says of its true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating._selection_rules import (
    BENCHMARK,
    LENGTH_CONFIDENCE,
    P_VALUE_METHOD,
    RHO,
    RISK_FREE,
    VARIANCE,
)
from polars_rating.parameters import check
from polars_rating.selection._evidence import check_rho, checked, evidence, per_period

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def sharpe_moments(
    *,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute what the inference on a Sharpe ratio needs: count, Sharpe ratio and shape.

    .. math::
        sharpe = \frac{\bar x - risk\_free}{s}, \quad
        \gamma_3 = m_3 / m_2^{3/2}, \quad \gamma_4 = m_4 / m_2^2

    with s of ddof 1 and :math:`m_k` the moments of the population; a normal distribution has a
    kurtosis of 3.

    Parameters
    ----------
    returns : expression or column name, optional
        ``List`` or ``Array`` of numbers: simple return, or P&L, per period. Default: the column
        ``returns``, else ``trades``.
    trades : expression or column name, optional
        Trades; the series is that of their finite R-multiples, of net pnl where they have none.
    risk_free : float
        Subtracted from every value, per period.

    Returns
    -------
    pl.Expr
        Struct ``sharpe_moments``: ``n`` UInt32, ``sharpe`` per period, ``skewness``, ``kurtosis``.
        Null, NaN and infinite values are no observations. Null for fewer than 3 observations and a
        flat series, whose standard deviation is rounding noise.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Scoring specification, sections 15 and 16.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[0.01, 0.02, None, 0.03, 0.06]]})
    >>> df.select(rating.sharpe_moments().struct.unnest())
    shape: (1, 4)
    ┌─────┬─────────┬──────────┬──────────┐
    │ n   ┆ sharpe  ┆ skewness ┆ kurtosis │
    │ --- ┆ ---     ┆ ---      ┆ ---      │
    │ u32 ┆ f64     ┆ f64      ┆ f64      │
    ╞═════╪═════════╪══════════╪══════════╡
    │ 4   ┆ 1.38873 ┆ 0.687243 ┆ 2.0      │
    └─────┴─────────┴──────────┴──────────┘
    """
    return score("sharpe_moments", {}, returns=returns, trades=trades, risk_free=risk_free)


def probabilistic_sharpe(
    *,
    benchmark: float | str | pl.Expr = BENCHMARK,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    sharpe_moments: IntoExpr | None = None,
    n: IntoExpr | None = None,
    sharpe: IntoExpr | None = None,
    skewness: IntoExpr | None = None,
    kurtosis: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute the probability that the true Sharpe ratio is above a benchmark.

    .. math:: psr = \Phi((SR - SR^*) / \sqrt V)

    Parameters
    ----------
    benchmark : float, column name or expression
        SR*, in the unit of `sharpe`.
    variance : {'2012', '2025'}
        Standard error at the observed Sharpe ratio (Bailey and López de Prado), or at the
        benchmark (López de Prado, Lipton and Zoonekynd).
    rho : float
        First autocorrelation of the returns in (-1, 1); needs ``variance="2025"``.
    periods_per_year : float, optional
        Says that `sharpe` and `benchmark` are annual. It never touches `n`, nor a Sharpe ratio
        that is computed from returns.
    returns, trades : expression or column name, optional
        As in `sharpe_moments`.
    sharpe_moments : expression or column name, optional
        ``Struct{n, sharpe, skewness, kurtosis}``. Default: the column of that name, else
        ``returns``, else ``trades``.
    n, sharpe, skewness, kurtosis : expression, column name or number, optional
        The moments one by one, all or the first two (then those of a normal distribution); they
        outrank everything else. The kurtosis is raw.
    risk_free : float
        As in `sharpe_moments`.

    Returns
    -------
    pl.Expr
        Float64 ``psr`` in [0, 1], higher is better. Null without moments, for fewer than 3
        observations, and for a kurtosis below 1 + skewness², most often an excess kurtosis.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier", 2012; López de Prado, Lipton
    and Zoonekynd, "How to Use the Sharpe Ratio", 2025; scoring specification, section 16.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> psr = rating.probabilistic_sharpe(
    ...     n=24, sharpe=1.585, skewness=-2.448, kurtosis=10.164, periods_per_year=12
    ... )
    >>> round(pl.select(psr).item(), 6)
    0.913234
    """
    check_rho(variance, rho)
    return score(
        "probabilistic_sharpe",
        {},
        benchmark=per_period(checked("benchmark", benchmark), periods_per_year, root=True),
        variance=variance,
        rho=rho,
        risk_free=risk_free,
        **evidence(
            periods_per_year,
            returns=returns,
            trades=trades,
            sharpe_moments=sharpe_moments,
            n=n,
            sharpe=sharpe,
            skewness=skewness,
            kurtosis=kurtosis,
        ),
    )


def sharpe_p_value(
    *,
    benchmark: float | str | pl.Expr = BENCHMARK,
    method: str = P_VALUE_METHOD,
    two_sided: bool = False,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    sharpe_moments: IntoExpr | None = None,
    n: IntoExpr | None = None,
    sharpe: IntoExpr | None = None,
    skewness: IntoExpr | None = None,
    kurtosis: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute the p-value of "the true Sharpe ratio is the benchmark".

    :math:`\Phi(-z)`, two-sided :math:`2\Phi(-|z|)`, so that small p-values keep their digits.

    Parameters
    ----------
    benchmark, variance, rho, periods_per_year, risk_free
        As in `probabilistic_sharpe`.
    method : {'psr', 'normal'}
        z of `probabilistic_sharpe`, or (SR - SR*) √n.
    two_sided : bool
        Whether a Sharpe ratio below the benchmark counts too.
    returns, trades, sharpe_moments, n, sharpe, skewness, kurtosis
        As in `probabilistic_sharpe`.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_sharpe`` in [0, 1], lower is better; null as in `probabilistic_sharpe`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Scoring specification, section 16.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> p = rating.sharpe_p_value(
    ...     n=240, sharpe=0.75, periods_per_year=12, method="normal", two_sided=True
    ... )
    >>> round(pl.select(p).item(), 10)
    0.0007962302
    """
    check_rho(variance, rho)
    return score(
        "sharpe_p_value",
        {},
        benchmark=per_period(checked("benchmark", benchmark), periods_per_year, root=True),
        method=method,
        two_sided=two_sided,
        variance=variance,
        rho=rho,
        risk_free=risk_free,
        **evidence(
            periods_per_year,
            returns=returns,
            trades=trades,
            sharpe_moments=sharpe_moments,
            n=n,
            sharpe=sharpe,
            skewness=skewness,
            kurtosis=kurtosis,
        ),
    )


def min_track_record_length(
    *,
    benchmark: float | str | pl.Expr = BENCHMARK,
    confidence: float = LENGTH_CONFIDENCE,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    sharpe_moments: IntoExpr | None = None,
    n: IntoExpr | None = None,
    sharpe: IntoExpr | None = None,
    skewness: IntoExpr | None = None,
    kurtosis: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute how long a track record must be for its Sharpe ratio to be believed.

    .. math:: 1 + (n - 1)\,V\,(\Phi^{-1}(confidence) / (SR - SR^*))^2

    with the variance of 2012; :math:`n\,V\,(\dots)^2` with that of 2025.

    Parameters
    ----------
    benchmark, variance, rho, risk_free
        As in `probabilistic_sharpe`.
    confidence : float
        The probability that is asked for, in (0, 1).
    periods_per_year : float, optional
        As in `probabilistic_sharpe`; the length is then in years.
    returns, trades, sharpe_moments, n, sharpe, skewness, kurtosis
        As in `probabilistic_sharpe`.

    Returns
    -------
    pl.Expr
        Float64 ``min_trl``, number of periods (years with `periods_per_year`), lower is better;
        +inf where the Sharpe ratio is not above the benchmark. Null as in `probabilistic_sharpe`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Bailey and López de Prado, 2012; scoring specification, section 16.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> years = rating.min_track_record_length(n=100, sharpe=2, benchmark=1, periods_per_year=250)
    >>> round(pl.select(years).item(), 6)
    2.731188
    """
    check_rho(variance, rho)
    length = score(
        "min_track_record_length",
        {},
        benchmark=per_period(checked("benchmark", benchmark), periods_per_year, root=True),
        confidence=confidence,
        variance=variance,
        rho=rho,
        risk_free=risk_free,
        **evidence(
            periods_per_year,
            returns=returns,
            trades=trades,
            sharpe_moments=sharpe_moments,
            n=n,
            sharpe=sharpe,
            skewness=skewness,
            kurtosis=kurtosis,
        ),
    )
    years = check("periods_per_year", periods_per_year)
    return length if years is None else length / years
