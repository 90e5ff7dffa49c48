"""Arrow IPC bytes in, Arrow IPC bytes out. Imported only where pyarrow is there.

The bytes may come from anywhere. Every batch is validated in full by pyarrow (offsets, lengths,
null counts, dictionary indices) before Polars, which trusts what it is handed, sees it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
import pyarrow as pa

from polars_rating._arrow import tables
from polars_rating._arrow.source import readable
from polars_rating._arrow.types import fitting
from polars_rating.schema.table import TableSchema

_FILE_MAGIC: Final = b"ARROW1"
_NO_END: Final = "the end of the stream is missing: it was cut off, or its writer was not closed"


def is_file(data: memoryview) -> bool:
    """Tell whether the bytes are in the file format; all others are read as a stream."""
    return bytes(data[: len(_FILE_MAGIC)]) == _FILE_MAGIC


def read(name: str, data: memoryview) -> Iterator[pl.DataFrame]:
    """Open the bytes of the argument `name` and check their schema; the frames come one by one.

    Raises
    ------
    RatingError
        ``RATING_BAD_SCHEMA`` here, ``RATING_BAD_ARROW`` here and from the frames.
    """
    file = is_file(data)
    what = f"`{name}`, {len(data)} bytes of an Arrow IPC {'file' if file else 'stream'},"
    with readable(what):
        source = pa.BufferReader(pa.py_buffer(data))
        reader = (pa.ipc.open_file if file else pa.ipc.open_stream)(source)
        columns = fitting(reader.schema)
    batches = _file(reader) if file else _stream(reader, source)
    return tables.frames(what, _validated(batches, columns), columns)


def _validated(batches: Iterator[pa.RecordBatch], columns: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        needed = batch.select(columns.names)
        needed.validate(full=True)
        yield needed


def _file(reader: pa.ipc.RecordBatchFileReader) -> Iterator[pa.RecordBatch]:
    return map(reader.get_batch, range(reader.num_record_batches))


def _stream(
    reader: pa.ipc.RecordBatchStreamReader, source: pa.BufferReader
) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a stream that ends as it should.

    Arrow lets a stream end without its end marker, and nobody looks at what comes after the
    marker. In a block of bytes either means that rows are lost.
    """
    before = source.tell()
    for batch in reader:
        yield batch
        before = source.tell()
    if source.tell() == before:
        raise pa.ArrowInvalid(_NO_END)
    if rest := source.size() - source.tell():
        raise pa.ArrowInvalid(f"{rest} bytes follow the end of the stream")


def write(scores: Iterable[pl.DataFrame], schema: TableSchema, *, file: bool) -> bytes:
    """Return frames of scores as an IPC file or stream, a record batch for each."""
    out = io.BytesIO()
    new = pa.ipc.new_file if file else pa.ipc.new_stream
    with new(out, schema.to_pyarrow()) as writer:
        for batch in tables.batches(scores):
            writer.write_batch(batch)
    # The very object that was written into, not a copy.
    return out.getvalue()
