"""p-values of a family, adjusted for its size, and what they leave of a Sharpe ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score
from polars_rating._selection_rules import CORRECTION, RISK_FREE
from polars_rating.catalog import SCORES
from polars_rating.parameters import check
from polars_rating.selection._evidence import checked, evidence, family_of, moments_of, over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import IntoExpr


def adjusted_p_values(
    p_values: IntoExpr,
    method: str = CORRECTION,
    *,
    family: str | pl.Expr | Sequence[str | pl.Expr] | None = None,
    n_trials: float | str | pl.Expr | None = None,
) -> pl.Expr:
    r"""Adjust the p-values of a family for their number.

    With p sorted upwards, m of them, k the rank: ``bonferroni`` m p; ``sidak`` 1 - (1 - p)^m;
    ``holm`` the running maximum of (m - k + 1) p; ``bh`` the running minimum from the top of
    m p / k; ``by`` bh times the sum of 1/i up to m.

    Parameters
    ----------
    p_values : expression or column name
        p-values in [0, 1]; null, NaN and what is outside counts as none.
    method : {'holm', 'bonferroni', 'sidak', 'bh', 'by'}
        The first three bound the chance of a single false discovery, the last two the share of
        false discoveries.
    family : column names or expressions, optional
        As in `deflated_sharpe`.
    n_trials : float, column name or expression, optional
        m where the frame does not hold every p-value of the search; in a column its first value
        in the family. Smaller than the number of p-values gives null.

    Returns
    -------
    pl.Expr
        Float64 ``p_value_adjusted`` in [0, 1], lower is better. Equal p-values get equal results.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.

    References
    ----------
    Holm, 1979; Benjamini and Hochberg, 1995; Benjamini and Yekutieli, 2001; scoring specification,
    section 18.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"p": [0.005, 0.045, 0.0135, None]})
    >>> df.select(rating.adjusted_p_values("p"))["p_value_adjusted"].to_list()
    [0.015, 0.045, 0.027, None]
    """
    correction = check("method:correction", method)
    trials = checked("n_trials", n_trials)
    found = _adjusted(as_expr("p_values", p_values).cast(pl.Float64), correction, trials)
    return over(found, family_of(family)).alias(SCORES["adjusted_p_values"].output)


def _adjusted(given: pl.Expr, method: str, n_trials: float | str | pl.Expr | None) -> pl.Expr:
    p = pl.when(given.is_between(0.0, 1.0)).then(given)
    count = p.count().cast(pl.Float64)
    if n_trials is None:
        m = count
    else:
        m = pl.lit(n_trials) if isinstance(n_trials, float) else as_expr("n_trials", n_trials)
        m = m.cast(pl.Float64).first()
        m = pl.when((m >= count) & m.is_finite()).then(m)
    if method == "bonferroni":
        return (m * p).clip(upper_bound=1.0)
    if method == "sidak":
        # -expm1(y) as a product, which keeps the digits of a small y.
        y = m * (-p).log1p()
        none_left = (p == 1.0) | (y == -float("inf"))
        return pl.when(none_left).then(1.0).otherwise(-(y / 2).tanh() * (y.exp() + 1.0))
    ordered = p.sort(nulls_last=True)
    rank = pl.int_range(1, pl.len() + 1).cast(pl.Float64)
    if method == "holm":
        by_rank = ((m - rank + 1.0) * ordered).cum_max()
    else:
        by_rank = (m * ordered / rank).cum_min(reverse=True)
        if method == "by":
            whole = m.floor().cast(pl.Int64)
            inverses = pl.int_ranges(1, whole + 1).list.eval(1.0 / pl.element())
            by_rank = by_rank * inverses.list.sum()
    return by_rank.clip(upper_bound=1.0).gather(p.rank("ordinal") - 1)


def haircut_sharpe(
    method: str = CORRECTION,
    *,
    family: str | pl.Expr | Sequence[str | pl.Expr] | None = None,
    n_trials: float | str | pl.Expr | None = None,
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
    r"""Cut a Sharpe ratio to what its adjusted p-value is worth.

    .. math:: SR' = sign(SR) \min(|SR|, -\Phi^{-1}(p_{adj} / 2) / \sqrt n)

    Parameters
    ----------
    method, family, n_trials
        As in `adjusted_p_values`.
    periods_per_year : float, optional
        Says that `sharpe` is annual. The Sharpe ratio that comes out is per period all the same.
    returns, trades, sharpe_moments, n, sharpe, skewness, kurtosis, risk_free
        As in `probabilistic_sharpe`.

    Returns
    -------
    pl.Expr
        Struct ``haircut``: ``p_value`` (two-sided, of the normal distribution),
        ``p_value_adjusted``, ``sharpe`` (per period), ``haircut`` (share that is cut off, in
        [0, 1]). Null fields without a Sharpe ratio.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, or a wrong dtype.

    References
    ----------
    Harvey and Liu, "Backtesting", 2015; scoring specification, section 18.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> cut = rating.haircut_sharpe(
    ...     "sidak", n=240, sharpe=0.75, periods_per_year=12, n_trials=200
    ... )
    >>> round(pl.select(cut).to_series().struct.field("haircut").item(), 6)
    0.567917
    """
    given = evidence(
        periods_per_year,
        returns=returns,
        trades=trades,
        sharpe_moments=sharpe_moments,
        n=n,
        sharpe=sharpe,
        skewness=skewness,
        kurtosis=kurtosis,
    )
    moments = moments_of("haircut_sharpe", given, risk_free)
    p = score(
        "sharpe_p_value",
        {},
        benchmark=0.0,
        method="normal",
        two_sided=True,
        variance="2012",
        rho=0.0,
        risk_free=risk_free,
        sharpe_moments=moments,
    )
    adjusted = adjusted_p_values(p, method, family=family, n_trials=n_trials)
    return score(
        "haircut_sharpe",
        {},
        risk_free=risk_free,
        sharpe_moments=moments,
        p_value=p,
        p_value_adjusted=adjusted,
    )
