"""pyfolio: the round trips that it pairs from transactions."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import filled, long_frame, utc
from polars_rating.adapters._source import need, to_polars

_SOURCE: Final = "pyfolio"
COLUMNS: Final = ("pnl", "open_dt", "close_dt")
"""What is read of ``extract_round_trips()``; ``symbol`` too, if it is there."""


def from_round_trips(
    round_trips: Any, *, strategy: str = "round trips", time_zone: str = "UTC"
) -> pl.DataFrame:
    """Take the round trips of pyfolio.

    Parameters
    ----------
    round_trips : table
        What ``pyfolio.round_trips.extract_round_trips()`` returned. It may have a column
        ``strategy``.
    strategy : str, optional
        Name of the candidate, where the table has none.
    time_zone : str, optional
        Of times without a time zone.

    Returns
    -------
    DataFrame
        One row per round trip: ``strategy``, ``symbol`` if known, ``pnl`` (before fees),
        ``entry_time``, ``exit_time``, UTC, ``is_open``, False. There is no ``fee``: pyfolio does
        not keep it, so that a cost shock has nothing to multiply. `from_fills` pairs the
        transactions with their fees.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for another table, or no round trips.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> day = dt.datetime(2024, 1, 2)
    >>> trips = pl.DataFrame({"pnl": [3.0], "open_dt": day, "close_dt": day, "symbol": "SPX"})
    >>> adapters.from_round_trips(trips).columns
    ['strategy', 'symbol', 'pnl', 'entry_time', 'exit_time', 'is_open']
    """
    frame = to_polars(_SOURCE, round_trips, (*COLUMNS, "symbol", "strategy"))
    need(_SOURCE, frame.columns, COLUMNS)
    named = "strategy" in frame.columns
    made = long_frame(
        _SOURCE,
        frame,
        strategy=pl.col("strategy") if named else pl.lit(strategy),
        pnl=pl.col("pnl"),
        symbol=pl.col("symbol") if "symbol" in frame.columns else None,
        entry_time=utc(_SOURCE, frame, "open_dt", time_zone),
        exit_time=utc(_SOURCE, frame, "close_dt", time_zone),
    )
    return filled(_SOURCE, made)
