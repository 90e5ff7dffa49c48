"""The commands ``rate`` and ``demo``: from trades to a ranking and a rated table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from polars_rating import catalog
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


@dataclass(frozen=True, kw_only=True)
class _Output:
    """What becomes of a rated table."""

    top: int | None
    out: str | None
    kind: str
    keep_trades: bool

    def report(
        self, frame: pl.DataFrame, by: Sequence[str], config: RatingConfig, note: str = ""
    ) -> None:
        """Write the table and print the ranking."""
        top = TOP if self.top is None else self.top
        text = ""
        if top and not (self.out == "-" and self.top is None):
            text = (
                f"{table.summary(frame, top)}\n{table.ranking(frame, by, top)}\n{table.LEGEND}"
                f"final: {config.aggregation} of the five, gate {config.gate}\n"
                f"{table.evidence(frame)}\n{note}"
            )
        if self.out is None:
            write.show(text)
            return
        data = write.to_bytes(frame if self.keep_trades else frame.drop("trades"), self.kind)
        if self.out == "-":
            write.say(text)  # the standard output is for the data alone
        write.put(self.out, data)
        if self.out != "-":
            write.show(text)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of output and scores; hand them on as an `_Output` and a `RatingConfig`."""

    @click.option(
        "--top",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"Rows of the printed ranking (default {TOP}; 0 none).",
    )
    @click.option(
        "--out",
        type=click.Path(dir_okay=False, writable=True, allow_dash=True),
        metavar="FILE",
        help="Write all candidates, best first; - for stdout (the ranking: stderr, if --top).",
    )
    @click.option(
        "--out-format", type=click.Choice(write.FORMATS), help="Else the suffix; csv on stdout."
    )
    @click.option("--keep-trades", is_flag=True, help="Write the lists of trades too.")
    @options.CONFIG
    @click.option("--seed", type=int, metavar="N", help="Seed of the random draws.")
    @click.option("--dropout-runs", type=int, metavar="N", help="Replays of the dropout.")
    @click.option(
        "--gate", type=click.Choice(list(catalog.GATES)), help="What may set the final rating to 0."
    )
    @wraps(command)
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
        source: str | None = None,
        **others: Any,
    ) -> None:
        draws = {} if seed is None else {"seed": seed}
        runs = {} if dropout_runs is None else {"n_runs": dropout_runs}
        config = replace(
            config,
            jitter=replace(config.jitter, **draws),
            dropout=replace(config.dropout, **draws, **runs),
            gate=gate or config.gate,
        )
        kind = write.check(out, out_format, source, keep_trades=keep_trades)
        output = _Output(top=top, out=out, kind=kind, keep_trades=keep_trades)
        if source is not None:
            others["source"] = source
        command(output=output, config=config, **others)

    return call


@click.command(short_help="Rate the shipped trades.")
@_common
def demo(output: _Output, config: RatingConfig) -> None:
    """Rate the trades shipped with the package (S&P 500, 1999 to 2018)."""
    with progress("rating the shipped trades"):
        frame = rate_trades(pl.scan_parquet(trades_path()), config=config).collect()
    output.report(frame, ["strategy"], config, _NOTE)


@click.command(short_help="Rate a file of trades, one row per trade.")
@click.argument("source", type=read.SOURCE, metavar="TRADES")
@options.table("TRADES", "The column that names the candidate", ("strategy",))
@_common
def rate(
    output: _Output,
    config: RatingConfig,
    source: str,
    kind: str | None,
    by: Sequence[str],
    **columns: str | None,
) -> None:
    """Rate the candidates of TRADES, a file with one row per trade; - is the standard input."""
    name = read.name_of(source)
    with progress(f"rating {Path(name).name}"):
        lazy, found = read.scan_trades(source, kind, by, columns)
        try:
            frame = rate_trades(lazy, by, found, config).collect()
        except pl.exceptions.PolarsError as error:
            raise click.ClickException(f"{name}: {one_line(error)}") from None
    for key in by:
        if nulls := frame[key].null_count():
            trades = frame.filter(pl.col(key).is_null())["total_trades"].sum()
            raise click.ClickException(
                f"column {key!r} is null in {trades} trades of {nulls} candidates"
            )
    output.report(frame, by, config)
