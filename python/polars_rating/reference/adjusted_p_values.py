"""Corrections of a family's p-values, and the haircut of a Sharpe ratio that follows from them.

    p sorted upwards, m of them (or n_trials), k the rank:
    bonferroni m p;  sidak 1 - (1 - p)^m;  holm cummax((m - k + 1) p)
    bh cummin from the top(m p / k);  by bh * sum of 1/i up to m;  all at most 1

    p = 2 cdf(-|SR| sqrt(n));  SR' = sign(SR) min(|SR|, -ppf(p_adj / 2) / sqrt(n))
    haircut = 1 - SR' / SR, 0 for SR = 0

Scoring specification, section 18.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polars_rating._selection_rules import CORRECTION, RISK_FREE
from polars_rating.parameters import check
from polars_rating.reference._values import Row, number
from polars_rating.reference.normal import cdf, ppf
from polars_rating.reference.probabilistic_sharpe import Moments, moments_of


def adjusted_p_values(
    p_values: Sequence[float | None], method: str = CORRECTION, *, n_trials: float | None = None
) -> list[float | None]:
    """Return the adjusted p-values of a family, None where p is none or outside [0, 1].

    Examples
    --------
    >>> adjusted_p_values([0.005, 0.045, 0.0135, None])
    [0.015, 0.045, 0.027, None]
    """
    correction = check("method:correction", method)
    given = [number(p, "p_values") for p in p_values]
    valid = [i for i, p in enumerate(given) if 0 <= p <= 1]
    m = float(len(valid)) if n_trials is None else check("n_trials", n_trials)
    if m < len(valid):
        return [None] * len(given)
    order = sorted(valid, key=lambda i: given[i])
    p = np.array([given[i] for i in order])
    k = np.arange(1, len(p) + 1)
    if correction == "bonferroni":
        adjusted = m * p
    elif correction == "sidak":
        with np.errstate(divide="ignore"):
            adjusted = -np.expm1(m * np.log1p(-p))
    elif correction == "holm":
        adjusted = np.maximum.accumulate((m - k + 1) * p)
    else:
        adjusted = np.minimum.accumulate((m * p / k)[::-1])[::-1]
        if correction == "by":
            adjusted = adjusted * math.fsum(1 / i for i in range(1, math.floor(m) + 1))
    found: list[float | None] = [None] * len(given)
    for i, x in zip(order, adjusted, strict=True):
        found[i] = min(1.0, float(x))
    return found


def haircut(m: Moments, p_adjusted: float) -> tuple[float, float] | None:
    """Return what is left of the Sharpe ratio, and the share that is cut off."""
    if not 0 <= p_adjusted <= 1 or m.n < 1:
        return None
    left = min(abs(m.sharpe), max(-ppf(p_adjusted / 2) / math.sqrt(m.n), 0.0))
    cut = 1 - left / abs(m.sharpe) if m.sharpe else 0.0
    return math.copysign(left, m.sharpe) + 0.0, cut  # no negative zero


def haircut_sharpe(
    rows: Sequence[Row],
    method: str = CORRECTION,
    *,
    n_trials: float | None = None,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> list[dict[str, float | None]]:
    """Return p-values, Sharpe ratio and haircut of every row of a family, per period."""
    check("periods_per_year", periods_per_year)
    found = [moments_of(row, check("risk_free", risk_free)) for row in rows]
    p = [None if m is None else 2 * cdf(-abs(m.sharpe) * math.sqrt(m.n)) for m in found]
    adjusted = adjusted_p_values(p, method, n_trials=n_trials)
    return [
        of_row({"p_value": one, "p_value_adjusted": other}, m)
        for m, one, other in zip(found, p, adjusted, strict=True)
    ]


def of_row(p_values: dict[str, Any], m: Moments | None) -> dict[str, float | None]:
    """Return the fields of a row from its p-values and moments."""
    p = number(p_values["p_value_adjusted"], "p_value_adjusted")
    left = None if m is None else haircut(m, p)
    sharpe, cut = (None, None) if left is None else left
    return {**p_values, "sharpe": sharpe, "haircut": cut}
