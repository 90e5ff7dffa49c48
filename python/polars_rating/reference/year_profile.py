"""How the profit is spread over years, or any other parts.

    n_years, positive_year_share, worst_year, best_year, worst_year_share = min P / sum |P|
    profit_hhi = (sum w^2 - 1/n) / (1 - 1/n), w = max(P, 0) / sum max(P, 0); 1 for one year

None without a year; no profit_hhi without a profit. Scoring specification, section 21.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from polars_rating.reference._values import Row, fin, number_list
from polars_rating.reference.metrics import read_trades, yearly


def profile(profits: Sequence[float]) -> dict[str, float | int] | None:
    """Return the profile of yearly profits.

    Examples
    --------
    >>> round(profile([2000.0, 3000.0, 5000.0])["profit_hhi"], 12)
    0.07
    """
    p, n = [fin(x) for x in profits], len(profits)
    if n == 0:
        return None
    gains, sizes = sum(max(x, 0.0) for x in p), sum(abs(x) for x in p)
    hhi = math.nan
    if gains > 0:
        squares = sum((max(x, 0.0) / gains) ** 2 for x in p)
        hhi = max((squares - 1 / n) / (1 - 1 / n), 0.0) if n > 1 else 1.0
    return {
        "n_years": n,
        "positive_year_share": sum(x > 0 for x in p) / n,
        "worst_year": min(p),
        "best_year": max(p),
        "worst_year_share": min(p) / sizes if sizes else math.nan,
        "profit_hhi": hhi,
    }


def year_profile(row: Row) -> dict[str, float | int] | None:
    """Return the profile of a row: of `yearly_profits`, else of `trades` by the year of exit."""
    if "yearly_profits" in row:
        return profile(number_list(row["yearly_profits"], "yearly_profits") or [])
    trades = read_trades(row["trades"])
    return None if trades is None else profile(yearly(trades)[0])
