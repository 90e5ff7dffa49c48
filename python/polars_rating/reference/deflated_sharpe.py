"""The deflated Sharpe ratio: psr against the expected maximum of a family without skill.

    dsr = psr with SR* = sqrt(V) E_N;  N = Sharpe ratios of the family, V = their variance (ddof 1)

Scoring specification, section 17.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from polars_rating._selection_rules import EXPECTED_MAX, RHO, RISK_FREE, VARIANCE
from polars_rating.parameters import check
from polars_rating.reference._values import Row
from polars_rating.reference.evidence import parameter_of
from polars_rating.reference.luck import expected_max_of, min_length, variance_of
from polars_rating.reference.normal import cdf
from polars_rating.reference.probabilistic_sharpe import moments_of, z_and_variance


def expected_max_sharpe(
    row: Row,
    n_trials: float | None = None,
    sharpe_var: float | None = None,
    *,
    mean: float = 0.0,
    expected_max: str = EXPECTED_MAX,
) -> float | None:
    """Return the Sharpe ratio expected of the best of `n_trials` candidates without skill."""
    n = parameter_of(row, "n_trials", n_trials)
    variance = parameter_of(row, "sharpe_var", sharpe_var)
    return expected_max_of(n, variance, mean, check("expected_max", expected_max))


def min_backtest_length(
    row: Row,
    sharpe: float | None = None,
    n_trials: float | None = None,
    *,
    expected_max: str = EXPECTED_MAX,
) -> float | None:
    """Return the length at which luck alone is expected to give such a Sharpe ratio."""
    ratio = parameter_of(row, "sharpe", sharpe)
    return min_length(ratio, parameter_of(row, "n_trials", n_trials), expected_max)


def sharpe_var(
    rows: Sequence[Row],
    *,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> float | None:
    """Return the variance of the Sharpe ratios of a family, per period.

    Moments are per period whatever `periods_per_year` is.
    """
    check("periods_per_year", periods_per_year)
    return variance_of(_sharpes(rows, risk_free))


def _sharpes(rows: Sequence[Row], risk_free: float) -> list[float]:
    found = [moments_of(row, check("risk_free", risk_free)) for row in rows]
    return [m.sharpe for m in found if m is not None]


def deflated_sharpe(
    rows: Sequence[Row],
    *,
    n_trials: float | None = None,
    sharpe_var: float | None = None,
    expected_max: str = EXPECTED_MAX,
    variance: str = VARIANCE,
    rho: float = RHO,
    periods_per_year: float | None = None,
    risk_free: float = RISK_FREE,
) -> list[float | None]:
    """Return the deflated Sharpe ratio of every row of a family."""
    sharpes = _sharpes(rows, risk_free)
    n = float(len(sharpes)) if n_trials is None else check("n_trials", n_trials)
    years = check("periods_per_year", periods_per_year) or 1
    spread = variance_of(sharpes) if sharpe_var is None else check("sharpe_var", sharpe_var) / years
    luck = expected_max_of(n, math.nan if spread is None else spread, 0.0, expected_max)
    found: list[float | None] = []
    for row in rows:
        m = moments_of(row, risk_free)
        z = None if m is None or luck is None else z_and_variance(m, luck, variance, rho)
        found.append(None if z is None else cdf(z[0]))
    return found
