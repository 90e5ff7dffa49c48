"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from polars_rating import catalog
from polars_rating.cli.read import FORMATS, read_config
from polars_rating.pipeline import default_names

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FIELDS: Final = {
    "pnl": "Profit or loss before fees",
    "fee": "Fees of the trade, >= 0",
    "r_multiple": "R-multiple",
    "entry_time": "Entry",
    "exit_time": "Exit",
}
"""Help on each of `catalog.TRADE_FIELDS`."""

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
    """Add the options that say how to read a table of trades.

    Parameters
    ----------
    of : str
        What the help calls the table.
    by : str
        Help on ``--by``.
    default : tuple of str
        What ``--by`` is if it is not given.
    """
    options = [
        click.option(
            "--format",
            "kind",
            type=click.Choice(FORMATS),
            help=f"Format of {of}, else its suffix.",
        ),
        click.option(
            "--by",
            multiple=True,
            default=default,
            show_default=bool(default),
            metavar="COLUMN",
            help=f"{by}; repeat for several.",
        ),
    ]
    for name in catalog.TRADE_FIELDS:
        names = " or ".join(default_names(name))
        text = f'{_FIELDS[name]}; by default {names}, if there; "" for none.'
        options.append(click.option(flag_of(name), metavar="COLUMN", help=text))

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
