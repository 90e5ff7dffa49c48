"""Reading trades, candidates and configurations for the command line."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import polars as pl

from polars_rating.adapters._detect import (
    HEAD,
    ORIGINS,
    origin_of_csv,
    origin_of_file,
    origin_of_table,
    read_origin,
)
from polars_rating.config import RatingConfig
from polars_rating.files.formats import FORMATS, IPC_STREAM, SUFFIXES, TEXT_FORMATS, open_table
from polars_rating.files.text import parse_text
from polars_rating.pipeline import YEARS, TradeColumns

AUTO: Final = "auto"
TABLE: Final = "table"
OPEN_TRADES: Final = ("keep", "drop")
SOURCE: Final = click.Path(exists=True, dir_okay=False, allow_dash=True)
"""The type of an argument that names a table to read."""
_MAGIC: Final = {b"PAR1": "parquet", b"ARROW1": "ipc", IPC_STREAM: "ipc"}


def format_of(path: str, given: str | None, known: Sequence[str], option: str) -> str:
    """Return the format that is given or that the suffix tells."""
    found = given or SUFFIXES.get(Path(path).suffix.lower(), "")
    if found not in known:
        raise click.ClickException(
            f"{path}: the suffix tells no known format; give {option} ({', '.join(known)})"
        )
    return found


def name_of(path: str) -> str:
    """Return what messages call a source."""
    return "standard input" if path == "-" else path


def read_config(path: str | None) -> RatingConfig:
    """Read a configuration from TOML or JSON; None gives the default one."""
    if path is None:
        return RatingConfig()
    load = {".toml": tomllib.loads, ".json": json.loads}.get(Path(path).suffix.lower())
    if load is None:
        raise click.ClickException(f"{path}: a configuration ends in .toml or .json")
    try:
        return RatingConfig.from_dict(load(Path(path).read_text(encoding="utf-8")))
    except ValueError as error:  # TOML, JSON, UTF-8 and RatingError
        raise click.ClickException(f"{path}: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Trades:
    """A table of trades that is ready to be rated, and what a summary says of it."""

    lazy: pl.LazyFrame
    columns: TradeColumns
    note: str = ""


def read_trades(
    path: str,
    kind: str | None,
    by: Sequence[str],
    names: Mapping[str, str | None],
    *,
    source: str | None = None,
    time_zone: str | None = None,
    time_format: str | None = None,
    fee_rate: float | None = None,
    open_trades: str | None = None,
) -> Trades:
    """Open the trades of a file, of whatever source it is.

    Parameters
    ----------
    path : str
        The file; ``-`` is the standard input, which is always a table of the user's own.
    kind : str or None
        Format of a table, else its suffix tells.
    by : sequence of str
        The columns of the candidate.
    names : mapping of str to str or None
        Columns of a table of the user's own by field, as for `TradeColumns.find`.
    source : str, optional
        A key of `ORIGINS`, ``"table"``, or ``"auto"`` (the default), which looks at the content.
    time_zone, time_format, fee_rate : optional
        What some files of other programs do not say.
    open_trades : str, optional
        ``"keep"`` (the default) or ``"drop"`` the trades that were open when the data ended. Those
        without an exit are dropped in any case: they have no result.
    """
    found = _origin(path, kind, source or AUTO)
    extra = {"time_zone": time_zone, "time_format": time_format, "fee": fee_rate}
    extra = {name: value for name, value in extra.items() if value is not None}
    if found == TABLE:
        for option in (*extra, *(["open_trades"] if open_trades else [])):
            raise click.UsageError(f"{_flag(option)} is for files of other programs (--from)")
        lazy, columns = scan_trades(path, kind, by, names)
        return Trades(lazy=lazy, columns=columns)
    for name in (name for name, column in names.items() if column is not None):
        raise click.UsageError(f"--{name.replace('_', '-')} is for tables of your own, not {found}")
    origin = ORIGINS[found]
    for option in (option for option in extra if option not in origin.takes):
        raise click.UsageError(f"{_flag(option)} is not for files of {found}, which say it")
    if origin.local and time_zone is None:
        raise click.ClickException(
            f"{path}: {found} writes times without a zone; give --time-zone, such as Europe/Berlin"
        )
    table = scan(path, kind, "trades")[0].collect() if origin.marks else path
    frame = read_origin(found, table, extra)
    kept, note = _kept(frame, found, drop=open_trades == "drop")
    if kept.is_empty():
        raise click.ClickException(f"{path}: holds no closed trades")
    return Trades(lazy=kept.lazy(), columns=TradeColumns.find(kept.columns), note=note)


def _flag(option: str) -> str:
    return f"--{({'fee': 'fee_rate'}.get(option, option)).replace('_', '-')}"


def _kept(frame: pl.DataFrame, source: str, *, drop: bool) -> tuple[pl.DataFrame, str]:
    """Return the trades that can be rated, and what the summary says of all of them."""
    kept = frame.filter(pl.col("exit_time").is_not_null()) if "exit_time" in frame else frame
    no_exit = frame.height - kept.height
    still_open = int(kept["is_open"].sum())
    if drop:
        kept = kept.filter(~pl.col("is_open"))
    counts = [
        f"{frame.height:,} trades of {frame['strategy'].n_unique():,} candidates",
        f"{still_open:,} open when the data ended ({'dropped' if drop else 'kept'})",
        f"{no_exit:,} without an exit (dropped)",
    ]
    note = f"{source}: {'; '.join(counts)}\n"
    if "fee" not in frame.columns:
        note += "no fees are known, so that a cost shock changes nothing\n"
    return kept, note


def _origin(path: str, kind: str | None, source: str) -> str:
    """Return the source of a file, ``table`` for a table of the user's own."""
    regular = path != "-" and Path(path).is_file()
    if source != AUTO:
        if source != TABLE and not regular:
            raise click.ClickException(f"{name_of(path)}: --from {source} needs a file")
        return source
    if not regular:
        return TABLE
    if kind is None and Path(path).suffix.lower() not in SUFFIXES:
        found = origin_of_file(path)
        if found is None:
            raise click.ClickException(
                f"{path}: neither content nor suffix tells what this is; give --from or --format"
            )
        return found
    table = kind or format_of(path, kind, FORMATS, "--format")
    if table == "csv":
        with Path(path).open("rb") as file:
            found = origin_of_csv(file.read(HEAD))
        if found is not None:
            return found
    return origin_of_table(scan(path, kind, "trades")[0].collect_schema().names()) or TABLE


