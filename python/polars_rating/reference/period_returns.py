"""Net results per calendar period from trades.

    result of a period = sum of net pnl of the trades that were closed in it, divided by the capital

Days, weeks that end on Sunday, or months, in UTC, from the one of `start` to the one of `end`; 0
where nothing was closed. Scoring specification, section 21.
"""

from __future__ import annotations

import datetime as dt
import math

from polars_rating._selection_rules import EVERY
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check
from polars_rating.reference._values import Row, utc
from polars_rating.reference.evidence import parameter_of
from polars_rating.reference.metrics import read_trades


def period(day: dt.date, every: str) -> int:
    """Return the number of a day's period.

    Examples
    --------
    >>> sunday = dt.date(2024, 1, 7)
    >>> period(sunday + dt.timedelta(1), "1w") - period(sunday, "1w")
    1
    """
    if every == "1mo":
        return day.year * 12 + day.month
    # Ordinal 1 is a Monday.
    return (day.toordinal() - 1) // 7 if every == "1w" else day.toordinal()


def period_returns(
    row: Row,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    every: str = EVERY,
    capital: float | None = None,
) -> list[float] | None:
    """Return the results of a row's trades; start, end and capital may be columns."""
    kind = check("every", every)
    first, last = (
        utc(row.get(name, given), name) for name, given in (("start", start), ("end", end))
    )
    has_capital = capital is not None or "capital" in row
    per = parameter_of(row, "capital", capital) if has_capital else 1.0
    trades = read_trades(row["trades"])
    if trades is None or first is None or last is None or not (math.isfinite(per) and per > 0):
        return None
    count = period(last, kind) - period(first, kind) + 1
    results = [0.0] * (count if first.date() <= last.date() else 0)
    for net, moment in zip(trades.net(), trades.exit or [], strict=False):
        if moment is None or not results:
            continue
        if not first.date() <= moment.date() <= last.date():
            raise RatingError(
                f"`trades` must be closed from `start` to `end`, got an exit on {moment.date()}",
                code=ErrorCode.RATING_BAD_VALUE,
            )
        results[period(moment, kind) - period(first, kind)] += float(net)
    return [result / per for result in results]
