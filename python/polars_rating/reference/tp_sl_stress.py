"""TP/SL stress: would the take-profit still have been hit, had the levels been worse by the spread.

    long:  TP and SL + spread, looked for in the bids;  short: TP and SL - spread, in the asks
    start = first candle at or after the entry, exit = last candle at or before the exit, >= start
    first candle start + 1 + k, k = 0, 1, .., that reaches one of the two:
        TP alone: 0 if start + k <= exit, else min(0.1 (start + k - exit), 0.5)
        SL, or both, or none to the end: 1
    score = mean(1 - penalty) over the trades that count; 1 where none counts, None without trades

In [0, 1], higher is better. A trade counts if its take-profit closed it, TP, SL and spread are
finite, the spread is > 0 and both times are there. A hit in the candle after the entry has
start + k = start: Omega's count. Scoring specification, section 11.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from polars_rating.catalog.further import LEVEL_FIELDS
from polars_rating.catalog.row import quoted
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import NO_EVIDENCE, TOOK_PROFIT, check
from polars_rating.reference._values import Row, number, records, total, utc

_SIDES = {"long": 1.0, "buy": 1.0, "short": -1.0, "sell": -1.0}


class Candles(NamedTuple):
    """Candles of one symbol, ascending in time."""

    time: Sequence[Any]
    bid_high: Sequence[float]
    bid_low: Sequence[float]
    ask_high: Sequence[float]
    ask_low: Sequence[float]


class TpSlTrade(NamedTuple):
    """A trade as the stress sees it; times as in the candles, None where missing."""

    long: bool
    took_profit: bool
    take_profit: float
    stop_loss: float
    spread: float
    entry_time: Any
    exit_time: Any


def tp_sl_stress_score(candles: Candles, trades: Sequence[TpSlTrade]) -> float | None:
    """Return the score of one candidate.

    Examples
    --------
    >>> highs, lows = [1.0, 1.1, 1.3], [0.9, 0.9, 0.9]
    >>> candles = Candles([0, 1, 2], highs, lows, highs, lows)
    >>> tp_sl_stress_score(candles, [TpSlTrade(True, True, 1.2, 0.8, 0.01, 0, 0)])
    0.9
    """
    if not trades:
        return None
    scores = [1 - _penalty(candles, trade) for trade in trades if _counts(trade)]
    return total(scores) / len(scores) if scores else 1.0


def _counts(trade: TpSlTrade) -> bool:
    prices = (trade.take_profit, trade.stop_loss, trade.spread)
    times = (trade.entry_time, trade.exit_time)
    return (
        trade.took_profit
        and all(math.isfinite(price) for price in prices)
        and trade.spread > 0
        and None not in times
    )


def _penalty(candles: Candles, trade: TpSlTrade) -> float:
    n = len(candles.time)
    start = next((i for i in range(n) if candles.time[i] >= trade.entry_time), n)
    exit_at = max([i for i in range(n) if candles.time[i] <= trade.exit_time], default=start)
    exit_at = max(exit_at, start)
    for at in range(start + 1, n):
        if trade.long:
            tp = candles.bid_high[at] >= trade.take_profit + trade.spread
            sl = candles.bid_low[at] <= trade.stop_loss + trade.spread
        else:
            tp = candles.ask_low[at] <= trade.take_profit - trade.spread
            sl = candles.ask_high[at] >= trade.stop_loss - trade.spread
        if sl:
            return 1.0
        if tp:
            return min(0.1 * max(at - 1 - exit_at, 0), 0.5)
    return 1.0


def tp_sl_stress(
    row: Row,
    candles: Mapping[str | None, Candles],
    *,
    took_profit: str = TOOK_PROFIT,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Return the TP/SL stress of a row's `trades`.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; ``symbol`` in it is the symbol of all its trades.
    candles : mapping of str or None to Candles
        Candles by symbol, those of None serving every trade; times as naive UTC datetimes.
    took_profit, no_evidence
        As in the expression of the same name.

    Returns
    -------
    float or None
        In [0, 1]; None without trades.
    """
    reason, no_evidence = check("took_profit", took_profit), check("no_evidence", no_evidence)
    trades = records(row["trades"], "trades", LEVEL_FIELDS, ("symbol",))
    if not trades:
        return 1.0 if no_evidence == "omega" else None
    scores = []
    for trade in trades:
        symbol = None if None in candles else row.get("symbol", trade.get("symbol"))
        if None not in candles and "symbol" not in row and "symbol" not in trade:
            raise RatingError(
                "`trades` must have the field `symbol`, or `symbol=` must name a column: there are "
                "candles by symbol",
                code=ErrorCode.RATING_MISSING_FIELD,
            )
        read = _read(trade, reason)
        if read is None or (symbol is None and None not in candles):
            continue
        if symbol not in candles:
            raise RatingError(
                f"`candles` must have the symbol `{symbol}`, found {quoted(map(str, candles))}",
                code=ErrorCode.RATING_BAD_VALUE,
            )
        if _counts(read):
            scores.append(1 - _penalty(candles[symbol], read))
    return total(scores) / len(scores) if scores else 1.0


def _read(trade: Row, took_profit: str) -> TpSlTrade | None:
    """Return a trade as the stress sees it, None without a direction."""
    direction = trade["direction"]
    if isinstance(direction, str):
        side = _SIDES.get(direction.lower())
        if side is None:
            raise RatingError(
                "`trades.direction` must be 'long' or 'short', or a number above or below 0, "
                f'got "{direction}"',
                code=ErrorCode.RATING_BAD_VALUE,
            )
    else:
        side = number(direction, "trades.direction")
    if side == 0 or math.isnan(side):
        return None
    reason = trade["exit_reason"]
    prices = (number(trade[n], f"trades.{n}") for n in ("take_profit", "stop_loss", "spread"))
    times = (utc(trade[n], f"trades.{n}") for n in ("entry_time", "exit_time"))
    return TpSlTrade(side > 0, reason is True or reason == took_profit, *prices, *times)
