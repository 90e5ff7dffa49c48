"""Wherever an expression stands, and on whatever engine, a row has the same bits."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating.catalog import TRADE_FIELDS
from polars_rating.testing import candidate_frame, trade_frame
from tests._engines import size
from tests._registry import CASES, IDS, Row
from tests.contracts._bits import assert_same_bits, column

ROWS = 40
BLOCK, LARGE = size(1_000, 40), size(200_000, 200)


def grouped(row: Row, tier: str) -> pl.DataFrame:
    """Return a frame with two columns that no score looks at."""
    group = pl.Series("group", [i % 3 for i in range(ROWS)])
    return row.frame(tier, ROWS).with_columns(group).with_row_index("id")


def threshold(row: Row, scores: pl.Series) -> object:
    """Return a value that some rows reach, in the middle of what there is."""
    values = scores.to_frame().select(row.value(pl.col(scores.name))).to_series().drop_nulls()
    return sorted(values.to_list())[values.len() // 2]


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_with_columns_and_lazy_equal_eager_select(row: Row, tier: str) -> None:
    frame = grouped(row, tier)
    expected = column(frame, row.build())
    assert_same_bits(frame.with_columns(row.build())[row.output], expected)
    assert_same_bits(frame.lazy().select(row.build()).collect().to_series(), expected)
    assert_same_bits(frame.lazy().with_columns(row.build()).collect()[row.output], expected)


@pytest.mark.parametrize("engine", ["streaming", "in-memory"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_engines_equal_eager(row: Row, tier: str, engine: str) -> None:
    frame = grouped(row, tier)
    query = frame.lazy().filter(pl.col("group") < 2).with_columns(row.build()).select(row.output)
    got = query.collect(engine=engine).to_series()
    assert_same_bits(got, column(frame, row.build()).filter(frame["group"] < 2))


@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_filter_predicate_equals_a_computed_column(row: Row, tier: str, lazy: bool) -> None:
    frame = grouped(row, tier)
    scores = column(frame, row.build())
    predicate = row.value(row.build()) >= threshold(row, scores)
    kept = frame.lazy().filter(predicate).collect() if lazy else frame.filter(predicate)
    by_column = frame.with_columns(scores).filter(
        row.value(pl.col(row.output)) >= threshold(row, scores)
    )
    assert kept.height > 0
    assert kept["id"].to_list() == by_column["id"].to_list()


@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_group_by_agg_equals_the_rows_of_each_group(row: Row, tier: str, lazy: bool) -> None:
    frame = grouped(row, tier)
    expected = column(frame, row.build())
    if lazy:
        out = frame.lazy().group_by("group").agg("id", row.build()).collect()
    else:
        out = frame.group_by("group").agg("id", row.build())
    groups = zip(out["id"], out[row.output], strict=True)
    long = pl.concat([pl.DataFrame({"id": ids, row.output: scores}) for ids, scores in groups])
    assert_same_bits(long.sort("id")[row.output], expected)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_over_equals_select(row: Row, tier: str) -> None:
    frame = grouped(row, tier)
    assert_same_bits(column(frame, row.build().over("group")), column(frame, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_sort_by_equals_sort_by_a_computed_column(row: Row, tier: str) -> None:
    frame = grouped(row, tier)
    key, scores = row.value(row.build()), column(frame, row.build())
    expected = frame.with_columns(scores).sort(
        row.value(pl.col(row.output)), maintain_order=True, nulls_last=True
    )["id"]
    by = frame.select(pl.col("id").sort_by(key, maintain_order=True, nulls_last=True))["id"]
    assert_same_bits(by, expected)
    assert_same_bits(frame.sort(key, maintain_order=True, nulls_last=True)["id"], expected)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_when_then_equals_a_computed_column(row: Row, tier: str) -> None:
    frame = grouped(row, tier)
    expr = pl.when(pl.col("group") == 1).then(row.build()).otherwise(None).alias("x")
    computed = pl.when(pl.col("group") == 1).then(row.output).otherwise(None).alias("x")
    expected = frame.with_columns(row.build()).select(computed).to_series()
    assert expected.null_count() > 0
    assert_same_bits(column(frame, expr), expected)
    assert_same_bits(frame.lazy().select(expr).collect().to_series(), expected)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_permutation_permutes_and_a_subset_keeps_its_bits(row: Row, tier: str) -> None:
    frame = row.frame(tier, ROWS)
    scores = column(frame, row.build())
    for order in (
        np.random.default_rng(3).permutation(ROWS).tolist(),
        [5, 5, 0, ROWS - 1],
        list(range(7, 19)),
    ):
        assert_same_bits(column(frame[order], row.build()), scores.gather(order))
    head = frame.lazy().select(row.build()).slice(4, 9).collect().to_series()
    assert_same_bits(head, scores.slice(4, 9))


@cache
def block(tier: str) -> pl.DataFrame:
    return candidate_frame(BLOCK, tier=tier, length=(3, 5))


@cache
def large(tier: str) -> pl.DataFrame:
    """Return the rows of `block` again and again, beyond what one thread is given."""
    return pl.concat([block(tier)] * (LARGE // BLOCK), rechunk=True)


@pytest.mark.parametrize("engine", ["eager", "streaming"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_large_frame_equals_its_blocks_of_rows(row: Row, tier: str, engine: str) -> None:
    columns, expr = row.columns(tier), row.build(**row.quick)
    small = column(block(tier).select(columns), expr)
    frame = large(tier).select(columns)
    if engine == "eager":
        got = column(frame, expr)
    else:
        got = frame.lazy().select(expr).collect(engine="streaming").to_series()
    expected = pl.concat([small] * (LARGE // BLOCK))
    assert got.dtype == row.dtype
    assert got.equals(expected, null_equal=True)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_streaming_plan_has_no_fallback_node(row: Row, tier: str) -> None:
    query = row.frame(tier).lazy().with_columns(row.build())
    graph = query.show_graph(engine="streaming", plan_stage="physical", raw_output=True)
    nodes = set(re.findall(r'\[label="([a-z-]+)', graph or ""))
    # What expressions share is computed in a `select`, which streams too.
    assert nodes - {"select"} == {"in-memory-source", "with-columns"}


@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
def test_trades_in_group_by_equals_sorted_groups_by_hand(lazy: bool) -> None:
    long = trade_frame(30)
    names = {name: name for name in TRADE_FIELDS[1:]}
    expr = rating.trades("pnl", **names)
    query = long.lazy().group_by("strategy", maintain_order=True).agg(expr)
    out = query.collect() if lazy else long.group_by("strategy", maintain_order=True).agg(expr)
    assert out.columns == ["strategy", "trades"]
    for strategy, got in out.iter_rows():
        mine = long.filter(strategy=strategy).drop("strategy")
        expected = mine.sort("exit_time", maintain_order=True, nulls_last=True)
        assert got == expected.to_dicts()
