"""Ulcer index: the root mean square drawdown, in percent.

    equity    closes of weeks that end on Sunday (UTC), the drawdown measured from their running
              maximum; weeks without a value count as 0; over at least 2 weeks
    returns   wealth W = prod(1 + r), 0 from r <= -1 on, or 1 + sum(r); the peak starts at 1
    trades    wealth W = capital + sum(net); the peak starts at the capital

    index = 100 * sqrt(mean(drawdown^2));  score = clip(1 - index / ulcer_cap, 0, 1)

Points without a time or a finite value and returns that are not finite are dropped; of points at
the same time the last given wins. None for fewer than 2 values, for a running maximum <= 0 and for
a capital that is not above 0. Scoring specification, sections 11 and 21.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from polars_rating.reference._values import total, utc


def weekly_closes(times: Sequence[dt.date | None], equity: Sequence[float]) -> list[float]:
    """Return the last finite value of each week from the first to the last, NaN for none."""
    moments = [utc(t, "equity.time") for t in times]
    points = [
        (t, x) for t, x in zip(moments, equity, strict=True) if t is not None and math.isfinite(x)
    ]
    if not points:
        return []
    points.sort(key=lambda point: point[0])
    # Ordinal 1 is a Monday, so this counts weeks from Monday to Sunday.
    weeks = [(t.toordinal() - 1) // 7 for t, _ in points]
    closes = [math.nan] * (weeks[-1] - weeks[0] + 1)
    for week, (_, x) in zip(weeks, points, strict=True):
        closes[week - weeks[0]] = x
    return closes


def ulcer_index(weekly: Sequence[float]) -> float | None:
    """Return the ulcer index of weekly closes in percent.

    Examples
    --------
    >>> ulcer_index([100.0, 90.0, 110.0, 110.0])
    5.0
    """
    peak, squares = -math.inf, []
    for x in weekly:
        if math.isfinite(x):
            peak = max(peak, x)
            if peak <= 0:
                return None
            drawdown = 100 * (peak - x) / peak
            squares.append(drawdown * drawdown)
    if len(weekly) < 2 or not squares:
        return None
    return math.sqrt(total(squares) / len(weekly))


def ulcer_index_of_returns(returns: Sequence[float], *, compound: bool = True) -> float | None:
    """Return the ulcer index of the wealth that returns build up.

    Examples
    --------
    >>> round(ulcer_index_of_returns([-0.5, 0.5], compound=False), 6)
    35.355339
    """
    wealth, curve = 1.0, []
    for r in returns:
        if math.isfinite(r):
            wealth = (wealth * (1 + r) if r > -1 else 0.0) if compound else wealth + r
            curve.append(wealth)
    return _of_wealth(1.0, curve)


def ulcer_index_of_trades(net: Sequence[float], capital: float) -> float | None:
    """Return the ulcer index of a capital to which the net results of trades are added.

    Examples
    --------
    >>> ulcer_index_of_trades([-100.0, 0.0], capital=100.0)
    100.0
    """
    if not (capital > 0 and math.isfinite(capital)):
        return None
    wealth, curve = capital, []
    for x in net:
        wealth += x
        curve.append(wealth)
    return _of_wealth(capital, curve)


def _of_wealth(initial: float, curve: Sequence[float]) -> float | None:
    if len(curve) < 2:
        return None
    peak, squares = initial, []
    for wealth in curve:
        peak = max(peak, wealth)
        # An overflow that is its own peak is no drawdown.
        drawdown = 0.0 if wealth >= peak else min(1.0, 1 - wealth / peak)
        squares.append(drawdown * drawdown)
    return 100 * math.sqrt(total(squares) / len(curve))


def ulcer_index_score(index: float, ulcer_cap: float = 10.0) -> float:
    """Return clip(1 - index / ulcer_cap, 0, 1)."""
    return min(max(1 - index / ulcer_cap, 0.0), 1.0)
