"""File formats of tables: what a suffix says, and how a table is opened lazily."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

SUFFIXES: Final = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".arrow": "ipc",
    ".feather": "ipc",
    ".ipc": "ipc",
    ".jsonl": "ndjson",
    ".ndjson": "ndjson",
}
FORMATS: Final = ("parquet", "csv", "ipc", "ndjson")
TEXT_FORMATS: Final = ("csv", "ndjson")
"""Formats whose times, and sometimes numbers, are text."""
IPC_STREAM: Final = b"\xff\xff\xff\xff"
"""How Arrow IPC starts where it is a stream and not a file."""


def open_table(source: str | Path | bytes, kind: str, text: Sequence[str] = ()) -> pl.LazyFrame:
    """Open a table of one of the `FORMATS`; in CSV the columns `text` are read as text."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    if kind == "csv":
        dtypes = dict.fromkeys(text, pl.String)
        return pl.scan_csv(stream, infer_schema_length=None, schema_overrides=dtypes, glob=False)
    if kind == "ndjson":
        return pl.scan_ndjson(stream, infer_schema_length=None)
    if kind == "parquet":
        return pl.scan_parquet(stream, glob=False)
    if isinstance(source, bytes):
        read = pl.read_ipc_stream if source.startswith(IPC_STREAM) else pl.read_ipc
        return read(stream).lazy()
    return pl.scan_ipc(source, glob=False)
