"""Strategies for candidates of every tier and for configs, and the frames they become."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from polars_rating import RatingConfig

# Derandomised, so that a run of the suite says the same everywhere.
STABLE = settings(
    deadline=None,
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

OUTCOME = ("profit", "max_drawdown", "sharpe_ratio")
JITTER = ("profit", "avg_r", "win_rate", "max_drawdown")
RUNS = {
    "jitter_runs": JITTER,
    "data_jitter_runs": JITTER,
    "cost_runs": OUTCOME,
    "dropout_runs": OUTCOME,
    "stress_runs": OUTCOME,
    "timing_runs": OUTCOME,
}
COMPONENTS = (
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
)


def list_of(names: tuple[str, ...]) -> pl.DataType:
    return pl.List(pl.Struct(dict.fromkeys(names, pl.Float64)))


TIMES = {"entry_time": pl.Datetime("us"), "exit_time": pl.Datetime("us")}
NUMBERS = dict.fromkeys(("pnl", "fee", "r_multiple"), pl.Float64)
SCHEMA: dict[str, Any] = {
    **dict.fromkeys((*JITTER, "sharpe_ratio", "profit_factor", "cost_per_trade"), pl.Float64),
    "total_trades": pl.Int64,
    "yearly_profits": pl.List(pl.Float64),
    "years": pl.List(pl.Int64),
    "year_days": pl.List(pl.Float64),
    **{name: list_of(fields) for name, fields in RUNS.items()},
    "trades": pl.List(pl.Struct({**NUMBERS, **TIMES})),
    **dict.fromkeys(COMPONENTS, pl.Float64),
}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return rows of canonical columns as a frame, numbers as Float64."""
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in rows[0]})


def bits(df: pl.DataFrame) -> list[str]:
    """Return the rows such that == means equal bits (a float's repr is exact)."""
    return [repr(row) for row in df.rows()]


# Numbers that break careless code, null among them.
WILD = st.sampled_from(
    [None, math.nan, math.inf, -math.inf, 1.7e308, -1.7e308, 5e-324, -5e-324, 1e-9, 0.0, -0.0, 1.0]
) | st.floats(width=64)
MONEY = st.integers(-500_000, 500_000).map(lambda cents: cents / 100)
FEES = st.integers(0, 500).map(lambda cents: cents / 100)
MOMENTS = st.datetimes(dt.datetime(1999, 1, 1), dt.datetime(2030, 1, 1))


def maybe(items: st.SearchStrategy[Any], size: int = 8) -> st.SearchStrategy[Any]:
    """Return lists that may be null, empty or hold nulls."""
    return st.none() | st.lists(st.none() | items, max_size=size)


def runs_of(fields: tuple[str, ...], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(dict.fromkeys(fields, values))


def same_length(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Yearly profits, years and days of one length."""
    year = st.none() | st.integers(-(2**53), 2**53)
    return st.lists(st.tuples(values, year, values), max_size=6).map(
        lambda items: {
            name: [item[i] for item in items]
            for i, name in enumerate(("yearly_profits", "years", "year_days"))
        }
    )


@st.composite
def reruns_rows(draw: st.DrawFn, values: st.SearchStrategy[Any] = WILD) -> dict[str, Any]:
    row = {name: draw(values) for name in (*JITTER, "sharpe_ratio", "profit_factor")}
    row |= {name: draw(maybe(runs_of(fields, values))) for name, fields in RUNS.items()}
    return row | draw(same_length(values))


@st.composite
def summary_rows(draw: st.DrawFn, values: st.SearchStrategy[Any] = WILD) -> dict[str, Any]:
    names = (*JITTER, "sharpe_ratio", "profit_factor", "cost_per_trade")
    row: dict[str, Any] = {name: draw(values) for name in names}
    row["win_rate"] = draw(values | st.floats(0, 1))
    row["profit_factor"] = draw(values | st.floats(0, 5))
    row["total_trades"] = draw(st.none() | st.integers(-5, 500) | st.just(2**62))
    return row | draw(same_length(values))


def trades_rows(values: st.SearchStrategy[Any] = WILD) -> st.SearchStrategy[Any]:
    when = st.none() | MOMENTS
    trade = st.fixed_dictionaries(
        {**dict.fromkeys(NUMBERS, values), "entry_time": when, "exit_time": when}
    )
    return st.fixed_dictionaries({"trades": maybe(trade, 20)})


TIERS = {"reruns": reruns_rows, "trades": trades_rows, "summary": summary_rows}

_ratio = st.floats(0, 1)
_seed = st.integers(0, 2**64 - 1)


@st.composite
def configs(draw: st.DrawFn, **fixed: Any) -> RatingConfig:
    """Return any valid config; draws are few."""
    weight = st.just(0.0) | st.floats(1e-3, 1e3)
    weights = draw(st.lists(weight, min_size=5, max_size=5).filter(lambda w: sum(w) > 0))
    names = ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty")
    return RatingConfig.from_dict(
        {
            "weights": dict(zip(names, weights, strict=True)),
            "penalty_cap": draw(_ratio),
            "jitter": {
                "param_variation": draw(_ratio),
                "n_iterations": draw(st.integers(0, 6)),
                "seed": draw(_seed),
            },
            "dropout": {
                "fraction": draw(_ratio),
                "n_runs": draw(st.integers(0, 3)),
                "seed": draw(_seed),
                "confidence": draw(st.floats(0, 1e3)),
            },
            "stress": {
                "variation": draw(_ratio),
                "cost_multiplier": draw(st.floats(1e-3, 1e3)),
            },
            "cost_multipliers": draw(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=9)),
            "aggregation": draw(st.sampled_from(["mean", "min", "geometric"])),
            "gate": draw(st.sampled_from(["profit", "deployment", "none"])),
            "on_missing": draw(st.sampled_from(["null", "skip", "zero"])),
            "no_evidence": draw(st.sampled_from(["null", "omega"])),
            **fixed,
        }
    )
