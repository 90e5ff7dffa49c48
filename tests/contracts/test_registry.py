"""The registry holds every public expression, and its rows are true."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from tests._engines import plan
from tests._registry import AGGREGATES, CASES, IDS, NOT_EXPRESSIONS, REGISTRY, Row
from tests.contracts._bits import column


def test_registry_names_equal_the_public_expressions() -> None:
    assert set(REGISTRY) | AGGREGATES | NOT_EXPRESSIONS == set(rating.__all__)


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
        if tier == "reruns" and name.endswith("_runs") and row.reruns is None:
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
