"""NinjaTrader 8: the grid of trades, CSV. Experimental."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.adapters._frame import filled, local_to_utc, long_frame
from polars_rating.adapters._source import bad_source, need
from polars_rating.adapters._text import checked, read_rows

_NEEDED: Final = ("Instrument", "Entry time", "Exit time", "Profit", "Commission")
_FEES: Final = ("Commission", "Clearing Fee", "Exchange Fee", "IP Fee", "NFA Fee")
_CURRENCY: Final = r"([\p{Sc}])"
_FORMATS: Final = {
    "%m/%d/%Y %I:%M:%S %p": "month first, 12 hours",
    "%m/%d/%Y %H:%M:%S": "month first, 24 hours",
    "%d/%m/%Y %H:%M:%S": "day first, slashes",
    "%d.%m.%Y %H:%M:%S": "day first, dots",
    "%Y-%m-%d %H:%M:%S": "ISO",
}
"""How Windows writes times, by language; none is in the file."""


def read_ninjatrader(
    path: str | Path,
    *,
    time_zone: str,
    time_format: str | None = None,
    strategy: str | None = None,
) -> pl.DataFrame:
    """Read a grid of trades that was exported from NinjaTrader 8. Experimental.

    Parameters
    ----------
    path : str or Path
        The CSV file, with English headers and the display unit Currency. Numbers may be written as
        any language of Windows writes them.
    time_zone : str
        Time zone of the platform, such as ``"America/Chicago"``: the file does not say it.
    time_format : str, optional
        Format of the times, such as ``"%d/%m/%Y %H:%M:%S"``; needed where day and month cannot be
        told apart.
    strategy : str, optional
        Name of the candidate; by default the column ``Strategy``.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``; ``symbol``; ``pnl`` (before fees) and ``fee`` (commission
        and the four exchange fees); ``entry_time``, ``exit_time``, UTC; ``is_open``, False.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for another file, another language of the headers, another display
        unit, several currencies, or times that can be read in two ways.

    Notes
    -----
    ``Profit`` is taken as net of the fees. They are 0 unless the account has a commission template.

    Examples
    --------
    >>> import os, pathlib, tempfile
    >>> from polars_rating import adapters
    >>> head = "Trade number;Instrument;Strategy;Entry time;Exit time;Profit;Commission;"
    >>> row = "1;ES 03-24;Sma;29.01.2024 15:30:00;29.01.2024 16:00:00;-1.133,92 $;40,92 $;"
    >>> path = pathlib.Path(tempfile.mkdtemp(), "trades.csv")
    >>> _ = path.write_text(os.linesep.join([head, row]), encoding="utf-8")
    >>> trades = adapters.read_ninjatrader(path, time_zone="Europe/Berlin")
    >>> trades.select("strategy", "pnl", "fee").rows()
    [('Sma', -1093.0, 40.92)]
    """
    header, frame, delimiter = read_rows(path, ",;\t")
    need(str(path), header, _NEEDED, " (NinjaTrader in English has it)")
    fees = [name for name in _FEES if name in header]
    signs = pl.concat([frame[name].str.extract(_CURRENCY) for name in ("Profit", *fees)])
    units = signs.drop_nulls().unique().sort()
    if units.len() != 1 or frame["Profit"].str.contains("%", literal=True).any():
        found = ", ".join(units) or frame["Profit"][0]
        raise bad_source(
            f"{path}: amounts must be in one currency (display unit Currency), found {found}"
        )
    decimal = "," if delimiter != "," and _comma(frame["Profit"]) else "."
    frame = checked(path, frame, ["Profit", *fees], decimal)
    if strategy is None:
        need(str(path), header, ["Strategy"])
    form = time_format or _format(path, frame)
    made = long_frame(
        str(path),
        frame,
        strategy=pl.col("Strategy") if strategy is None else pl.lit(strategy),
        net=pl.col("Profit"),
        fee=pl.sum_horizontal(fees),
        symbol=pl.col("Instrument"),
        entry_time=_utc(path, "Entry time", form, time_zone),
        exit_time=_utc(path, "Exit time", form, time_zone),
    )
    return filled(str(path), made)


def _comma(amounts: pl.Series) -> bool:
    """Return whether the last separator of amounts, two digits before the end, is a comma."""
    return bool(amounts.str.contains(r",\d\d\D*$").any())


def _format(path: str | Path, frame: pl.DataFrame) -> str:
    """Return the format in which all times can be read, if there is one and only one."""
    times = pl.concat([frame["Entry time"], frame["Exit time"]])
    fits = [
        form
        for form in _FORMATS
        if times.str.to_datetime(form, strict=False, time_unit="us").null_count() == 0
    ]
    if len(fits) != 1:
        ways = " or ".join(_FORMATS[form] for form in fits) or "no known format"
        raise bad_source(
            f"{path}: times such as {times[0]!r} can be read as {ways}: give `time_format`"
        )
    return fits[0]


def _utc(path: str | Path, column: str, form: str, time_zone: str) -> pl.Expr:
    return local_to_utc(str(path), pl.col(column).str.to_datetime(form, time_unit="us"), time_zone)
