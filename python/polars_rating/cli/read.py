"""Reading trades, candidates and configurations, writing rated tables for the command line."""

from __future__ import annotations

import argparse
import io
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.config import RatingConfig
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
ROLES: Final = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
"""The columns of a table of trades, as the options name them."""
_LISTS: Final = ("yearly_profits", "years", "year_days")
_IPC_STREAM: Final = b"\xff\xff\xff\xff"
"""How Arrow IPC starts where it is a stream and not a file."""
_MAGIC: Final = ((b"PAR1", "parquet"), (b"ARROW1", "ipc"), (_IPC_STREAM, "ipc"))
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


def name_of(path: str) -> str:
    """Return what messages call a source."""
    return "standard input" if path == "-" else path


def read_config(path: str | None) -> RatingConfig:
    """Read a configuration from TOML or JSON; None gives the default one."""
    if path is None:
        return RatingConfig()
    load = {".toml": tomllib.loads, ".json": json.loads}.get(Path(path).suffix.lower())
    if load is None:
        raise InputError(f"{path}: a configuration ends in .toml or .json")
    try:
        return RatingConfig.from_dict(load(Path(path).read_bytes().decode("utf-8")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # TOML, JSON, UTF-8 and RatingError
        raise InputError(f"{path}: {error}") from None


def scan_trades(
    options: argparse.Namespace, by: Sequence[str]
) -> tuple[pl.LazyFrame, TradeColumns]:
    """Open the table of trades that the options name; return it with the columns to use.

    In CSV the `by` columns are read as text, so that ``007`` stays ``007``.
    """
    lazy, kind = scan(options.source, options.format, by, of="trades")
    columns = TradeColumns.find(
        lazy.collect_schema().names(), **{role: getattr(options, role) for role in ROLES}
    )
    return (parse_text(lazy, columns) if kind in {"csv", "ndjson"} else lazy), columns


def scan_candidates(path: str, given: str | None) -> pl.LazyFrame:
    """Open a table of candidates, one row each, with canonical columns.

    CSV has no lists: there yearly profits, years and their days are text like ``[900.0, 1100.0]``.
    """
    lazy, kind = scan(path, given, of="candidates")
    if kind == "csv":
        schema = lazy.collect_schema()
        for name in _LISTS:
            if schema.get(name) == pl.String:
                lists = pl.col(name).str.json_decode(pl.List(pl.Float64))
                try:
                    values = lazy.select(lists).collect().to_series()
                except pl.exceptions.PolarsError:
                    expected = "lists like [900.0, 1100.0]"
                    raise InputError(f"{path}: column {name!r} must hold {expected}") from None
                lazy = lazy.with_columns(values)
    return lazy


def scan(
    path: str, given: str | None, text: Sequence[str] = (), *, of: str
) -> tuple[pl.LazyFrame, str]:
    """Open a table `of` what is said; return it with its format. ``-`` reads the standard input.

    In CSV the columns `text` are read as text.
    """
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input: cannot be read: is closed")
        data = sys.stdin.buffer.read()
        magic = (name for mark, name in _MAGIC if data.startswith(mark))
        return _scan(data, given or next(magic, "csv"), text, name_of(path), of)
    file = Path(path)
    if not file.exists():
        raise InputError(f"{path}: no such file")
    if file.is_dir():
        raise InputError(f"{path}: is a directory, not a file of {of}")
    kind = format_of(path, given, IN_FORMATS, "--format")
    try:
        # A pipe such as /dev/fd/63 cannot be mapped or read twice.
        return _scan(file if file.is_file() else file.read_bytes(), kind, text, path, of)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def _scan(
    source: Path | bytes, kind: str, text: Sequence[str], name: str, of: str
) -> tuple[pl.LazyFrame, str]:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if not size:
        raise InputError(f"{name}: is empty")
    try:
        if kind == "ipc" and isinstance(source, Path):
            source = source.read_bytes()
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        if kind == "csv":
            dtypes = dict.fromkeys(text, pl.String)
            lazy = pl.scan_csv(
                stream, infer_schema_length=None, schema_overrides=dtypes, glob=False
            )
        elif kind == "ndjson":
            lazy = pl.scan_ndjson(stream, infer_schema_length=None)
        elif kind == "ipc":
            is_stream = isinstance(source, bytes) and source.startswith(_IPC_STREAM)
            lazy = (pl.read_ipc_stream(stream) if is_stream else pl.read_ipc(stream)).lazy()
        else:
            lazy = pl.scan_parquet(stream, glob=False)
        lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{name}: cannot be read as {kind}: {error}") from None
    if not rows:
        raise InputError(f"{name}: holds no {of} (0 rows)")
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
