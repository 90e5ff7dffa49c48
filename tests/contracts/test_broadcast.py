"""A value of length 1 stands for every row."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from tests._registry import CASES, IDS, Row
from tests.contracts._bits import assert_same_bits, column

ROWS = 9


def first_value(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return the value of the first row as a scalar literal."""
    return pl.lit(frame[name].head(1)).first()


def literals(row: Row, frame: pl.DataFrame, *names: str) -> pl.Expr:
    return row.build(**{name: first_value(frame, name) for name in names or frame.columns})


def frames_of(row: Row, tier: str, rows: int = ROWS) -> pl.DataFrame:
    """Return the frame of a tier; profits that are given go without the frame's years."""
    return row.frame(tier, rows).select(row.tiers[tier])


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_one_literal_equals_a_constant_column(row: Row, tier: str) -> None:
    frame = frames_of(row, tier)
    for name in frame.columns:
        constant = frame.with_columns(first_value(frame, name).alias(name))
        assert constant.height == ROWS
        got = frame.with_columns(literals(row, frame, name))[row.output]
        assert_same_bits(got, column(constant, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_one_series_of_length_1_equals_a_constant_column(row: Row, tier: str) -> None:
    frame = frames_of(row, tier)
    if frame.width == 1:
        return  # alone it is no scalar but a frame of one row, for Polars' own functions too
    for name in frame.columns:
        constant = frame.with_columns(first_value(frame, name).alias(name))
        for value in (frame[name].head(1), pl.lit(frame[name].head(1))):
            got = column(frame, row.build(**{name: value}))
            assert_same_bits(got, column(constant, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_number_literal_equals_a_constant_column(row: Row, tier: str) -> None:
    frame = frames_of(row, tier)
    for name in [n for n, t in frame.schema.items() if not t.is_nested()]:
        for number in (1, 0.5):
            constant = frame.with_columns(pl.lit(number).alias(name))
            got = column(frame, row.build(**{name: number}))
            # Where nothing but literals is left, an expression has one row.
            rows = 1 if frame.width == 1 else frame.height
            assert_same_bits(got, column(constant, row.build()).head(rows))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_select_of_literals_alone_equals_the_first_row(row: Row, tier: str) -> None:
    frame = frames_of(row, tier)
    expected = column(frame.head(1), row.build())
    assert_same_bits(pl.select(literals(row, frame)).to_series(), expected)
    assert_same_bits(column(pl.DataFrame({"other": [1, 2]}), literals(row, frame)), expected)


@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_with_columns_of_literals_alone_fills_every_row(row: Row, tier: str, lazy: bool) -> None:
    frame = frames_of(row, tier)
    other = pl.DataFrame({"other": range(4)})
    expr = literals(row, frame)
    out = other.lazy().with_columns(expr).collect() if lazy else other.with_columns(expr)
    expected = column(pl.concat([frame.head(1)] * 4), row.build())
    assert_same_bits(out[row.output], expected)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_frame_without_rows_gives_no_rows_of_the_promised_dtype(row: Row, tier: str) -> None:
    frame = row.frame(tier)
    for empty in (frame.clear(), frame.head(0), frame.filter(False)):
        for expr in (row.build(), literals(row, frame, next(iter(row.tiers[tier])))):
            out = empty.with_columns(expr)[row.output]
            assert out.dtype == row.dtype
            assert out.name == row.output
            assert len(out) == 0


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_empty_groups_and_single_rows_equal_the_whole(row: Row, tier: str) -> None:
    frame = row.frame(tier, 5)
    whole = column(frame, row.build())
    single = pl.concat([column(frame[i : i + 1], row.build()) for i in range(5)])
    assert_same_bits(single, whole)


@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
def test_column_of_another_length_is_an_error(lazy: bool) -> None:
    frame = pl.DataFrame({"profit": [1.0, 2.0, 3.0], "win_rate": 0.5, "profit_factor": 2.0})
    expr = rating.robustness(profit=pl.lit(pl.Series([1.0, 2.0])))
    with pytest.raises((pl.exceptions.ShapeError, pl.exceptions.PolarsError)):
        frame.lazy().select(expr).collect() if lazy else frame.select(expr)


def test_aggregated_override_is_broadcast() -> None:
    frame = pl.DataFrame({"profit": [1.0, 5.0], "win_rate": 0.5, "profit_factor": 2.0})
    constant = frame.with_columns(profit=pl.lit(5.0))
    got = column(frame, rating.robustness(profit=pl.col("profit").max()))
    assert_same_bits(got, column(constant, rating.robustness()))
