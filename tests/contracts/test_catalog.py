"""The catalogue holds every public expression, and its rows are true."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import get_type_hints

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import catalog, reference, schema
from polars_rating.catalog.row import Score
from polars_rating.parameters import check, default
from tests._engines import plan
from tests._registry import AGGREGATES, CASES, EXPRESSIONS, IDS, NATIVE, OF_CANDLES, REGISTRY, Row
from tests.contracts._bits import column


def test_catalogue_names_equal_the_public_expressions() -> None:
    frames = {row.name for row in catalog.SELECTION.values() if row.kind == "F"}
    known = set(REGISTRY) | set(catalog.SELECTION) | AGGREGATES | OF_CANDLES | NATIVE
    assert known == EXPRESSIONS | frames


@pytest.mark.parametrize("score", catalog.SCORES.values(), ids=lambda score: score.name)
def test_signatures_have_the_parameters_and_keywords_of_the_catalogue(score: Score) -> None:
    signature = inspect.signature(getattr(rating, score.name)).parameters
    # None where a configuration may hold the number in place of the keyword.
    grouped = (
        {item.name for item in fields(rating.SelectionConfig)} if "config" in signature else ()
    )
    for name in score.parameters:
        expected = None if name in grouped else default(score, name)
        assert signature[name].default == expected, name
        assert check(score.rule(name), default(score, name)) == default(score, name), name
    assert set(score.keywords) | set(score.parameters) <= set(signature)
    twin = inspect.signature(getattr(reference, score.name)).parameters
    for name in set(score.parameters) - {"config"}:
        assert twin[name].default == default(score, name), name


def names_of(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def test_what_types_must_spell_out_equals_the_catalogue() -> None:
    # Type checkers cannot read names from data, so these stand twice.
    overrides = schema.Columns.__optional_keys__
    assert overrides == set(catalog.CANONICAL) - {"avg_trade_duration"}
    further = schema.RatingColumns.__optional_keys__ - overrides
    assert further == set(catalog.FURTHER_COMPONENTS)
    assert names_of(rating.Weights) == {*catalog.COMPONENTS, *catalog.FURTHER_COMPONENTS}
    assert names_of(rating.Thresholds) == set(catalog.CRITERIA)
    assert tuple(field.name for field in fields(rating.RatingScore)) == catalog.RATING_OUTPUTS
    assert get_type_hints(rating.ScoreDict).keys() == set(catalog.RATING_OUTPUTS)
    assert names_of(rating.MetricsInput) == set(catalog.METRICS)


def test_every_field_of_the_config_reaches_the_component_it_is_for() -> None:
    config = rating.RatingConfig(
        jitter=rating.JitterConfig(param_variation=0.2, n_iterations=7, seed=1, min_neighbours=4),
        dropout=rating.DropoutConfig(
            fraction=0.3, n_runs=8, seed=2, confidence=0.9, sharpe_of="pnl"
        ),
        stress=rating.StressConfig(variation=0.4, cost_multiplier=3.0),
        penalty_cap=0.6,
        cost_multipliers=(5.0,),
        no_evidence="omega",
    )
    both = {"penalty_cap": 0.6, "no_evidence": "omega"}
    assert {name: config.parameters_of(name) for name in catalog.COMPONENTS} == {
        "robustness": {
            "param_variation": 0.2,
            "n_iterations": 7,
            "seed": 1,
            "min_neighbours": 4,
            **both,
        },
        "stability": {"min_scale": 100.0, "min_years": 1, "no_evidence": "omega"},
        "cost_shock": {"multipliers": (5.0,), **both},
        "trade_dropout": {
            "fraction": 0.3,
            "n_runs": 8,
            "seed": 2,
            "sharpe_of": "pnl",
            "confidence": 0.9,
            **both,
        },
        "stress_penalty": {"variation": 0.4, "cost_multiplier": 3.0, **both},
    }


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_every_tier_scores_its_frame_inside_the_range(row: Row, tier: str) -> None:
    out = column(row.frame(tier, 40), row.build())
    assert out.name == row.output
    assert out.dtype == row.dtype
    fields = out.struct.fields if isinstance(out.dtype, pl.Struct) else []
    parts = [out.struct.field(name) for name in fields] or [out]
    if row.range is not None:
        low, high = row.range
        numbers = [part for part in parts if part.dtype == pl.Float64]
        assert all(low <= x <= high for part in numbers for x in part if x is not None)
        assert any(x is not None for part in numbers for x in part)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_every_required_column_is_required(row: Row, tier: str) -> None:
    # What another column can stand in for: profit is also the sum of the yearly profits.
    spare = {"profit"} if "yearly_profits" in row.tiers[tier] else set()
    if row.name == "evidence":
        spare = set(row.tiers[tier])
    frame = row.frame(tier)
    for name in set(row.tiers[tier]) - spare:
        if tier in ("reruns", "neighbours") and name.endswith("_runs") and row.reruns is None:
            continue  # the weaker tiers of a component may have what they need
        # metrics() names its column, like an override: Polars itself says that it is not there.
        error, text = pl.exceptions.ComputeError, "RATING_MISSING_EVIDENCE"
        if row.name == "metrics":
            error, text = pl.exceptions.ColumnNotFoundError, "trades"
        with pytest.raises(error, match=text):
            plan(frame.drop(name).lazy().select(row.build()))


@pytest.mark.parametrize("row", [r for r in REGISTRY.values() if r.monotone], ids=lambda r: r.name)
def test_scores_follow_the_monotone_fields_of_the_reruns(row: Row) -> None:
    assert row.reruns is not None
    frame = row.frame("reruns", 60)
    before = column(frame, row.build())
    for name, sign in row.monotone.items():
        raised = pl.field(name) + 0.1 * pl.field(name).abs()
        runs = pl.col(row.reruns).list.eval(pl.element().struct.with_fields(raised))
        moved = (column(frame.with_columns(runs), row.build()) - before) * sign
        assert (moved >= -1e-15).all(), name  # rounding
        assert (moved > 0).any(), name


@pytest.mark.parametrize("row", [r for r in REGISTRY.values() if r.monotone], ids=lambda r: r.name)
def test_higher_is_better_unless_the_direction_says_lower(row: Row) -> None:
    sign = -1 if row.direction == "lower" else 1
    assert {row.monotone["profit"], row.monotone["max_drawdown"] * -1} == {sign}
