"""pyarrow's tables as Polars frames without a copy, and scores as pyarrow's tables.

Imported only where pyarrow is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import Any, Final

import polars as pl
import pyarrow as pa

from polars_rating._arrow.source import (
    SLICE_ROWS,
    Write,
    bad_arrow,
    filled,
    foreign,
    slices,
    to_polars,
)
from polars_rating._arrow.types import as_read, fitting
from polars_rating.exceptions import RatingError
from polars_rating.schema import RATING_SCORE
from polars_rating.schema.table import TableSchema

UNREADABLE: Final = (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError)
"""What pyarrow raises on data it cannot read; ValueError for names that are not UTF-8."""


def read(what: str, obj: Any) -> Iterator[pl.DataFrame]:
    """Open anything that pyarrow can import and check its schema; the frames come one by one.

    Raises
    ------
    RatingError
        ``RATING_BAD_SCHEMA`` here, ``RATING_BAD_ARROW`` here and from the frames.
    """
    try:
        if isinstance(obj, pa.Table):
            columns = fitting(obj.schema)
            # Without the others, whose chunks may be cut elsewhere.
            return frames(what, obj.select(columns.names).to_batches(), columns)
        if isinstance(obj, pa.RecordBatchReader):
            source = obj
        elif hasattr(obj, "__arrow_c_stream__"):
            source = foreign(what, pa.RecordBatchReader.from_stream, obj)
        else:
            batch = foreign(what, pa.record_batch, obj)
            source = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        columns = fitting(source.schema)
    except RatingError:
        raise
    except UNREADABLE as error:
        raise bad_arrow(what, error) from None
    return frames(what, _batches(what, source), columns)


def _batches(what: str, source: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    while (batch := foreign(what, next, source, None)) is not None:
        yield batch


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
        try:
            batch = next(source, None)
            if batch is not None:
                waiting.append(as_read(batch, columns))
                rows += batch.num_rows
        except RatingError:
            raise
        except UNREADABLE as error:
            raise bad_arrow(what, error) from None
        if rows >= SLICE_ROWS or (batch is None and (waiting or first)):
            alone = len(waiting) == 1
            frame = to_polars(waiting[0] if alone else pa.Table.from_batches(waiting, columns))
            waiting, rows, first = [], 0, False
            yield from slices(frame)
            del frame  # what was rated is let go before more is read
        if batch is None:
            return


def arrow_schema(schema: TableSchema) -> pa.Schema:
    """Return the Arrow form of a schema; that of the ratings is made once."""
    return _rating_score() if schema is RATING_SCORE else schema.to_pyarrow()


@cache
def _rating_score() -> pa.Schema:
    return RATING_SCORE.to_pyarrow()


def batches(scores: Iterable[pl.DataFrame]) -> Iterator[pa.RecordBatch]:
    """Yield frames of scores as record batches, which have no metadata."""
    for frame in scores:
        yield from pa.RecordBatchReader.from_stream(frame)


def writer(obj: Any) -> Write | None:
    """Return what makes scores an object of pyarrow's kind that `obj` is, None if it is none."""
    if isinstance(obj, pa.Table):
        return _table
    if isinstance(obj, pa.RecordBatch):
        return partial(_record_batch, obj)
    return _reader if isinstance(obj, pa.RecordBatchReader) else None


def _table(scores: Iterable[pl.DataFrame], schema: TableSchema) -> pa.Table:
    arrow = arrow_schema(schema)
    return pa.Table.from_batches(batches(scores), arrow)


def _record_batch(
    obj: pa.RecordBatch, scores: Iterable[pl.DataFrame], schema: TableSchema
) -> pa.RecordBatch:
    """Return scores as one batch: over arrays in which null is NaN, each with a bitmap of it."""
    columns = filled(scores, schema.names, obj.num_rows).values()
    arrays = [pa.array(column, from_pandas=True) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(schema))


def _reader(scores: Iterable[pl.DataFrame], schema: TableSchema) -> pa.RecordBatchReader:
    """Return a reader that computes the scores of a slice when it is asked for them."""
    arrow = arrow_schema(schema)
    return pa.RecordBatchReader.from_batches(arrow, batches(scores))
