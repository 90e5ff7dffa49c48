"""TradingView: the list of trades of the strategy tester, CSV. Experimental."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.adapters._frame import filled, local_to_utc, long_frame
from polars_rating.adapters._source import bad_source
from polars_rating.adapters._text import checked, read_rows
from polars_rating.exceptions import bad_argument

_NUMBERS: Final = ("Trade #", "Trade number")
_TIMES: Final = ("Date/Time", "Date and time")
_SIZES: Final = ("Contracts", "Position size (qty)", "Size (qty)")
_PROFIT: Final = re.compile(r"^(?:Profit|Net P&L|Net PnL) (?!%)(\S+)$")
_PRICE: Final = re.compile(r"^Price (\S+)$")
_TIME: Final = "%Y-%m-%d %H:%M"
_NOTHING: Final = ("", "-", "—")
"""What stands for no time yet."""
HEADS: Final = tuple(f"{name},Type," for name in _NUMBERS)
"""How a list of trades starts."""


def read_tradingview(
    path: str | Path, *, time_zone: str, fee: float | None = None, strategy: str | None = None
) -> pl.DataFrame:
    """Read a list of trades that was exported from TradingView's strategy tester. Experimental.

    Parameters
    ----------
    path : str or Path
        The CSV file, in English, of any of the three generations of headers.
    time_zone : str
        Time zone of the chart, such as ``"America/New_York"``: the file does not say it.
    fee : float, optional
        Commission per side as a share of the traded value, such as 0.001. The file has only profits
        after commission: with the share, profit and fee are told apart.
    strategy : str, optional
        Name of the candidate; by default the file's name without its suffix.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``; ``pnl``, before commission if `fee` is given, else after
        it; ``fee`` if given; ``entry_time``, ``exit_time``, UTC; ``is_open``, true where the
        exit's signal is ``Open``.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for another file, another language, an incomplete trade or several
        currencies; ``RATING_BAD_ARGUMENT`` for a `fee` outside [0, 1).

    Notes
    -----
    A trade is two rows, its exit first. Newer files have its profit on both.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from polars_rating import adapters
    >>> path = pathlib.Path(tempfile.mkdtemp(), "sma.csv")
    >>> _ = path.write_text('''Trade #,Type,Date and time,Signal,Price USD,Size (qty),Net P&L USD
    ... 1,Exit long,2024-01-03 16:00,x,110,10,97.9
    ... 1,Entry long,2024-01-02 16:00,x,100,10,97.9
    ... ''')
    >>> adapters.read_tradingview(path, time_zone="UTC", fee=0.001).select("pnl", "fee").rows()
    [(100.0, 2.1)]
    """
    if fee is not None and not 0 <= fee < 1:
        raise bad_argument(f"`fee` must be in [0, 1), the share of the traded value, got {fee}")
    header, frame, _ = read_rows(path, ",;")
    number, time, profit, price, size = _columns(path, header)
    kind = pl.col("Type").str.to_lowercase()
    marked = frame.with_columns(
        pl.when(kind.str.starts_with("entry"))
        .then(pl.lit("entry"))
        .when(kind.str.starts_with("exit"))
        .then(pl.lit("exit"))
        .alias("side")
    )
    if (bad := marked.filter(pl.col("side").is_null())).height:
        raise bad_source(
            f"{path}: column 'Type' must be Entry or Exit (in English), found {bad['Type'][0]!r}"
        )
    entries = marked.filter(pl.col("side") == "entry")
    exits = checked(path, marked.filter(pl.col("side") == "exit"), [profit], ".")
    trades = exits.join(entries, on=number, how="full", suffix=" in", maintain_order="left")
    twice = pl.concat([entries[number], exits[number]]).value_counts().filter(pl.col("count") != 2)
    if twice.height or trades.height != exits.height or trades.height != entries.height:
        which = twice[number].sort()[0] if twice.height else ""
        raise bad_source(
            f"{path}: trade {which} is not one entry and one exit: is the file cut off?"
        )
    paid = None
    if fee is not None:
        trades = checked(path, trades, [price, f"{price} in", size], ".")
        paid = pl.col(size) * (pl.col(price) + pl.col(f"{price} in")) * fee
    made = long_frame(
        str(path),
        trades.reverse(),
        strategy=pl.lit(strategy or Path(path).stem),
        net=pl.col(profit),
        fee=paid,
        entry_time=_utc(path, f"{time} in", time_zone),
        exit_time=_utc(path, time, time_zone),
        is_open=(pl.col("Signal").str.to_lowercase() == "open") if "Signal" in header else None,
    )
    return filled(str(path), made)


def _columns(path: str | Path, header: Sequence[str]) -> tuple[str, str, str, str, str]:
    """Return the names of number, time, profit, price and size in this generation of the file."""
    profits = [name for name in header if _PROFIT.match(name)]
    prices = [name for name in header if _PRICE.match(name)]
    named = [[name for name in known if name in header] for known in (_NUMBERS, _TIMES, _SIZES)]
    if "Type" not in header or not all(map(len, (profits, prices, *named))):
        raise bad_source(
            f"{path}: is no list of trades of TradingView in English: the header must have "
            f"'Trade #', 'Type', 'Date and time', 'Price USD', 'Size (qty)' and 'Net P&L USD' or "
            f"their older names, found {', '.join(map(repr, header[:8]))}"
        )
    if len(profits) > 1:
        raise bad_source(f"{path}: profits in several currencies: {', '.join(profits)}")
    (number, *_), (time, *_), (size, *_) = named
    return number, time, profits[0], prices[0], size


def _utc(path: str | Path, column: str, time_zone: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    time = pl.when(~text.is_in(_NOTHING)).then(text).str.to_datetime(_TIME, time_unit="us")
    return local_to_utc(str(path), time, time_zone)
