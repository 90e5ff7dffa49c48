"""The commands ``rate`` and ``demo``: from trades to a ranking and a rated table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from polars_rating.catalog import GATES
from polars_rating.cli import options, read, table, write
from polars_rating.cli.progress import progress
from polars_rating.config import RatingConfig
from polars_rating.data import trades_path
from polars_rating.exceptions import one_line
from polars_rating.pipeline import rate_trades

TOP: Final = 20
_NOTE: Final = (
    "The trades are polars_rating.data.load_trades(); polars_rating.reference recomputes every "
    "number.\n"
)
_OUT: Final = click.Path(dir_okay=False, writable=True, allow_dash=True)
_BY_HELP: Final = "Column that names the candidate (default strategy); repeat for several."
_TOP_HELP: Final = f"Rows of the printed ranking (default {TOP}; 0 none)."
_OUT_HELP: Final = "Write all candidates, best first; - for stdout (the ranking: stderr, if --top)."


def _reported(rated: Callable[..., tuple[pl.DataFrame, str]]) -> Callable[..., None]:
    """Add the options of output and scores to a function that rates and says what it read."""

    @click.option("--top", type=click.IntRange(min=0), metavar="N", help=_TOP_HELP)
    @click.option("--out", type=_OUT, metavar="FILE", help=_OUT_HELP)
    @click.option(
        "--out-format", type=click.Choice(write.FORMATS), help="Else the suffix; csv for -."
    )
    @click.option("--keep-trades", is_flag=True, help="Write the lists of trades too.")
    @options.CONFIG
    @click.option("--seed", type=int, metavar="N", help="Seed of the random draws.")
    @click.option("--dropout-runs", type=int, metavar="N", help="Replays of the dropout.")
    @click.option("--gate", type=click.Choice(list(GATES)), help="What may make the rating 0.")
    @wraps(rated)
    def call(
        *,
        top: int | None,
        out: str | None,
        out_format: str | None,
        keep_trades: bool,
        config: RatingConfig,
        seed: int | None,
        dropout_runs: int | None,
        gate: Any,
        by: Sequence[str] = ("strategy",),
        **source: Any,
    ) -> None:
        draws: dict[str, Any] = {} if seed is None else {"seed": seed}
        runs: dict[str, Any] = {} if dropout_runs is None else {"n_runs": dropout_runs}
        config = replace(
            config,
            jitter=replace(config.jitter, **draws),
            dropout=replace(config.dropout, **draws, **runs),
            gate=gate or config.gate,
        )
        kind = write.check(out, out_format, source.get("path"), keep_trades=keep_trades)
        frame, note = rated(by, config, **source)
        rows = TOP if top is None and out != "-" else top
        text = table.report(frame, by, rows, config) + note if rows else ""
        if out is not None:
            data = write.to_bytes(frame if keep_trades else frame.drop("trades"), kind)
            if out == "-":  # the standard output is for the data alone
                write.say(text)
            write.put(out, data)
        if out != "-":
            write.show(text)

    return call


@click.command(short_help="Rate the shipped trades.")
@_reported
def demo(by: Sequence[str], config: RatingConfig) -> tuple[pl.DataFrame, str]:
    """Rate the trades shipped with the package (S&P 500, 1999 to 2018)."""
    with progress("rating the shipped trades"):
        return rate_trades(pl.scan_parquet(trades_path()), by, None, config).collect(), _NOTE


@click.command(short_help="Rate a file of trades, one row per trade.")
@click.argument("path", type=read.SOURCE, metavar="TRADES")
@options.table(
    "TRADES",
    "Column that names the candidate (default strategy); repeat for several.",
    ("strategy",),
)
@options.source
@_reported
def rate(
    by: Sequence[str],
    config: RatingConfig,
    path: str,
    kind: str | None,
    source: str | None,
    time_zone: str | None,
    time_format: str | None,
    fee_rate: float | None,
    open_trades: str | None,
    **columns: str | None,
) -> tuple[pl.DataFrame, str]:
    """Rate the candidates of TRADES, a file with one row per trade; - is the standard input.

    TRADES may also be what a backtester wrote (--from).
    """
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
            frame = rate_trades(trades.lazy, by, trades.columns, config).collect()
        except pl.exceptions.PolarsError as error:
            raise click.ClickException(f"{name}: {one_line(error)}") from None
    for key in by:
        if nulls := frame[key].null_count():
            hit = frame.filter(pl.col(key).is_null())["total_trades"].sum()
            raise click.ClickException(
                f"column {key!r} is null in {hit} trades of {nulls} candidates"
            )
    return frame, trades.note
