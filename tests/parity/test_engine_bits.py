"""Scores have the same bits in every engine, in every chunking, every time, and fused or alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.data import trades_path
from tests._engines import size
from tests.parity.parity_cases import CONFIGS, TIERS, config, frame
from tests.parity.parity_check import bits

TRADES = {"fee": "fee", "r_multiple": "r", "entry_time": "entry", "exit_time": "exit"}


@cache
def many(tier: str) -> pl.DataFrame:
    """Return enough candidates for several threads and morsels, in one chunk."""
    return pl.concat([frame(tier).drop_nulls()] * size(8, 2)).rechunk().with_row_index("i")


def exprs() -> list[pl.Expr]:
    cfg = config("few draws")
    return [rating.scores(cfg), rating.explain(cfg), rating.final(config=cfg)]


def all_bits(df: pl.DataFrame) -> dict[str, list[Any]]:
    return {name: bits(df[name]) for name in ("rating_score", "rating_contributions")} | {
        "final_rating": bits(df["final_rating"])
    }


@cache
def eager(tier: str) -> dict[str, list[Any]]:
    return all_bits(many(tier).select("i", *exprs()))


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("tier", TIERS)
def test_lazy_engines_equal_eager_bit_for_bit(tier: str, engine: Any) -> None:
    lazy = many(tier).lazy().select("i", *exprs())
    assert all_bits(lazy.collect(engine=engine).sort("i")) == eager(tier)


@pytest.mark.parametrize("tier", TIERS)
def test_repeated_runs_have_equal_bits(tier: str) -> None:
    assert all_bits(many(tier).select("i", *exprs())) == eager(tier)


@pytest.mark.parametrize("rows", [1, 7, 501])
@pytest.mark.parametrize("tier", TIERS)
def test_slices_and_chunks_have_equal_bits(tier: str, rows: int) -> None:
    df = many(tier)
    pieces = [df.slice(start, rows) for start in range(0, min(df.height, 40 * rows), rows)]
    alone = all_bits(pl.concat([piece.select("i", *exprs()) for piece in pieces]))
    chunked = pl.concat(pieces, rechunk=False)
    together = all_bits(chunked.select("i", *exprs()))
    head = {name: values[: chunked.height] for name, values in eager(tier).items()}
    assert alone == together == head


@pytest.mark.parametrize("tier", TIERS)
def test_other_rows_do_not_matter(tier: str) -> None:
    df = many(tier)
    shuffled = df.sample(fraction=0.3, shuffle=True, seed=2)
    found = all_bits(shuffled.select("i", *exprs()))
    order = shuffled["i"].to_list()
    assert found == {name: [values[i] for i in order] for name, values in eager(tier).items()}


@pytest.mark.parametrize("variant", CONFIGS)
@pytest.mark.parametrize("tier", [*TIERS, "reruns on trades"])
def test_final_and_separate_expressions_equal_scores_bit_for_bit(tier: str, variant: str) -> None:
    cfg = config(variant)
    shared = {"penalty_cap": cfg.penalty_cap, "no_evidence": cfg.no_evidence}
    stress = cfg.stress.to_dict()
    separate = frame(tier).select(
        rating.robustness(**vars(cfg.jitter), **shared),
        rating.stability(no_evidence=cfg.no_evidence),
        rating.cost_shock(multipliers=cfg.cost_multipliers, **shared),
        rating.trade_dropout(**vars(cfg.dropout), **shared),
        rating.stress_penalty(**stress, **shared),
        rating.final(config=cfg),
    )
    fused = frame(tier).select(rating.scores(cfg)).unnest("rating_score")
    assert separate.schema == fused.schema
    for name in fused.columns:
        assert bits(separate[name]) == bits(fused[name]), name
    # Passed in as columns, and without a gate, they give the same aggregate.
    bare = rating.RatingConfig.from_dict({**cfg.to_dict(), "gate": "none"})
    given = {name.removesuffix("_score"): name for name in fused.columns[:5]}
    passed = fused.select(rating.final(**given, config=bare)).to_series()
    ungated = frame(tier).select(rating.final(config=bare)).to_series()
    assert bits(passed) == bits(ungated)


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_whole_query_from_file_equals_eager_bit_for_bit(engine: Any) -> None:
    def query(trades: pl.LazyFrame) -> pl.LazyFrame:
        lists = trades.group_by("strategy").agg(rating.trades("pnl", **TRADES))
        rated = lists.with_columns(rating.metrics()).unnest("metrics")
        return rated.with_columns(*exprs()).sort("strategy")

    scanned = query(pl.scan_parquet(trades_path())).collect(engine=engine)
    loaded = query(pl.read_parquet(trades_path()).lazy()).collect()
    assert all_bits(scanned) == all_bits(loaded)
    assert scanned.drop("trades").equals(loaded.drop("trades"))
