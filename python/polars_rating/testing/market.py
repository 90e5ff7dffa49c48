"""Candles of two symbols and candidates whose trades are closed in them, drawn with NumPy."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

START: Final = np.datetime64("2024-01-01", "us")
HOUR: Final = np.timedelta64(1, "h")
SYMBOLS: Final = ("EURUSD", "GBPUSD")


def candles(n: int = 400, seed: int = 0) -> pl.DataFrame:
    """Return hourly candles of bid and ask."""
    rng = np.random.default_rng([seed, 1])
    middle = 100 + rng.normal(0, 0.4, n).cumsum()
    spread = rng.uniform(0.02, 0.06, n)
    up, down = rng.uniform(0, 0.6, n), rng.uniform(0, 0.6, n)
    return pl.DataFrame(
        {
            "time": START + np.arange(n) * HOUR,
            "bid_high": middle + up - spread / 2,
            "bid_low": middle - down - spread / 2,
            "ask_high": middle + up + spread / 2,
            "ask_low": middle - down + spread / 2,
        }
    )


def market() -> dict[str, pl.DataFrame]:
    """Return candles by symbol."""
    return {symbol: candles(400, seed) for seed, symbol in enumerate(SYMBOLS)}


def candidates(rows: int = 40, trades: int = 12, seed: int = 3) -> pl.DataFrame:
    """Return candidates of which some trades do not count."""
    rng = np.random.default_rng([seed, 2])
    size = rows * trades
    price = market()[SYMBOLS[0]]["bid_high"].to_numpy()
    entry = rng.integers(0, 380, size)
    long = rng.random(size) < 0.5
    width = rng.uniform(0.2, 2.0, size)
    at = price[entry]
    minutes = rng.integers(0, 60, size) * np.timedelta64(1, "m")
    held = rng.integers(0, 12, size) * HOUR
    flat = pl.DataFrame(
        {
            "row": np.repeat(np.arange(rows), trades),
            "direction": np.where(long, "long", "short"),
            "entry_time": START + entry * HOUR + minutes,
            "exit_time": START + entry * HOUR + minutes + held,
            "exit_reason": np.where(rng.random(size) < 0.8, "take_profit", "stop_loss"),
            "take_profit": np.where(long, at + width, at - width),
            "stop_loss": np.where(long, at - width, at + width),
            "spread": np.where(rng.random(size) < 0.9, 0.04, 0.0),
            "symbol": rng.choice(SYMBOLS, size),
        }
    )
    fields = [name for name in flat.columns if name != "row"]
    lists = flat.group_by("row", maintain_order=True).agg(trades=pl.struct(fields))
    return lists.with_columns(symbol_of_row=pl.Series(rng.choice(SYMBOLS, rows)))
