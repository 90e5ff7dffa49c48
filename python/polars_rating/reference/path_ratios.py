"""Path and tail ratios.

    W = prod(1 + r), 0 from r <= -1 on, or 1 + sum(r), or capital + sum(net)
    dd = min(1, 1 - W/peak)
    annual = (W_n / W_0)^(1/years) - 1;  years = n / periods_per_year, of trades (last exit - first
    entry) / 365.25 days
    upi = (annual - annual_risk_free) / sqrt(mean dd^2);  calmar = annual / max dd
    sortino = (mean - mar) / sqrt(mean min(x - mar, 0)^2) sqrt(P)
    omega_ratio = sum max(x - L, 0) / sum max(L - x, 0);  tail_ratio = |q_(1-tail)| / |q_tail|
    equity_r2 = R^2 of the line through the running sum of ln(1 + r), or of x, over its index

x/0 = inf with the sign of x, 0/0 = None; None for fewer than 2 values. Scoring specification,
section 21.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from polars_rating._selection_rules import TAIL
from polars_rating.parameters import COMPOUND, check
from polars_rating.reference._values import Array, Row, number_list
from polars_rating.reference.evidence import parameter_of
from polars_rating.reference.metrics import read_trades


def ratio(x: float, y: float) -> float | None:
    """Return x / y.

    Examples
    --------
    >>> ratio(-2.0, 0.0), ratio(0.0, 0.0)
    (-inf, None)
    """
    if math.isnan(x) or math.isnan(y) or (x == 0 and y == 0):
        return None
    found = x / y if y else math.copysign(math.inf, x)
    return None if math.isnan(found) else found


def drawdowns(initial: float, wealth: Sequence[float]) -> list[float]:
    """Return the fall from the running maximum, as a share of it."""
    peak, found = initial, []
    for w in wealth:
        peak = max(peak, w)
        found.append(0.0 if w >= peak else min(1.0, 1 - w / peak))
    return found


def wealth_of(returns: Sequence[float], *, compound: bool) -> list[float]:
    """Return the wealth that returns build up from 1."""
    wealth, found = 1.0, []
    for r in returns:
        wealth = (wealth * (1 + r) if r > -1 else 0.0) if compound else wealth + r
        found.append(wealth)
    return found


def series_of(row: Row) -> tuple[list[float], bool]:
    """Return the finite values of a row, and whether they are returns."""
    if "returns" in row:
        found = number_list(row["returns"], "returns") or []
        return [x for x in found if math.isfinite(x)], True
    trades = read_trades(row["trades"])
    if trades is None:
        return [], False
    values: Array = trades.net() if trades.r_multiple is None else trades.r_multiple
    return [float(x) for x in values if math.isfinite(x)], False


def _annual_and_drawdowns(
    row: Row, periods_per_year: float, capital: float | None, *, compound: bool
) -> tuple[float, list[float]] | None:
    if "returns" in row:
        values, initial = series_of(row)[0], 1.0
        wealth = wealth_of(values, compound=compound)
        years = len(wealth) / check("periods_per_year:required", periods_per_year)
    else:
        trades, initial = read_trades(row["trades"]), parameter_of(row, "capital", capital)
        if trades is None or not (initial > 0 and math.isfinite(initial)):
            return None
        wealth = [initial + float(x) for x in np.cumsum(trades.net())]
        entries = [t for t in trades.entry or [] if t is not None]
        exits = [t for t in trades.exit or [] if t is not None]
        if not entries or not exits:
            return None
        years = (max(exits) - min(entries)).total_seconds() / (365.25 * 86_400)
    if len(wealth) < 2 or years <= 0:
        return None
    annual = max(wealth[-1] / initial, 0.0) ** (1 / years) - 1
    return annual, drawdowns(initial, wealth)


def upi(
    row: Row,
    *,
    periods_per_year: float = 1.0,
    annual_risk_free: float = 0.0,
    capital: float | None = None,
    compound: bool = COMPOUND,
) -> float | None:
    """Return the ulcer performance index of a row."""
    found = _annual_and_drawdowns(row, periods_per_year, capital, compound=compound)
    if found is None:
        return None
    annual, dd = found
    return ratio(annual - annual_risk_free, math.sqrt(sum(x * x for x in dd) / len(dd)))


def calmar(
    row: Row,
    *,
    periods_per_year: float = 1.0,
    annual_risk_free: float = 0.0,
    capital: float | None = None,
    compound: bool = COMPOUND,
) -> float | None:
    """Return the Calmar ratio of a row; a risk-free rate plays no part."""
    found = _annual_and_drawdowns(row, periods_per_year, capital, compound=compound)
    return None if found is None else ratio(found[0], max(found[1]))


def sortino(row: Row, *, mar: float = 0.0, periods_per_year: float | None = None) -> float | None:
    """Return the Sortino ratio of a row."""
    x = np.array(series_of(row)[0])
    if len(x) < 2:
        return None
    below = float(np.mean(np.minimum(x - mar, 0) ** 2))
    found = ratio(float(x.mean()) - check("mar", mar), math.sqrt(below))
    years = check("periods_per_year", periods_per_year) or 1.0
    return None if found is None else found * math.sqrt(years)


def omega_ratio(row: Row, *, threshold: float = 0.0) -> float | None:
    """Return the Omega ratio of a row."""
    x = np.array(series_of(row)[0])
    if len(x) < 2:
        return None
    level = check("threshold", threshold)
    gains, losses = np.maximum(x - level, 0).sum(), np.maximum(level - x, 0).sum()
    return ratio(float(gains), float(losses))


def tail_ratio(row: Row, *, tail: float = TAIL) -> float | None:
    """Return the tail ratio of a row."""
    x = series_of(row)[0]
    if len(x) < 2:
        return None
    right, left = np.quantile(x, [1 - check("tail", tail), tail])
    return ratio(abs(float(right)), abs(float(left)))


def equity_r2(row: Row, *, compound: bool = COMPOUND) -> float | None:
    """Return the R^2 of a line through the equity of a row."""
    x, are_returns = series_of(row)
    if len(x) < 2:
        return None
    if compound and are_returns:
        if min(x) <= -1:
            return None
        x = [math.log1p(r) for r in x]
    y = np.cumsum(x)
    t = np.arange(len(y)) - (len(y) - 1) / 2
    e = y - y.mean()
    square = float(t @ e) ** 2
    found = ratio(square, float(t @ t) * float(e @ e))
    return None if found is None else min(found, 1.0)
