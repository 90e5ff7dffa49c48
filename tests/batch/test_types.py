"""Columns of other types: rated as the same numbers in Float64, or refused; order and extras."""

from __future__ import annotations

import decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from polars_rating._arrow import types
from polars_rating.batch import calculate_ratings_batch
from polars_rating.exceptions import ErrorCode, RatingError
from tests.batch._forms import Foreign, candidates, expected, from_ipc, to_ipc

DF = candidates(24).drop("years", "year_days").filter(pl.col("yearly_profits").is_not_null())
N = len(DF)
TABLE = DF.to_arrow()
WHOLE = pa.array([float(i % 7) for i in range(N)])
LISTS = pa.array([[1.0, 2.0 + i] for i in range(N)])


def with_column(name: str, values: Any) -> pa.Table:
    return TABLE.set_column(TABLE.schema.get_field_index(name), name, values)


def as_decimal(dtype: pa.DataType) -> pa.Array:
    return pa.array([decimal.Decimal(int(x)) for x in WHOLE.to_pylist()], dtype)


def as_extension(field: pa.Field) -> pa.Field:
    return field.with_metadata({"ARROW:extension:name": "nobody.knows"})


LIST_ITEM = pa.large_list(as_extension(pa.field("item", pa.float64())))
FITTING: dict[str, tuple[str, pa.Array]] = {
    **{
        f"{dtype}": ("profit_factor", WHOLE.cast(dtype))
        for dtype in (pa.int8(), pa.uint64(), pa.int64(), pa.float16(), pa.float32())
    },
    **{
        f"{dtype}": ("profit_factor", as_decimal(dtype))
        for dtype in (
            pa.decimal32(5, 1),
            pa.decimal64(12, 1),
            pa.decimal128(20, 3),
            pa.decimal256(50, 2),
        )
    },
    "dictionary": ("profit_factor", WHOLE.dictionary_encode()),
    "dictionary of int8": ("profit_factor", WHOLE.cast(pa.int8()).dictionary_encode()),
    "list": ("yearly_profits", LISTS),
    "large_list": ("yearly_profits", LISTS.cast(pa.large_list(pa.float64()))),
    "fixed_size_list": ("yearly_profits", LISTS.cast(pa.list_(pa.float64(), 2))),
    "list of float32": ("yearly_profits", LISTS.cast(pa.list_(pa.float32()))),
    "list of decimal64": ("yearly_profits", LISTS.cast(pa.list_(pa.decimal64(9, 1)))),
    "list of dictionary": (
        "yearly_profits",
        pa.ListArray.from_arrays(LISTS.offsets, LISTS.values.dictionary_encode()),
    ),
}
"""Type to a column of it; the oracle is the same column in plain Float64."""
REFUSED: dict[str, tuple[str, pa.Array]] = {
    "bool": ("profit_factor", pa.array([True] * N)),
    "string_view": ("profit_factor", pa.array(["1"] * N, pa.string_view())),
    "null": ("profit_factor", pa.nulls(N)),
    "timestamp[us, tz=Nowhere/Land]": (
        "avg_trade_duration",
        pa.array([1] * N, pa.timestamp("us", "Nowhere/Land")),
    ),
    "month_day_nano_interval": (
        "avg_trade_duration",
        pa.array([(1, 2, 3)] * N, pa.month_day_nano_interval()),
    ),
    "extension<arrow.bool8>": (
        "profit_factor",
        pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1] * N, pa.int8())),
    ),
    "run_end_encoded<run_ends: int64, values: double>": (
        "profit_factor",
        pa.RunEndEncodedArray.from_arrays([N], [1.5]),
    ),
    "sparse_union<0: double=0>": (
        "profit_factor",
        pa.UnionArray.from_sparse(pa.array([0] * N, pa.int8()), [WHOLE]),
    ),
    "list_view<item: double>": (
        "yearly_profits",
        pa.ListViewArray.from_arrays(
            pa.array([0] * N, pa.int32()), pa.array([1] * N, pa.int32()), WHOLE
        ),
    ),
    "list<item: list<item: double>>": ("yearly_profits", pa.array([[[1.0]]] * N)),
    "map<string, double>": (
        "yearly_profits",
        pa.array([[("a", 1.0)]] * N, pa.map_(pa.string(), pa.float64())),
    ),
    "Array(Float64, shape=(0,))": ("yearly_profits", pa.array([[]] * N, pa.list_(pa.float64(), 0))),
}
"""What the message says was found to a column of it."""


