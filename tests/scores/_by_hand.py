"""What the tests by hand share: candidates with round numbers, and frames of a row or a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

NAN, INF = float("nan"), float("inf")
BASE = {"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}
JITTER_BASE = {"profit": 100.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}
# Profit falls by 0.2, avg_r by 0.3, win_rate rises (0), max_drawdown rises by 0.1: mean 0.15.
JITTERED = {"profit": 80.0, "avg_r": 0.7, "win_rate": 0.6, "max_drawdown": 11.0}
# Falls of 1, 1, 1 and no rise of the drawdown: mean 0.75.
NOTHING_LEFT = dict.fromkeys(JITTERED, 0.0)
# Worse by 0.3 (profit), 0.2 (drawdown) and 0.1 (Sharpe ratio): penalty 0.2.
MILD = {"profit": 70.0, "max_drawdown": 12.0, "sharpe_ratio": 1.8}
# Worse by 1, 0.5 and 1.5: penalty 1.
HARSH = {"profit": 0.0, "max_drawdown": 15.0, "sharpe_ratio": -1.0}
# Gains g = 3/4 and losses l = 1/4 of the turnover.
SUMMARY = {
    "profit": 1_000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
    "cost_per_trade": 1.0,
}
# One of four metrics of the jittered rerun falls by 0.4: 0.1. One of three of the others by 0.3.
# Stability: total 200, expected 100 a year, errors of 50 / 100: wmape 0.5.
CANDIDATE: dict[str, Any] = {
    **JITTER_BASE,
    **BASE,
    "jitter_runs": [{**JITTER_BASE, "profit": 60.0}],
    "cost_runs": [{**BASE, "profit": 70.0}],
    "dropout_runs": [{**BASE, "max_drawdown": 13.0}],
    "stress_runs": [{**BASE, "sharpe_ratio": 0.2}],
    "yearly_profits": [50.0, 150.0],
}
COMPONENTS = {
    "robustness_score": 0.9,
    "stability_score": 1 / 1.5,
    "cost_shock_score": 0.9,
    "trade_dropout_score": 0.9,
    "stress_penalty": 0.3,
}
"""The scores of CANDIDATE."""
NO_EDGE = [{"profit_factor": 1.0}, {"profit_factor": 0.9}, {"profit": 0.0}, {"profit": -1.0}]
NO_EDGE += [{"win_rate": 0.0}]
OUTSIDE_DOMAIN = [
    {"win_rate": 55.0},
    {"profit_factor": -0.1},
    {"total_trades": -1},
    {"max_drawdown": -1.0},
    {"sharpe_ratio": None},
    {"profit": None},
]


def near(expected: float) -> Any:
    """Return what equals `expected` up to the divergence the package allows, 1e-12."""
    return pytest.approx(expected, rel=1e-12)


def frame(*rows: Mapping[str, Any], **dtypes: Any) -> pl.DataFrame:
    """Return rows as a frame; `dtypes` are those that values of None cannot show."""
    return pl.DataFrame(list(rows), schema_overrides=dtypes)


def column(expr: pl.Expr, *rows: Mapping[str, Any], **dtypes: Any) -> list[Any]:
    """Return what `expr` gives for rows."""
    return frame(*rows, **dtypes).select(expr).to_series().to_list()


def value(expr: pl.Expr, row: Mapping[str, Any], **dtypes: Any) -> Any:
    """Return what `expr` gives for one row."""
    return column(expr, row, **dtypes)[0]


def list_of(fields: Sequence[str], **other: Any) -> pl.DataType:
    """Return the dtype of a list of structs, numbers but for `other` fields."""
    return pl.List(pl.Struct({**dict.fromkeys(fields, pl.Float64), **other}))
