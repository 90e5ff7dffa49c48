"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce, wraps
from typing import Any, Final

import click

from polars_rating.adapters._detect import ORIGINS
from polars_rating.catalog import GATES, TRADE_FIELDS
from polars_rating.cli.read import AUTO, OPEN_TRADES, TABLE, read_config
from polars_rating.config import RatingConfig
from polars_rating.files.formats import FORMATS
from polars_rating.pipeline import default_names

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_MEANING: Final = {
    "pnl": "Profit or loss before fees",
    "fee": "Fees of the trade, below 0 for a rebate",
    "r_multiple": "R-multiple",
    "entry_time": "Entry",
    "exit_time": "Exit",
}
CONFIG: Final = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    callback=lambda _context, _parameter, path: read_config(path),
    help="A RatingConfig as .toml or .json.",
)


_FROM: Final = (
    click.option(
        "--from",
        "source",
        type=click.Choice((AUTO, TABLE, *ORIGINS)),
        help="Program that wrote the file; auto (default) looks at the content, table is your own.",
    ),
    click.option(
        "--time-zone", metavar="ZONE", help="Of times that have none, such as Europe/Berlin."
    ),
    click.option(
        "--time-format",
        metavar="FORMAT",
        help="Of times that can be read in two ways, such as %d/%m/%Y %H:%M:%S.",
    ),
    click.option(
        "--fee-rate",
        type=click.FloatRange(0, 1, max_open=True),
        metavar="SHARE",
        help="Commission per side, as a share of the traded value, where the file has no fees.",
    ),
    click.option(
        "--open-trades",
        type=click.Choice(OPEN_TRADES),
        help="Trades that were open when the data ended (default keep, at the last price).",
    ),
)


def source(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which program wrote the trades: keywords of `read.read_trades`."""
    return reduce(lambda made, add: add(made), reversed(_FROM), command)


def flag_of(name: str) -> str:
    """Return the option that sets a parameter."""
    return f"--{name.replace('_', '-')}"


def table(of: str, by: str, default: tuple[str, ...] = ()) -> Decorator:
    """Add the options that say how to read a table, which the help calls `of`."""
    form = click.Choice(FORMATS)
    options = [
        click.option("--format", "kind", type=form, help=f"Format of {of}, else its suffix."),
        click.option("--by", metavar="COLUMN", multiple=True, default=default, help=by),
    ]
    for name in TRADE_FIELDS:
        names = " or ".join(default_names(name))
        text = f'{_MEANING[name]}; by default {names}, if there; "" for none.'
        options.append(click.option(flag_of(name), metavar="COLUMN", help=text))
    return lambda command: reduce(lambda made, add: add(made), reversed(options), command)


def scores(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the scores; the command gets them as one `config`."""

    @CONFIG
    @click.option("--seed", type=int, metavar="N", help="Seed of the random draws.")
    @click.option("--dropout-runs", type=int, metavar="N", help="Replays of the dropout.")
    @click.option("--gate", type=click.Choice(list(GATES)), help="What may make the rating 0.")
    @wraps(command)
    def call(
        *,
        config: RatingConfig,
        seed: int | None,
        dropout_runs: int | None,
        gate: Any,
        **other: Any,
    ) -> Any:
        draws: dict[str, Any] = {} if seed is None else {"seed": seed}
        runs: dict[str, Any] = {} if dropout_runs is None else {"n_runs": dropout_runs}
        merged = replace(
            config,
            jitter=replace(config.jitter, **draws),
            dropout=replace(config.dropout, **draws, **runs),
            gate=gate or config.gate,
        )
        return command(config=merged, **other)

    return call
