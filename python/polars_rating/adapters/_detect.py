"""Which adapter reads a file: the table of sources, and how their files are told apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating.adapters import (
    backtesting,
    nautilus,
    ninjatrader,
    pyfolio,
    tradingview,
    vectorbt,
)
from polars_rating.adapters._source import decode, read_bytes
from polars_rating.adapters.freqtrade import read_freqtrade
from polars_rating.adapters.lean import read_lean
from polars_rating.adapters.metatrader import read_metatrader
from polars_rating.exceptions import RatingError

HEAD: Final = 4096
"""Bytes in which the header of a CSV file ends."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A source of trades as the command line sees it.

    Parameters
    ----------
    read : callable
        The adapter.
    marks : tuple of str
        Columns that no other table has, if it takes a table and not a path.
    takes : tuple of str
        Keywords that the command line may pass on.
    local : bool
        Whether a time zone must be given, because the times are of a zone that no file says.
    """

    read: Callable[..., pl.DataFrame]
    marks: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    local: bool = False


ORIGINS: Final[dict[str, Origin]] = {
    "freqtrade": Origin(read=read_freqtrade),
    "backtesting": Origin(
        read=backtesting.from_backtesting, marks=backtesting.COLUMNS, takes=("time_zone",)
    ),
    "vectorbt": Origin(read=vectorbt.from_vectorbt, marks=vectorbt.COLUMNS, takes=("time_zone",)),
    "nautilus": Origin(read=nautilus.from_nautilus, marks=nautilus.COLUMNS),
    "pyfolio": Origin(read=pyfolio.from_round_trips, marks=pyfolio.COLUMNS, takes=("time_zone",)),
    "lean": Origin(read=read_lean),
    "metatrader": Origin(read=read_metatrader, takes=("time_zone",), local=True),
    "tradingview": Origin(
        read=tradingview.read_tradingview, takes=("time_zone", "fee"), local=True
    ),
    "ninjatrader": Origin(
        read=ninjatrader.read_ninjatrader, takes=("time_zone", "time_format"), local=True
    ),
}


def origin_of_file(path: str | Path) -> str | None:
    """Return which source wrote a file that is no table, None for none that is known."""
    data = read_bytes(path)
    if zipfile.is_zipfile(io.BytesIO(data)):
        return "freqtrade"
    try:
        text = decode(path, data)
    except RatingError:
        return None
    if text.lstrip().startswith("{"):
        if '"closedTrades"' in text or '"ClosedTrades"' in text:
            return "lean"
        return "freqtrade" if '"profit_abs"' in text or '"results_metrics"' in text else None
    if "<html" in text[:HEAD].lower() and "<table" in text.lower():
        return "metatrader"
    return origin_of_csv(data)


def origin_of_csv(data: bytes) -> str | None:
    """Return which source a CSV file is of whose layout is no plain table, by its header."""
    try:
        head = decode("", data[:HEAD].rsplit(b"\n", 1)[0] or data[:HEAD]).lstrip()
    except RatingError:
        return None
    if head.startswith(tradingview.HEADS):
        return "tradingview"
    first = head.split("\n", 1)[0]
    ours = all(name in first for name in ("Instrument", "Market pos.", "Commission"))
    return "ninjatrader" if ours else None


def origin_of_table(columns: Iterable[str]) -> str | None:
    """Return which source a table is of, by its columns; None for any other table."""
    there = set(columns)
    for name, origin in ORIGINS.items():
        if origin.marks and there.issuperset(origin.marks):
            return name
    return None


def read_origin(name: str, table: Any, keywords: Mapping[str, Any]) -> pl.DataFrame:
    """Read a path or table of a source with its adapter."""
    return ORIGINS[name].read(table, **keywords)
