"""One row per public expression; the contract tests run over the rows.

`tests/contracts/test_registry.py` compares the names with ``polars_rating.__all__``: an
expression without a row fails there, so that none can skip the contracts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

import polars_rating as rating
from polars_rating import reference
from polars_rating.testing import candidate_frame

F64: Final = pl.Float64()
NOT_EXPRESSIONS: Final = {
    "DropoutConfig",
    "ErrorCode",
    "JitterConfig",
    "MetricsDict",
    "MetricsInput",
    "RatingConfig",
    "RatingError",
    "RatingScore",
    "ScoreDict",
    "StressConfig",
    "Thresholds",
    "Weights",
    "__version__",
    "calculate_rating",
    "engine",
    "set_engine",
}
"""Public names that are no expressions."""
COMPONENTS: Final = (
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
)
_JITTER = ("profit", "avg_r", "win_rate", "max_drawdown")
_OUTCOME = ("profit", "max_drawdown", "sharpe_ratio")
_EDGE = ("profit", "profit_factor", "win_rate")
_SIZED = (*_EDGE, "total_trades", "sharpe_ratio", "max_drawdown")
_COSTS = (*_SIZED, "cost_per_trade")
_TRADES = ("trades",)
_YEARS = ("yearly_profits",)
_ALL_RERUNS = (
    *("jitter_runs", "cost_runs", "dropout_runs", "stress_runs", "yearly_profits"),
    *_JITTER,
    "sharpe_ratio",
)
_ALL: Final = {"reruns": _ALL_RERUNS, "trades": _TRADES, "summary": (*_COSTS, *_YEARS)}
_GAINS = {"profit": 1, "max_drawdown": -1}


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is promised of one public expression."""

    name: str
    output: str
    """Name of the output column."""
    tiers: Mapping[str, tuple[str, ...]]
    """Tier to the columns it needs, all of them required."""
    dtype: pl.DataType = F64
    optional: tuple[str, ...] = ()
    """Columns that are used in the tier `summary` where the frame has them."""
    range: tuple[float, float] | None = (0.0, 1.0)
    direction: str | None = "higher"
    """Which way is better; None for what is no score."""
    omega: float | None = None
    """What ``no_evidence="omega"`` gives a row without its list."""
    reruns: str | None = None
    """Its own column of reruns."""
    monotone: Mapping[str, int] = field(default_factory=dict)
    """Field of a rerun to 1 if the score never falls when it rises, -1 if it never rises."""
    keywords: Mapping[str, str] = field(default_factory=dict)
    """Canonical column to the keyword that overrides it, where they differ."""
    probe: str | None = None
    """A field of a struct output to filter and sort by."""
    quick: Mapping[str, Any] = field(default_factory=dict)
    """Keyword values that make it cheap on large frames."""

    def build(self, **given: Any) -> pl.Expr:
        """Return the expression; columns are named canonically."""
        renamed = {self.keywords.get(name, name): value for name, value in given.items()}
        expr: pl.Expr = getattr(rating, self.name)(**renamed)
        return expr

    def reference(self, row: Mapping[str, Any], **given: Any) -> Any:
        """Return what the plain-Python twin gives for a row of ``df.to_dicts()``."""
        return getattr(reference, self.name)(row, **given)

    def value(self, expr: pl.Expr) -> pl.Expr:
        """Return the output, or the one field of it that can be compared and sorted by."""
        return expr if self.probe is None else expr.struct.field(self.probe)

    def columns(self, tier: str) -> tuple[str, ...]:
        """Return the columns that are used in `tier`."""
        return (*self.tiers[tier], *(self.optional if tier == "summary" else ()))

    def frame(self, tier: str, rows: int = 12, **options: Any) -> pl.DataFrame:
        """Return a frame of just the columns of `tier`."""
        return candidate_frame(rows, tier=tier, **options).select(self.columns(tier))


def _floats(*names: str) -> pl.DataType:
    return pl.Struct(dict.fromkeys(names, F64))


_JITTER_UP = {"profit": 1, "avg_r": 1, "win_rate": 1, "max_drawdown": -1}
_OUTCOME_UP = {**_GAINS, "sharpe_ratio": 1}
_QUICK = rating.RatingConfig(
    dropout=rating.DropoutConfig(n_runs=1), jitter=rating.JitterConfig(n_iterations=3)
)
_METRICS = pl.Struct(
    {
        "total_trades": pl.UInt32(),
        **dict.fromkeys(("win_rate", "profit_factor", "sharpe_ratio", "max_drawdown"), F64),
        "avg_trade_duration": pl.Duration("us"),
        "yearly_profits": pl.List(F64),
        "years": pl.List(pl.Int32()),
        "year_days": pl.List(F64),
        **dict.fromkeys(("cost_per_trade", "profit", "avg_r"), F64),
    }
)
_DEPLOYMENT = pl.Struct({"score": F64, "deployable": pl.Boolean(), "failed": pl.List(pl.String())})

