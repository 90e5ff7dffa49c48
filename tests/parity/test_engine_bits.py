"""Scores have the same bits in every engine, in every chunking, and every time."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from parity_cases import TIERS, config, frame
from parity_check import bits

import polars_rating as rating
from polars_rating.data import trades_path
from tests._engines import size

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
    for _ in range(2):
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


@pytest.mark.parametrize("tier", ["trades", "summary"])
def test_composed_final_equals_fused_within_one_lazy_query(tier: str) -> None:
    cfg = config("few draws")
    both = many(tier).lazy().select(rating.final(config=cfg), rating.scores(cfg)).collect()
    assert bits(both["final_rating"]) == bits(both["rating_score"].struct.field("final_rating"))


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
