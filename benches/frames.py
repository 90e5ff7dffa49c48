"""Deterministic frames to rate: the same numbers in every run and on every machine."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[np.float64]

RUN_METRICS = ("profit", "max_drawdown", "sharpe_ratio")
JITTER_METRICS = ("profit", "avg_r", "win_rate", "max_drawdown")
START = datetime(2014, 1, 2)
YEARS = 10
MICROSECONDS_PER_DAY = 86_400_000_000


def nested(fields: dict[str, Array | pl.Series], rows: int, length: int) -> pl.Series:
    """Flat fields as one List(Struct) column with `length` items per row."""
    structs = pl.DataFrame(fields).to_struct()
    return structs.reshape((rows, length)).arr.to_list()


def base_metrics(rows: int, rng: np.random.Generator) -> pl.DataFrame:
    """Summary metrics of plausible candidates, all of them profitable."""
    return pl.DataFrame(
        {
            "profit": rng.lognormal(9.0, 0.6, rows),
            "avg_r": rng.uniform(0.2, 1.2, rows),
            "win_rate": rng.uniform(0.35, 0.65, rows),
            "max_drawdown": rng.lognormal(7.5, 0.5, rows),
            "sharpe_ratio": rng.uniform(0.5, 2.5, rows),
            "profit_factor": rng.uniform(1.1, 2.5, rows),
            "total_trades": rng.integers(50, 2000, rows),
            "cost_per_trade": rng.uniform(0.05, 0.5, rows),
        }
    )


def runs(
    base: pl.DataFrame, metrics: tuple[str, ...], length: int, rng: np.random.Generator
) -> pl.Series:
    """Reruns that are a little worse than the base on average, and sometimes better."""
    flat: dict[str, Array | pl.Series] = {}
    for name in metrics:
        mean = 1.05 if name == "max_drawdown" else 0.95
        factor = rng.normal(mean, 0.12, base.height * length)
        flat[name] = np.repeat(base[name].to_numpy(), length) * factor
    return nested(flat, base.height, length)


def trade_lists(rows: int, length: int, rng: np.random.Generator) -> pl.Series:
    """Trades in the order of their exits over ten years."""
    count = rows * length
    days = np.sort(rng.uniform(0, 365.25 * YEARS, (rows, length)), axis=1).reshape(-1)
    exits = (days * MICROSECONDS_PER_DAY).astype(np.int64)
    held = rng.integers(3600 * 10**6, 5 * MICROSECONDS_PER_DAY, count)
    times = {
        name: (pl.Series(values).cast(pl.Duration("us")) + START)
        for name, values in (("entry_time", exits - held), ("exit_time", exits))
    }
    r_multiple = rng.normal(0.12, 1.0, count)
    return nested(
        {
            "pnl": 100.0 * r_multiple + rng.normal(0.0, 5.0, count),
            "fee": rng.uniform(0.1, 0.6, count),
            "r_multiple": r_multiple,
            **times,
        },
        rows,
        length,
    )


def yearly_profits(base: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """Ten uneven years that sum to about the profit."""
    share = rng.normal(1 / YEARS, 0.06, (base.height, YEARS))
    flat = (share * base["profit"].to_numpy()[:, None]).reshape(-1)
    return pl.Series(flat).reshape((base.height, YEARS)).arr.to_list()


def jitter_frame(rows: int, length: int = 50) -> pl.DataFrame:
    """Base metrics and jitter reruns."""
    rng = np.random.default_rng(20_000)
    base = base_metrics(rows, rng)
    return base.with_columns(runs(base, JITTER_METRICS, length, rng).alias("jitter_runs"))


def trades_frame(rows: int, length: int = 500) -> pl.DataFrame:
    """Nothing but trades."""
    rng = np.random.default_rng(500)
    return pl.DataFrame({"trades": trade_lists(rows, length, rng)})


def full_frame(rows: int, *, jitter: int = 50, costs: int = 3, trades: int = 500) -> pl.DataFrame:
    """Evidence for all six scores; no trades column if ``trades`` is 0."""
    rng = np.random.default_rng(6)
    base = base_metrics(rows, rng)
    frame = base.with_columns(
        runs(base, JITTER_METRICS, jitter, rng).alias("jitter_runs"),
        runs(base, RUN_METRICS, costs, rng).alias("cost_runs"),
        yearly_profits(base, rng).alias("yearly_profits"),
    )
    if trades:
        frame = frame.with_columns(trade_lists(rows, trades, rng).alias("trades"))
    return frame