_TEXTS = pl.Struct(dict.fromkeys(COMPONENTS, pl.String()))


def _fused(name: str, output: str, dtype: pl.DataType, **other: Any) -> Row:
    """Return the row of an expression over all components."""
    given = {"direction": None, "quick": {"config": _QUICK}, **other}
    return Row(
        name=name, output=output, dtype=dtype, tiers=_ALL, optional=("years", "year_days"), **given
    )


_ROWS = (
    Row(
        name="robustness",
        output="robustness_score",
        tiers={"reruns": ("jitter_runs", *_JITTER), "summary": _EDGE},
        omega=0.5,
        reruns="jitter_runs",
        monotone=_JITTER_UP,
        quick={"n_iterations": 3},
    ),
    Row(
        name="data_jitter",
        output="data_jitter_score",
        tiers={"reruns": ("data_jitter_runs", *_JITTER)},
        omega=0.5,
        reruns="data_jitter_runs",
        monotone=_JITTER_UP,
    ),
    Row(
        name="stability",
        output="stability_score",
        tiers={"trades": _TRADES, "summary": _YEARS},
        optional=("years", "year_days"),
        omega=1.0,
        keywords={"yearly_profits": "profits"},
    ),
    Row(
        name="stability_wmape",
        output="stability_wmape",
        tiers={"trades": _TRADES, "summary": _YEARS},
        optional=("years", "year_days"),
        range=(0.0, float("inf")),
        direction="lower",
        omega=0.0,
        keywords={"yearly_profits": "profits"},
    ),
    Row(
        name="cost_shock",
        output="cost_shock_score",
        tiers={"reruns": ("cost_runs", *_OUTCOME), "trades": _TRADES, "summary": _COSTS},
        omega=1.0,
        reruns="cost_runs",
        monotone=_OUTCOME_UP,
    ),
    Row(
        name="trade_dropout",
        output="trade_dropout_score",
        tiers={"reruns": ("dropout_runs", *_OUTCOME), "trades": _TRADES, "summary": _SIZED},
        omega=1.0,
        reruns="dropout_runs",
        monotone=_OUTCOME_UP,
        quick={"n_runs": 1},
    ),
    Row(
        name="stress_penalty",
        output="stress_penalty",
        tiers={"reruns": ("stress_runs", *_OUTCOME), "trades": _TRADES, "summary": _COSTS},
        range=(0.0, 0.5),
        direction="lower",
        omega=0.0,
        reruns="stress_runs",
        monotone={name: -sign for name, sign in _OUTCOME_UP.items()},
    ),
    Row(
        name="timing_jitter",
        output="timing_jitter_score",
        tiers={"reruns": ("timing_runs", *_OUTCOME)},
        omega=1.0,
        reruns="timing_runs",
        monotone=_OUTCOME_UP,
    ),
    _fused("final", "final_rating", F64, direction="higher"),
    _fused("scores", "rating_score", _floats(*COMPONENTS, "final_rating"), probe="final_rating"),
    _fused("explain", "rating_contributions", _floats(*COMPONENTS), probe="robustness_score"),
    _fused("evidence", "evidence", _TEXTS, probe="cost_shock_score", range=None, quick={}),
    Row(
        name="deployment",
        output="deployment",
        tiers={
            "trades": _TRADES,
            "summary": ("win_rate", "avg_r", "profit", "profit_factor", "max_drawdown"),
        },
        dtype=_DEPLOYMENT,
        direction=None,
        probe="score",
    ),
    Row(
        name="metrics",
        output="metrics",
        tiers={"trades": _TRADES},
        dtype=_METRICS,
        range=None,
        direction=None,
        probe="profit",
    ),
)

REGISTRY: Final[Mapping[str, Row]] = {row.name: row for row in _ROWS}
"""Public expressions that score a candidate in a row."""
AGGREGATES: Final = {"trades"}
"""Public expressions that gather many rows into one."""
CASES: Final = [(row, tier) for row in _ROWS for tier in row.tiers]
"""Every expression on every tier."""
IDS: Final = [f"{row.name}-{tier}" for row, tier in CASES]
SCORES: Final = [(row, tier) for row, tier in CASES if row.omega is not None]
"""The single scores, which follow the one rule for missing evidence."""
SCORE_IDS: Final = [f"{row.name}-{tier}" for row, tier in SCORES]
