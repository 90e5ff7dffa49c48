"""Frames of candidates and of trades: schema and size, every hole reached, shrunk to what matters.

`hypothesis.find` fails where no example of a condition was drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given

import polars_rating as rating
from polars_rating.schema import METRICS_INPUT
from polars_rating.testing import RUN_FIELDS, TRADE, candidate_frame, candidate_frames, trade_frames
from polars_rating.types import MetricsInput
from tests.testing._search import A_FEW, FEW, SIMPLEST, has, numbers, reached, simplest

tiers = pytest.mark.parametrize("tier", ["reruns", "neighbours", "trades", "summary"])


@FEW
@given(trade_frames(min_rows=1, max_rows=3, fields=["pnl", "fee"]), trade_frames(missing=True))
def test_trade_frames_have_one_schema(few: pl.DataFrame, full: pl.DataFrame) -> None:
    assert 1 <= few.height <= 3
    assert few.columns == ["strategy", "pnl", "fee"]
    assert full.height <= 30
    assert full.drop("strategy").schema == TRADE.to_schema()
    assert full["strategy"].null_count() == 0


def test_trade_frames_interleave_candidates() -> None:
    def condition(df: pl.DataFrame) -> bool:
        return df["strategy"].rle_id().n_unique() > df["strategy"].n_unique()

    assert condition(reached(trade_frames(), condition))


@tiers
def test_candidate_frames_have_the_schema_and_size_asked_for(tier: str) -> None:
    @FEW
    @given(candidate_frames(tier, min_rows=1, max_rows=2, max_length=3, missing=True, wild=True))
    def check(df: pl.DataFrame) -> None:
        assert df.schema == candidate_frame(0, tier=tier).schema
        assert 1 <= df.height <= 2
        assert df["strategy"].is_unique().all()
        for name in {*RUN_FIELDS, "trades"} & set(df.columns):
            assert (df[name].list.len().max() or 0) <= 3

    check()


@tiers
def test_candidate_frames_are_complete_unless_asked_otherwise(tier: str) -> None:
    @FEW
    @given(candidate_frames(tier))
    def check(df: pl.DataFrame) -> None:
        assert None not in numbers(df)
        assert not has(math.isnan)(df)
        for name, dtype in df.schema.items():
            assert dtype != pl.List or (df[name].list.len() > 0).all()
        if tier != "trades":
            for row in df.select(METRICS_INPUT.names).to_dicts():
                MetricsInput.from_dict(row)  # refuses what is outside its domain
        assert None not in numbers(df.select("strategy", rating.scores()))

    check()


HOLES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "no row": lambda df: df.height == 0,
    "null": lambda df: None in numbers(df),
    "NaN": has(math.isnan),
    "infinity": has(lambda x: x == -math.inf),
    "null list": lambda df: any(s.null_count() for s in df if s.dtype == pl.List),
    "empty list": lambda df: any((s.list.len() == 0).any() for s in df if s.dtype == pl.List),
    "null item": lambda df: any(
        items is not None and items.null_count() and items.dtype == pl.Struct
        for s in df
        if s.dtype == pl.List
        for items in s
    ),
}


@pytest.mark.parametrize("hole", HOLES)
@tiers
def test_candidate_frames_have_the_hole(tier: str, hole: str) -> None:
    if hole == "null item" and tier == "summary":
        return  # has no list of structs
    frames = candidate_frames(tier, max_rows=1, max_length=2, missing=True)
    assert HOLES[hole](reached(frames, HOLES[hole]))


@tiers
def test_wild_candidate_frames_leave_every_domain_but_have_no_holes(tier: str) -> None:
    frames = candidate_frames(tier, max_rows=1, max_length=2, wild=True)
    found = reached(frames, has(lambda x: abs(x) > 1e307))
    assert None not in numbers(found)
    if tier != "trades":
        for condition in (pl.col("win_rate") > 1, pl.col("max_drawdown") < 0):
            reached(frames, lambda df, where=condition: df.filter(where).height)

    @FEW
    @given(frames)
    def check(df: pl.DataFrame) -> None:
        others = numbers(df.drop("profit_factor", strict=False))
        assert all(math.isfinite(x) for x in others if isinstance(x, float))

    check()


@pytest.mark.parametrize("name", RUN_FIELDS)
def test_drawn_reruns_are_near_enough_to_score(name: str) -> None:
    score = {
        "jitter_runs": rating.robustness,
        "neighbour_runs": rating.robustness,
        "data_jitter_runs": rating.data_jitter,
    }.get(name, rating.cost_shock)
    frames = candidate_frames("reruns", min_rows=1, max_rows=1)
    reached(frames, lambda df: 0.7 < df.select(score(runs=name)).item() < 0.95)


@tiers
def test_any_tier_is_drawn_by_default(tier: str) -> None:
    schema = candidate_frame(0, tier=tier).schema
    assert reached(candidate_frames(), lambda df: df.schema == schema).schema == schema


def test_frames_shrink_to_the_rows_that_matter() -> None:
    frames = candidate_frames("trades", max_rows=3, max_length=3, missing=True)
    found = simplest(frames, lambda df: df.height > 1)
    assert found.height == 2
    assert sum(x not in SIMPLEST for x in numbers(found)) <= A_FEW