def in_every_way(table: pa.Table) -> list[Any]:
    return [table, to_ipc(table), Foreign(table)]


def scores(result: Any) -> pl.DataFrame:
    return pl.DataFrame(from_ipc(result) if isinstance(result, bytes) else result)


@pytest.mark.parametrize("kind", FITTING)
def test_fitting_type_is_rated_like_float64(kind: str) -> None:
    name, values = FITTING[kind]
    plain = pl.Series(values.to_pylist(), strict=False)
    plain = plain.cast(pl.List(pl.Float64) if name == "yearly_profits" else pl.Float64)
    oracle = expected(DF.with_columns(plain.alias(name)))
    assert oracle["final_rating"].count() > 0
    for given in in_every_way(with_column(name, values)):
        assert scores(calculate_ratings_batch(given)).equals(oracle)


@pytest.mark.parametrize("kind", REFUSED)
def test_other_type_is_refused_by_its_name(kind: str) -> None:
    name, values = REFUSED[kind]
    for given in in_every_way(with_column(name, values)):
        with pytest.raises(RatingError) as caught:
            calculate_ratings_batch(given)
        assert caught.value.code == ErrorCode.RATING_BAD_SCHEMA
        assert f"- `{name}`: expected " in caught.value.message
        # Polars names the types that it knows by other names.
        assert caught.value.message.endswith((f", found {kind}", ", found Null"))


@pytest.mark.parametrize("kind", REFUSED)
def test_columns_that_are_not_needed_may_have_any_type(kind: str) -> None:
    _, values = REFUSED[kind]
    for given in in_every_way(TABLE.append_column("whatever", values)):
        assert scores(calculate_ratings_batch(given)).equals(expected(DF))


def test_metadata_of_an_unknown_extension_is_ignored() -> None:
    schema = TABLE.schema
    for name, dtype in (("win_rate", pa.float64()), ("yearly_profits", LIST_ITEM)):
        i = schema.get_field_index(name)
        schema = schema.set(i, as_extension(pa.field(name, dtype)))
    for given in in_every_way(pa.Table.from_arrays(TABLE.columns, schema=schema)):
        assert scores(calculate_ratings_batch(given)).equals(expected(DF))


@pytest.mark.parametrize("items", [[], [None, None], None])
def test_lists_without_a_type_are_rated_like_typed_ones(items: list[None] | None) -> None:
    untyped = pa.array([items] * (N - 1) + [[]], pa.list_(pa.null()))
    typed = pl.Series("yearly_profits", untyped.to_pylist(), pl.List(pl.Float64))
    for given in in_every_way(with_column("yearly_profits", untyped)):
        assert scores(calculate_ratings_batch(given)).equals(expected(DF.with_columns(typed)))


def test_optional_column_of_nulls_is_unknown_or_not_given() -> None:
    table = TABLE.append_column("years", pa.nulls(N))
    for given in in_every_way(table):
        assert scores(calculate_ratings_batch(given)).equals(expected(DF))
    no_profit = calculate_ratings_batch(with_column("profit", pa.nulls(N)))
    assert no_profit["final_rating"].null_count == N


@pytest.mark.parametrize("fixed", [False, True])
def test_lists_of_more_nulls_than_there_is_memory_are_refused(fixed: bool) -> None:
    many = types.MAX_UNTYPED_ITEMS + 1
    nulls = pa.Array.from_buffers(pa.null(), many, [None])
    if fixed:
        lists: pa.Array = pa.FixedSizeListArray.from_arrays(nulls, many)
    else:
        lists = pa.ListArray.from_arrays(pa.array([0, many], pa.int32()), nulls)
    i = TABLE.schema.get_field_index("yearly_profits")
    one = TABLE.slice(0, 1).set_column(i, "yearly_profits", lists)
    for given in in_every_way(one):
        with pytest.raises(RatingError, match="items of the type null") as caught:
            calculate_ratings_batch(given)
        assert caught.value.code == ErrorCode.RATING_BAD_ARROW


def test_order_and_number_of_columns_do_not_matter() -> None:
    other = DF.select(pl.lit(1).alias("id"), *reversed(DF.columns), note=pl.lit("x"))
    for given in [other, *in_every_way(other.to_arrow())]:
        assert scores(calculate_ratings_batch(given)).equals(expected(DF))
