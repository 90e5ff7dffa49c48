"""One row per score: the only place where its name, evidence, parameters and direction stand.

From the rows follow the canonical columns, what every expression looks for, the values the plugin
gets, the error texts that list evidence, the lists of scores of the command line, the tables in
``docs/scores/`` and the contract tests. A row's evidence travels with each call, so that Rust has
no table of its own. Rules and defaults of the parameters are in `polars_rating.parameters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from polars_rating.catalog.further import FURTHER, TP_SL_STRESS
from polars_rating.catalog.metric_scores import METRIC_SCORES
from polars_rating.catalog.row import Score, Tier
from polars_rating.catalog.selection import SELECTION_ROWS
from polars_rating.catalog.tiers import TRADES

NUMBERS_PER_ROW: Final = (
    "capital",
    "benchmark",
    "n_trials",
    "sharpe_var",
    "sharpe",
    "p_value",
    "p_value_adjusted",
)
"""Parameters of numbers that may be a column."""
ANCHOR: Final = "polars_rating"
"""A field every struct has: without any field Polars' own error would hide the plugin's.

Its value is not null: Polars does not share subexpressions that hold a null literal.
"""
OUTCOME: Final = ("profit", "max_drawdown", "sharpe_ratio")
"""The outcome of a run, which stress, costs and dropout compare with the base."""
JITTER: Final = ("profit", "avg_r", "win_rate", "max_drawdown")
"""The metrics that jittered reruns compare with the base."""
CRITERIA: Final = ("win_rate", "avg_r", "profit", "profit_factor", "max_drawdown")
"""The criteria of the deployment gate, in the order in which failures are listed."""
TRADE_FIELDS: Final = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
"""The fields of a trade; all but the first are optional."""
EQUITY_FIELDS: Final = ("time", "equity")
"""The fields of a point of an equity curve."""
_EDGE: Final = ("profit", "win_rate", "profit_factor")
_MODEL: Final = (*_EDGE, "total_trades", "sharpe_ratio", "max_drawdown")
_COSTS: Final = (*_MODEL, "cost_per_trade")


def _runs(column: str, metrics: tuple[str, ...]) -> Tier:
    return Tier(tier="reruns", holds="runs", column=column, fields=metrics, metrics=metrics)


def _neighbours(column: str, metrics: tuple[str, ...]) -> Tier:
    return replace(_runs(column, metrics), tier="neighbours")


def _summary(*metrics: str) -> Tier:
    return Tier(tier="summary", holds="metrics", metrics=metrics)


_YEARS: Final = (
    Tier(
        tier="summary",
        holds="numbers",
        column="yearly_profits",
        optional=("years", "year_days"),
    ),
    replace(TRADES, fields=("exit_time",)),
)


_RUNS_AND_TRADES: Final = {"trades": "trades"}
_BY_YEAR: Final = {
    "profits": "yearly_profits",
    "years": "years",
    "year_days": "year_days",
    "trades": "trades",
}
_JITTER_UP: Final[Mapping[str, Literal[1, -1]]] = {
    "profit": 1,
    "avg_r": 1,
    "win_rate": 1,
    "max_drawdown": -1,
}
_OUTCOME_UP: Final[Mapping[str, Literal[1, -1]]] = {
    "profit": 1,
    "max_drawdown": -1,
    "sharpe_ratio": 1,
}
_OUTCOME_DOWN: Final[Mapping[str, Literal[1, -1]]] = {
    "profit": -1,
    "max_drawdown": 1,
    "sharpe_ratio": -1,
}

_SCORES: Final = (
    Score(
        name="robustness",
        output="robustness_score",
        question="Do the metrics hold when the parameters are jittered?",
        title="robust",
        tiers=(
            _runs("jitter_runs", JITTER),
            _neighbours("neighbour_runs", JITTER),
            _summary(*_EDGE),
        ),
        parameters=(
            "param_variation",
            "n_iterations",
            "seed",
            "min_neighbours",
            "penalty_cap",
            "no_evidence",
        ),
        omega="1 - penalty_cap",
        component="default",
        group="jitter",
        keywords={"runs": "jitter_runs"},
        can_leave_out="avg_r",
        monotone=_JITTER_UP,
    ),
    Score(
        name="stability",
        output="stability_score",
        question="Is the profit spread evenly over the years?",
        title="stable",
        tiers=_YEARS,
        parameters=("min_scale", "min_years", "no_evidence"),
        omega=1.0,
        component="default",
        keywords=_BY_YEAR,
    ),
    Score(
        name="cost_shock",
        output="cost_shock_score",
        question="Do the results bear higher costs?",
        title="costs",
        tiers=(_runs("cost_runs", OUTCOME), TRADES, _summary(*_COSTS)),
        parameters=("multipliers", "penalty_cap", "no_evidence"),
        omega=1.0,
        component="default",
        keywords={"runs": "cost_runs", **_RUNS_AND_TRADES},
        monotone=_OUTCOME_UP,
    ),
    Score(
        name="trade_dropout",
        output="trade_dropout_score",
        question="Do the results hang on a few trades?",
        title="dropout",
        tiers=(_runs("dropout_runs", OUTCOME), TRADES, _summary(*_MODEL)),
        parameters=(
            "fraction",
            "n_runs",
            "seed",
            "sharpe_of",
            "confidence",
            "penalty_cap",
            "no_evidence",
        ),
        omega=1.0,
        component="default",
        group="dropout",
        keywords={"runs": "dropout_runs", **_RUNS_AND_TRADES},
        base_by_keyword=OUTCOME,
        monotone=_OUTCOME_UP,
    ),
    Score(
        name="stress_penalty",
        output="stress_penalty",
        question="How much is lost under stress?",
        title="stress",
        tiers=(_runs("stress_runs", OUTCOME), TRADES, _summary(*_COSTS)),
        parameters=("variation", "cost_multiplier", "penalty_cap", "no_evidence"),
        direction="lower",
        range=(0.0, "penalty_cap"),
        omega=0.0,
        component="default",
        group="stress",
        keywords={"runs": "stress_runs", **_RUNS_AND_TRADES},
        monotone=_OUTCOME_DOWN,
    ),
    Score(
        name="data_jitter",
        output="data_jitter_score",
        file="robustness",
        tiers=(_runs("data_jitter_runs", JITTER),),
        parameters=("penalty_cap", "no_evidence"),
        omega="1 - penalty_cap",
        component="further",
        keywords={"runs": "data_jitter_runs"},
        can_leave_out="avg_r",
        monotone=_JITTER_UP,
    ),
    Score(
        name="timing_jitter",
        output="timing_jitter_score",
        file="stress_penalty",
        tiers=(_runs("timing_runs", OUTCOME),),
        parameters=("penalty_cap", "no_evidence"),
        omega=1.0,
        component="further",
        keywords={"runs": "timing_runs"},
        monotone=_OUTCOME_UP,
    ),
    Score(
        name="stability_wmape",
        output="stability_wmape",
        file="stability",
        tiers=_YEARS,
        parameters=("min_scale", "min_years", "no_evidence"),
        direction="lower",
        range=(0.0, float("inf")),
        omega=0.0,
        keywords=_BY_YEAR,
    ),
    Score(
        name="deployment",
        output="deployment",
        tiers=(_summary(*CRITERIA),),
        direction=None,
        dtype={"score": "Float64", "deployable": "Boolean", "failed": "List(String)"},
    ),
    Score(
        name="metrics",
        output="metrics",
        tiers=(TRADES,),
        parameters=("fields",),
        rules={"fields": "fields:metrics"},
        direction=None,
        range=None,
        keywords=_RUNS_AND_TRADES,
        dtype={
            "total_trades": "UInt32",
            "win_rate": "Float64",
            "profit_factor": "Float64",
            "sharpe_ratio": "Float64",
            "max_drawdown": "Float64",
            "avg_trade_duration": "Duration",
            "yearly_profits": "List(Float64)",
            "years": "List(Int32)",
            "year_days": "List(Float64)",
            "cost_per_trade": "Float64",
            "profit": "Float64",
            "avg_r": "Float64",
        },
    ),
)

_FURTHER: Final = (*FURTHER, *METRIC_SCORES)

COMPONENTS: Final = {row.name: row for row in _SCORES if row.component == "default"}
"""The components of the final rating by name, in the order of their weights."""
FURTHER_COMPONENTS: Final = {
    row.name: row
    for row in (*_SCORES, *_FURTHER, TP_SL_STRESS, *SELECTION_ROWS)
    if row.component == "further"
}
"""What a weight makes one more component of the final rating, by name."""
ALL_COMPONENTS: Final = COMPONENTS | FURTHER_COMPONENTS
"""The components of the final rating, and what may become one."""
COMPONENT_OUTPUTS: Final = tuple(row.output for row in COMPONENTS.values())


def _of_components(name: str, output: str, *, file: str = "final_rating", **other: Any) -> Score:
    return Score(name=name, output=output, tiers=(), file=file, **other)


_RATINGS: Final = (
    _of_components(
        "final",
        "final_rating",
        function="final_rating",
        question="How good is the candidate, all in all?",
        title="final",
    ),
    _of_components(
        "scores",
        "rating_score",
        direction=None,
        dtype=dict.fromkeys((*COMPONENT_OUTPUTS, "final_rating"), "Float64"),
    ),
    _of_components(
        "explain",
        "rating_contributions",
        direction=None,
        dtype=dict.fromkeys(COMPONENT_OUTPUTS, "Float64"),
    ),
    _of_components(
        "evidence",
        "evidence",
        file="evidence",
        direction=None,
        range=None,
        dtype=dict.fromkeys(COMPONENT_OUTPUTS, "String"),
    ),
)

SCORES: Final[Mapping[str, Score]] = {
    row.name: row for row in (*_SCORES, *_FURTHER, *_RATINGS, *SELECTION_ROWS)
}
"""Every expression, by name."""
SELECTION: Final = {row.name: row for row in SELECTION_ROWS}
"""Those that say how much of the best candidate is luck."""
METRICS: Final = tuple(SCORES["metrics"].dtype)
"""The metrics that trades give."""
RATING_OUTPUTS: Final = (*COMPONENT_OUTPUTS, "final_rating")
"""The score columns of a rated table: the components, then the rating."""
RATING_ROWS: Final = (*COMPONENTS.values(), SCORES["final"])
"""The rows of `RATING_OUTPUTS`."""

GATES: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "profit": ("profit",),
    "deployment": CRITERIA,
}
"""Gate of the final rating to the metrics it judges."""

RATING_COLUMNS: Final = tuple(
    dict.fromkeys(name for row in COMPONENTS.values() for name in row.columns())
)
"""The canonical columns that the components of the rating look for."""

_METRIC_COLUMNS: Final = {
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
}
RUN_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    str(tier.column): tier.fields
    for of in ("reruns", "neighbours")
    for row in _SCORES
    for tier in row.tiers
    if tier.tier == of
}
"""Column of reruns, or of neighbours, to the metrics of its structs."""
CANONICAL: Final[Mapping[str, str]] = {
    **_METRIC_COLUMNS,
    **{name: f"List(Struct{{{', '.join(fields)}}})" for name, fields in RUN_FIELDS.items()},
    "trades": f"List(Struct{{pnl, {', '.join(f'{name}?' for name in TRADE_FIELDS[1:])}}})",
    "equity": f"List(Struct{{{', '.join(EQUITY_FIELDS)}}}), or List(float) of weekly closes",
    "returns": "List(float), simple return per period",
}
"""Canonical column name to type and unit."""
SELECTION_COLUMNS: Final = {
    "sharpe_moments": "Struct{n, sharpe, skewness, kurtosis}, per period",
}
"""Columns that only the expressions of `SELECTION` look for."""


def fields_of(column: str) -> tuple[str, ...]:
    """Return the fields of a canonical column's structs, none for a column of numbers.

    >>> fields_of("trades")[:2], fields_of("profit")
    (('pnl', 'fee'), ())
    """
    known = {**RUN_FIELDS, "trades": TRADE_FIELDS, "equity": EQUITY_FIELDS}
    return known.get(column, ())
