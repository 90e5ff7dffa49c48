"""Fills of a broker or backtester, paired to trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating.adapters import _pairing
from polars_rating.adapters._frame import filled, long_frame, utc
from polars_rating.adapters._source import bad_source, to_polars
from polars_rating.exceptions import bad_argument, one_line

_SOURCE: Final = "fills"
_PAIRINGS: Final = ("fifo", "average")
_TRADES: Final = ("exit", "lot", "position")
_NUMBERS: Final = ("quantity", "price", "fee", "multiplier")

Column = str | pl.Expr


def from_fills(
    fills: Any,
    *,
    by: Column | Sequence[Column],
    time: Column,
    quantity: Column,
    price: Column,
    fee: Column | None = None,
    symbol: Column | None = None,
    multiplier: Column | float = 1,
    order: Column | None = None,
    pairing: Literal["fifo", "average"] = "fifo",
    trade: Literal["exit", "lot", "position"] = "exit",
    mark: float | Mapping[str, float] | None = None,
    time_zone: str = "UTC",
) -> pl.DataFrame:
    """Pair fills to trades, each candidate and symbol on its own.

    Parameters
    ----------
    fills : table
        One row per fill, in any order; where times are equal, the order of the rows counts.
    by : column or sequence of columns
        The candidate: the first one is its name, further ones are parameters. Every column may be a
        name or an expression, such as ``pl.lit("SmaCross").alias("strategy")`` for a single run.
    time : column
        When the fill was made, Date or Datetime.
    quantity : column
        Units, bought > 0, sold < 0. A fill of 0 is skipped.
    price : column
        Price of a unit, account currency.
    fee : column, optional
        Fee of the fill, a cost > 0.
    symbol : column, optional
        The instrument; by default there is one.
    multiplier : column or float, optional
        What a unit's price is multiplied with, such as 50 for a futures contract.
    order : column, optional
        Identifier of the order: its partial fills count as one, at their mean price, when the last
        one was made.
    pairing : {"fifo", "average"}, optional
        What a closing fill is compared with: the units that were entered first, or the average
        price of the position.
    trade : {"exit", "lot", "position"}, optional
        What a trade is: what a closing fill ends; a piece of an entry that a closing fill ends
        (fifo alone); or a position from flat to flat.
    mark : float or mapping of str to float, optional
        Price, by symbol if there are several, at which open positions are valued; they end at the
        last time of all fills. Without it they have no exit time and no result beyond what they
        realized.
    time_zone : str, optional
        Of times without a time zone.

    Returns
    -------
    DataFrame
        One row per trade, by candidate, symbol and time: ``strategy``; the parameters; ``symbol``,
        ``fee`` if given; ``pnl`` (before fees); ``entry_time`` (of the first unit), ``exit_time``,
        UTC; ``is_open``. A fill that turns a position ends one trade and opens another, and its
        fee is shared by quantity, as an entry's fee is among the trades that end it.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for fills that cannot be read; ``RATING_BAD_ARGUMENT`` for an unknown
        `pairing` or `trade`, and for a `mark` that lacks a symbol.

    Notes
    -----
    A position is flat below 1e-9 of the largest fill of its candidate and symbol.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> fills = pl.DataFrame({
    ...     "strategy": "a",
    ...     "time": [dt.date(2024, 1, day) for day in (2, 3, 4, 5)],
    ...     "quantity": [10, 10, -15, -10],
    ...     "price": [100.0, 110.0, 120.0, 130.0],
    ... })
    >>> columns = {"by": "strategy", "time": "time", "quantity": "quantity", "price": "price"}
    >>> adapters.from_fills(fills, **columns).select("pnl", "is_open").rows()
    [(250.0, False), (100.0, False), (0.0, True)]
    >>> adapters.from_fills(fills, **columns, pairing="average")["pnl"].to_list()
    [225.0, 125.0, 0.0]
    >>> adapters.from_fills(fills, **columns, trade="position", mark=120)["pnl"].to_list()
    [350.0, 50.0]
    """
    for name, value, known in (("pairing", pairing, _PAIRINGS), ("trade", trade, _TRADES)):
        if value not in known:
            raise bad_argument(f"`{name}` must be one of {', '.join(known)}, got {value!r}")
    if pairing == "average" and trade == "lot":
        raise bad_argument("`trade` must be exit or position where `pairing` is average, got 'lot'")
    given = [by] if isinstance(by, str | pl.Expr) else list(by)
    keys = [as_expr("by", key) for key in given]
    if not keys:
        raise bad_argument("`by` must be one or more columns, got none")
    wanted = {
        "symbol": symbol,
        "time": time,
        "quantity": quantity,
        "price": price,
        "fee": fee,
        "multiplier": multiplier,
        "order": order,
    }
    columns = {name: as_expr(name, value) for name, value in wanted.items() if value is not None}
    frame = _read(to_polars(_SOURCE, fills), keys, columns, time_zone)
    names = [name for name in frame.columns if name.startswith(_BY)]
    parts = _pairing.positions(_sorted(frame, names))
    lots = _pairing.fifo(parts) if pairing == "fifo" else _pairing.average(parts)
    trades = _pairing.results(parts, lots, trade, _marks(frame, mark))
    candidates = trades.join(
        frame.select("group", *names, "symbol").unique("group"), on="group", maintain_order="left"
    )
    parameters = {name.removeprefix(_BY): pl.col(name) for name in names[1:]}
    inside = [
        pl.concat_str(pl.lit(f"{name}="), x.cast(pl.String).fill_null("null"))
        for name, x in parameters.items()
    ]
    first = pl.col(names[0]).cast(pl.String)
    made = long_frame(
        _SOURCE,
        candidates,
        strategy=pl.format("{}({})", first, pl.concat_str(inside, separator=","))
        if inside
        else first,
        pnl=pl.col("pnl"),
        fee=None if fee is None else pl.col("fee"),
        symbol=None if symbol is None else pl.col("symbol"),
        entry_time=pl.col("entry_time"),
        exit_time=pl.col("exit_time"),
        is_open=pl.col("is_open"),
        parameters=parameters,
    )
    return filled(_SOURCE, made)


_BY: Final = "by "
"""Prefix that keeps the columns of the candidate apart from the others."""


def _read(
    fills: pl.DataFrame, keys: Sequence[pl.Expr], columns: Mapping[str, pl.Expr], time_zone: str
) -> pl.DataFrame:
    """Return the fills under names of our own, checked, with times in UTC."""
    try:
        frame = fills.select(
            *(key.name.prefix(_BY) for key in keys),
            **{"symbol": pl.lit(""), "fee": pl.lit(0.0), **columns},
        )
        time = utc(_SOURCE, frame, "time", time_zone)
        if time is None:
            raise bad_source(
                f"{_SOURCE}: column `time` must hold times, found {frame['time'].dtype}"
            )
        frame = frame.with_columns(
            *(pl.col(name).cast(pl.Float64) for name in _NUMBERS),
            pl.col("symbol").cast(pl.String),
            time=time,
        )
    except pl.exceptions.PolarsError as error:
        raise bad_source(f"{_SOURCE}: {one_line(error)}") from None
    if frame.is_empty():
        raise bad_source(f"{_SOURCE}: holds no fills (0 rows)")
    for name in ("time", *_NUMBERS, "symbol"):
        values = frame[name]
        good = values.is_finite() if values.dtype.is_float() else values.is_not_null()
        bad = ~good.fill_null(value=False)
        if bad.any():
            row = bad.arg_true()[0]
            raise bad_source(f"{_SOURCE}: the {name} of row {row + 1} is missing or no number")
    group = pl.struct(pl.col(f"^{_BY}.*$"), "symbol").rank("dense").cast(pl.UInt32)
    frame = frame.with_columns(group=group)
    if "order" in columns:
        frame = _orders(frame)
    return frame


def _orders(frame: pl.DataFrame) -> pl.DataFrame:
    """Return orders in place of their partial fills."""
    units = pl.col("quantity").sum()
    others = [name for name in frame.columns if name not in ("quantity", "price", "fee", "time")]
    return frame.group_by("group", "order", maintain_order=True).agg(
        *(pl.col(name).first() for name in others if name not in ("group", "order")),
        pl.col("time").max(),
        units,
        pl.when(units != 0)
        .then((pl.col("quantity") * pl.col("price")).sum() / units)
        .otherwise(pl.col("price").first())
        .alias("price"),
        pl.col("fee").sum(),
    )


def _sorted(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    return frame.drop(names).sort("group", "time", maintain_order=True).with_row_index("row")


def _marks(frame: pl.DataFrame, mark: float | Mapping[str, float] | None) -> pl.DataFrame | None:
    """Return the price of open positions by group, None where they are not valued."""
    if mark is None:
        return None
    groups = frame.select("group", "symbol").unique("group")
    prices = mark if isinstance(mark, Mapping) else dict.fromkeys(groups["symbol"], mark)
    missing = sorted(set(groups["symbol"]) - set(prices))
    if missing:
        raise bad_argument(f"`mark` must have a price for each symbol, got none for {missing[0]!r}")
    values = [float(prices[symbol]) for symbol in groups["symbol"]]
    return groups.select("group", mark=pl.Series(values), last=pl.lit(frame["time"].max()))