def scan_trades(
    path: str, given: str | None, by: Sequence[str], names: Mapping[str, str | None]
) -> tuple[pl.LazyFrame, TradeColumns]:
    """Open a table of trades; return it with the columns to use.

    In CSV the `by` columns are read as text, so that ``007`` stays ``007``.
    """
    lazy, kind = scan(path, given, "trades", by)
    columns = TradeColumns.find(lazy.collect_schema().names(), **names)
    return (parse_text(lazy, columns) if kind in TEXT_FORMATS else lazy), columns


def scan_candidates(path: str, given: str | None) -> pl.LazyFrame:
    """Open a table of candidates, one row each, with canonical columns.

    CSV has no lists: there yearly profits, years and their days are text like ``[900.0, 1100.0]``.
    """
    lazy, kind = scan(path, given, "candidates")
    if kind != "csv":
        return lazy
    schema = lazy.collect_schema()
    for name in YEARS:
        if schema.get(name) == pl.String:
            lists = pl.col(name).str.json_decode(pl.List(pl.Float64))
            try:
                values = lazy.select(lists).collect().to_series()
            except pl.exceptions.PolarsError:
                raise click.ClickException(
                    f"{path}: column {name!r} must hold lists like [900.0, 1100.0]"
                ) from None
            lazy = lazy.with_columns(values)
    return lazy


def scan(
    path: str, given: str | None, of: str, text: Sequence[str] = ()
) -> tuple[pl.LazyFrame, str]:
    """Open a table `of` what is said; return it with its format. ``-`` reads the standard input.

    In CSV the columns `text` are read as text.
    """
    name = name_of(path)
    source: Path | bytes
    if path == "-":
        if sys.stdin is None:
            raise click.ClickException(f"{name}: cannot be read: is closed")
        source = sys.stdin.buffer.read()
        magic = (kind for mark, kind in _MAGIC.items() if source.startswith(mark))
        kind = given or next(magic, "csv")
    else:
        source = Path(path)
        kind = format_of(path, given, FORMATS, "--format")
        # A pipe such as /dev/fd/63 cannot be mapped or read twice; the start of IPC is looked at.
        if kind == "ipc" or not source.is_file():
            source = source.read_bytes()
    if not (len(source) if isinstance(source, bytes) else source.stat().st_size):
        raise click.ClickException(f"{name}: is empty")
    try:
        lazy = open_table(source, kind, text)
        lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise click.ClickException(f"{name}: cannot be read as {kind}: {error}") from None
    if not rows:
        raise click.ClickException(f"{name}: holds no {of} (0 rows)")
    return lazy, kind
