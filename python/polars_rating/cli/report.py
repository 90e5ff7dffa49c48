"""The command ``report``, and the page that ``demo`` and ``rate`` write on request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import polars as pl

import polars_rating as rating
from polars_rating.cli.progress import progress
from polars_rating.config import RatingConfig

PAGE: Final = click.Path(dir_okay=False, writable=True)
SUFFIXES: Final = (".html", ".htm")


def check(path: str | None, source: str | None) -> None:
    """Raise where a page cannot be written, before anything is rated."""
    if path is None:
        return
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise click.ClickException(f"{path}: a report ends in {' or '.join(SUFFIXES)}")
    if not target.absolute().parent.is_dir():
        raise click.ClickException(f"{path}: cannot be written: no such directory")
    if source not in (None, "-") and target.exists() and target.samefile(str(source)):
        raise click.ClickException(f"{path}: would overwrite the trades")


def constants(trades: pl.LazyFrame, by: Sequence[str], used: Sequence[str]) -> pl.DataFrame:
    """Return the columns that are the same in all trades of a candidate: its parameters."""
    names = [
        name
        for name, dtype in trades.collect_schema().items()
        if name not in {*by, *used} and not dtype.is_nested()
    ]
    if not names:
        return trades.select(by).unique(maintain_order=True).collect()
    grouped = trades.group_by(by).agg(
        *(pl.col(name).first() for name in names),
        *(pl.col(name).n_unique().alias(f"{name}\0") for name in names),
    )
    found = grouped.collect()
    kept = [name for name in names if found[f"{name}\0"].max() == 1]
    return found.select(*by, *kept)


def with_constants(rated: pl.DataFrame, found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Add parameters to a rated table, unless it has a column of that name."""
    new = [name for name in found.columns if name not in rated.columns]
    return rated.join(found.select(*by, *new), on=list(by), how="left", maintain_order="left")


def write(
    path: str,
    frame: pl.DataFrame,
    by: Sequence[str],
    config: RatingConfig,
    *,
    source: str,
    parameters: Sequence[str] = (),
    n_trials: int | None = None,
    top: int = 25,
    drill: int = 50,
    static: bool = False,
    title: str | None = None,
) -> None:
    """Write the page of a rated table."""
    try:
        with progress("writing the report"):
            rating.report(
                frame,
                path,
                name=list(by),
                parameters=list(parameters) or None,
                config=config,
                n_trials=n_trials,
                top=top,
                drill=drill,
                static=static,
                title=title,
                source=source,
            )
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"{path}: cannot be written: {reason}") from None
