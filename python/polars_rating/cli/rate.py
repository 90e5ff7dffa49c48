"""The commands ``rate``, ``demo`` and ``report``: from trades to a ranking, a table, a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from polars_rating.cli import many, options, read, report, table, write
from polars_rating.cli.progress import progress
from polars_rating.config import RatingConfig
from polars_rating.data import grid, trades_path
from polars_rating.exceptions import one_line
from polars_rating.pipeline import mark_sorted, rate_trades
from polars_rating.trials.neighbours import neighbour_runs

TOP: Final = 20
_LISTS: Final = ("trades", "neighbour_runs")
"""Columns of lists that are written on request."""
_NOTE: Final = (
    "The trades are polars_rating.data.load_trades(); polars_rating.reference recomputes every "
    "number.\n"
)
_OUT: Final = click.Path(writable=True, allow_dash=True)
_BY_HELP: Final = "Column that names the candidate (default strategy); repeat for several."
_TOP_HELP: Final = f"Rows of the printed ranking (default {TOP}; 0 none)."
_OUT_HELP: Final = (
    "Write all candidates, best first; - for stdout (the ranking: stderr, if --top). "
    "Of many files: a folder."
)
_REPORT_HELP: Final = "Write a report as one HTML page, which the extra [report] makes."


@dataclass(frozen=True)
class _Rated:
    """A rated table, what is said below its ranking, and what its report shows beside it."""

    frame: pl.DataFrame
    note: str
    source: str
    parameters: Callable[[], pl.DataFrame]
    """The columns of the candidates' parameters, with those that name them."""


def _reported(rated: Callable[..., _Rated]) -> Callable[..., None]:
    """Add the options of output to a function that rates and says what it read."""

    @click.option("--top", type=click.IntRange(min=0), metavar="N", help=_TOP_HELP)
    @click.option("--out", type=_OUT, metavar="FILE", help=_OUT_HELP)
    @click.option(
        "--out-format", type=click.Choice(write.FORMATS), help="Else the suffix; csv for -."
    )
    @click.option("--keep-trades", is_flag=True, help="Write the lists of trades too.")
    @click.option("--report", "page", type=report.PAGE, metavar="FILE.html", help=_REPORT_HELP)
    @wraps(rated)
    def call(
        *,
        top: int | None,
        out: str | None,
        out_format: str | None,
        keep_trades: bool,
        page: str | None,
        config: RatingConfig,
        by: Sequence[str] = ("strategy",),
        **source: Any,
    ) -> None:
        kind = write.check(out, out_format, source.get("path"), keep_trades=keep_trades)
        report.check(page, source.get("path"))
        found = rated(by, config, **source)
        frame = found.frame
        rows = TOP if top is None and out != "-" else top
        text = table.report(frame, by, rows, config) + found.note if rows else ""
        if out is not None:
            data = write.to_bytes(frame if keep_trades else frame.drop(_LISTS, strict=False), kind)
            if out == "-":  # the standard output is for the data alone
                write.say(text)
            write.put(out, data)
        if page is not None:
            full = report.with_constants(frame, found.parameters(), by)
            report.write(page, full, by, config, source=found.source)
        if out != "-":
            write.show(text)

    return call


@click.command(short_help="Rate the shipped trades.")
@options.scores
@_reported
def demo(by: Sequence[str], config: RatingConfig) -> _Rated:
    """Rate the trades shipped with the package (S&P 500, 1999 to 2018).

    Robustness is measured: by the neighbours on the grid of the two averages.
    """
    near = _neighbours if list(by) == ["strategy"] else None
    with progress("rating the shipped trades"):
        trades = pl.scan_parquet(trades_path())
        frame = rate_trades(trades, by, None, config, evidence=near).collect()
    return _Rated(
        frame,
        _NOTE,
        "the shipped trades: crossovers of moving averages on the S&P 500",
        lambda: frame.select("strategy", grid().struct.unnest()),
    )


