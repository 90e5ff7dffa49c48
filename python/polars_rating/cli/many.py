"""The command ``rate`` over many files: options, progress, and what it says of failed ones."""

from __future__ import annotations

import glob
import time
from collections.abc import Callable, Mapping, Sequence
from functools import reduce, wraps
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from polars_rating.cli import read, table, write
from polars_rating.cli.progress import progress
from polars_rating.config import RatingConfig, SelectionConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.files import RatedFiles, Record, rate_files
from polars_rating.files.engines import NAMES

FAILED: Final = 1
"""The exit status where some of the files failed."""
TOP: Final = 20
_OPTIONS: Final = (
    click.option("--engine", type=click.Choice(NAMES), help="What runs the files (default local)."),
    click.option("--address", metavar="HOST:PORT", help="Of a cluster of Dask or Ray that runs."),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes started.",
    ),
    click.option(
        "--memory", metavar="SIZE", help="Of all workers, like 2GB; default half of what there is."
    ),
    click.option("--partitioned", is_flag=True, help="Each file holds whole candidates (checked)."),
    click.option("--checksum", is_flag=True, help="Tell changed files by SHA-256, not by time."),
    click.option(
        "--selection", is_flag=True, help="Add how much of each candidate is luck (many files)."
    ),
    click.option(
        "--family", metavar="COLUMN", multiple=True, help="Of --by: what was searched together."
    ),
)
_NAMES: Final = (
    "engine",
    "address",
    "workers",
    "memory",
    "partitioned",
    "checksum",
    "selection",
    "family",
)
_SINGLE: Final = {
    "page": "--report",
    "out_format": "--out-format",
    "keep_trades": "--keep-trades",
    "kind": "--format",
    "source": "--from",
    "time_zone": "--time-zone",
    "time_format": "--time-format",
    "fee_rate": "--fee-rate",
    "open_trades": "--open-trades",
}
"""Options that one file has alone."""


def or_one(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of many files to a command that rates one `path`, and rate them if asked."""

    @wraps(command)
    def call(*, paths: Sequence[str], out: str | None, **given: Any) -> Any:
        asked = {name: given.pop(name) for name in _NAMES}
        if not (any(asked.values()) or _are_many(paths)):
            return command(path=_one(paths[0]), out=out, **given)
        if out in (None, "-"):
            raise click.UsageError("many files need --out, a folder")
        for name, option in _SINGLE.items():
            if given.pop(name):
                raise click.UsageError(f"{option} is for one file")
        return _rate(paths, out, asked, **given)

    return reduce(lambda made, add: add(made), reversed(_OPTIONS), call)


def _are_many(paths: Sequence[str]) -> bool:
    first = Path(paths[0])
    pattern = glob.has_magic(paths[0]) and not first.exists()
    return len(paths) > 1 or first.is_dir() or pattern or "://" in paths[0]


def _one(path: str) -> Any:
    """Return the path as the type of click that one source has, which refuses what is not there."""
    context = click.get_current_context()
    argument = next(item for item in context.command.params if item.name == "paths")
    return read.SOURCE.convert(path, argument, context)


def _rate(
    paths: Sequence[str],
    out: str,
    asked: Mapping[str, Any],
    *,
    by: Sequence[str],
    config: RatingConfig,
    top: int | None,
    **columns: str | None,
) -> int:
    failed: list[Record] = []
    start, trades = time.monotonic(), 0
    with progress("rating", total=1) as advance:

        def over(record: Record, _done: int, total: int) -> None:
            nonlocal trades
            trades += record.trades
            if record.error:
                failed.append(record)
            speed = trades / (time.monotonic() - start)
            advance(1, total=total, note=f"{speed:,.0f} trades/s")

        try:
            rated = rate_files(
                paths,
                out,
                by=list(by),
                config=config,
                selection=SelectionConfig() if asked["selection"] or asked["family"] else None,
                family=list(asked["family"]),
                engine=asked["engine"] or "local",
                address=asked["address"],
                workers=asked["workers"],
                memory=asked["memory"],
                partitioned=asked["partitioned"],
                checksum=asked["checksum"],
                columns=columns,
                progress=over,
            )
        except RatingError as error:
            if error.code != ErrorCode.RATING_FILES_FAILED:
                raise
            rated = None
    if rated is None:
        for record in failed:
            write.say(f"failed: {record.task.name}: {record.error}\n")
        write.say(f"{len(failed)} failed, the others are done; another run tries these again\n")
        return FAILED
    _show(rated, by, TOP if top is None else top, config)
    return 0


def _show(rated: RatedFiles, by: Sequence[str], top: int, config: RatingConfig) -> None:
    if top:
        flat = pl.selectors.all() - pl.selectors.nested()
        frame = rated.scan().select(flat).collect()
        write.show(table.without_evidence(frame, by, top, config))
    write.show(f"{rated.ranking}\n")
