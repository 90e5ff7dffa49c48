"""Deterministic frames of evidence, one maker per tier, from NumPy's `default_rng`.

Every row is a candidate with complete evidence: no nulls, no infinities, lists of at least one
item. Tests take values away themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

START: Final = dt.datetime(2019, 3, 1)
JITTER_FIELDS: Final = ("profit", "avg_r", "win_rate", "max_drawdown")
OUTCOME_FIELDS: Final = ("profit", "max_drawdown", "sharpe_ratio")
RUN_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "jitter_runs": JITTER_FIELDS,
    "data_jitter_runs": JITTER_FIELDS,
    "cost_runs": OUTCOME_FIELDS,
    "dropout_runs": OUTCOME_FIELDS,
    "stress_runs": OUTCOME_FIELDS,
    "timing_runs": OUTCOME_FIELDS,
}
"""Column of reruns to the fields of its structs."""
TRADE_FIELDS: Final = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")


def nest(lengths: Sequence[int] | np.ndarray, items: pl.DataFrame, name: str) -> pl.Series:
    """Return `items` as ``List(Struct)``, `lengths` of them to a row; every length is >= 1."""
    row = np.repeat(np.arange(len(lengths)), lengths)
    long = items.select(pl.struct(pl.all()).alias(name), pl.Series("row", row))
    return long.group_by("row", maintain_order=True).agg(name)[name]


def items_of(lists: pl.Series) -> pl.Series:
    """Return the items of all lists; the defaults of Polars' explode differ between versions."""
    return pl.concat([items for items in lists if items is not None]).rename(lists.name)


def summary(rows: int, seed: int = 0) -> pl.DataFrame:
    """Return summary metrics: most candidates profitable, some not, one in ten without losses."""
    rng = np.random.default_rng([seed, 1])
    n_years = rng.integers(1, 6, rows)
    yearly = [rng.normal(900.0, 700.0, n).round(2).tolist() for n in n_years]
    years = [list(range(2024 - n, 2024)) for n in n_years.tolist()]
    days = [[365.25] * (n - 1) + [float(rng.integers(20, 365))] for n in n_years.tolist()]
    factor = rng.uniform(0.9, 2.5, rows)
    return pl.DataFrame(
        {
            "total_trades": rng.integers(5, 400, rows),
            "win_rate": rng.uniform(0.3, 0.7, rows),
            "profit_factor": np.where(rng.random(rows) < 0.1, np.inf, factor),
            "sharpe_ratio": rng.normal(0.8, 0.6, rows),
            "max_drawdown": rng.uniform(50.0, 3000.0, rows),
            "cost_per_trade": rng.uniform(0.0, 3.0, rows),
            "profit": rng.normal(3000.0, 2500.0, rows),
            "avg_r": rng.normal(0.5, 0.4, rows),
            "yearly_profits": pl.Series(yearly, dtype=pl.List(pl.Float64)),
            "years": pl.Series(years, dtype=pl.List(pl.Int64)),
            "year_days": pl.Series(days, dtype=pl.List(pl.Float64)),
        }
    )


def reruns(rows: int, seed: int = 0, *, length: int | None = None) -> pl.DataFrame:
    """Return summary metrics and all columns of reruns, 1 to 6 to a row or exactly `length`."""
    rng = np.random.default_rng([seed, 2])
    frame = summary(rows, seed)
    columns = []
    for name, fields in RUN_FIELDS.items():
        lengths = rng.integers(1, 7, rows) if length is None else np.full(rows, length)
        items = {
            field: np.repeat(frame[field].to_numpy(), lengths)
            * rng.uniform(0.5, 1.3, int(lengths.sum()))
            for field in fields
        }
        columns.append(nest(lengths, pl.DataFrame(items), name))
    return frame.with_columns(columns)


def trades(
    rows: int, seed: int = 0, *, length: int | None = None, longest: int = 20
) -> pl.DataFrame:
    """Return `trades` with all fields over several years, not in chronological order."""
    rng = np.random.default_rng([seed, 3])
    lengths = rng.integers(3, longest + 1, rows) if length is None else np.full(rows, length)
    n = int(lengths.sum())
    entry = np.datetime64(START, "us") + rng.integers(0, 1500 * 86_400, n).astype("timedelta64[s]")
    items = pl.DataFrame(
        {
            "pnl": rng.normal(30.0, 60.0, n).round(2),
            "fee": rng.uniform(0.0, 3.0, n).round(2),
            "r_multiple": rng.normal(0.4, 1.1, n),
            "entry_time": entry,
            "exit_time": entry + rng.integers(60, 90 * 86_400, n).astype("timedelta64[s]"),
        }
    )
    return nest(lengths, items, "trades").to_frame()


def long_trades(rows: int, seed: int = 0) -> pl.DataFrame:
    """Return one row per trade: ``strategy`` and the fields of `TRADE_FIELDS`."""
    nested = trades(rows, seed)["trades"]
    strategy = np.repeat(np.arange(rows), nested.list.len().to_numpy())
    return items_of(nested).struct.unnest().insert_column(0, pl.Series("strategy", strategy))


def of_tier(tier: str, rows: int, seed: int = 0, *, length: int | None = None) -> pl.DataFrame:
    """Return a frame of `rows` candidates with the evidence of `tier`."""
    if tier == "reruns":
        return reruns(rows, seed, length=length)
    if tier == "trades":
        return trades(rows, seed, length=length)
    return summary(rows, seed)
