"""What the strategies draw their numbers, trades and candidates from.

A hole or a wild number takes as many choices as the number in whose place it is. So a candidate
takes the same choices whatever becomes of it, and a failing example shrinks to the holes it needs.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any, Final

import polars as pl
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from polars_rating.catalog import RUN_FIELDS, TRADE_FIELDS
from polars_rating.testing.frames import Tier, candidate_frame

Row = dict[str, Any]

MONEY: Final = st.integers(-500_000, 500_000).map(lambda cents: cents / 100)
"""Profit or loss of a trade, to the cent."""
FEES: Final = st.integers(0, 500).map(lambda cents: cents / 100)
"""Fee of a trade, to the cent."""
RARELY: Final = st.integers(0, 7).map(lambda choice: choice == 7)
MANY_YEARS: Final = 12
YEAR_LISTS: Final = ("yearly_profits", "years", "year_days")

_MOMENTS: Final = st.integers(-(10**8), 10**9).map(
    lambda seconds: dt.datetime(2000, 1, 1) + dt.timedelta(seconds=seconds)
)
_HELD: Final = st.integers(0, 90 * 86_400).map(lambda seconds: dt.timedelta(seconds=seconds))
# No subnormal numbers: they have few digits, and some platforms count them as 0.
_floats = partial(st.floats, allow_nan=False, allow_infinity=False, allow_subnormal=False)
_ANY: Final = _floats()
_HOLES: Final = st.sampled_from([None, math.nan, math.inf, -math.inf])
_FACTOR: Final = 2.0


def _profit_factor(drawn: float) -> float:
    """Return what backtests have for [0, 1], anything up to 2, no losses above."""
    return 5 * drawn if drawn <= 1 else 1e6 * (drawn - 1) if drawn <= 2 else math.inf


_DOMAINS: Final[Mapping[str, SearchStrategy[Any]]] = {
    "total_trades": st.integers(0, 100_000),
    "win_rate": _floats(0.0, 1.0),
    "profit_factor": _floats(0.0, 3.0).map(_profit_factor),
    "sharpe_ratio": _floats(-10.0, 10.0),
    "max_drawdown": _floats(0.0, 1e9),
    "avg_trade_duration": _floats(0.0, 1e9),
    "cost_per_trade": _floats(0.0, 1e4),
    "profit": _floats(-1e12, 1e12),
    "avg_r": _floats(-10.0, 10.0),
    "yearly_profits": _floats(-1e9, 1e9),
    "year_days": _floats(1.0, 366.0),
    "pnl": MONEY,
    "fee": FEES,
    "r_multiple": _floats(-5.0, 20.0),
    "return": _floats(-1.0, 2.0),
    "equity": _floats(0.0, 1e9),
    "factor": _floats(0.0, _FACTOR),
}
"""Numbers of a candidate, items of its lists, and a rerun's metric as a share of its own."""


@cache  # a strategy is slow to build and the same for every candidate
def number(name: str, missing: bool, wild: bool) -> SearchStrategy[Any]:
    """Draw a number from its domain, rarely a hole, now and then any other number."""
    domain = _DOMAINS[name]
    # Integers have neither NaN nor infinity.
    holes = _HOLES.map(lambda _: None) if name == "total_trades" else _HOLES
    others = st.integers(-5, 2**62) if name == "total_trades" else _ANY
    kinds = [domain] * 5 + [others if wild else domain] * 2 + [holes if missing else domain]
    return st.sampled_from(kinds).flatmap(lambda kind: kind) if missing or wild else domain


def sometimes_none(values: SearchStrategy[Any], missing: bool) -> SearchStrategy[Any]:
    """Draw from `values`, and rarely None instead if `missing`."""
    if not missing:
        return values
    return st.tuples(values, RARELY).map(lambda drawn: None if drawn[1] else drawn[0])


@st.composite
def trade(draw: st.DrawFn, names: Sequence[str], missing: bool, wild: bool) -> Row:
    """Draw a trade with the fields `names`."""
    numbers = {name: number(name, missing, wild) for name in names if not name.endswith("_time")}
    values: Row = {name: draw(strategy) for name, strategy in numbers.items()}
    if len(values) < len(names):
        entry = draw(_MOMENTS)
        exit = draw(_MOMENTS) if wild else entry + draw(_HELD)
        lost = draw(st.integers(0, 15)) if missing else 0
        for choice, name, time in ((15, "entry_time", entry), (14, "exit_time", exit)):
            if name in names:
                values[name] = None if lost in (13, choice) else time
    return values


