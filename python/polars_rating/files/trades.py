"""A file of trades, opened with the columns to use, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from polars_rating.files.formats import SUFFIXES, TEXT_FORMATS, open_table
from polars_rating.files.text import parse_text
from polars_rating.pipeline import TradeColumns, check_table

Columns = TradeColumns | Mapping[str, str | None] | None


def open_trades(
    path: str, by: Sequence[str], columns: Columns
) -> tuple[pl.LazyFrame, TradeColumns]:
    """Return the trades of a file and the columns to use, or raise where they do not fit.

    Parameters
    ----------
    path : str
        A file whose suffix is one of `SUFFIXES`.
    by : sequence of str
        The columns that name a candidate; in CSV they are text.
    columns : TradeColumns, mapping or None
        The columns to use, or names by field for `TradeColumns.find`.
    """
    kind = SUFFIXES[Path(path).suffix.lower()]
    lazy = open_table(path, kind, by)
    if isinstance(columns, TradeColumns):
        columns = {field: name or "" for field, name in asdict(columns).items()}
    used = TradeColumns.find(lazy.collect_schema(), **(columns or {}))
    if kind in TEXT_FORMATS:
        lazy = parse_text(lazy, used)
    check_table(lazy.collect_schema(), by, used)
    return lazy, used
