"""Hostile inputs made by hand, and inputs that the fuzzer once found."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from polars_rating.batch import calculate_ratings_batch
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.testing import candidate_frame
from tests.batch._forms import expected, from_ipc, to_ipc

ROWS = 1_003
"""A number that stands in the bytes only where rows are counted."""
DF = candidate_frame(ROWS).select(pl.exclude("strategy", "years", "year_days"))
TABLE = DF.to_arrow()
HUGE = (2**31 - 1, 2**31, 2**32, 2**40, 2**62, 2**63 - 1, -1, -(2**31), -(2**63))


def replaced(data: bytes, old: int, new: int, *, only: int | None = None) -> bytes:
    """Replace a 64-bit number wherever it stands at a multiple of 8, or only the n-th time."""
    out = bytearray(data)
    numbers = memoryview(out)[: len(out) // 8 * 8].cast("q")
    places = [i for i, number in enumerate(numbers) if number == old]
    assert places
    for i in places if only is None else [places[only]]:
        numbers[i] = new
    numbers.release()
    return bytes(out)


def code_of(data: bytes) -> ErrorCode | None:
    """Return the code of the error, None where the bytes are rated."""
    try:
        result = from_ipc(calculate_ratings_batch(data))
    except RatingError as error:
        return error.code
    for column in result.columns:
        assert all(x is None or 0 <= x <= 1 for x in column.to_pylist())
    return None


@pytest.mark.parametrize("file", [False, True])
@pytest.mark.parametrize("rows", HUGE)
def test_number_of_rows_that_is_a_lie_is_refused(rows: int, file: bool) -> None:
    data = to_ipc(TABLE, file=file)
    assert code_of(data) is None
    assert code_of(replaced(data, ROWS, rows)) == ErrorCode.RATING_BAD_ARROW
    assert code_of(replaced(data, ROWS, rows, only=0)) == ErrorCode.RATING_BAD_ARROW


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
@pytest.mark.parametrize("size", HUGE)
def test_size_of_a_compressed_buffer_that_is_a_lie_is_refused(size: int, compression: str) -> None:
    data = to_ipc(TABLE, compression=compression)
    assert code_of(data) is None
    assert code_of(replaced(data, ROWS * 8, size, only=0)) == ErrorCode.RATING_BAD_ARROW


@pytest.mark.parametrize("size", HUGE)
def test_size_or_place_of_a_buffer_that_is_a_lie_is_refused(size: int) -> None:
    data = to_ipc(TABLE)
    for only in (0, 2, 3):  # the second is the place of a bitmap that is not there
        lie = replaced(data, ROWS * 8, size, only=only)
        assert code_of(lie) == ErrorCode.RATING_BAD_ARROW


@pytest.mark.parametrize("offset", [*HUGE, 10**6])
def test_list_offset_that_points_outside_is_refused(offset: int) -> None:
    offsets = TABLE["yearly_profits"].chunk(0).offsets.to_pylist()
    data = to_ipc(TABLE)
    assert code_of(replaced(data, offsets[-1], offset, only=-1)) == ErrorCode.RATING_BAD_ARROW


def with_column(name: str, values: Any) -> pa.Table:
    return TABLE.set_column(TABLE.schema.get_field_index(name), name, values)


def test_decimals_with_a_negative_scale_are_rated() -> None:
    # Polars panics on the schema alone.
    values = pa.array(range(1, ROWS + 1), pa.float64()).cast(pa.decimal128(20, 0))
    negative = values.view(pa.decimal128(20, -2))
    result = from_ipc(calculate_ratings_batch(to_ipc(with_column("profit", negative))))
    oracle = expected(DF.with_columns(profit=pl.int_range(1, ROWS + 1) * 100.0))
    assert pl.DataFrame(result).equals(oracle)


@pytest.mark.parametrize("width", [0, 1, 2**20, 2**31 - 1])
@pytest.mark.parametrize("item", [pa.null(), pa.float64()])
def test_fixed_size_lists_of_any_width_end_well(width: int, item: pa.DataType) -> None:
    none = TABLE.slice(0, 0)
    i = none.schema.get_field_index("yearly_profits")
    empty = pa.array([], pa.list_(item, width))
    data = to_ipc(none.set_column(i, "yearly_profits", empty))
    refused = width == 0 and item != pa.null()
    assert code_of(data) == (ErrorCode.RATING_BAD_SCHEMA if refused else None)


def test_deeply_nested_type_is_refused() -> None:
    dtype = pa.float64()
    for _ in range(50):
        dtype = pa.list_(dtype)
    data = to_ipc(with_column("yearly_profits", pa.nulls(ROWS, dtype)))
    assert code_of(data) == ErrorCode.RATING_BAD_SCHEMA


def test_name_that_is_not_utf8_is_refused() -> None:
    data = to_ipc(TABLE).replace(b"win_rate", b"win_\xff\xfete")
    assert code_of(data) == ErrorCode.RATING_BAD_ARROW


def test_thousands_of_other_columns_do_no_harm() -> None:
    wide = TABLE.slice(0, 3)
    for i in range(2_000):
        wide = wide.append_column(f"c{i}", pa.nulls(3))
    result = from_ipc(calculate_ratings_batch(to_ipc(wide)))
    assert pl.DataFrame(result).equals(expected(DF[:3]))


def test_batches_without_rows_between_others_are_passed_over() -> None:
    parts = [TABLE.slice(0, 0), TABLE.slice(0, 3), TABLE.slice(0, 0), TABLE.slice(3, 4)]
    schema = TABLE.schema
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, schema) as writer:
        for part in parts:
            for batch in part.to_batches() or [pa.RecordBatch.from_pylist([], schema)]:
                writer.write_batch(batch)
    result = from_ipc(calculate_ratings_batch(out.getvalue().to_pybytes()))
    assert pl.DataFrame(result).equals(expected(DF[:7]))
