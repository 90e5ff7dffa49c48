"""The luck of the best of N, and what is left of a Sharpe ratio after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score
from polars_rating._selection_rules import EXPECTED_MAX, RHO, RISK_FREE, VARIANCE
from polars_rating.catalog import SCORES
from polars_rating.parameters import check
from polars_rating.selection._evidence import (
    check_rho,
    checked,
    evidence,
    family_of,
    moments_of,
    over,
    per_period,
    spread_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import IntoExpr


def expected_max_sharpe(
    n_trials: float | str | pl.Expr,
    sharpe_var: float | str | pl.Expr,
    *,
    mean: float = 0.0,
    expected_max: str = EXPECTED_MAX,
) -> pl.Expr:
    r"""Compute the Sharpe ratio that is expected of the best of N candidates without skill.

    .. math:: mean + \sqrt{sharpe\_var}\, E_N

    Parameters
    ----------
    n_trials : float, column name or expression
        How many candidates were tried, >= 1.
    sharpe_var : float, column name or expression
        Variance of their Sharpe ratios, >= 0.
    mean : float
        Their mean under the null hypothesis.
    expected_max : {'approx', 'exact'}
        E_N by the formula of Bailey and López de Prado (8 % low at N = 2, 2.6 % high at 5), or by
        the integral.

    Returns
    -------
    pl.Expr
        Float64 ``expected_max_sharpe``, in the unit of the Sharpe ratios. Null where a column
        breaks its rule.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a column that is no number.

    References
    ----------
    Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014; scoring specification, section 17.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> round(pl.select(rating.expected_max_sharpe(100, 1.0)).item(), 6)
    2.530603
    """
    return score(
        "expected_max_sharpe",
        {},
        n_trials=_required("n_trials", n_trials),
        sharpe_var=_required("sharpe_var", sharpe_var),
        mean=mean,
        expected_max=expected_max,
    )


def min_backtest_length(
    sharpe: float | str | pl.Expr,
    n_trials: float | str | pl.Expr,
    *,
    expected_max: str = EXPECTED_MAX,
) -> pl.Expr:
    r"""Compute how long a backtest must be for its Sharpe ratio not to be expected by luck.

    .. math:: (E_N / SR)^2

    Parameters
    ----------
    sharpe : float, column name or expression
        The Sharpe ratio of the best of the candidates.
    n_trials : float, column name or expression
        How many candidates were tried, >= 1.
    expected_max : {'approx', 'exact'}
        As in `expected_max_sharpe`.

    Returns
    -------
    pl.Expr
        Float64 ``min_btl``: years for an annual Sharpe ratio, periods for one per period; +inf for
        one <= 0. Null where a column breaks its rule.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a column that is no number.

    References
    ----------
    Bailey, Borwein, López de Prado and Zhu, "Pseudo-Mathematics and Financial Charlatanism", 2014;
    scoring specification, section 17.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> round(pl.select(rating.min_backtest_length(1.0, 45)).item(), 6)
    4.998087
    """
    return score(
        "min_backtest_length",
        {},
        sharpe=_required("sharpe", sharpe),
        n_trials=_required("n_trials", n_trials),
        expected_max=expected_max,
    )


def _required(name: str, value: float | str | pl.Expr) -> float | str | pl.Expr:
    """Return a parameter that has no default; None is refused as a column would be."""
    return as_expr(name, value) if value is None else value


def sharpe_var(
    *,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    sharpe_moments: IntoExpr | None = None,
    n: IntoExpr | None = None,
    sharpe: IntoExpr | None = None,
    skewness: IntoExpr | None = None,
    kurtosis: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    """Compute the variance of the Sharpe ratios of a family: many rows in, one value out.

    The ratios are sorted before they are added up: the same bits in any order of rows, chunking
    and engine, which ``pl.Expr.var`` does not promise.

    Parameters
    ----------
    periods_per_year : float, optional
        Says that `sharpe` is annual.
    returns, sharpe_moments, n, sharpe, skewness, kurtosis, risk_free
        As in `probabilistic_sharpe`; `sharpe` may come alone.

    Returns
    -------
    pl.Expr
        Float64 ``sharpe_var`` >= 0, per period, ddof 1; 0 for one candidate. Candidates without a
        Sharpe ratio take no part; null where there is none. For ``select``,
        ``group_by(family).agg(...)`` and ``.over(family)``.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Scoring specification, sections 15 and 17.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"family": ["a", "a", "b"], "s": [0.1, 0.3, 0.2]})
    >>> df.group_by("family", maintain_order=True).agg(rating.sharpe_var(sharpe="s"))
    shape: (2, 2)
    ┌────────┬────────────┐
    │ family ┆ sharpe_var │
    │ ---    ┆ ---        │
    │ str    ┆ f64        │
    ╞════════╪════════════╡
    │ a      ┆ 0.02       │
    │ b      ┆ 0.0        │
    └────────┴────────────┘
    """
    if sharpe is not None and n is None:
        n = 3  # the variance does not depend on it
    given = evidence(
        periods_per_year,
        returns=returns,
        sharpe_moments=sharpe_moments,
        n=n,
        sharpe=sharpe,
        skewness=skewness,
        kurtosis=kurtosis,
    )
    return spread_of(moments_of("sharpe_var", given, risk_free)).struct.field("sharpe_var")


def deflated_sharpe(
    *,
    family: str | pl.Expr | Sequence[str | pl.Expr] | None = None,
    n_trials: float | str | pl.Expr | None = None,
    sharpe_var: float | str | pl.Expr | None = None,
    expected_max: str = EXPECTED_MAX,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    returns: IntoExpr | None = None,
    sharpe_moments: IntoExpr | None = None,
    n: IntoExpr | None = None,
    sharpe: IntoExpr | None = None,
    skewness: IntoExpr | None = None,
    kurtosis: IntoExpr | None = None,
    risk_free: float = RISK_FREE,
) -> pl.Expr:
    r"""Compute the probability that a Sharpe ratio beats the luck of the search it comes from.

    `probabilistic_sharpe` against :math:`SR^* = \sqrt{V} E_N`, N and V being the number of the
    family's Sharpe ratios and their variance.

    Parameters
    ----------
    family : column names or expressions, optional
        Which candidates were searched together, as in ``pl.Expr.over``. Default: all rows that the
        expression sees.
    n_trials : float, column name or expression, optional
        How many candidates were tried, >= 1, where the frame does not hold them all. A count, not
        an effective number: V already shrinks as candidates resemble each other.
    sharpe_var : float, column name or expression, optional
        Variance of the Sharpe ratios of the whole search, >= 0.
    expected_max : {'approx', 'exact'}
        As in `expected_max_sharpe`.
    variance, rho, risk_free
        As in `probabilistic_sharpe`.
    periods_per_year : float, optional
        Says that `sharpe` and `sharpe_var` are annual.
    returns, sharpe_moments, n, sharpe, skewness, kurtosis
        As in `probabilistic_sharpe`. Trades are no evidence: Sharpe ratios per trade of candidates
        that trade at different pace have no common variance.

    Returns
    -------
    pl.Expr
        Float64 ``dsr`` in [0, 1], higher is better; null as in `probabilistic_sharpe`. 1 - dsr is
        no p-value. Filter after this expression, never before it.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014; scoring specification, section 17.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> dsr = rating.deflated_sharpe(
    ...     n=1250, sharpe=2.5, skewness=-3, kurtosis=10, n_trials=100, sharpe_var=0.5,
    ...     periods_per_year=250,
    ... )
    >>> round(pl.select(dsr).item(), 6)
    0.900397
    """
    check_rho(variance, rho)
    given = evidence(
        periods_per_year,
        returns=returns,
        sharpe_moments=sharpe_moments,
        n=n,
        sharpe=sharpe,
        skewness=skewness,
        kurtosis=kurtosis,
    )
    moments = moments_of("deflated_sharpe", given, risk_free)
    trials = checked("n_trials", n_trials)
    var = per_period(checked("sharpe_var", sharpe_var), periods_per_year, root=False)
    if trials is None or var is None:
        spread = over(spread_of(moments), family_of(family))
        trials = spread.struct.field("n_trials") if trials is None else trials
        var = spread.struct.field("sharpe_var") if var is None else var
    luck = expected_max_sharpe(trials, var, expected_max=expected_max)
    psr = score(
        "probabilistic_sharpe",
        {},
        benchmark=luck,
        variance=variance,
        rho=rho,
        risk_free=check("risk_free", risk_free),
        sharpe_moments=moments,
    )
    return psr.alias(SCORES["deflated_sharpe"].output)
