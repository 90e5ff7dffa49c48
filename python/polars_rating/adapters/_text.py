"""Amounts and tables in the files that people export from a platform's window."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.adapters._source import bad_source, read_text

_MINUS: Final = "−–"  # noqa: RUF001 - signs that exports use for a minus
_SPACES: Final = r"[\s\x{00a0}\x{202f}']"


def read_rows(path: str | Path, delimiters: str) -> tuple[list[str], pl.DataFrame, str]:
    """Read a CSV file as text.

    Returns
    -------
    tuple
        The header, a frame with a text column per column of the header (a trailing delimiter makes
        none), and the delimiter: the one of `delimiters` that the header has most of.
    """
    text = read_text(path)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(delimiters, key=first.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if row
        ]
    except csv.Error as error:
        raise bad_source(f"{path}: is no complete CSV: {error}") from None
    header = [name.strip() for name in rows[0]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    if len(set(header)) != width:
        raise bad_source(f"{path}: the header must name each column once, found {header}")
    for i, row in enumerate(rows[1:], 2):
        if len(row) < width or any(row[width:]):
            raise bad_source(
                f"{path}: row {i} has {len(row)} cells, the header {width}: is the file cut off?"
            )
    columns = zip(*(row[:width] for row in rows[1:]), strict=True) if rows[1:] else [[]] * width
    frame = pl.DataFrame({name: list(x) for name, x in zip(header, columns, strict=True)})
    if not rows[1:]:
        raise bad_source(f"{path}: holds no trades (0 rows)")
    return header, frame.cast(pl.String), delimiter


def amount(column: str, decimal: str = ".") -> pl.Expr:
    """Return the numbers of a text column; null for what is none.

    Currency signs, thousands separators and blanks are skipped. Parentheses are a minus.
    """
    text = pl.col(column).str.replace_all(f"[{_MINUS}]", "-").str.replace_all(_SPACES, "")
    negative = text.str.contains(r"\(|-")
    other = "," if decimal == "." else "."
    digits = text.str.replace_all(r"[^0-9.,eE]", "").str.replace_all(other, "", literal=True)
    number = digits.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    return pl.when(negative).then(-number).otherwise(number)


def checked(
    path: str | Path, frame: pl.DataFrame, columns: Sequence[str], decimal: str
) -> pl.DataFrame:
    """Return a frame whose `columns` are numbers, or raise with the first text that is none."""
    for name in columns:
        numbers = frame.select(amount(name, decimal)).to_series()
        if numbers.null_count():
            row = int(numbers.is_null().arg_true()[0])
            raise bad_source(
                f"{path}: column {name!r} must hold amounts, found {frame[name][row]!r}"
            )
        frame = frame.with_columns(numbers.alias(name))
    return frame
