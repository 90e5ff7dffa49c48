"""Yearly stability, and the error measure behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating.parameters import MIN_SCALE, MIN_YEARS, NO_EVIDENCE

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def stability(
    profits: IntoExpr | None = None,
    *,
    years: IntoExpr | None = None,
    year_days: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    min_scale: float = MIN_SCALE,
    min_years: int = MIN_YEARS,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    r"""Score how evenly the profit is spread over the years.

    .. math::
        wmape = \sum_y \frac{d_y}{D} \frac{|P_y - \mu d_y|}{max(|\mu d_y|, S_{min})},
        \quad score = 1 / (1 + wmape)

    with :math:`D = \sum d_y`, :math:`\mu = \sum P_y / D` and :math:`S_{min} = max(min\_scale,
    0.02 |\sum P_y|)`. A single year cannot disagree with itself: score 1.

    Parameters
    ----------
    profits : expression or column name, optional
        Net profit of each year, account currency, ``List`` or ``Array`` of numbers. Default: the
        column ``yearly_profits``, else ``trades`` with the field ``exit_time``.
    years : expression or column name, optional
        Calendar years of `profits`, list of integers. Default: the column ``years``, unless
        `profits` is given.
    year_days : expression or column name, optional
        Days covered in each year, list of numbers; a length that is not finite and > 0 falls back
        to the calendar's. Default: the column ``year_days``, unless `profits` is given.
    trades : expression or column name, optional
        Trades with the field ``exit_time``; given here, they are used even if the frame has yearly
        profits.
    min_scale : float
        Smallest expected yearly profit that errors are measured against, account currency, > 0.
    min_years : int
        Candidates with fewer years get null.
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without years 1.

    Returns
    -------
    pl.Expr
        Float64 ``stability_score`` in [0, 1], higher is better. Null where the list is null or
        empty; null, NaN and infinite profits inside count as 0.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, a wrong dtype, or lists of one row that differ in length.

    References
    ----------
    Omega's stability module; scoring specification, section 7.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame(
    ...     {"years": [[2021, 2022, 2023]], "yearly_profits": [[2000.0, 3000.0, 5000.0]]}
    ... )
    >>> df.select(rating.stability(), rating.stability_wmape())
    shape: (1, 2)
    ┌─────────────────┬─────────────────┐
    │ stability_score ┆ stability_wmape │
    │ ---             ┆ ---             │
    │ f64             ┆ f64             │
    ╞═════════════════╪═════════════════╡
    │ 0.75            ┆ 0.333333        │
    └─────────────────┴─────────────────┘
    """
    return score(
        "stability",
        {},
        profits=profits,
        years=years,
        year_days=year_days,
        trades=trades,
        min_scale=min_scale,
        min_years=min_years,
        no_evidence=no_evidence,
    )


def stability_wmape(
    profits: IntoExpr | None = None,
    *,
    years: IntoExpr | None = None,
    year_days: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    min_scale: float = MIN_SCALE,
    min_years: int = MIN_YEARS,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    """Measure how unevenly the profit is spread over the years: the wmape behind `stability`.

    Parameters
    ----------
    profits, years, year_days, trades, min_scale, min_years, no_evidence
        As in `stability`; ``no_evidence="omega"`` gives 0.

    Returns
    -------
    pl.Expr
        Float64 ``stability_wmape`` >= 0, lower is better, without unit; +inf where the profits
        overflow. Nulls as in `stability`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 7.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> pl.select(rating.stability_wmape(pl.lit(pl.Series([[100.0, 300.0]])))).item()
    0.5
    """
    return score(
        "stability_wmape",
        {},
        profits=profits,
        years=years,
        year_days=year_days,
        trades=trades,
        min_scale=min_scale,
        min_years=min_years,
        no_evidence=no_evidence,
    )
