"""Runs and trades as List(Struct), Array(Struct) and Struct of lists give the same bits."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from tests._engines import plan
from tests._registry import CASES, REGISTRY, Row
from tests.contracts._bits import assert_same_bits, column

ROWS, ITEMS = 17, 4
NESTED = [(row, tier) for row, tier in CASES if tier not in ("summary", "returns")]
NESTED_IDS = [f"{row.name}-{tier}" for row, tier in NESTED]
Layout = Callable[[pl.DataFrame, str], pl.DataFrame]


def fields_of(frame: pl.DataFrame, name: str) -> list[pl.Field]:
    return list(frame.schema[name].inner.fields)


def nested(frame: pl.DataFrame) -> list[str]:
    return [
        name
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct)
    ]


def lists_of(frame: pl.DataFrame, name: str) -> dict[str, pl.Expr]:
    """Return for each field its list in every row."""
    return {
        field.name: pl.col(name).list.eval(pl.element().struct.field(field.name))
        for field in fields_of(frame, name)
    }


def array_of_structs(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    dtype = pl.Array(frame.schema[name].inner, ITEMS)
    return frame.with_columns(pl.col(name).cast(dtype))


def struct_of_lists(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    lists = frame.select(pl.struct(**lists_of(frame, name)).alias(name))
    null = pl.col(name).is_null()
    return frame.with_columns(pl.when(~null).then(lists[name]).alias(name))


def struct_with_null_lists(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.with_columns(pl.struct(**lists_of(frame, name)).alias(name))


def struct_with_one_null_list(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return null rows as structs of which just one list is null."""
    first, *others = lists_of(frame, name).items()
    filler = {n: e.fill_null(pl.lit(pl.Series([[]], dtype=pl.List(pl.Null)))) for n, e in others}
    types = {f.name: pl.List(f.dtype) for f in fields_of(frame, name)}
    filler = {n: e.cast(types[n]) for n, e in filler.items()}
    return frame.with_columns(pl.struct(**{first[0]: first[1], **filler}).alias(name))


