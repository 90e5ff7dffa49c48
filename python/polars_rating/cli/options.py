"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final

import click

from polars_rating.catalog import TRADE_FIELDS
from polars_rating.cli.read import FORMATS, read_config
from polars_rating.pipeline import default_names

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_MEANING: Final = {
    "pnl": "Profit or loss before fees",
    "fee": "Fees of the trade, >= 0",
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
