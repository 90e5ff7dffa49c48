"""vectorbt: the trades of a Portfolio, one candidate per column."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

import polars as pl

from polars_rating.adapters._frame import filled, label, long_frame, utc
from polars_rating.adapters._source import bad_source, need, to_polars
from polars_rating.exceptions import bad_argument

_SOURCE: Final = "vectorbt"
COLUMNS: Final = (
    "Entry Timestamp",
    "Entry Fees",
    "Exit Timestamp",
    "Exit Fees",
    "PnL",
    "Status",
)
"""What is read of ``trades.records_readable``."""


def from_vectorbt(
    portfolio: Any,
    *,
    strategy: str = "vectorbt",
    open_trades: Literal["keep", "drop"] = "keep",
    time_zone: str = "UTC",
) -> pl.DataFrame:
    """Take the trades of a vectorbt Portfolio.

    Parameters
    ----------
    portfolio : Portfolio, its ``trades``, or a table
        A table is ``trades.records_readable``, in memory or read from a file.
    strategy : str, optional
        Name of the strategy. A candidate is called by it and its parameters, such as
        ``vectorbt(fast_window=5,slow_window=10)``, if there are any.
    open_trades : {"keep", "drop"}, optional
        Whether a position that is open at the end, which vectorbt values at the last close, is a
        trade. With these the sum is that of the equity curve.
    time_zone : str, optional
        Of an index without a time zone.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``; a column per level of the Portfolio's columns (``symbol``
        is a level of that name; a level without a name is called ``column``, or ``column_0`` and
        so on); ``pnl`` (before fees) and ``fee`` (both sides); ``entry_time``, ``exit_time``, UTC,
        unless the index is a range; ``is_open``.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for anything else, or no trades; ``RATING_BAD_ARGUMENT`` for an
        `open_trades` that is neither.

    Notes
    -----
    Slippage is in the prices, where a cost shock does not see it.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> day = dt.datetime(2024, 1, 2)
    >>> records = pl.DataFrame({"Column": [[5, 20]], "Entry Timestamp": day, "Entry Fees": 1.0,
    ...     "Exit Timestamp": day, "Exit Fees": 1.0, "PnL": 8.0, "Status": "Closed"})
    >>> adapters.from_vectorbt(records).select("strategy", "column_1", "pnl", "fee").rows()
    [('vectorbt(column_0=5,column_1=20)', 20, 10.0, 2.0)]
    """
    if open_trades not in ("keep", "drop"):
        raise bad_argument(f"`open_trades` must be 'keep' or 'drop', got {open_trades!r}")
    trades = portfolio if hasattr(portfolio, "columns") else getattr(portfolio, "trades", portfolio)
    if hasattr(trades, "records_readable"):
        frame = to_polars(_SOURCE, trades.records_readable, COLUMNS)
        labels = list(trades.wrapper.columns)
        levels: list[Any] = list(trades.wrapper.columns.names)
        taken = pl.Series(trades.records["col"].to_list(), dtype=pl.UInt32)
    else:
        frame, labels, taken = _of_table(trades)
        levels = [None] * max((len(_tuple(x)) for x in labels), default=0)
    need(_SOURCE, frame.columns, COLUMNS)
    values = _parameters(labels, levels)
    names = pl.Series(
        [label(strategy, row) for row in values.to_dicts()] or [strategy] * len(labels)
    )
    chosen = values.select(pl.all().gather(taken))
    made = long_frame(
        _SOURCE,
        frame,
        strategy=pl.lit(names.gather(taken)),
        net=pl.col("PnL"),
        fee=pl.col("Entry Fees") + pl.col("Exit Fees"),
        symbol=pl.lit(chosen["symbol"]) if "symbol" in chosen.columns else None,
        entry_time=utc(_SOURCE, frame, "Entry Timestamp", time_zone),
        exit_time=utc(_SOURCE, frame, "Exit Timestamp", time_zone),
        is_open=pl.col("Status") == "Open",
        parameters={x.name: pl.lit(x) for x in chosen if x.name != "symbol"},
    )
    if open_trades == "drop":
        made = made.filter(~pl.col("is_open"))
    return filled(_SOURCE, made)


def _of_table(table: Any) -> tuple[pl.DataFrame, list[Any], pl.Series]:
    """Return the records, the different labels of ``Column``, and which one each record has."""
    if not hasattr(table, "columns"):
        raise bad_source(
            f"{_SOURCE}: expected a Portfolio, its trades, or trades.records_readable, "
            f"found {type(table).__name__}"
        )
    # pandas holds the labels of several levels as tuples, which are no column of Polars.
    whole = table if hasattr(table, "iloc") else to_polars(_SOURCE, table)
    frame = to_polars(_SOURCE, whole, COLUMNS)
    if "Column" not in whole.columns:
        return frame, [0], pl.zeros(frame.height, pl.UInt32, eager=True)
    column = whole["Column"].to_list()
    keys = [_read(x) for x in column]
    labels = list(dict.fromkeys(keys))
    place = {x: i for i, x in enumerate(labels)}
    return frame, labels, pl.Series([place[x] for x in keys], dtype=pl.UInt32)


def _read(value: Any) -> Any:
    """Return a label as a tuple or scalar: a list from Parquet, text like ``(5, 10)`` from CSV."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and value.startswith("("):
        try:
            return tuple(ast.literal_eval(value))
        except (ValueError, SyntaxError, TypeError):
            return value
    return value


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)


def _parameters(labels: Sequence[Any], levels: Iterable[Any]) -> pl.DataFrame:
    """Return a row per label and a column per level; none for one column without parameters."""
    rows = [[getattr(x, "item", lambda x=x: x)() for x in _tuple(value)] for value in labels]
    named = list(levels)
    if len(rows) == 1 and named == [None]:
        return pl.DataFrame()
    names = [
        str(name) if name is not None else "column" if len(named) == 1 else f"column_{i}"
        for i, name in enumerate(named)
    ]
    return pl.DataFrame(
        [
            pl.Series(name, x, strict=False)
            for name, x in zip(names, zip(*rows, strict=True), strict=True)
        ]
    )