def struct_of_arrays(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    arrays = {
        field.name: expr.cast(pl.Array(field.dtype, ITEMS))
        for field, expr in zip(fields_of(frame, name), lists_of(frame, name).values(), strict=True)
    }
    return frame.with_columns(pl.struct(**arrays).alias(name))


def struct_with_own_offsets(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a struct whose lists lie at another offset for each field."""
    lists = frame.select(**lists_of(frame, name))
    moved = []
    for i, series in enumerate(lists):
        padded = pl.concat([series[:1]] * i + [series], rechunk=True)
        moved.append(padded.slice(i))
    return frame.with_columns(pl.DataFrame(moved).to_struct(name))


def fields_in_reverse(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    names = [field.name for field in fields_of(frame, name)][::-1]
    item = pl.when(pl.element().is_not_null()).then(
        pl.struct(pl.element().struct.field(n) for n in names)
    )
    return frame.with_columns(pl.col(name).list.eval(item))


def extra_fields(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    item = pl.element().struct.with_fields(
        pl.lit("text").alias("note"), pl.lit(True).alias("flag"), pl.lit(7).alias("id")
    )
    return frame.with_columns(pl.col(name).list.eval(item))


def extra_fields_in_struct(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    other = pl.lit(pl.Series([["a", "b"]]))
    lists = {"note": other, "id": pl.lit("x"), **lists_of(frame, name), "flag": pl.lit(None)}
    return frame.with_columns(pl.struct(**lists).alias(name))


LAYOUTS: list[Layout] = [
    array_of_structs,
    struct_of_lists,
    struct_with_null_lists,
    struct_with_one_null_list,
    struct_of_arrays,
    struct_with_own_offsets,
    fields_in_reverse,
    extra_fields,
    extra_fields_in_struct,
]


@pytest.mark.parametrize("form", ["full", "nulls", "sliced", "chunked"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("row", "tier"), NESTED, ids=NESTED_IDS)
def test_layout_equals_list_of_structs(row: Row, tier: str, layout: Layout, form: str) -> None:
    frame = row.frame(tier, ROWS, length=ITEMS)
    for i, name in enumerate(nested(frame)):
        if form != "full":
            null = pl.int_range(pl.len()) % 5 == i % 5
            frame = frame.with_columns(pl.when(~null).then(name).alias(name))
    other = frame
    for name in nested(frame):
        other = layout(other, name)
    if form == "sliced":
        other, frame = other.slice(3, 9), frame.slice(3, 9)
    if form == "chunked":
        other = pl.concat([other[:2], other[2:3], other[3:]], rechunk=False)
    assert other.schema != frame.schema
    assert_same_bits(column(other, row.build()), column(frame, row.build()))


@pytest.mark.parametrize("where", ["item", "middle"])
@pytest.mark.parametrize(("row", "tier"), NESTED, ids=NESTED_IDS)
def test_array_with_null_items_equals_list_with_null_items(row: Row, tier: str, where: str) -> None:
    frame = row.frame(tier, ROWS, length=ITEMS)
    gone = pl.int_range(pl.len()) == (0 if where == "item" else 2)
    for name in nested(frame):
        item = pl.when(~gone).then(pl.element())
        frame = frame.with_columns(pl.col(name).list.eval(item))
    other = frame
    for name in nested(frame):
        other = array_of_structs(other, name)
    assert_same_bits(column(other, row.build()), column(frame, row.build()))


@pytest.mark.parametrize("name", ["stability", "stability_wmape"])
def test_array_of_years_equals_list(name: str) -> None:
    row = REGISTRY[name]
    frame = pl.DataFrame(
        {"yearly_profits": [[5.0, 9.0], [700.0, 300.0], None], "years": [[2023, 2024]] * 3}
    )
    array = frame.with_columns(
        pl.col("yearly_profits").cast(pl.Array(pl.Float64, 2)),
        pl.col("years").cast(pl.Array(pl.Int64, 2)),
    )
    expected = column(frame, row.build())
    assert_same_bits(column(array, row.build()), expected)
    assert_same_bits(column(array.slice(1), row.build()), expected.slice(1))


@pytest.mark.parametrize("layout", [None, array_of_structs, struct_of_lists])
@pytest.mark.parametrize(("row", "tier"), NESTED, ids=NESTED_IDS)
def test_missing_field_is_named_with_what_was_found(row: Row, tier: str, layout) -> None:
    frame = row.frame(tier, 5, length=ITEMS)
    for name in nested(frame):
        names = [field.name for field in fields_of(frame, name)]
        for gone in ["pnl"] if name == "trades" else names:
            kept = [n for n in names if n != gone]
            item = pl.struct(pl.element().struct.field(n) for n in kept)
            bare = frame.with_columns(pl.col(name).list.eval(item))
            lazy = (layout(bare, name) if layout else bare).lazy().select(row.build())
            text = rf"RATING_MISSING_FIELD.*`{name}`.*`{gone}`.*found.*`{kept[0]}`"
            with pytest.raises(pl.exceptions.ComputeError, match=text):
                plan(lazy)


@pytest.mark.parametrize(("row", "tier"), NESTED, ids=NESTED_IDS)
def test_unequal_lengths_in_a_row_are_an_error_that_names_the_column(row: Row, tier: str) -> None:
    if row.name == "evidence":
        return  # reads no values
    frame = row.frame(tier, 5, length=ITEMS)
    for name in nested(frame):
        lists = lists_of(frame, name)
        first = next(iter(lists))
        cut = pl.int_range(pl.len()) == 3
        lists[first] = pl.when(cut).then(lists[first].list.head(2)).otherwise(lists[first])
        uneven = frame.with_columns(pl.struct(**lists).alias(name))
        text = rf"RATING_LENGTH_MISMATCH.*`{name}`.*got"
        with pytest.raises(pl.exceptions.ComputeError, match=text):
            uneven.select(row.build())


@pytest.mark.parametrize("name", ["years", "year_days"])
@pytest.mark.parametrize("items", [[2024], [2022, 2023, 2024], []], ids=len)
def test_years_of_another_length_than_the_profits_are_an_error(name: str, items) -> None:
    series = pl.Series(name, [items], dtype=pl.List(pl.Int64))
    frame = pl.DataFrame({"yearly_profits": [[1.0, 2.0]]}).with_columns(series)
    text = rf"RATING_LENGTH_MISMATCH.*`{name}`.*`yearly_profits`.*got {len(items)} and 2"
    with pytest.raises(pl.exceptions.ComputeError, match=text):
        frame.select(REGISTRY["stability"].build())
