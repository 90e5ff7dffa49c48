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
from collections.abc import Iterable, Mapping, Sequence

from polars_rating.parameters import COMPOUND, ULCER_CAP, check
from polars_rating.reference._values import (
    NoEvidence,
    Row,
    number,
    number_list,
    records,
    total,
    utc,
)
from polars_rating.reference.evidence import parameter_of, some_returns, some_trades, tier_of


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


def ulcer_index_of_weeks(weekly: Sequence[float]) -> float | None:
    """Return the ulcer index of weekly closes in percent.

    Examples
    --------
    >>> ulcer_index_of_weeks([100.0, 90.0, 110.0, 110.0])
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


def score_of_index(index: float, ulcer_cap: float = ULCER_CAP) -> float:
    """Return clip(1 - index / ulcer_cap, 0, 1)."""
    return min(max(1 - index / ulcer_cap, 0.0), 1.0)


def ulcer_index(
    row: Row, *, capital: float | None = None, compound: bool = COMPOUND
) -> float | None:
    """Return the ulcer index of a row: `equity`, else `returns`, else `trades` with a capital.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; ``capital`` in it replaces the keyword.
    capital : float, optional
        Account currency, > 0; what the trades start with.
    compound : bool
        Whether returns are multiplied or added up.

    Returns
    -------
    float or None
        Percent, >= 0; None without evidence.
    """
    return _of_row(row, "ulcer_index", capital, compound)


def ulcer_index_score(
    row: Row,
    *,
    ulcer_cap: float = ULCER_CAP,
    capital: float | None = None,
    compound: bool = COMPOUND,
) -> float | None:
    """Return the score of a row's ulcer index, in [0, 1]; None without evidence."""
    cap = check("ulcer_cap", ulcer_cap)
    index = _of_row(row, "ulcer_index_score", capital, compound)
    return None if index is None else score_of_index(index, cap)


def _of_row(row: Row, name: str, capital: float | None, compound: bool) -> float | None:
    capital, compound = check("capital", capital), check("compound", compound)
    tier = tier_of(row, name, () if capital is None else ("capital",))
    try:
        if tier == "equity":
            return ulcer_index_of_weeks(_weeks_of(row["equity"]))
        if tier == "returns":
            return ulcer_index_of_returns(some_returns(row), compound=compound)
        net = some_trades(row).net().tolist()
        return ulcer_index_of_trades(net, parameter_of(row, "capital", capital))
    except NoEvidence:
        return None


def _weeks_of(equity: object) -> list[float]:
    if isinstance(equity, Mapping) or any(isinstance(item, Mapping) for item in _items(equity)):
        points = records(equity, "equity", ("time", "equity")) or []
        values = [number(point["equity"], "equity.equity") for point in points]
        return weekly_closes([point["time"] for point in points], values)
    return number_list(equity, "equity") or []


def _items(equity: object) -> Iterable[object]:
    return equity if isinstance(equity, Iterable) else ()
