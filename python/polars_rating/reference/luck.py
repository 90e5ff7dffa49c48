"""The luck of the best of N candidates without skill.

    approx: E_N = max(0, -(1 - g) ppf(1/N) - g ppf(1/(N e))), g = 0.5772156649015329; 0 for N = 1
    exact:  E_N = integral of x N pdf(x) cdf(x)^(N - 1)
    expected_max_sharpe = mean + sqrt(sharpe_var) * E_N;   min_backtest_length = (E_N / SR)^2

N >= 1 may be fractional; otherwise None. Scoring specification, section 17.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from polars_rating.reference.normal import cdf, ppf


def expected_max(n: float, kind: str = "approx") -> float | None:
    """Return E_N.

    Examples
    --------
    >>> round(expected_max(100.0), 9), round(expected_max(2.0, "exact") * math.pi**0.5, 9)
    (2.530602893, 1.0)
    """
    if not (n >= 1 and math.isfinite(n)):
        return None
    if n == 1:
        return 0.0
    if kind == "approx":
        g = 0.5772156649015329
        return max(0.0, -(1 - g) * ppf(1 / n) - g * ppf(1 / (n * math.e)))
    xs = np.arange(-10, 10 + math.sqrt(2 * math.log(n)) + 1 / 32, 1 / 32)
    pdf = NormalDist().pdf
    logs = [math.log1p(-cdf(-x)) if x > 0 else math.log(cdf(x)) for x in xs]
    terms = [x * n * pdf(x) * math.exp((n - 1) * log) for x, log in zip(xs, logs, strict=True)]
    return math.fsum(terms) / 32


def expected_max_of(n: float, variance: float, mean: float, kind: str) -> float | None:
    """Return the expected maximum of n Sharpe ratios with this variance and mean."""
    largest = expected_max(n, kind)
    if largest is None or not variance >= 0 or math.isinf(variance):
        return None
    return mean + math.sqrt(variance) * largest


def min_length(sharpe: float, n: float, kind: str) -> float | None:
    """Return (E_N / sharpe)^2, +inf for a Sharpe ratio <= 0."""
    largest = expected_max(n, kind)
    if largest is None or math.isnan(sharpe):
        return None
    return math.inf if sharpe <= 0 else (largest / sharpe) ** 2


def variance_of(sharpes: Sequence[float]) -> float | None:
    """Return the variance (ddof 1) of the finite ones, sorted; 0 for one, None for none.

    Examples
    --------
    >>> variance_of([3.0, math.nan, 1.0])
    2.0
    """
    found = np.sort([s for s in sharpes if math.isfinite(s)])
    if len(found) == 0:
        return None
    return float(np.var(found, ddof=1)) if len(found) > 1 else 0.0


def mean_of(sharpes: Sequence[float]) -> float:
    """Return the mean of the finite ones, sorted; NaN for none.

    Examples
    --------
    >>> mean_of([3.0, math.nan, 1.0])
    2.0
    """
    found = np.sort([s for s in sharpes if math.isfinite(s)])
    return float(np.mean(found)) if len(found) else math.nan
