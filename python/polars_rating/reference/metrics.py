"""Trades of one candidate and the metrics they give.

Trades are put in chronological order: a stable sort by ``exit_time`` if the trades have it, else
by ``entry_time``, else as given; null times last. net = fin(pnl) - fin(fee).
Scoring specification, section 10.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polars_rating.catalog import METRICS, TRADE_FIELDS
from polars_rating.catalog.row import quoted
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import SHARPE_OF
from polars_rating.reference._values import Array, fin, number, records, total, utc
from polars_rating.reference.drawdown import max_drawdown

_OPTIONAL = TRADE_FIELDS[1:]
_Times = list[dt.datetime | None]


@dataclass(frozen=True)
class Trades:
    """The trades that are not null, in chronological order; None for a field they lack."""

    pnl: Array
    fee: Array
    r_multiple: Array | None
    entry: _Times | None
    exit: _Times | None

    def __len__(self) -> int:
        """Return the number of trades."""
        return len(self.pnl)

    def net(self, cost_multiplier: float = 1.0) -> Array:
        """Return pnl - cost_multiplier * fee; a rebate, a fee below 0, stays as it is."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.pnl - np.where(self.fee > 0, cost_multiplier * self.fee, self.fee)


def read_trades(value: object) -> Trades | None:
    """Return the trades of a ``trades`` value in chronological order, None if it is null."""
    rows = records(value, "trades", ("pnl",), _OPTIONAL)
    if rows is None:
        return None
    fields = set().union(*rows)
    key = next((name for name in ("exit_time", "entry_time") if name in fields), None)
    if key is not None:
        times = [utc(row.get(key), f"trades.{key}") for row in rows]
        order = sorted(
            range(len(rows)), key=lambda i: (times[i] is None, times[i] or dt.datetime.min)
        )
        rows = [rows[i] for i in order]

    def numbers(name: str) -> Array:
        return np.array([number(row.get(name), f"trades.{name}") for row in rows], dtype=float)

    def read_times(name: str) -> _Times | None:
        return [utc(row.get(name), f"trades.{name}") for row in rows] if name in fields else None

    return Trades(
        pnl=_fin(numbers("pnl")),
        fee=_fin(numbers("fee")),
        r_multiple=numbers("r_multiple") if "r_multiple" in fields else None,
        entry=read_times("entry_time"),
        exit=read_times("exit_time"),
    )


def sharpe_ratio(values: Sequence[float] | Array) -> float:
    """Return mean / sample standard deviation of the finite values.

    0 with fewer than 2 values or a standard deviation of 0, which equal values have: their
    rounding noise, up to 1e-12 of the mean, counts as 0.
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < 2:
        return 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = np.mean(x), np.std(x, ddof=1)
        return 0.0 if std <= 1e-12 * abs(mean) else float(mean / std)


def sharpe_values(trades: Trades, sharpe_of: str = SHARPE_OF) -> Array:
    """Return what the Sharpe ratio is of: R-multiples, empty without them, or net results.

    "auto" is R-multiples where one is finite, else net results.
    """
    r = trades.r_multiple
    some = r is not None and bool(np.any(np.isfinite(r)))
    if sharpe_of == "pnl" or (sharpe_of == "auto" and not some):
        return trades.net()
    return np.array([]) if r is None else r


def profit_factor(net: Array) -> float:
    """Return gross profit / gross loss; +inf with wins and no losses, 0 without wins."""
    wins, losses = total(net[net > 0]), -total(net[net < 0])
    if wins == 0:
        return 0.0
    return math.inf if losses == 0 else wins / losses


def yearly(trades: Trades) -> tuple[list[float], list[int], list[float]]:
    """Return (profits, years, days) from the year of the first exit to that of the last."""
    closed = [
        (t, x) for t, x in zip(trades.exit or [], trades.net(), strict=False) if t is not None
    ]
    if not closed:
        return [], [], []
    first, last = closed[0][0].date(), closed[-1][0].date()
    years = list(range(first.year, last.year + 1))
    profits = [total([x for t, x in closed if t.year == year]) for year in years]
    entries = [t.date() for t in trades.entry or [] if t is not None]
    start = max(min([first, *entries]), dt.date(first.year, 1, 1))
    days = []
    for year in years:
        begin = start if year == first.year else dt.date(year, 1, 1)
        end = last if year == last.year else dt.date(year, 12, 31)
        days.append(float((end - begin).days + 1))
    return profits, years, days


def year_length(year: int) -> float:
    """Return 365 or 366 days."""
    return 366.0 if calendar.isleap(year) else 365.0


def mean_duration(trades: Trades) -> dt.timedelta | None:
    """Return the mean of exit - entry over trades that have both, rounded toward zero."""
    pairs = zip(trades.entry or [], trades.exit or [], strict=False)
    spans = [end - start for start, end in pairs if start is not None and end is not None]
    if not spans:
        return None
    micros = sum(span // dt.timedelta(microseconds=1) for span in spans)
    mean = abs(micros) // len(spans)
    return dt.timedelta(microseconds=mean if micros >= 0 else -mean)


def metrics_of(trades: Trades | None) -> dict[str, Any]:
    """Return every metric of the canonical columns; all None if the list of trades is null."""
    if trades is None:
        return dict.fromkeys(METRICS)
    net, n = trades.net(), len(trades)
    profits, years, days = yearly(trades)
    r = None if trades.r_multiple is None else trades.r_multiple[np.isfinite(trades.r_multiple)]
    return {
        "total_trades": n,
        "win_rate": float(np.mean(net > 0)) if n else 0.0,
        "profit_factor": profit_factor(net),
        "sharpe_ratio": sharpe_ratio(sharpe_values(trades)),
        "max_drawdown": max_drawdown(net),
        "avg_trade_duration": mean_duration(trades),
        "yearly_profits": profits,
        "years": years,
        "year_days": days,
        "cost_per_trade": total(trades.fee) / n if n else 0.0,
        "profit": total(net),
        "avg_r": float(np.mean(r)) if r is not None and len(r) else None,
    }


def metrics(row_or_trades: object, *, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the metrics of a row's ``trades``, or of a list of trades itself.

    Parameters
    ----------
    row_or_trades : mapping or list
        A row with the key ``trades``, a List(Struct) value, or a Struct of lists with ``pnl``.
    fields : sequence of str, optional
        The metrics that are wanted.

    Returns
    -------
    dict
        Every metric column, or those of `fields` in their order: counts, ratios, account
        currency, a timedelta.

    Examples
    --------
    >>> found = metrics([{"pnl": 30.0, "fee": 1.0}, {"pnl": -9.0, "fee": 1.0}])
    >>> found["profit"], found["win_rate"], found["profit_factor"], found["max_drawdown"]
    (19.0, 0.5, 2.9, 10.0)
    """
    if isinstance(row_or_trades, Mapping) and "trades" in row_or_trades:
        row_or_trades = row_or_trades["trades"]
    elif isinstance(row_or_trades, Mapping) and "pnl" not in row_or_trades:
        raise RatingError(
            f"no evidence for `metrics`: looked for `trades`, found {quoted(row_or_trades)}",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )
    found = metrics_of(read_trades(row_or_trades))
    return found if fields is None else {name: found[name] for name in fields}


def _fin(values: Array) -> Array:
    return np.array([fin(x) for x in values], dtype=float)
