"""Ulcer index: the root mean square drawdown of weekly closes, in percent.

Weeks end on Sunday (UTC). The drawdown is measured from the running maximum; weeks without a
value count as 0. index = sqrt(mean(dd^2)) over at least 2 weeks, else None;
score = clip(1 - index / ulcer_cap, 0, 1). Scoring specification, section 11.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np

from polars_rating.reference._values import utc


def weekly_closes(times: Sequence[dt.date], equity: Sequence[float]) -> list[float]:
    """Return the last finite value of each week from the first to the last, NaN for none."""
    moments = [utc(t, "equity.time") or dt.datetime.min for t in times]
    # Ordinal 1 is a Monday, so this counts weeks from Monday to Sunday.
    weeks = [(t.toordinal() - 1) // 7 for t in moments]
    if not weeks:
        return []
    closes = [math.nan] * (max(weeks) - min(weeks) + 1)
    for i in sorted(range(len(weeks)), key=lambda i: moments[i]):
        if math.isfinite(equity[i]):
            closes[weeks[i] - min(weeks)] = equity[i]
    return closes


def ulcer_index(weekly: Sequence[float]) -> float | None:
    """Return the ulcer index of weekly closes in percent, None for fewer than 2 weeks.

    Examples
    --------
    >>> ulcer_index([100.0, 90.0, 110.0, 110.0])
    5.0
    """
    if len(weekly) < 2:
        return None
    squares, peak = [], -math.inf
    for x in weekly:
        peak = max(peak, x) if math.isfinite(x) else peak
        drawdown = 100 * (peak - x) / peak if math.isfinite(x) and peak > 0 else 0.0
        squares.append(drawdown**2)
    return math.sqrt(float(np.mean(squares)))


def ulcer_index_score(index: float, ulcer_cap: float = 10.0) -> float:
    """Return clip(1 - index / ulcer_cap, 0, 1)."""
    return float(np.clip(1 - index / ulcer_cap, 0.0, 1.0))
