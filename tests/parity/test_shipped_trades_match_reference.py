"""The README's query over the shipped trades gives what plain Python computes from them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

import polars_rating as rating
from polars_rating import reference
from polars_rating.data import load_trades
from polars_rating.pipeline import rate_trades
from tests.parity.parity_check import assert_matches, bits, with_reference

if TYPE_CHECKING:
    import polars as pl

FIELDS = {"pnl": "pnl", "fee": "fee", "r_multiple": "r", "entry_time": "entry", "exit_time": "exit"}
SCORES = (
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
    "final_rating",
)


@pytest.fixture(scope="module")
def rated() -> pl.DataFrame:
    return (
        load_trades()
        .lazy()
        .group_by("strategy")
        .agg(rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit"))
        .with_columns(rating.metrics())
        .unnest("metrics")
        .with_columns(
            rating.robustness(),
            rating.stability(),
            rating.cost_shock(),
            rating.trade_dropout(),
            rating.stress_penalty(),
            rating.final(),
        )
        .sort("strategy")
        .collect()
    )


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    """Rate every candidate in plain Python, from the raw rows."""
    found = []
    for strategy, group in groupby(load_trades().to_dicts(), key=lambda row: row["strategy"]):
        trades = [{name: row[column] for name, column in FIELDS.items()} for row in group]
        metrics = reference.metrics(trades)
        row = {"strategy": strategy, "trades": trades, **metrics}
        found.append({**row, **reference.scores(row)})
    return sorted(found, key=lambda row: row["strategy"])


@with_reference
def test_every_score_of_every_candidate_matches_reference(
    rated: pl.DataFrame, expected: list[dict[str, Any]]
) -> None:
    assert rated.height == len(expected) == 352
    for name in SCORES:
        wanted = [row[name] for row in expected]
        assert_matches(f"shipped: {name}", rated[name], wanted, expected)


@with_reference
def test_ranking_matches_reference(rated: pl.DataFrame, expected: list[dict[str, Any]]) -> None:
    best = rated.top_k(20, by="final_rating").sort("final_rating", descending=True)
    ranked = sorted(expected, key=lambda row: -row["final_rating"])[:20]
    assert best["strategy"].to_list() == [row["strategy"] for row in ranked]


def test_pipeline_of_the_command_line_equals_the_readme(rated: pl.DataFrame) -> None:
    found = rate_trades(load_trades()).collect().sort("strategy")
    for name in SCORES:
        assert bits(found[name]) == bits(rated[name]), name


def test_order_of_the_rows_does_not_matter(rated: pl.DataFrame) -> None:
    # Exits are unique within a candidate, so that any order of the rows is the same list.
    shuffled = load_trades().sample(fraction=1.0, shuffle=True, seed=4)
    found = rate_trades(shuffled).collect().sort("strategy")
    for name in SCORES:
        assert bits(found[name]) == bits(rated[name]), name
