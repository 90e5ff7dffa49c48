"""Reading trades and writing rated tables for the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from polars_rating.pipeline import TradeColumns

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
IN_FORMATS: Final = ("parquet", "csv", "ipc", "ndjson")
OUT_FORMATS: Final = ("parquet", "csv", "ipc")
"""No NDJSON: JSON has no infinity, and a profit factor may be one."""
_MAGIC: Final = ((b"PAR1", "parquet"), (b"ARROW1", "ipc"))
_ISO: Final = r"^\d{4}-\d\d-\d\d([T ]|$)"
"""Other dates are refused: 01/02/2020 is January to some and February to others."""

_TIME: Final = "a date or time like 2020-12-31 or 2020-12-31 23:59:00"


class InputError(Exception):
    """Something the user gave that cannot be used; the message is one line."""


def format_of(path: str, given: str | None, known: Sequence[str], option: str) -> str:
    """Return the format that is given or that the suffix tells."""
    if given is not None:
        return given
    found = SUFFIXES.get(Path(path).suffix.lower())
    if found not in known:
        raise InputError(
            f"{path}: the suffix tells no known format; give {option} ({', '.join(known)})"
        )
    return str(found)


def scan_trades(path: str, given: str | None, by: Sequence[str]) -> tuple[pl.LazyFrame, str]:
    """Open a table of trades; return it with its format. ``-`` reads the standard input.

    In CSV the `by` columns are read as text, so that ``007`` stays ``007``.
    """
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input: cannot be read: is closed")
        data = sys.stdin.buffer.read()
        magic = (name for mark, name in _MAGIC if data.startswith(mark))
        return _scan(data, given or next(magic, "csv"), by, "standard input")
    file = Path(path)
    if not file.exists():
        raise InputError(f"{path}: no such file")
    if file.is_dir():
        raise InputError(f"{path}: is a directory, not a file of trades")
    kind = format_of(path, given, IN_FORMATS, "--format")
    try:
        # A pipe such as /dev/fd/63 cannot be mapped or read twice.
        return _scan(file if file.is_file() else file.read_bytes(), kind, by, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def _scan(
    source: Path | bytes, kind: str, by: Sequence[str], name: str
) -> tuple[pl.LazyFrame, str]:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if not size:
        raise InputError(f"{name}: is empty")
    try:
        if kind == "ipc" and isinstance(source, Path):
            source = source.read_bytes()
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        if kind == "csv":
            text = dict.fromkeys(by, pl.String)
            lazy = pl.scan_csv(stream, infer_schema_length=None, schema_overrides=text, glob=False)
        elif kind == "ndjson":
            lazy = pl.scan_ndjson(stream, infer_schema_length=None)
        elif kind == "ipc":
            lazy = pl.read_ipc(stream).lazy()
        else:
            lazy = pl.scan_parquet(stream, glob=False)
        lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{name}: cannot be read as {kind}: {error}") from None
    if not rows:
        raise InputError(f"{name}: holds no trades (0 rows)")
    return lazy, kind


def parse_text(lazy: pl.LazyFrame, columns: TradeColumns) -> pl.LazyFrame:
    """Turn the text columns of a text format into numbers and times, or say which value is bad."""
    schema = lazy.collect_schema()
    for name in dict.fromkeys((columns.pnl, columns.fee, columns.r_multiple)):
        if name is not None and schema[name] == pl.String:
            number = pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
            lazy = _parsed(lazy, name, number, "a number", pl.Float64())
    for name in dict.fromkeys((columns.entry_time, columns.exit_time)):
        if name is not None and schema[name] == pl.String:
            text = pl.col(name)
            iso = pl.when(text.str.contains(_ISO)).then(text)
            time = iso.str.to_datetime(strict=False, time_zone="UTC", time_unit="us")
            lazy = _parsed(lazy, name, time, _TIME, pl.Datetime("us", "UTC"))
    return lazy


def _parsed(
    lazy: pl.LazyFrame, name: str, value: pl.Expr, expected: str, dtype: pl.DataType
) -> pl.LazyFrame:
    if lazy.select(pl.col(name).is_null().all()).collect().item():
        return lazy.with_columns(pl.lit(None, dtype).alias(name))
    bad = (
        lazy.select(pl.col(name).alias("text"), value.alias("value"))
        .with_row_index("row", offset=1)
        .filter(pl.col("text").is_not_null() & pl.col("value").is_null())
        .head(1)
        .collect()
    )
    if bad.height:
        row, text, _ = bad.row(0)
        raise InputError(f"column {name!r} must hold {expected}, found {text!r} in data row {row}")
    return lazy.with_columns(value.alias(name))


def check_target(path: str, kind: str, source: str | None, *, keep_trades: bool) -> None:
    """Raise where a rated table cannot be written, before anything is computed."""
    if kind == "csv" and keep_trades:
        raise InputError("--keep-trades needs parquet or ipc: CSV has no lists")
    if path == "-":
        return
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{path}: cannot be written: is a directory")
    if not target.absolute().parent.is_dir():
        raise InputError(f"{path}: cannot be written: no such directory")
    if source not in (None, "-") and target.exists() and target.samefile(str(source)):
        raise InputError(f"{path}: would overwrite the trades")


def to_bytes(frame: pl.DataFrame, kind: str) -> bytes:
    """Serialise a rated table.

    CSV gets no list columns, and a Duration as seconds, which the package reads back.
    """
    buffer = io.BytesIO()
    if kind == "csv":
        nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
        seconds = pl.selectors.duration().dt.total_microseconds() / 1e6
        frame.drop(nested).with_columns(seconds).write_csv(buffer)
    elif kind == "ipc":
        frame.write_ipc(buffer)
    else:
        frame.write_parquet(buffer, compression="zstd")
    data: bytes = buffer.getvalue()
    return data
