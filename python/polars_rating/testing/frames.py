"""Deterministic frames of candidates and of trades, from NumPy's `default_rng`.

Every candidate has complete evidence: no null, no NaN, every list with at least one item. The
numbers of a candidate agree with each other, as those of a real backtest do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from polars_rating.catalog import RUN_FIELDS, TRADE_FIELDS
from polars_rating.parameters import check

Tier = Literal["reruns", "neighbours", "equity", "returns", "trades", "summary"]

TRADE: Final = pl.Struct(
    {
        **dict.fromkeys(("pnl", "fee", "r_multiple"), pl.Float64),
        **dict.fromkeys(("entry_time", "exit_time"), pl.Datetime("us")),
    }
)
"""The dtype of one trade: ``pl.List(TRADE)`` is that of ``trades``."""
_START: Final = np.datetime64("2019-03-01", "us")
_YEAR: Final = 2024
"""The year after the last one."""
_RERUNS: Final = (1, 6)
_TRADES: Final = (3, 20)
_PERIODS: Final = (20, 60)

_Array = npt.NDArray[Any]


def candidate_frame(
    n: int,
    seed: int = 0,
    tier: Tier = "summary",
    *,
    length: int | tuple[int, int] | None = None,
) -> pl.DataFrame:
    """Make `n` candidates with the evidence of a tier.

    Winners and losers, one candidate in ten without a losing trade. The numbers of a candidate
    agree: its profit is the sum of its yearly profits, and is positive where profit factor,
    mean R-multiple and Sharpe ratio say so.

    Parameters
    ----------
    n : int
        Number of rows, one per candidate, in [0, 1000000]. With 0 the schema is the same.
    seed : int
        Seed of NumPy's random stream, in [0, 2**64 - 1].
    tier : {'summary', 'reruns', 'neighbours', 'trades', 'returns', 'equity'}
        The evidence. ``"summary"``: the metric columns. ``"reruns"``: these, and every column of
        reruns and of neighbours. ``"neighbours"``: the metrics and ``neighbour_runs``.
        ``"trades"``, ``"returns"``, ``"equity"``: nothing but the column of that name.
    length : int or (int, int), optional
        Number of reruns in every list, or of trades, returns or points; a pair is the least and
        the most. Default: 1 to 6 reruns, 3 to 20 trades, 20 to 60 returns or points. The tier
        ``"summary"`` has no such lists.

    Returns
    -------
    pl.DataFrame
        ``strategy`` (String, unique, sorted) and canonical columns: numbers as Float64,
        ``total_trades`` as Int64, ``years`` as List(Int64), ``avg_trade_duration`` in seconds,
        the lists of trades in no order of time, the points of equity daily. No nulls, no NaN;
        ``profit_factor`` may be +inf.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` or ``RATING_BAD_SEED`` for a parameter that breaks its rule.

    Notes
    -----
    Equal arguments give equal frames. Another `n` gives other candidates, not more of the same.
    NumPy may change its streams with a new version: do not write down numbers of these frames.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.testing import candidate_frame
    >>> df = candidate_frame(100, seed=7)
    >>> df.equals(candidate_frame(100, seed=7))
    True
    >>> df.select(rating.final()).null_count().item()
    0
    >>> candidate_frame(1, tier="trades").schema["trades"]
    List(Struct({'pnl': Float64, 'fee': Float64, 'r_multiple': Float64,
                 'entry_time': Datetime(time_unit='us', time_zone=None),
                 'exit_time': Datetime(time_unit='us', time_zone=None)}))
    """
    n, seed, tier = check("n", n), check("seed", seed), check("tier", tier)
    span = None if length is None else check("length", length)
    if tier == "trades":
        lengths, items = _trades(n, seed, span or _TRADES)
        return pl.DataFrame([_names(n), gather(lengths, items.to_struct("trades"))])
    if tier in ("returns", "equity"):
        return pl.DataFrame([_names(n), _path(n, seed, tier, span or _PERIODS)])
    summary = _summary(n, seed)
    if tier == "summary":
        return summary
    runs = _reruns(summary, seed, span or _RERUNS)
    if tier == "neighbours":
        runs = [column for column in runs if column.name == "neighbour_runs"]
    return summary.with_columns(runs)


def trade_frame(
    n: int, seed: int = 0, *, length: int | tuple[int, int] | None = None
) -> pl.DataFrame:
    """Make the trades of `n` candidates, one row per trade.

    The trades of ``candidate_frame(n, seed, tier="trades")``, before they are gathered.

    Parameters
    ----------
    n : int
        Number of candidates, in [0, 1000000]. With 0 the schema is the same.
    seed : int
        Seed of NumPy's random stream, in [0, 2**64 - 1].
    length : int or (int, int), optional
        Number of trades of every candidate; a pair is the least and the most. Default: 3 to 20.

    Returns
    -------
    pl.DataFrame
        ``strategy`` (String); ``pnl`` before fees, ``fee`` and ``r_multiple`` (Float64; account
        currency, R-multiples); ``entry_time`` and ``exit_time`` (Datetime in microseconds), over
        four years and in no order of time. No nulls.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` or ``RATING_BAD_SEED`` for a parameter that breaks its rule.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.testing import trade_frame
    >>> long = trade_frame(30, length=(50, 90))
    >>> lists = long.group_by("strategy").agg(
    ...     rating.trades("pnl", fee="fee", r_multiple="r_multiple", exit_time="exit_time")
    ... )
    >>> lists.select(rating.trade_dropout().count()).item()
    30
    """
    n, seed = check("n", n), check("seed", seed)
    lengths, items = _trades(n, seed, _TRADES if length is None else check("length", length))
    return pl.DataFrame([_names(n).gather(np.repeat(np.arange(n), lengths)), *items])


def gather(lengths: Sequence[int] | _Array, items: pl.Series) -> pl.Series:
    """Return `items` as lists, ``lengths[i] >= 1`` of them in row i."""
    row = pl.Series("row", np.repeat(np.arange(len(lengths)), lengths))
    long = pl.DataFrame([row, items])
    return long.group_by("row", maintain_order=True).agg(items.name)[items.name]


def _names(n: int) -> pl.Series:
    return pl.Series("strategy", [f"s{i:06}" for i in range(n)], dtype=pl.String)


def _lengths(rng: np.random.Generator, n: int, span: tuple[int, int]) -> _Array:
    return rng.integers(*span, size=n, endpoint=True)


def _summary(n: int, seed: int) -> pl.DataFrame:
    """Draw trades of two outcomes, an average win and an average loss, and what follows."""
    rng = np.random.default_rng([seed, 1])
    total = rng.integers(5, 400, n)
    wins = np.clip(np.rint(total * rng.uniform(0.3, 0.7, n)), 1, total - 1)
    wins = np.where(rng.random(n) < 0.1, total, wins)
    flawless = wins == total
    factor = np.where(flawless, np.inf, rng.uniform(0.8, 3.5, n))
    win = rng.uniform(20.0, 200.0, n)
    loss = np.where(flawless, 0.0, wins * win / (np.maximum(total - wins, 1) * factor))
    years = _years(rng, n, wins * win - (total - wins) * loss)
    profit = years["yearly_profits"].list.sum().round(2)
    mean = profit.to_numpy() / total
    return pl.DataFrame(
        {
            "strategy": _names(n),
            "total_trades": total,
            "win_rate": wins / total,
            "profit_factor": factor,
            "sharpe_ratio": mean / ((win + loss) * rng.uniform(0.4, 0.8, n)),
            "max_drawdown": (win + loss) * rng.uniform(1.0, 8.0, n),
            "avg_trade_duration": rng.uniform(3_600.0, 864_000.0, n),
            "cost_per_trade": rng.uniform(0.0, 3.0, n),
            "profit": profit,
            "avg_r": mean / (win / rng.uniform(1.0, 3.0, n)),
        }
    ).hstack(years)


def _years(rng: np.random.Generator, n: int, profit: _Array) -> pl.DataFrame:
    """Split `profit` unevenly, to the cent, over up to five years, the last one partly covered."""
    lengths = rng.integers(1, 6, n)
    row = np.repeat(np.arange(n), lengths)
    place = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    year = _YEAR - lengths[row] + place
    swing = rng.normal(0.0, 0.3, len(row)) * np.abs(profit)[row]
    spread = swing - (np.bincount(row, swing, n) / lengths)[row]
    days = np.where(year % 4 == 0, 366.0, 365.0)
    days = np.where(year == _YEAR - 1, rng.integers(20, 365, len(row)), days)
    columns = {
        "yearly_profits": np.round((profit / lengths)[row] + spread, 2),
        "years": year,
        "year_days": days,
    }
    return pl.DataFrame([gather(lengths, pl.Series(k, v)) for k, v in columns.items()])


def _reruns(base: pl.DataFrame, seed: int, span: tuple[int, int]) -> list[pl.Series]:
    """Rerun `base` under stress: a little worse on average, sometimes better."""
    rng = np.random.default_rng([seed, 2])
    columns = []
    for name, fields in RUN_FIELDS.items():
        lengths = _lengths(rng, base.height, span)
        harm = rng.uniform(-0.1, 0.4, int(lengths.sum()))
        runs = {}
        for field in fields:
            metric = np.repeat(base[field].to_numpy(), lengths)
            change = (harm + rng.normal(0.0, 0.05, len(harm))) * np.abs(metric)
            runs[field] = metric + change if field == "max_drawdown" else metric - change
        if "win_rate" in runs:
            runs["win_rate"] = np.minimum(runs["win_rate"], 1.0)
        columns.append(gather(lengths, pl.DataFrame(runs).to_struct(name)))
    return columns


def _trades(n: int, seed: int, span: tuple[int, int]) -> tuple[_Array, pl.DataFrame]:
    """Draw how many trades every candidate has, and all the trades."""
    rng = np.random.default_rng([seed, 3])
    lengths = _lengths(rng, n, span)
    size = int(lengths.sum())
    edge = np.repeat(rng.normal(12.0, 15.0, n), lengths)
    risk = np.repeat(rng.uniform(20.0, 80.0, n), lengths)
    pnl = np.round(rng.normal(edge, risk), 2)
    entry = _START + rng.integers(0, 1_500 * 86_400, size).astype("timedelta64[s]")
    values = (
        pnl,
        np.round(rng.uniform(0.0, 3.0, size), 2),
        np.round(pnl / risk, 4),
        entry,
        entry + rng.integers(60, 30 * 86_400, size).astype("timedelta64[s]"),
    )
    return lengths, pl.DataFrame(dict(zip(TRADE_FIELDS, values, strict=True)))


def _path(n: int, seed: int, tier: Tier, span: tuple[int, int]) -> pl.Series:
    """Draw daily returns of every candidate, or the equity they make of 10,000."""
    rng = np.random.default_rng([seed, 4])
    lengths = _lengths(rng, n, span)
    size = int(lengths.sum())
    edge = np.repeat(rng.normal(0.001, 0.002, n), lengths)
    returns = np.round(rng.normal(edge, 0.01), 6)
    if tier == "returns":
        return gather(lengths, pl.Series("returns", returns))
    wealth = np.cumsum(np.log1p(returns))
    before = np.repeat(np.append(0.0, wealth)[np.cumsum(lengths) - lengths], lengths)
    place = np.arange(size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    time = _START + place * np.timedelta64(1, "D")
    equity = np.round(10_000.0 * np.exp(wealth - before), 2)
    return gather(lengths, pl.DataFrame({"time": time, "equity": equity}).to_struct("equity"))
