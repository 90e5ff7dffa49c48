"""Trades and daily results of a position, in one window.

Every trade is 10,000 of the market at its entry, 5 bp of it are paid per side, and what is open on
the last day of the window is closed there. An R-multiple is the result over the initial risk: four
mean absolute daily moves of the last 20 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from studies.walk_forward.prices import Prices
from studies.walk_forward.rules import WARM_UP

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NOTIONAL = 10_000.0
COST_PER_SIDE = 5e-4
RISK_DAYS = 20
RISK_MOVES = 4.0
LEAST_RISK = 1e-3
"""Of the price: a market may stand still for 20 days."""
DAYS_A_YEAR = 252
RATED_YEARS = 6
"""Length of the window on which a rule is rated."""
JUDGED_YEARS = 2
"""Length of the next one, and the step between folds."""
FIRST, LAST = 1991, 2022
"""Years in which the first window may begin and the last one must have ended."""


@dataclass(frozen=True)
class Fold:
    """A window to rate on, and the next one: rows of the prices, both ends in it."""

    number: int
    rated: tuple[int, int]
    judged: tuple[int, int]


def folds(prices: Prices) -> list[Fold]:
    """Return the folds that the prices cover, numbered alike for all markets."""
    found = []
    starts = range(FIRST, LAST - RATED_YEARS - JUDGED_YEARS + 1, JUDGED_YEARS)
    for number, year in enumerate(starts):
        years = (year, year + RATED_YEARS, year + RATED_YEARS + JUDGED_YEARS)
        a, b, c = np.searchsorted(prices.days, [np.datetime64(f"{y}-01-01") for y in years])
        covered = prices.days[-1] >= np.datetime64(f"{years[2] - 1}-12-15")
        if a >= WARM_UP and covered:
            found.append(Fold(number, (int(a), int(b) - 1), (int(b) - 1, int(c) - 1)))
    return found


def risk(close: Floats) -> Floats:
    """Return the initial risk of a trade entered at each close, as a share of the price."""
    moves = np.abs(np.diff(close, prepend=close[0]))
    total = np.concatenate([[0.0], np.cumsum(moves)])
    out = np.full(len(close), np.nan)
    out[RISK_DAYS - 1 :] = (total[RISK_DAYS:] - total[:-RISK_DAYS]) / RISK_DAYS
    return np.maximum(RISK_MOVES * out / close, LEAST_RISK)


def trades(
    position: Bools, prices: Prices, risks: Floats, window: tuple[int, int]
) -> dict[str, npt.NDArray[Any]]:
    """Return the trades of a window as columns."""
    close = prices.close
    start, end = window
    held = position[start:end].astype(np.int8)  # from each close to the next
    turns = np.diff(held, prepend=0, append=0)
    entry = start + np.flatnonzero(turns == 1)
    exit_ = start + np.flatnonzero(turns == -1)
    grown = close[exit_] / close[entry]
    pnl = NOTIONAL * (grown - 1.0)
    return {
        "pnl": pnl,
        "fee": NOTIONAL * COST_PER_SIDE * (1.0 + grown),
        "r": pnl / (NOTIONAL * risks[entry]),
        "entry": prices.days[entry],
        "exit": prices.days[exit_],
    }


def daily(position: Bools, close: Floats) -> Floats:
    """Return the net result of each day of a constant holding, over all prices."""
    held = position[:-1].astype(np.float64)
    change = np.diff(close) / close[:-1]
    turned = np.abs(np.diff(held, prepend=0.0))
    return NOTIONAL * (held * change - COST_PER_SIDE * turned)


def outcome(results: Floats, window: tuple[int, int]) -> tuple[float, float, float]:
    """Return annual Sharpe ratio, profit and maximum drawdown of a window's daily results.

    A rule that does not trade has 0, 0 and 0.
    """
    values = results[window[0] : window[1]]
    spread = values.std(ddof=1)
    curve = np.concatenate([[0.0], np.cumsum(values)])
    sharpe = float(values.mean() / spread * np.sqrt(DAYS_A_YEAR)) if spread > 0 else 0.0
    drawdown = float((np.maximum.accumulate(curve) - curve).max())
    return sharpe, float(curve[-1]), drawdown


def long_frame(parts: list[tuple[dict[str, object], dict[str, npt.NDArray[Any]]]]) -> pl.DataFrame:
    """Return trades of several candidates as one frame; the keys are those of each part."""
    sizes = [len(columns["pnl"]) for _, columns in parts]
    if not parts:
        return pl.DataFrame()
    keys = pl.DataFrame([key for key, _ in parts])
    rows = np.repeat(np.arange(len(parts)), sizes)
    values = {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]}
    return keys[rows].hstack(pl.DataFrame(values))
