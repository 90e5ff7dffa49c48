"""Which adapter reads a file: the table of sources, and how their files are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from polars_rating.adapters._source import read_bytes
from polars_rating.adapters.freqtrade import is_freqtrade, read_freqtrade


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A source of trades as the command line sees it.

    Parameters
    ----------
    read : callable
        The adapter.
    table : bool
        Whether it takes a table, not a path.
    zone : str
        Times are ``"utc"``; or ``"naive"``, UTC unless a zone is given; or ``"local"``, so that a
        zone must be given.
    marks : tuple of str
        Columns that no other table has.
    """

    read: Callable[..., pl.DataFrame]
    table: bool = False
    zone: Literal["utc", "naive", "local"] = "utc"
    marks: tuple[str, ...] = ()


ORIGINS: Final[dict[str, Origin]] = {
    "freqtrade": Origin(read=read_freqtrade),
}


def origin_of_file(path: str | Path) -> str | None:
    """Return which source wrote a file that is no table, None for none that is known."""
    data = read_bytes(path)
    if is_freqtrade(data):
        return "freqtrade"
    return None


def origin_of_table(columns: Iterable[str]) -> str | None:
    """Return which source a table is of, by its columns; None for any other table."""
    there = set(columns)
    for name, origin in ORIGINS.items():
        if origin.marks and there.issuperset(origin.marks):
            return name
    return None


def read_origin(name: str, table: Any, time_zone: str | None) -> pl.DataFrame:
    """Read a path or table of a source with its adapter."""
    origin = ORIGINS[name]
    zone = {} if origin.zone == "utc" or time_zone is None else {"time_zone": time_zone}
    return origin.read(table, **zone)
