"""Writing rated tables, and text to the standard streams, whatever state they are in."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Final

import click
import polars as pl

from polars_rating.cli.read import format_of

FORMATS: Final = ("parquet", "csv", "ipc")
"""No NDJSON: JSON has no infinity, and a profit factor may be one."""


def check(path: str | None, given: str | None, source: str | None, *, keep_trades: bool) -> str:
    """Return the format of a rated table, or raise where it cannot be written."""
    if path is None:
        if given or keep_trades:
            raise click.UsageError(f"{'--out-format' if given else '--keep-trades'} needs --out")
        return ""
    kind = format_of(path, given or ("csv" if path == "-" else None), FORMATS, "--out-format")
    if kind == "csv" and keep_trades:
        raise click.UsageError("--keep-trades needs parquet or ipc: CSV has no lists")
    target = Path(path)
    if target.is_dir():
        raise click.ClickException(f"{path}: cannot be written: is a directory")
    if path != "-" and not target.absolute().parent.is_dir():
        raise click.ClickException(f"{path}: cannot be written: no such directory")
    if source not in (None, "-") and target.exists() and target.samefile(str(source)):
        raise click.ClickException(f"{path}: would overwrite the trades")
    return kind


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


def put(path: str, data: bytes) -> None:
    """Write bytes to a file, or to the standard output for ``-``."""
    if path != "-":
        try:
            Path(path).write_bytes(data)
        except OSError as error:
            reason = error.strerror or error
            raise click.ClickException(f"{path}: cannot be written: {reason}") from None
    elif sys.stdout is None:
        raise click.ClickException("standard output: cannot be written: is closed")
    else:
        click.echo(data, nl=False)


def show(text: str) -> None:
    """Write text to the standard output, if there is one, in the characters it has."""
    if sys.stdout is not None:
        click.echo(text.encode(sys.stdout.encoding or "utf-8", "replace"), nl=False)


def say(text: str) -> None:
    """Write text to the standard error, if there is one that takes it."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True, nl=False)


def drop_stdout() -> None:
    """Let what the standard output did not take go nowhere, so that Python exits quietly."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
