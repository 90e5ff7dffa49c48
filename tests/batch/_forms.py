"""The forms a table of candidates can be given in, and the scores taken out of each again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import polars_rating as rating
from polars_rating.config import RatingConfig
from polars_rating.testing import candidate_frame


def candidates(n: int, seed: int = 0) -> pl.DataFrame:
    """Return candidates of which every tenth lacks a metric, and one has infinite values."""
    df = candidate_frame(n, seed)
    row = pl.int_range(pl.len())
    return df.with_columns(
        sharpe_ratio=pl.when(row % 10 != 3).then("sharpe_ratio"),
        win_rate=pl.when(row % 10 == 4).then(float("nan")).otherwise("win_rate"),
        max_drawdown=pl.when(row % 10 == 5).then(float("inf")).otherwise("max_drawdown"),
        yearly_profits=pl.when(row % 10 != 6).then("yearly_profits"),
        profit=pl.when(row % 10 != 7).then("profit"),
    )


def expected(df: pl.DataFrame, config: RatingConfig | None = None) -> pl.DataFrame:
    return df.select(rating.scores(config)).unnest("rating_score")


def to_ipc(table: pa.Table | pl.DataFrame, *, file: bool = False, **options: Any) -> bytes:
    """Write a table with pyarrow; `options` are those of `IpcWriteOptions` and ``batch_rows``."""
    table = table if isinstance(table, pa.Table) else table.to_arrow()
    rows = options.pop("batch_rows", None)
    out = io.BytesIO()
    new = pa.ipc.new_file if file else pa.ipc.new_stream
    with new(out, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return out.getvalue()


def from_ipc(data: bytes) -> pa.Table:
    file = data.startswith(b"ARROW1")
    return (pa.ipc.open_file if file else pa.ipc.open_stream)(data).read_all()


class Foreign:
    """A table of a library this package has never heard of."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class ForeignWithFactory(Foreign):
    """One that can be made of Arrow data."""

    @classmethod
    def from_arrow(cls, data: Any) -> ForeignWithFactory:
        return cls(pa.table(data))


class ForeignArray:
    """One that only has a single record batch."""

    def __init__(self, table: pa.Table) -> None:
        self.batch = table.combine_chunks().to_batches()[0]

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        return self.batch.__arrow_c_array__(requested_schema)


def _pandas(df: pl.DataFrame) -> pd.DataFrame:
    return df.to_pandas().set_index("strategy")


def _pandas_of_arrow(df: pl.DataFrame) -> pd.DataFrame:
    return df.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)


def _record_batch(df: pl.DataFrame) -> pa.RecordBatch:
    batches = df.to_arrow().combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], df.to_arrow().schema)


# Before DuckDB 2 a relation does not keep its connection open.
_CONNECTIONS: list[Any] = []


def _duckdb(df: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb")
    rows = df.to_arrow()
    connection = duckdb.connect()
    connection.execute("CREATE TABLE candidates AS SELECT * FROM rows")
    del rows
    _CONNECTIONS.append(connection)
    return connection.table("candidates")


def _reader(df: pl.DataFrame) -> pa.RecordBatchReader:
    table = df.to_arrow()
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7))


FORMS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "ipc_stream": to_ipc,
    "ipc_file": lambda df: to_ipc(df, file=True),
    "ipc_bytearray": lambda df: bytearray(to_ipc(df)),
    "ipc_memoryview": lambda df: memoryview(to_ipc(df)),
    "ipc_misaligned": lambda df: memoryview(b"x" + to_ipc(df))[1:],
    "ipc_lz4": lambda df: to_ipc(df, compression="lz4"),
    "ipc_zstd_file": lambda df: to_ipc(df, file=True, compression="zstd"),
    "ipc_small_batches": lambda df: to_ipc(df, batch_rows=3),
    "pyarrow_table": lambda df: df.to_arrow(),
    "pyarrow_batch": _record_batch,
    "pyarrow_reader": _reader,
    "polars": lambda df: df,
    "polars_lazy": lambda df: df.lazy(),
    "pandas": _pandas,
    "pandas_of_arrow": _pandas_of_arrow,
    "duckdb": _duckdb,
    "foreign": lambda df: Foreign(df.to_arrow()),
    "foreign_with_factory": lambda df: ForeignWithFactory(df.to_arrow()),
}
"""Form to what makes it of a Polars frame."""

KINDS: dict[str, Any] = {
    **dict.fromkeys((name for name in FORMS if name.startswith("ipc")), bytes),
    "pyarrow_table": pa.Table,
    "pyarrow_batch": pa.RecordBatch,
    "pyarrow_reader": pa.RecordBatchReader,
    "polars": pl.DataFrame,
    "polars_lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "pandas_of_arrow": pd.DataFrame,
    "foreign": pl.DataFrame,
    "foreign_with_factory": ForeignWithFactory,
}
"""Form to the type of the result; DuckDB's is that of the input."""


def to_polars(result: Any) -> pl.DataFrame:
    """Return scores in any form as a Polars frame; NaN in pandas is its null."""
    if isinstance(result, bytes):
        result = from_ipc(result)
    if isinstance(result, pl.LazyFrame):
        return result.collect()
    if isinstance(result, pd.DataFrame):
        return pl.DataFrame(
            {name: pl.Series(result[name].to_numpy(), nan_to_null=True) for name in result}
        )
    if isinstance(result, list):
        rows = [row if isinstance(row, dict) else row.to_dict() for row in result]
        return pl.DataFrame(rows, infer_schema_length=None)
    return pl.DataFrame(result)


def one_by_one(df: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows as mappings; an optional metric that is null is left out."""
    for row in df.drop("strategy").iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}
