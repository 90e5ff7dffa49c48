"""The canonical columns, and which of them each score looks for.

Every name can be overridden per call: ``rating.final(profit="net_profit_eur")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

import polars as pl

from polars_rating._arrow.schema import Column, TableSchema
from polars_rating._validate import COMPONENTS

if TYPE_CHECKING:
    from polars._typing import IntoExpr

CANONICAL: Final[dict[str, str]] = {
    "total_trades": "integer, count",
    "win_rate": "float, ratio 0..1",
    "profit_factor": "float, gross profit / gross loss, may be +inf",
    "sharpe_ratio": "float, any unit, the same in base and reruns",
    "max_drawdown": "float >= 0, any unit, the same in base and reruns",
    "avg_trade_duration": "Duration or float seconds",
    "yearly_profits": "List(float), account currency",
    "years": "List(int), calendar years of yearly_profits",
    "year_days": "List(float), days covered in each year",
    "cost_per_trade": "float >= 0, account currency",
    "profit": "float, account currency, net",
    "avg_r": "float, mean R-multiple",
    "jitter_runs": "List(Struct{profit, avg_r, win_rate, max_drawdown})",
    "data_jitter_runs": "List(Struct{profit, avg_r, win_rate, max_drawdown})",
    "cost_runs": "List(Struct{profit, max_drawdown, sharpe_ratio})",
    "dropout_runs": "List(Struct{profit, max_drawdown, sharpe_ratio})",
    "stress_runs": "List(Struct{profit, max_drawdown, sharpe_ratio})",
    "timing_runs": "List(Struct{profit, max_drawdown, sharpe_ratio})",
    "trades": "List(Struct{pnl, fee?, r_multiple?, entry_time?, exit_time?})",
}
"""Canonical column name to type and unit."""

_PROFIT: Final = ("profit", "yearly_profits", "trades")
_JITTER: Final = (*_PROFIT, "avg_r", "win_rate", "max_drawdown")
_OUTCOME: Final = (*_PROFIT, "max_drawdown", "sharpe_ratio")
_MODEL: Final = (*_OUTCOME, "win_rate", "profit_factor", "total_trades")

LOOKED_FOR: Final[dict[str, tuple[str, ...]]] = {
    "robustness": ("jitter_runs", *_JITTER, "profit_factor"),
    "data_jitter": ("data_jitter_runs", *_JITTER),
    "stability": ("yearly_profits", "years", "year_days", "trades"),
    "cost_shock": ("cost_runs", *_MODEL, "cost_per_trade"),
    "trade_dropout": ("dropout_runs", *_MODEL),
    "stress_penalty": ("stress_runs", *_MODEL, "cost_per_trade"),
    "timing_jitter": ("timing_runs", *_OUTCOME),
    "deployment": (*_PROFIT, "win_rate", "avg_r", "profit_factor", "max_drawdown"),
}
"""Expression to the canonical columns it looks for."""
GATES: Final[dict[str, tuple[str, ...]]] = {
    "none": (),
    "profit": _PROFIT,
    "deployment": LOOKED_FOR["deployment"],
}
"""Gate of the final rating to the columns it looks for."""
RATING: Final = tuple(
    dict.fromkeys(name for component in COMPONENTS for name in LOOKED_FOR[component])
)
"""What the five components of the rating look for."""

_F64: Final = pl.Float64()
_ONLY_SUMMARY: Final = "batch calls rate summary metrics; `df.select(rating.{}())` takes it"

METRICS_INPUT: Final = TableSchema(
    name="metrics_input",
    version="1",
    columns=(
        Column(name="total_trades", dtype=pl.Int64(), unit="count"),
        Column(name="win_rate", dtype=_F64, unit="ratio in [0, 1]"),
        Column(name="profit_factor", dtype=_F64, unit="ratio, gross profit / gross loss"),
        Column(name="sharpe_ratio", dtype=_F64, unit="ratio"),
        Column(name="max_drawdown", dtype=_F64, unit="account currency"),
        Column(name="avg_trade_duration", dtype=_F64, unit="seconds"),
        Column(name="yearly_profits", dtype=pl.List(_F64), unit="account currency"),
        Column(name="cost_per_trade", dtype=_F64, unit="account currency"),
        *(
            Column(name=name, dtype=dtype, unit=unit, required=False, nullable=True)
            for name, dtype, unit in (
                ("profit", _F64, "account currency"),
                ("avg_r", _F64, "R-multiple"),
                ("years", pl.List(pl.Int32()), "calendar year"),
                ("year_days", pl.List(_F64), "days"),
            )
        ),
    ),
    refused={
        **{
            name: _ONLY_SUMMARY.format("scores")
            for name in ("jitter_runs", "cost_runs", "dropout_runs", "stress_runs", "trades")
        },
        "timing_runs": _ONLY_SUMMARY.format("timing_jitter"),
        "data_jitter_runs": _ONLY_SUMMARY.format("data_jitter"),
    },
)
"""The table that batch calls take: one candidate in a row, the fields of `MetricsInput`."""
METRICS_ROW: Final[dict[str, pl.DataType]] = {**METRICS_INPUT.to_polars(), "total_trades": _F64}
"""Column to dtype where `MetricsInput` objects become rows: as in `METRICS_INPUT`, but a count that
is not known is NaN there, which Int64 cannot hold."""
_HIGHER: Final = "score in [0, 1], higher is better"
RATING_SCORE: Final = TableSchema(
    name="rating_score",
    version="1",
    columns=tuple(
        Column(name=name, dtype=_F64, unit=unit, nullable=True)
        for name, unit in (
            ("robustness_score", _HIGHER),
            ("stability_score", _HIGHER),
            ("cost_shock_score", _HIGHER),
            ("trade_dropout_score", _HIGHER),
            ("stress_penalty", "penalty in [0, cap], lower is better"),
            ("final_rating", _HIGHER),
        )
    ),
)
"""The table that batch calls give: one candidate in a row, the fields of `RatingScore`."""


class MetricColumns(TypedDict, total=False):
    """Overrides of metric columns: an expression or a column name each.

    ``avg_r=None`` leaves R-multiples out of robustness.
    """

    total_trades: IntoExpr
    win_rate: IntoExpr
    profit_factor: IntoExpr
    sharpe_ratio: IntoExpr
    max_drawdown: IntoExpr
    yearly_profits: IntoExpr
    cost_per_trade: IntoExpr
    profit: IntoExpr
    avg_r: IntoExpr | None


class Columns(MetricColumns, total=False):
    """Overrides of any canonical column: an expression or a column name each."""

    years: IntoExpr
    year_days: IntoExpr
    jitter_runs: IntoExpr
    data_jitter_runs: IntoExpr
    cost_runs: IntoExpr
    dropout_runs: IntoExpr
    stress_runs: IntoExpr
    timing_runs: IntoExpr
    trades: IntoExpr
