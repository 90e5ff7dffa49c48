"""Stability score: how evenly the profit came over the years.

With profits P_y and lengths d_y in days (any unit: only their ratios matter):

    D = sum d_y; P = sum P_y; mu = P / D; S_min = max(min_scale, 0.02 * |P|)
    wmape = sum (d_y / D) * |P_y - mu * d_y| / max(|mu * d_y|, S_min);   score = 1 / (1 + wmape)

In [0, 1], higher is better. One year: wmape 0, score 1. A wmape that is not finite: score 0.
Scoring specification, section 7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import MIN_SCALE, MIN_YEARS, NO_EVIDENCE, check
from polars_rating.reference._values import NoEvidence, Row, fin, number_list, total
from polars_rating.reference.evidence import some_numbers, some_trades, tier_of
from polars_rating.reference.metrics import year_length, yearly


def wmape(
    profits: Sequence[float], day_lengths: Sequence[float], min_scale: float = MIN_SCALE
) -> float:
    """Return wmape, +inf where it overflows.

    Examples
    --------
    >>> round(wmape([2000.0, 3000.0, 5000.0], [365.0, 365.0, 365.0]), 12)
    0.333333333333
    """
    if len(profits) == 1:
        return 0.0
    p_y, d_y = np.array([fin(p) for p in profits]), np.array(day_lengths, dtype=float)
    with np.errstate(over="ignore", invalid="ignore"):
        days, profit = total(d_y), total(p_y)
        expected = np.divide(profit, days) * d_y
        scale = np.maximum(np.abs(expected), max(min_scale, 0.02 * abs(profit)))
        value = total(d_y / days * np.abs(p_y - expected) / scale)
    return value if math.isfinite(value) and math.isfinite(days) else math.inf


def stability_score(
    profits: Sequence[float], day_lengths: Sequence[float], min_scale: float = MIN_SCALE
) -> float:
    """Return 1 / (1 + wmape)."""
    return 1 / (1 + wmape(profits, day_lengths, min_scale))


def day_lengths(
    n: int, years: Sequence[float] | None, year_days: Sequence[float] | None
) -> list[float]:
    """Return the n lengths: `year_days`, else the calendar, else 365.25; 1 if neither is given."""
    if years is None and year_days is None:
        return [1.0] * n
    lengths = []
    for i in range(n):
        days = math.nan if year_days is None else year_days[i]
        year = math.nan if years is None else years[i]
        if math.isfinite(days) and days > 0:
            lengths.append(days)
        else:
            lengths.append(year_length(int(year)) if math.isfinite(year) else 365.25)
    return lengths


def stability(
    row: Row,
    *,
    min_scale: float = MIN_SCALE,
    min_years: int = MIN_YEARS,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Return the stability score of a row: `yearly_profits`, else `trades` with `exit_time`.

    Parameters
    ----------
    row : mapping
        Canonical column name to value.
    min_scale : float
        Least denominator, account currency.
    min_years : int
        Fewer years give None.
    no_evidence : {'null', 'omega'}
        What a row without evidence gets: None or 1.

    Returns
    -------
    float or None
        In [0, 1]; None without evidence.
    """
    no_evidence = check("no_evidence", no_evidence)
    scale, least = check("min_scale", min_scale), check("min_years", min_years)
    try:
        profits, lengths = _profits_and_lengths(row, "stability")
    except NoEvidence:
        return 1.0 if no_evidence == "omega" else None
    return None if len(profits) < least else stability_score(profits, lengths, scale)


def stability_wmape(
    row: Row,
    *,
    min_scale: float = MIN_SCALE,
    min_years: int = MIN_YEARS,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Return the wmape behind `stability`, >= 0, lower is better; None or 0 without evidence."""
    no_evidence = check("no_evidence", no_evidence)
    scale, least = check("min_scale", min_scale), check("min_years", min_years)
    try:
        profits, lengths = _profits_and_lengths(row, "stability_wmape")
    except NoEvidence:
        return 0.0 if no_evidence == "omega" else None
    return None if len(profits) < least else wmape(profits, lengths, scale)


def _profits_and_lengths(row: Row, name: str) -> tuple[list[float], list[float]]:
    if tier_of(row, name) == "trades":
        profits, _, days = yearly(some_trades(row))
        if not profits:
            raise NoEvidence
        return profits, days
    given = number_list(row["yearly_profits"], "yearly_profits")
    if given is None:
        raise NoEvidence
    lists = {name: number_list(row.get(name), name) for name in ("years", "year_days")}
    for name, items in lists.items():
        if items is not None and len(items) != len(given):
            raise RatingError(
                f"`{name}` must have as many items as `yearly_profits` in a row, "
                f"got {len(items)} and {len(given)}",
                code=ErrorCode.RATING_LENGTH_MISMATCH,
            )
    profits = some_numbers(row, "yearly_profits")
    return profits, day_lengths(len(profits), lists["years"], lists["year_days"])
