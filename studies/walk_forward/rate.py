"""Every measure of every rule of a market, on the windows that are rated.

A measure is a column; higher is better. The same rules are rated on several kinds of evidence:
their trades, their summary metrics alone, their neighbours on the grid, and reruns with jittered
parameters.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

import polars_rating as rating
from polars_rating.catalog import COMPONENTS, RATING_OUTPUTS
from polars_rating.experiments import collect_runs, stable_seed
from studies.walk_forward import backtest
from studies.walk_forward.prices import Prices
from studies.walk_forward.rules import grid

KEYS: Final = ("asset", "fold", "family", "first", "second")
OUTCOMES: Final = ("next_sharpe", "next_profit", "next_drawdown")
JITTER_RUNS: Final = 8
JITTER_VARIATION: Final = 0.2
MIN_TRADES: Final = 5
"""Rules with fewer trades in the rated window are left out: no one would choose among them."""
WIDE: Final = rating.RatingConfig(penalty_cap=1.0)
"""The penalties without their default cap."""
SHORT: Final = {name: name.removesuffix("_score") for name in RATING_OUTPUTS}


def rate(prices: Prices) -> pl.DataFrame:
    """Return all rules in all folds: keys, measures, and what came next."""
    folds = backtest.folds(prices)
    base, runs, days = _backtests(prices, folds)
    table = _metrics(base).join(days, on=KEYS).filter(pl.col("total_trades") >= MIN_TRADES)
    by = list(KEYS[:3])
    table = table.sort(KEYS)
    near = rating.neighbour_runs(table, KEYS[3:], by=by)
    jittered = table.join(
        collect_runs(runs.drop("yearly_profits", "years", "year_days"), by=list(KEYS),
                     into="jitter_runs"),
        on=KEYS, how="left", maintain_order="left",
    )  # fmt: skip
    plateau = rating.plateau(table, KEYS[3:], "profit", by=by)["plateau"].struct.unnest()
    parts = [
        table.select(*KEYS, *OUTCOMES),
        _baselines(table),
        plateau.select(pl.col("median").alias("neighbours' median profit")),
        _scores(table, "trades"),
        _scores(table.drop("trades"), "summary"),
        _scores(near, "neighbours"),
        _scores(jittered, "reruns"),
        _scores(table, "trades, cap 1", WIDE),
        _scores(near, "neighbours, cap 1", WIDE),
        _scores(jittered, "reruns, cap 1", WIDE),
        _ratings(table, near, jittered),
    ]
    return pl.concat(parts, how="horizontal")


def _backtests(
    prices: Prices, folds: list[backtest.Fold]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the rules' trades, the metrics of their reruns, and what came next."""
    risks = backtest.risk(prices.close)
    own, again, days = [], [], []
    for rule in grid():
        key = {"family": rule.family, "first": rule.first, "second": rule.second}
        position = rule.positions(prices.close)
        results = backtest.daily(position, prices.close)
        seed = stable_seed(2024, prices.name, *key.values())
        moved = rule.jittered(np.random.default_rng(seed), JITTER_VARIATION, JITTER_RUNS)
        others = [other.positions(prices.close) for other in moved]
        for fold in folds:
            names = {"asset": prices.name, "fold": fold.number, **key}
            own.append((names, backtest.trades(position, prices, risks, fold.rated)))
            for run, other in enumerate(others):
                again.append(({**names, "run": run},
                              backtest.trades(other, prices, risks, fold.rated)))  # fmt: skip
            sharpe, _, _ = backtest.outcome(results, fold.rated)
            came = backtest.outcome(results, fold.judged)
            days.append({**names, "daily_sharpe": sharpe, **dict(zip(OUTCOMES, came, strict=True))})
    again_rated = _metrics_of(backtest.long_frame(again), [*KEYS, "run"])
    return backtest.long_frame(own), again_rated, pl.DataFrame(days)


def _metrics(trades: pl.DataFrame) -> pl.DataFrame:
    return _metrics_of(trades, list(KEYS), keep=True)


def _metrics_of(trades: pl.DataFrame, by: list[str], *, keep: bool = False) -> pl.DataFrame:
    """Return a row of metrics for each candidate, and its trades to `keep`."""
    listed = rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit")
    rows = trades.group_by(by, maintain_order=True).agg(listed).with_columns(rating.metrics())
    return (rows if keep else rows.drop("trades")).unnest("metrics")


def _baselines(table: pl.DataFrame) -> pl.DataFrame:
    columns = {
        "Sharpe ratio, daily": pl.col("daily_sharpe"),
        "Sharpe ratio, per trade": pl.col("sharpe_ratio"),
        "profit": pl.col("profit"),
        "profit factor": pl.col("profit_factor"),
        "win rate": pl.col("win_rate"),
        "small drawdown": -pl.col("max_drawdown"),
        "number of trades": pl.col("total_trades").cast(pl.Float64),
        "small p-value of mean R": -rating.p_value_mean_r_gt_0(),
        "ulcer index score": rating.ulcer_index_score(capital=backtest.NOTIONAL),
        "Sortino score": rating.sortino_score(),
        "recovery factor score": rating.recovery_factor_score(),
    }
    return table.select(expr.alias(name) for name, expr in columns.items())


def _scores(
    frame: pl.DataFrame, evidence: str, config: rating.RatingConfig | None = None
) -> pl.DataFrame:
    """Return the components that are judged on this evidence, each higher when better."""
    tiers = frame.head(1).select(rating.evidence()).to_series().struct.unnest().row(0, named=True)
    scored = frame.select(rating.scores(config)).unnest("rating_score")
    tier = evidence.split(",")[0]
    columns = []
    for row in COMPONENTS.values():
        if tiers[row.output] != tier and not (row.name == "stability" and evidence == "summary"):
            continue
        value = pl.col(row.output)
        column = 1.0 - value if row.direction == "lower" else value
        columns.append(column.alias(f"{SHORT[row.output]} [{evidence}]"))
    return scored.select(columns)


def _ratings(table: pl.DataFrame, near: pl.DataFrame, jittered: pl.DataFrame) -> pl.DataFrame:
    config = rating.RatingConfig
    made = {
        "final: summary alone": (table.drop("trades"), config()),
        "final: trades (default)": (table, config()),
        "final: no gate": (table, config(gate="none")),
        "final: deployment gate": (table, config(gate="deployment")),
        "final: minimum": (table, config(aggregation="min")),
        "final: geometric": (table, config(aggregation="geometric")),
        "final: preset omega": (table, config.preset("omega")),
        "final: neighbours": (near, config()),
        "final: neighbours, no gate": (near, config(gate="none")),
        "final: reruns": (jittered, config()),
    }
    columns = [
        frame.select(rating.final(config=settings)).to_series().alias(name)
        for name, (frame, settings) in made.items()
    ]
    return pl.DataFrame(columns)