@st.composite
def named(draw: st.DrawFn, name: SearchStrategy[str], row: SearchStrategy[Row]) -> Row:
    """Draw a row with the candidate it belongs to."""
    return {"strategy": draw(name), **draw(row)}


@st.composite
def year_lists(draw: st.DrawFn, span: tuple[int, int], missing: bool, wild: bool) -> Row:
    """Draw yearly profits, years and days of one length, as many as `span` allows."""
    items = draw(st.lists(_year(missing, wild), min_size=span[0], max_size=span[1]))
    first = draw(st.integers(1900, 2020))
    row: Row = {name: [item[i] for item in items] for i, name in enumerate(YEAR_LISTS)}
    if not wild:
        row["years"] = [first + i for i in range(len(items))]
    return {name: draw(sometimes_none(st.just(row[name]), missing)) for name in YEAR_LISTS}


@cache
def _year(missing: bool, wild: bool) -> SearchStrategy[tuple[Any, ...]]:
    year = sometimes_none(st.integers(-(2**53), 2**53), missing) if wild else st.just(0)
    profit, days = (number(name, missing, wild) for name in ("yearly_profits", "year_days"))
    return st.tuples(profit, year, days)


@st.composite
def candidates(
    draw: st.DrawFn, tier: Tier, span: tuple[int, int], length: int, missing: bool, wild: bool
) -> list[Row]:
    """Draw the rows of a frame of `tier`, as many as `span` allows."""
    row = _candidate(tier, length, missing, wild)
    rows = draw(st.lists(row, min_size=span[0], max_size=span[1]))
    return [{"strategy": f"s{i:06}", **row} for i, row in enumerate(rows)]


@st.composite
def _candidate(draw: st.DrawFn, tier: Tier, length: int, missing: bool, wild: bool) -> Row:
    """Draw one row of a frame of `tier`, its lists at most `length` long."""
    if tier == "trades":
        return {"trades": draw(_listed(_full_trade(missing, wild), length, missing))}
    if tier == "returns":
        return {"returns": draw(_listed(number("return", missing, wild), length, missing))}
    if tier == "equity":
        return {"equity": draw(_listed(_point(missing, wild), length, missing))}
    row: Row = {name: draw(number(name, missing, wild)) for name in _summary_numbers()}
    row |= draw(year_lists((0 if missing else 1, MANY_YEARS), missing, wild))
    if tier != "summary":
        for name, metrics in RUN_FIELDS.items():
            if name not in schema(tier):
                continue
            # Reruns that knew nothing of their candidate would nearly all cost the cap.
            runs = draw(_listed(_run(metrics, missing, wild), length, missing))
            row[name] = runs and [
                run and {m: _rerun(m, row[m], run[m]) for m in run} for run in runs
            ]
    return row


@cache
def schema(tier: Tier) -> pl.Schema:
    """Return the schema of every frame of `tier`."""
    return candidate_frame(0, tier=tier).schema


@cache
def _summary_numbers() -> tuple[str, ...]:
    names = (name for name in schema("summary") if name not in ("strategy", *YEAR_LISTS))
    return tuple(names)


@cache
def _full_trade(missing: bool, wild: bool) -> SearchStrategy[Row]:
    return trade(TRADE_FIELDS, missing, wild)


@cache
def _point(missing: bool, wild: bool) -> SearchStrategy[Row]:
    times = sometimes_none(_MOMENTS, missing)
    return st.fixed_dictionaries({"time": times, "equity": number("equity", missing, wild)})


@cache
def _run(metrics: tuple[str, ...], missing: bool, wild: bool) -> SearchStrategy[Row]:
    return st.fixed_dictionaries(dict.fromkeys(metrics, number("factor", missing, wild)))


def _rerun(metric: str, own: float | None, factor: float | None) -> float | None:
    """Return a metric of a rerun from the candidate's own; what is no factor is the metric."""
    if factor is None or not 0.0 <= factor <= _FACTOR:
        return factor
    value = factor * (own or 1.0)
    if not math.isfinite(value):
        return own
    return min(value, 1.0) if metric == "win_rate" else value


@cache
def _listed(items: SearchStrategy[Any], length: int, missing: bool) -> SearchStrategy[Any]:
    lists = st.lists(sometimes_none(items, missing), min_size=not missing, max_size=length)
    return sometimes_none(lists, missing)
