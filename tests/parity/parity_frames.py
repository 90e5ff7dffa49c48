"""Random candidates for the parity tests, one frame per tier of evidence.

Realistic ranges (winners and losers, fees, R-multiples, unsorted times), with the holes that real
tables have: null times, null and non-finite numbers, null items, null and empty lists.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from polars_rating.testing.frames import RUN_FIELDS

DAY_US = 86_400_000_000
TRADE_FIELDS = ("fee", "r_multiple", "entry_time", "exit_time")
NULL_LIST, EMPTY_LIST = 1, 2


def holed(rng: np.random.Generator, values: np.ndarray, share: float) -> pl.Series:
    """Return `values` with a share of nulls, and half as many NaN and infinite numbers."""
    values = values.astype(float)
    wild = rng.random(len(values)) < share / 2
    values[wild] = rng.choice([np.nan, np.inf, -np.inf], wild.sum())
    return with_nulls(rng, pl.Series(values), share)


def with_nulls(rng: np.random.Generator, values: pl.Series, share: float) -> pl.Series:
    """Return `values` with a share of nulls."""
    mask = pl.Series(rng.random(len(values)) < share)
    return pl.select(pl.when(~mask).then(values)).to_series()


def listed(rng: np.random.Generator, flat: pl.DataFrame, rows: int, holes: float) -> pl.Series:
    """Gather the columns of `flat` but ``id`` into one list of structs per row."""
    fields = [name for name in flat.columns if name != "id"]
    live = pl.Series("live", rng.random(flat.height) >= holes)
    lists = flat.with_columns(live).group_by("id", maintain_order=True)
    frame = lists.agg(pl.when("live").then(pl.struct(fields)).alias("items"))
    missing = rng.choice([0, NULL_LIST, EMPTY_LIST], rows, p=[1 - holes, holes / 2, holes / 2])
    items, kind = pl.col("items"), pl.col("kind")
    with_gaps = pl.when(kind != NULL_LIST).then(
        pl.when(kind == EMPTY_LIST).then(items.list.head(0)).otherwise(items)
    )
    return frame.with_columns(pl.Series("kind", missing)).select(with_gaps).to_series()


def times(rng: np.random.Generator, micros: np.ndarray, dtype: Any, holes: float) -> pl.Series:
    """Return times since 1970 in microseconds as `dtype`, with nulls."""
    series = pl.Series(micros).cast(pl.Datetime("us"))
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        series = series.dt.replace_time_zone("UTC")
    return with_nulls(rng, series.cast(dtype), 2 * holes)


def trades_frame(
    rng: np.random.Generator,
    rows: int,
    *,
    fields: tuple[str, ...] = TRADE_FIELDS,
    entry: Any = None,
    exit: Any = None,
    trades: tuple[int, int] = (1, 60),
    holes: float = 0.02,
) -> pl.DataFrame:
    """Return candidates with a column ``trades`` in no particular order of time."""
    entry, exit = entry or pl.Datetime("us"), exit or pl.Datetime("us")
    sizes = rng.integers(*trades, endpoint=True, size=rows)
    ids = np.repeat(np.arange(rows), sizes)
    n = len(ids)
    edge, spread = rng.normal(9, 10, rows)[ids], rng.uniform(5, 60, rows)[ids]
    pnl = rng.normal(edge, spread)
    # Prices in cents give ties and zeros; a candidate in five trades in whole units.
    pnl = np.where(rng.random(rows)[ids] < 0.2, np.round(pnl), np.round(pnl, 2))
    start = rng.integers(7_000, 18_000, rows)[ids]
    opened = (start + rng.uniform(0, 1, n) * rng.uniform(20, 2_500, rows)[ids]) * DAY_US
    closed = opened + rng.exponential(5, n) * DAY_US
    columns = {
        "pnl": holed(rng, pnl, holes / 2),
        "fee": holed(rng, np.round(rng.uniform(0, 3, rows)[ids] * rng.uniform(0.5, 1.5, n), 2), 0),
        "r_multiple": holed(rng, pnl / rng.uniform(20, 80, n), holes),
        "entry_time": times(rng, opened.astype(np.int64), entry, holes),
        "exit_time": times(rng, closed.astype(np.int64), exit, holes),
    }
    flat = pl.DataFrame({"id": ids, **{k: v for k, v in columns.items() if k in ("pnl", *fields)}})
    return pl.DataFrame({"trades": listed(rng, flat, rows, holes)})


def base_columns(rng: np.random.Generator, rows: int, holes: float) -> dict[str, pl.Series]:
    """Return base metrics, profits below 0 too."""
    profit = rng.normal(6_000, 5_000, rows)
    base = {
        "profit": profit,
        "avg_r": rng.normal(0.4, 0.6, rows),
        "win_rate": rng.uniform(0.2, 0.8, rows),
        "max_drawdown": rng.exponential(2_000, rows) * (rng.random(rows) > 0.03),
        "sharpe_ratio": rng.normal(0.8, 1, rows),
        "profit_factor": rng.lognormal(1.2, 0.8, rows),
    }
    base["profit_factor"][rng.random(rows) < 0.03] = np.inf
    return {name: holed(rng, values, holes) for name, values in base.items()}


def reruns_frame(rng: np.random.Generator, rows: int, *, holes: float = 0.02) -> pl.DataFrame:
    """Return candidates with base metrics, all columns of reruns, and yearly profits."""
    base = base_columns(rng, rows, holes / 2)
    columns = dict(base)
    for name, metrics in RUN_FIELDS.items():
        ids = np.repeat(np.arange(rows), rng.integers(1, 30, rows))
        harm = rng.exponential(0.15, rows)[ids]
        flat: dict[str, Any] = {"id": ids}
        for metric in metrics:
            worse = harm if metric == "max_drawdown" else -harm
            values = base[metric].to_numpy()[ids] * (1 + rng.normal(worse, 0.1))
            flat[metric] = holed(rng, values, holes / 2)
        columns[name] = listed(rng, pl.DataFrame(flat), rows, holes)
    return pl.DataFrame({**columns, **yearly_columns(rng, rows, holes)})


def yearly_columns(rng: np.random.Generator, rows: int, holes: float) -> dict[str, pl.Series]:
    """Return yearly profits with calendar years and days covered, partly null or not finite."""
    sizes = rng.integers(1, 12, rows)
    ids = np.repeat(np.arange(rows), sizes)
    n = len(ids)
    position = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first = rng.integers(1890, 2020, rows)[ids]
    days = np.where(rng.random(n) < 0.5, 365.0, np.round(rng.uniform(-20, 366, n)))
    flat = pl.DataFrame(
        {
            "id": ids,
            "yearly_profits": holed(rng, rng.normal(rng.normal(300, 900, rows)[ids], 800), holes),
            "years": with_nulls(rng, pl.Series(first + position), holes),
            "year_days": holed(rng, days, 3 * holes),
        }
    )
    lists = flat.group_by("id", maintain_order=True).agg(pl.all()).drop("id")
    lists = lists.with_columns(pl.Series("kind", rng.random(rows)))
    # An empty list of profits needs empty lists beside it; a null `years` counts as not given.
    kind, empty = pl.col("kind"), pl.col("kind") < holes
    gaps = lists.select(
        pl.when(empty)
        .then(pl.all().exclude("kind").list.head(0))
        .otherwise(pl.all().exclude("kind")),
        "kind",
    ).with_columns(
        pl.when(~kind.is_between(0.3, 0.3 + holes)).then("yearly_profits").alias("yearly_profits"),
        pl.when(~kind.is_between(0.5, 0.5 + holes)).then("years").alias("years"),
        pl.when(~kind.is_between(0.5, 0.5 + 2 * holes)).then("year_days").alias("year_days"),
    )
    return {name: gaps[name] for name in ("yearly_profits", "years", "year_days")}


def summary_frame(rng: np.random.Generator, rows: int, *, holes: float = 0.01) -> pl.DataFrame:
    """Return candidates with nothing but summary metrics, some outside their domain."""
    win_rate = rng.beta(6, 6, rows)
    win_rate[rng.random(rows) < 0.03] = 1
    win_rate[rng.random(rows) < 0.03] = 0
    win_rate[rng.random(rows) < 0.02] = 55
    return pl.DataFrame(
        {
            **base_columns(rng, rows, holes),
            "win_rate": holed(rng, win_rate, holes),
            "total_trades": with_nulls(rng, pl.Series(rng.integers(-1, 900, rows)), holes),
            "cost_per_trade": holed(rng, np.round(rng.uniform(-0.05, 4, rows), 2), holes),
            **yearly_columns(rng, rows, holes),
        }
    )
