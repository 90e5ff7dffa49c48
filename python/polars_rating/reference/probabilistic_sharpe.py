"""Sharpe inference of one candidate.

    x finite values, n of them:  sharpe = (mean - risk_free) / std(ddof=1)
    skewness g3 = m3 / m2^1.5, kurtosis g4 = m4 / m2^2, moments of the population, g4 raw
    V2012 = (1 - g3 SR + (g4 - 1)/4 SR^2) / (n - 1)
    V2025 = (a - b g3 SR* + c (g4 - 1)/4 SR*^2) / n
            a = (1 + r)/(1 - r), b = 1/(1 - r) + r^2/(1 - r^2), c = (1 + r^2)/(1 - r^2)
    psr = cdf(z), p = cdf(-z) or 2 cdf(-|z|), z = (SR - SR*)/sqrt(V);  normal: (SR - SR*) sqrt(n)
    min_trl = 1 + (n - 1) V2012 (ppf(confidence)/(SR - SR*))^2, or n V2025 (...)^2, or +inf

None for fewer than 3 values, a flat series (std <= 8 * 2^-52 * max|x|) and a kurtosis below
(1 + g3^2)(1 - 1e-9). Scoring specification, section 16.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from polars_rating._selection_rules import (
    BENCHMARK,
    LENGTH_CONFIDENCE,
    P_VALUE_METHOD,
    RHO,
    RISK_FREE,
    VARIANCE,
)
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check
from polars_rating.reference._values import Row, number, number_list, require_fields
from polars_rating.reference.evidence import parameter_of
from polars_rating.reference.metrics import read_trades
from polars_rating.reference.normal import cdf, ppf


class Moments(NamedTuple):
    """Count, Sharpe ratio per period, and shape."""

    n: float
    sharpe: float
    skewness: float
    kurtosis: float


def moments(values: Sequence[float], risk_free: float = RISK_FREE) -> Moments | None:
    """Return the moments of the finite values.

    Examples
    --------
    >>> found = moments([0.01, 0.02, 0.03, 0.06])
    >>> found.n, round(found.sharpe, 6), round(found.kurtosis, 6)
    (4.0, 1.38873, 2.0)
    """
    x = np.array([v for v in values if math.isfinite(v)], dtype=float)
    n = len(x)
    if n < 3:
        return None
    e = x - x.mean()
    std = math.sqrt(np.sum(e**2) / (n - 1))
    if std <= 8 * 2.0**-52 * np.max(np.abs(x)):
        return None
    m2, m3, m4 = (float(np.mean(e**k)) for k in (2, 3, 4))
    found = Moments(
        float(n), (float(x.mean()) - risk_free) / std, m3 / (m2 * math.sqrt(m2)), m4 / (m2 * m2)
    )
    return found if all(map(math.isfinite, found)) else None


def is_flat(values: Sequence[float]) -> bool:
    """Return whether finite values have no spread beyond rounding noise."""
    x = np.array(values, dtype=float)
    return not float(np.std(x, ddof=1)) > 8 * 2.0**-52 * float(np.max(np.abs(x)))


def moments_of(row: Row, risk_free: float = RISK_FREE) -> Moments | None:
    """Return the moments of a row: as they are, of its returns, or of its trades."""
    if "sharpe_moments" in row:
        given = row["sharpe_moments"]
        if given is None:
            return None
        require_fields(Moments._fields, given, "sharpe_moments")
        found = Moments(*(number(given[f], f"sharpe_moments.{f}") for f in Moments._fields))
        return found if all(map(math.isfinite, found)) else None
    if "returns" in row:
        return moments(number_list(row["returns"], "returns") or [], risk_free)
    if "trades" not in row:
        message = "no evidence: looked for `sharpe_moments`, `returns`, or `trades`"
        raise RatingError(message, code=ErrorCode.RATING_MISSING_EVIDENCE)
    trades = read_trades(row["trades"])
    if trades is None:
        return None
    series = trades.net() if trades.r_multiple is None else trades.r_multiple
    return moments([float(x) for x in series], risk_free)


def z_and_variance(
    m: Moments, benchmark: float, variance: str = VARIANCE, rho: float = RHO
) -> tuple[float, float] | None:
    """Return z and n V (n - 1 times V with the variance of 2012)."""
    least = (1 + m.skewness**2) * (1 - 1e-9)
    if m.n < 3 or m.kurtosis < least or not math.isfinite(benchmark):
        return None
    if variance == "2012":
        sr, count = m.sharpe, m.n - 1
        a = b = c = 1.0
    else:
        sr, count = benchmark, m.n
        a = (1 + rho) / (1 - rho)
        b = 1 / (1 - rho) + rho**2 / (1 - rho**2)
        c = (1 + rho**2) / (1 - rho**2)
    total = a - b * m.skewness * sr + c * (m.kurtosis - 1) / 4 * sr**2
    total = max(total, 0.0) if rho == 0 else total
    if total < 0:
        return None
    difference = m.sharpe - benchmark
    if difference == 0:
        return 0.0, total
    if total == 0:
        return math.copysign(math.inf, difference), total
    return difference / math.sqrt(total / count), total


def sharpe_moments(row: Row, *, risk_free: float = RISK_FREE) -> dict[str, float] | None:
    """Return the moments of a row; None without a Sharpe ratio."""
    found = moments_of(row, check("risk_free", risk_free))
    return None if found is None else {**found._asdict(), "n": int(found.n)}


def probabilistic_sharpe(
    row: Row,
    *,
    benchmark: float = BENCHMARK,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> float | None:
    """Return the probability that the true Sharpe ratio is above the benchmark.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; moments are per period.
    benchmark, variance, rho, periods_per_year, risk_free
        As in `polars_rating.probabilistic_sharpe`; the benchmark may be a column.

    Returns
    -------
    float or None
        In [0, 1].
    """
    found = _compared(row, benchmark, variance, rho, periods_per_year, risk_free)
    return None if found is None else cdf(found[1])


def sharpe_p_value(
    row: Row,
    *,
    benchmark: float = BENCHMARK,
    method: str = P_VALUE_METHOD,
    two_sided: bool = False,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> float | None:
    """Return the p-value of "the true Sharpe ratio is the benchmark"."""
    if check("method:p_value", method) == "normal":
        m = moments_of(row, risk_free)
        against = _benchmark(row, benchmark, periods_per_year)
        if m is None or m.n < 1 or not math.isfinite(against):
            return None
        z = (m.sharpe - against) * math.sqrt(m.n)
    else:
        found = _compared(row, benchmark, variance, rho, periods_per_year, risk_free)
        if found is None:
            return None
        z = found[1]
    return 2 * cdf(-abs(z)) if two_sided else cdf(-z)


def min_track_record_length(
    row: Row,
    *,
    benchmark: float = BENCHMARK,
    confidence: float = LENGTH_CONFIDENCE,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> float | None:
    """Return the number of periods, of years with `periods_per_year`, that the confidence takes."""
    found = _compared(row, benchmark, variance, rho, periods_per_year, risk_free)
    if found is None:
        return None
    m, _, total = found
    difference = m.sharpe - _benchmark(row, benchmark, periods_per_year)
    if difference <= 0:
        return math.inf
    first = 1 if variance == "2012" else 0
    length = first + total * (ppf(check("confidence:length", confidence)) / difference) ** 2
    return length / (check("periods_per_year", periods_per_year) or 1)


def _benchmark(row: Row, benchmark: float, periods_per_year: float | None) -> float:
    years = check("periods_per_year", periods_per_year) or 1
    return parameter_of(row, "benchmark", benchmark) / math.sqrt(years)


def _compared(
    row: Row,
    benchmark: float,
    variance: str,
    rho: float,
    periods_per_year: float | None,
    risk_free: float,
) -> tuple[Moments, float, float] | None:
    m = moments_of(row, check("risk_free", risk_free))
    if m is None:
        return None
    against = _benchmark(row, benchmark, periods_per_year)
    found = z_and_variance(m, against, check("variance", variance), check("rho", rho))
    return None if found is None else (m, *found)
