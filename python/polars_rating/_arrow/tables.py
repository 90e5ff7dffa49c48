"""pyarrow's tables as Polars frames without a copy, and scores as pyarrow's tables.

Imported only where pyarrow is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa

from polars_rating._arrow.source import SLICE_ROWS, Write, filled, readable, slices, to_polars
from polars_rating._arrow.types import as_read, fitting
from polars_rating.schema.table import TableSchema


def read(what: str, obj: Any) -> Iterator[pl.DataFrame]:
    """Open anything that pyarrow can import and check its schema; the frames come one by one.

    Raises
    ------
    RatingError
        ``RATING_BAD_SCHEMA`` here, ``RATING_BAD_ARROW`` here and from the frames.
    """
    with readable(what):
        if isinstance(obj, pa.Table):
            # Without the others, whose chunks may be cut elsewhere.
            source = obj.select(fitting(obj.schema).names).to_reader()
        elif isinstance(obj, pa.RecordBatchReader):
            source = obj
        elif hasattr(obj, "__arrow_c_stream__"):
            source = pa.RecordBatchReader.from_stream(obj)
        else:
            batch = pa.record_batch(obj)
            source = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        columns = fitting(source.schema)
    return frames(what, source, columns)


def frames(
    what: str, batches: Iterable[pa.RecordBatch], columns: pa.Schema
) -> Iterator[pl.DataFrame]:
    """Yield the `columns` of batches as frames of about `SLICE_ROWS` rows, at least one frame.

    Small batches are put together, large ones are cut.
    """
    source = iter(batches)
    waiting: list[pa.RecordBatch] = []
    rows, first = 0, True
    while True:
        with readable(what):
            batch = next(source, None)
            if batch is not None:
                waiting.append(as_read(batch, columns))
                rows += batch.num_rows
        if rows >= SLICE_ROWS or (batch is None and (waiting or first)):
            frame = to_polars(pa.Table.from_batches(waiting, columns))
            waiting, rows, first = [], 0, False
            yield from slices(frame)
            del frame  # what was rated is let go before more is read
        if batch is None:
            return


def batches(scores: Iterable[pl.DataFrame]) -> Iterator[pa.RecordBatch]:
    """Yield frames of scores as record batches, which have no metadata."""
    for frame in scores:
        yield from pa.RecordBatchReader.from_stream(frame)


def writer(obj: Any) -> Write | None:
    """Return what makes scores an object of pyarrow's kind that `obj` is, None if it is none."""
    if isinstance(obj, pa.Table):
        return lambda scores, schema: _reader(scores, schema).read_all()
    if isinstance(obj, pa.RecordBatch):
        return partial(_record_batch, obj)
    return _reader if isinstance(obj, pa.RecordBatchReader) else None


def _record_batch(
    obj: pa.RecordBatch, scores: Iterable[pl.DataFrame], schema: TableSchema
) -> pa.RecordBatch:
    """Return scores as one batch: over arrays in which null is NaN, each with a bitmap of it."""
    columns = filled(scores, schema.names, obj.num_rows).values()
    arrays = [pa.array(column, from_pandas=True) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema.to_pyarrow())


def _reader(scores: Iterable[pl.DataFrame], schema: TableSchema) -> pa.RecordBatchReader:
    """Return a reader that computes the scores of a slice when it is asked for them."""
    return pa.RecordBatchReader.from_batches(schema.to_pyarrow(), batches(scores))
