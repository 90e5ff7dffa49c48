"""Every numeric and time dtype gives the score of the same numbers as Float64, to the last bit.

The numbers are small integers, which every numeric dtype holds exactly.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating.testing import candidate_frame
from polars_rating.testing.frames import gather
from tests._frames import items_of
from tests._registry import CASES, IDS, REGISTRY, Row
from tests.contracts._bits import assert_same_bits, column

NAMES = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32")
MAYBE = ("Int128", "UInt128", "Float16")
"""What only some versions of Polars have."""
NUMERIC = [getattr(pl, name) for name in (*NAMES, *MAYBE) if hasattr(pl, name)]
NUMERIC += [pl.Decimal(20, 0), pl.Decimal(12, 3)]
RATIOS = {"win_rate": 1}


def whole(row: Row, tier: str) -> pl.DataFrame:
    """Return the frame of a tier with every number an integer in [0, 100]."""
    frame = row.frame(tier, 12, length=4)
    rng = np.random.default_rng(5)

    def numbers(n: int, name: str) -> pl.Series:
        return pl.Series(name, rng.integers(1, RATIOS.get(name, 100) + 1, n).astype(float))

    columns = []
    for series in frame:
        if isinstance(series.dtype, pl.List):
            items = items_of(series)
            if isinstance(items.dtype, pl.Struct):
                fields = [
                    f if f.dtype.is_temporal() else numbers(len(f), f.name)
                    for f in items.struct.unnest()
                ]
                columns.append(gather([4] * 12, pl.DataFrame(fields).to_struct(series.name)))
            else:
                columns.append(pl.Series(series.name, [[7.0 + i, 90.0, 40.0] for i in range(12)]))
        else:
            columns.append(numbers(12, series.name))
    return pl.DataFrame(columns)


def cast_to(dtype: pl.DataType, old: pl.DataType) -> pl.DataType:
    """Return `old` with every number in it turned into `dtype`."""
    if isinstance(old, pl.List):
        return pl.List(cast_to(dtype, old.inner))
    if isinstance(old, pl.Struct):
        return pl.Struct({f.name: cast_to(dtype, f.dtype) for f in old.fields})
    return old if old.is_temporal() else dtype


@pytest.mark.parametrize("dtype", NUMERIC, ids=str)
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_numeric_dtypes_everywhere_equal_float64(row: Row, tier: str, dtype) -> None:
    frame = whole(row, tier)
    cast = frame.select(pl.col(n).cast(cast_to(dtype, t)) for n, t in frame.schema.items())
    assert cast.schema != frame.schema
    assert_same_bits(column(cast, row.build()), column(frame, row.build()))


@pytest.mark.parametrize("dtype", [pl.Float32, pl.Decimal(18, 6)], ids=str)
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_fractions_are_computed_in_float64_after_the_cast(row: Row, tier: str, dtype) -> None:
    frame = row.frame(tier)
    if "profit_factor" in frame.columns:  # a Decimal has no infinity
        frame = frame.with_columns(pl.col("profit_factor").clip(0, 5))
    cast = frame.select(pl.col(n).cast(cast_to(dtype, t)) for n, t in frame.schema.items())
    same = cast.select(pl.col(n).cast(cast_to(pl.Float64, t)) for n, t in cast.schema.items())
    assert_same_bits(column(cast, row.build()), column(same, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_boolean_columns_are_refused_by_name(row: Row, tier: str) -> None:
    for name in row.tiers[tier]:
        frame = row.frame(tier).with_columns(pl.lit(True).alias(name))
        with pytest.raises(pl.exceptions.ComputeError, match=rf"BAD_DTYPE.*`{name}`.*Boolean"):
            frame.select(row.build())


TIMES = [pl.Datetime(unit) for unit in ("ms", "us", "ns")]
ZONED = [pl.Datetime(unit, zone) for unit in ("ms", "us", "ns") for zone in ("UTC", "Asia/Tokyo")]
ON_TRADES = [row for row, tier in CASES if tier == "trades"]


def with_times(frame: pl.DataFrame, **dtypes: pl.DataType) -> pl.DataFrame:
    casts = [pl.field(name).cast(dtype) for name, dtype in dtypes.items()]
    items = pl.element().struct.with_fields(*casts)
    return frame.with_columns(pl.col("trades").list.eval(items))


@pytest.mark.parametrize("dtype", TIMES + ZONED, ids=str)
@pytest.mark.parametrize("row", ON_TRADES, ids=lambda row: row.name)
def test_datetimes_equal_naive_microseconds_at_the_same_utc_instant(row: Row, dtype) -> None:
    frame = candidate_frame(12, tier="trades")  # to whole seconds
    cast = with_times(frame, entry_time=dtype, exit_time=dtype)
    assert cast.schema["trades"].inner.to_schema()["exit_time"] == dtype
    assert_same_bits(column(cast, row.build()), column(frame, row.build()))


@pytest.mark.parametrize("row", ON_TRADES, ids=lambda row: row.name)
def test_dates_equal_datetimes_at_midnight(row: Row) -> None:
    dates = with_times(candidate_frame(12, tier="trades"), entry_time=pl.Date, exit_time=pl.Date)
    micros, millis = pl.Datetime("us"), pl.Datetime("ms")
    midnight = with_times(dates, entry_time=micros, exit_time=micros)
    expected = column(midnight, row.build())
    assert_same_bits(column(dates, row.build()), expected)
    mixed = with_times(dates, exit_time=millis)
    assert_same_bits(column(mixed, row.build()), expected)


@pytest.mark.parametrize("row", ON_TRADES, ids=lambda row: row.name)
def test_entry_and_exit_in_different_units_equal_one_unit(row: Row) -> None:
    frame = candidate_frame(12, tier="trades")
    mixed = with_times(frame, entry_time=pl.Datetime("ns", "UTC"), exit_time=pl.Datetime("ms"))
    assert_same_bits(column(mixed, row.build()), column(frame, row.build()))


def test_year_of_an_aware_time_is_its_utc_year_by_hand() -> None:
    # Midnight of 2024-01-01 in Tokyo is 15:00 of 2023-12-31 in UTC.
    exits = pl.Series(["2023-12-31T15:00:00", "2024-12-31T14:59:59"]).str.to_datetime("%FT%T")
    items = pl.DataFrame({"pnl": [1.0, 2.0], "exit_time": exits})
    frame = gather([2], items.to_struct("trades")).to_frame()
    aware = pl.Datetime("us", "Asia/Tokyo")
    out = with_times(frame, exit_time=aware).select(rating.metrics().struct.field("years"))
    assert out.item().to_list() == [2023, 2024]


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_null_typed_base_columns_equal_float64_nulls(row: Row, tier: str) -> None:
    frame = row.frame(tier)
    for name, dtype in frame.schema.items():
        if dtype.is_nested():
            continue
        untyped = frame.with_columns(pl.lit(None).alias(name))
        assert untyped.schema[name] == pl.Null
        typed = frame.with_columns(pl.lit(None, pl.Float64).alias(name))
        assert_same_bits(column(untyped, row.build()), column(typed, row.build()))


@pytest.mark.parametrize("untyped", [None, pl.List(pl.Null)], ids=["Null", "List(Null)"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_null_typed_lists_equal_typed_null_lists(row: Row, tier: str, untyped) -> None:
    frame = row.frame(tier)
    for name, dtype in frame.schema.items():
        if dtype.is_nested():
            bare = frame.with_columns(pl.lit(None, untyped).alias(name))
            typed = frame.with_columns(pl.lit(None, dtype).alias(name))
            assert_same_bits(column(bare, row.build()), column(typed, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_empty_lists_of_no_type_equal_typed_empty_lists(row: Row, tier: str) -> None:
    frame = row.frame(tier).drop("years", "year_days", strict=False)
    for name, dtype in frame.schema.items():
        if dtype.is_nested():
            empty = pl.Series(name, [[]] * frame.height, dtype=pl.List(pl.Null))
            bare, typed = frame.with_columns(empty), frame.with_columns(empty.cast(dtype))
            assert_same_bits(column(bare, row.build()), column(typed, row.build()))


@pytest.mark.parametrize("name", ["robustness", "cost_shock", "final"])
def test_lists_of_null_typed_fields_equal_zeros(name: str) -> None:
    row = REGISTRY[name]
    frame = row.frame("reruns")
    runs = row.reruns or "jitter_runs"
    fields = pl.element().struct

    def profit(value: float | None) -> pl.DataFrame:
        item = fields.with_fields(pl.lit(value).alias("profit"))
        return frame.with_columns(pl.col(runs).list.eval(item))

    assert profit(None).schema[runs].inner.to_schema()["profit"] == pl.Null
    assert_same_bits(column(profit(None), row.build()), column(profit(0.0), row.build()))
