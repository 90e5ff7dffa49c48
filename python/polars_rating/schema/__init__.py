"""The published schemas, and the canonical columns that a call can override.

Every name can be overridden per call: ``rating.final(profit="net_profit_eur")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

import polars as pl

from polars_rating.catalog import CANONICAL, RATING_ROWS, SCORES
from polars_rating.schema.table import Column, TableSchema

if TYPE_CHECKING:
    from polars._typing import IntoExpr

__all__ = [
    "CANONICAL",
    "METRICS_INPUT",
    "METRICS_ROW",
    "RATING_SCORE",
    "Columns",
    "MetricColumns",
    "RatingColumns",
]

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
        str(tier.column): _ONLY_SUMMARY.format("scores" if row.component == "default" else row.name)
        for row in SCORES.values()
        for tier in row.tiers
        if tier.holds == "runs" or (tier.holds == "trades" and row.component == "default")
    },
)
"""The table that batch calls take: one candidate in a row, the fields of `MetricsInput`."""
METRICS_ROW: Final[dict[str, pl.DataType]] = {**METRICS_INPUT.to_polars(), "total_trades": _F64}
"""Column to dtype where `MetricsInput` objects become rows: as in `METRICS_INPUT`, but a count that
is not known is NaN there, which Int64 cannot hold."""
RATING_SCORE: Final = TableSchema(
    name="rating_score",
    version="1",
    columns=tuple(
        Column(
            name=row.output,
            dtype=_F64,
            unit="penalty in [0, cap], lower is better"
            if row.direction == "lower"
            else "score in [0, 1], higher is better",
            nullable=True,
        )
        for row in RATING_ROWS
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
    neighbour_runs: IntoExpr
    data_jitter_runs: IntoExpr
    cost_runs: IntoExpr
    dropout_runs: IntoExpr
    stress_runs: IntoExpr
    timing_runs: IntoExpr
    trades: IntoExpr
    equity: IntoExpr
    returns: IntoExpr


class RatingColumns(Columns, total=False):
    """`Columns`, and the further components of the rating that can be passed in.

    Examples
    --------
    >>> sorted(RatingColumns.__optional_keys__ - Columns.__optional_keys__)
    ['avg_r_score', 'data_jitter', 'deflated_sharpe', 'p_value_mean_r_gt_0',
     'probabilistic_sharpe', 'recovery_factor_score', 'sortino_score', 'timing_jitter',
     'tp_sl_stress', 'ulcer_index_score', 'win_rate_score']
    """

    data_jitter: IntoExpr
    timing_jitter: IntoExpr
    tp_sl_stress: IntoExpr
    probabilistic_sharpe: IntoExpr
    deflated_sharpe: IntoExpr
    ulcer_index_score: IntoExpr
    win_rate_score: IntoExpr
    avg_r_score: IntoExpr
    recovery_factor_score: IntoExpr
    sortino_score: IntoExpr
    p_value_mean_r_gt_0: IntoExpr
