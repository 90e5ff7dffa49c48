"""What cannot be rated is refused with a code, a reason and, for tables, every difference."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from polars_rating.batch import (
    calculate_ratings_batch,
    cost_shock_score_batch,
    robustness_score_batch,
)
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.types import MetricsInput
from tests.batch._forms import FORMS, Foreign, candidates, one_by_one, to_ipc

DF = candidates(3)
STREAM = to_ipc(DF, batch_rows=1)
FILE = to_ipc(DF, file=True, batch_rows=1)
END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def refused(call: Callable[[], object], code: ErrorCode) -> str:
    with pytest.raises(RatingError) as caught:
        call()
    assert caught.value.code == code
    return caught.value.message


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "function", [calculate_ratings_batch, robustness_score_batch, cost_shock_score_batch]
)
def test_schema_that_does_not_fit_lists_every_difference(
    form: str, function: Callable[[Any], object]
) -> None:
    bad = DF.drop("sharpe_ratio").with_columns(
        win_rate=pl.lit("55%"), trades=pl.lit(1.0), yearly_profits=pl.lit(3.0)
    )
    message = refused(lambda: function(FORMS[form](bad)), ErrorCode.RATING_BAD_SCHEMA)
    head, *lines = message.split("\n")
    assert head == "the table does not fit the schema metrics_input, version 1:"
    assert [line.split(":")[0] for line in lines] == [
        "- `win_rate`",
        "- `sharpe_ratio`",
        "- `yearly_profits`",
        "- `trades`",
    ]


@pytest.mark.parametrize("form", ["polars_lazy", "pyarrow_reader"])
def test_schema_is_refused_before_a_row_is_read(form: str) -> None:
    def fail(*_: object) -> Any:
        raise AssertionError("a row was read")

    lazy = (
        DF.drop("win_rate")
        .lazy()
        .with_columns(profit=pl.col("profit").map_batches(fail, pl.Float64))
    )
    arrow = DF.drop("win_rate").to_arrow().schema
    reader = pa.RecordBatchReader.from_batches(arrow, (fail() for _ in range(1)))
    given = lazy if form == "polars_lazy" else reader
    refused(lambda: calculate_ratings_batch(given), ErrorCode.RATING_BAD_SCHEMA)


def test_two_columns_of_one_name_are_refused() -> None:
    table = DF.to_arrow()
    twice = table.append_column("win_rate", table["win_rate"])
    pandas = DF.to_pandas()
    pandas.insert(0, "again", pandas["win_rate"])
    pandas.columns = ["win_rate", *pandas.columns[1:]]
    for given in (twice, to_ipc(twice), Foreign(twice), pandas):
        message = refused(lambda g=given: calculate_ratings_batch(g), ErrorCode.RATING_BAD_SCHEMA)
        assert message.endswith("- `win_rate`: expected a number, found 2 columns of that name")


@pytest.mark.parametrize(
    "value",
    [None, 3, "metrics.arrow", {"win_rate": [0.5]}, iter([]), object(), {1, 2}, pa.Table],
    ids=lambda value: type(value).__name__,
)
def test_something_else_is_refused(value: object) -> None:
    message = refused(lambda: calculate_ratings_batch(value), ErrorCode.RATING_BAD_ARGUMENT)
    assert message.startswith("`metrics` must be Arrow IPC bytes, ")
    assert f"got {type(value).__name__}" in message


def test_single_candidate_is_sent_to_the_scalar_call() -> None:
    one = MetricsInput.from_dict(next(one_by_one(DF)))
    for given in (one, one.to_dict()):
        message = refused(lambda g=given: calculate_ratings_batch(g), ErrorCode.RATING_BAD_ARGUMENT)
        assert message.endswith("(`calculate_rating` takes one candidate)")


@pytest.mark.parametrize("multipliers", [(), (0,), (float("nan"),), (1.5, 1.5), (2, 2.0), 2])
def test_bad_multipliers_are_refused(multipliers: Any) -> None:
    message = refused(
        lambda: cost_shock_score_batch(DF, multipliers), ErrorCode.RATING_BAD_ARGUMENT
    )
    assert message.startswith("`cost_multipliers` must be ")


def test_configs_of_another_type_are_refused() -> None:
    refused(lambda: calculate_ratings_batch(DF, {}), ErrorCode.RATING_BAD_ARGUMENT)
    refused(lambda: robustness_score_batch(DF, 0.1), ErrorCode.RATING_BAD_ARGUMENT)


@pytest.mark.parametrize("data", [STREAM, FILE], ids=["stream", "file"])
def test_every_truncation_is_an_error(data: bytes) -> None:
    for length in range(len(data)):
        refused(lambda n=length: calculate_ratings_batch(data[:n]), ErrorCode.RATING_BAD_ARROW)


def test_stream_cut_between_batches_is_an_error_though_arrow_allows_it() -> None:
    cut = STREAM.removesuffix(END)
    assert pa.ipc.open_stream(cut).read_all().num_rows == 3  # nothing is missed there
    message = refused(lambda: calculate_ratings_batch(cut), ErrorCode.RATING_BAD_ARROW)
    assert "the end of the stream is missing" in message


def test_rows_after_the_end_of_a_stream_are_not_lost_silently() -> None:
    message = refused(lambda: calculate_ratings_batch(STREAM * 2), ErrorCode.RATING_BAD_ARROW)
    assert message.endswith(f"{len(STREAM)} bytes follow the end of the stream")


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"ARROW1", b"ARROW1\0\0", b"PAR1" * 9, END, b"a,b\n1,2\n", bytes(1000)],
)
def test_other_bytes_are_refused_on_one_line(data: bytes) -> None:
    message = refused(lambda: calculate_ratings_batch(data), ErrorCode.RATING_BAD_ARROW)
    assert message.startswith(f"`metrics`, {len(data)} bytes of an Arrow IPC ")
    assert "\n" not in message


def test_memory_that_is_not_contiguous_is_refused() -> None:
    view = memoryview(STREAM)[::2]
    refused(lambda: calculate_ratings_batch(view), ErrorCode.RATING_BAD_ARROW)


def test_memory_that_was_released_is_refused() -> None:
    view = memoryview(STREAM)
    view.release()
    message = refused(lambda: calculate_ratings_batch(view), ErrorCode.RATING_BAD_ARROW)
    assert "released" in message


def test_offsets_that_point_outside_never_reach_polars() -> None:
    table = DF.select(pl.exclude("years", "year_days")).to_arrow()
    offsets = pa.array([0, 1, 2**40, 3], pa.int64())
    lists = pa.LargeListArray.from_buffers(
        pa.large_list(pa.float64()), 3, [None, offsets.buffers()[1]], children=[pa.array([1.0] * 3)]
    )
    i = table.schema.get_field_index("yearly_profits")
    assert calculate_ratings_batch(to_ipc(table))
    out = io.BytesIO()
    columns = [c.combine_chunks() for c in table.columns]
    columns[i] = lists
    batch = pa.RecordBatch.from_arrays(columns, table.schema.names)
    with pa.ipc.new_stream(out, batch.schema) as writer:
        writer.write_batch(batch)
    refused(lambda: calculate_ratings_batch(out.getvalue()), ErrorCode.RATING_BAD_ARROW)


def test_errors_inside_the_expressions_keep_their_code() -> None:
    bad = DF.with_columns(years=pl.lit([2020]))
    message = refused(lambda: calculate_ratings_batch(bad), ErrorCode.RATING_LENGTH_MISMATCH)
    assert message.startswith("`years` must have as many items as `yearly_profits` in a row, got ")
    assert "\n" not in message
    refused(lambda: calculate_ratings_batch(to_ipc(bad)), ErrorCode.RATING_LENGTH_MISMATCH)
    reader = calculate_ratings_batch(FORMS["pyarrow_reader"](bad))
    refused(reader.read_all, ErrorCode.RATING_LENGTH_MISMATCH)
    with pytest.raises(pl.exceptions.ComputeError, match="RATING_LENGTH_MISMATCH"):
        calculate_ratings_batch(bad.lazy()).collect()


def test_stream_that_fails_on_the_way_is_refused() -> None:
    def batches() -> Any:
        yield from DF.to_arrow().to_batches()
        raise OSError("the line is dead")

    schema = DF.to_arrow().schema
    reader = calculate_ratings_batch(pa.RecordBatchReader.from_batches(schema, batches()))
    foreign = Foreign(pa.RecordBatchReader.from_batches(schema, batches()))
    for read in (reader.read_all, lambda: calculate_ratings_batch(foreign)):
        assert "the line is dead" in refused(read, ErrorCode.RATING_BAD_ARROW)


@pytest.mark.parametrize("data", [pa.array([1.0]), pa.array([{"win_rate": 1.0}])], ids=str)
def test_arrays_that_are_no_tables_are_refused(data: pa.Array) -> None:
    class Single:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return data.__arrow_c_array__(requested_schema)

    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(Single())
    assert caught.value.code in (ErrorCode.RATING_BAD_ARROW, ErrorCode.RATING_BAD_SCHEMA)


def test_pandas_objects_that_are_no_arrow_data_are_refused() -> None:
    frame = FORMS["pandas"](DF)
    frame["yearly_profits"] = pd.Series([object()] * 3, index=frame.index)
    refused(lambda: calculate_ratings_batch(frame), ErrorCode.RATING_BAD_ARROW)