def _neighbours(candidates: pl.LazyFrame) -> pl.LazyFrame:
    """Add the neighbours on the grid among the candidates of the same sides and stop."""
    named = candidates.with_columns(grid().struct.unnest())
    return neighbour_runs(named, ["fast", "slow"], by="rules").drop("fast", "slow", "rules")


@click.command(short_help="Rate trades, one row per trade, of a file or of many.")
@click.argument("paths", nargs=-1, required=True, metavar="TRADES...")
@options.scores
@many.or_one
@options.table("TRADES", _BY_HELP, ("strategy",))
@options.source
@_reported
def rate(
    by: Sequence[str], config: RatingConfig, path: str, kind: str | None, **source: Any
) -> _Rated:
    """Rate the candidates of TRADES, a file with one row per trade; - is the standard input.

    TRADES may also be what a backtester wrote (--from), and more than memory holds: many files,
    folders, patterns like 'trades/*.parquet'. These, and one file with --engine, --workers,
    --memory or --partitioned, are rated by many processes into the folder that --out names.
    """
    return _rated(by, config, path, kind, **source)


@click.command("report", short_help="Write a report of a file of trades as one HTML page.")
@click.argument("path", type=read.SOURCE, metavar="TRADES")
@options.table("TRADES", _BY_HELP, ("strategy",))
@options.source
@click.option(
    "--out", "page", type=report.PAGE, default="report.html", show_default=True, metavar="FILE.html"
)
@click.option("--title", metavar="TEXT", help="The heading.")
@click.option(
    "--parameter", "parameters", multiple=True, metavar="COLUMN", help="For the plateau; repeat."
)
@click.option("--trials", type=int, metavar="N", help="Tried candidates, if TRADES holds fewer.")
@click.option("--top", type=click.IntRange(min=1), default=25, show_default=True, metavar="N")
@click.option("--drill", type=click.IntRange(min=1), default=50, show_default=True, metavar="N")
@click.option("--static", is_flag=True, help="A page without any script.")
@options.scores
def report_of(
    by: Sequence[str],
    config: RatingConfig,
    path: str,
    kind: str | None,
    page: str,
    title: str | None,
    parameters: Sequence[str],
    trials: int | None,
    top: int,
    drill: int,
    static: bool,
    **source: Any,
) -> None:
    """Rate the candidates of TRADES and write a report; - is the standard input.

    It is one file that loads nothing from anywhere. TRADES may also be what a backtester wrote
    (--from).
    """
    report.check(page, path)
    found = _rated(by, config, path, kind, **source)
    report.write(
        page,
        report.with_constants(found.frame, found.parameters(), by),
        by,
        config,
        source=found.source,
        parameters=parameters,
        n_trials=trials,
        top=top,
        drill=drill,
        static=static,
        title=title,
    )
    write.show(f"{table.summary(found.frame, top)}{found.note}{page}\n")


def _rated(
    by: Sequence[str],
    config: RatingConfig,
    path: str,
    kind: str | None,
    *,
    source: str | None,
    time_zone: str | None,
    time_format: str | None,
    fee_rate: float | None,
    open_trades: str | None,
    **columns: str | None,
) -> _Rated:
    name = read.name_of(path)
    with progress(f"rating {Path(name).name}"):
        trades = read.read_trades(
            path,
            kind,
            by,
            columns,
            source=source,
            time_zone=time_zone,
            time_format=time_format,
            fee_rate=fee_rate,
            open_trades=open_trades,
        )
        try:
            lazy = mark_sorted(trades.lazy, by)
            frame = rate_trades(lazy, by, trades.columns, config).collect()
        except pl.exceptions.PolarsError as error:
            raise click.ClickException(f"{name}: {one_line(error)}") from None
    for key in by:
        if nulls := frame[key].null_count():
            hit = frame.filter(pl.col(key).is_null())["total_trades"].sum()
            raise click.ClickException(
                f"column {key!r} is null in {hit} trades of {nulls} candidates"
            )
    used = [column for column in asdict(trades.columns).values() if column is not None]
    return _Rated(
        frame,
        trades.note,
        Path(name).name,
        lambda: report.constants(trades.lazy, by, used),
    )
