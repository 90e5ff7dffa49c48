"""Fills become trades: which closing fill ends which part of a position.

All of it is expressions over the sorted fills, but for the average price, which each fill takes
from the one before.

A *position* runs from flat to flat, on one side. A fill that turns it is two: one that closes it,
one that opens the next. Inside a position let E be the quantity entered so far and X the quantity
left so far. First in, first out then means that the k-th unit in is the k-th unit out: on the axis
of units, the lots are the pieces between neighbouring values of E and X. A sort finds them,
whatever the sizes of the fills.
"""

from __future__ import annotations

from typing import Final

import polars as pl

FLAT: Final = 1e-9
"""A position below this share of the group's largest fill is flat: sums of decimal fractions leave
rounding behind."""

# Columns of the fills: group, time, quantity (signed), price, fee, multiplier, row.


def positions(fills: pl.DataFrame) -> pl.DataFrame:
    """Return sorted fills split where a position turns, with what they do.

    Parameters
    ----------
    fills : DataFrame
        ``group`` (integer), ``quantity`` (buys > 0), ``fee`` and further columns, sorted by group
        and time.

    Returns
    -------
    DataFrame
        ``position`` (number), ``side`` (+1 long, -1 short), ``units`` (> 0), ``enters``, ``fee``
        (the part's share), and the other columns.
    """
    after = pl.col("quantity").cum_sum().over("group")
    flat = FLAT * pl.col("quantity").abs().max().over("group")
    held = (
        fills.lazy()
        .filter(pl.col("quantity").abs() > flat)
        .with_columns(after=pl.when(after.abs() > flat).then(after).otherwise(0.0))
        .with_columns(
            before=pl.when(pl.col("group") == pl.col("group").shift(1))
            .then(pl.col("after").shift(1))
            .otherwise(0.0)
        )
    )
    turns = pl.col("before") * pl.col("after") < 0
    closing = held.with_columns(
        quantity=pl.when(turns).then(-pl.col("before")).otherwise("quantity"),
        fee=pl.when(turns)
        .then(pl.col("fee") * (pl.col("before") / pl.col("quantity")).abs())
        .otherwise("fee"),
        after=pl.when(turns).then(0.0).otherwise("after"),
        part=pl.lit(0, pl.Int8),
    )
    opening = held.filter(turns).with_columns(
        quantity=pl.col("after"),
        fee=pl.col("fee") * (pl.col("after") / pl.col("quantity")).abs(),
        before=pl.lit(0.0),
        part=pl.lit(1, pl.Int8),
    )
    return (
        pl.concat([closing, opening])
        .sort("row", "part")
        .with_columns(
            position=(pl.col("before") == 0).cum_sum(),
            enters=pl.col("quantity") * pl.col("before") >= 0,
            units=pl.col("quantity").abs(),
        )
        .with_columns(
            side=pl.when("enters").then("quantity").otherwise(-pl.col("quantity")).sign(),
            # What the last fill of a position closes is what is left, without rounding.
            ends=pl.col("after") == 0,
        )
        .drop("quantity", "part")
        .collect()
    )


def fifo(parts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per lot: a piece of an entry that one closing fill ends, or none.

    ``entry`` and ``exit`` are row numbers of `parts`; ``exit`` is null where the position is open.
    """

    def next_of(kind: str) -> pl.Expr:
        """Return the next entry or exit at or above an edge, null in another position.

        Windows per position would take most of the time where there are many.
        """
        at = pl.col(kind).backward_fill()
        return pl.when(numbers.gather(at) == pl.col("position")).then(at)

    numbers = pl.lit(parts["position"])
    starts = pl.col("position") != pl.col("position").shift(1)
    edges = (
        parts.lazy()
        .with_row_index("at")
        .select(
            "position",
            edge=pl.col("units").cum_sum().over("position", "enters"),
            flat=FLAT * pl.col("units").max().over("position"),
            entry=pl.when("enters").then("at"),
            exit=pl.when(~pl.col("enters")).then("at"),
        )
        .sort("position", "edge", maintain_order=True)
        .with_columns(
            units=pl.col("edge")
            - pl.when(starts.fill_null(value=True)).then(0.0).otherwise(pl.col("edge").shift(1)),
            entry=next_of("entry"),
            exit=next_of("exit"),
        )
    )
    return (
        edges.filter((pl.col("units") > pl.col("flat")) & pl.col("entry").is_not_null())
        .select("position", "entry", "exit", "units")
        .collect()
    )


def average(parts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per closing fill, and one per position that is open: with its average entry.

    ``entry`` is the row number in `parts` of the position's first fill. ``cost`` and ``paid``
    are the average price and fee of a unit.
    """
    costs: list[float] = []
    fees: list[float] = []
    held = cost = paid = 0.0
    position = None
    names = ("position", "enters", "units", "price", "fee")
    fills = (parts[name].to_list() for name in names)
    for number, enters, units, price, fee in zip(*fills, strict=True):
        if number != position:
            position, held = number, 0.0
        if enters:  # an exit leaves the average where it is
            held += units
            share = units / held
            cost = price if share == 1 else cost + (price - cost) * share
            paid = fee / units if share == 1 else paid + (fee / units - paid) * share
        else:
            held -= units
        costs.append(cost)
        fees.append(paid)
    rows = (
        parts.with_columns(cost=pl.Series(costs), paid=pl.Series(fees))
        .with_row_index("at")
        .with_columns(entry=pl.col("at").first().over("position"))
    )
    columns = ("position", "entry", "exit", "units", "cost", "paid")
    closed = rows.filter(~pl.col("enters")).with_columns(exit=pl.col("at"))
    last = pl.col("at") == pl.col("at").last().over("position")
    still = rows.filter(last & (pl.col("after") != 0)).with_columns(
        exit=pl.lit(None, pl.UInt32), units=pl.col("after").abs()
    )
    return pl.concat([closed.select(columns), still.select(columns)])


def results(
    parts: pl.DataFrame, lots: pl.DataFrame, trade: str, marks: pl.DataFrame | None
) -> pl.DataFrame:
    """Return the trades that lots make up, ``exit``, ``lot`` or ``position`` by `trade`.

    Returns
    -------
    DataFrame
        ``group``, ``pnl``, ``fee``, ``entry_time``, ``exit_time``, ``is_open``, ``exit`` (row
        number in `parts`), by group and time.
    """
    entry, exit_ = pl.col("entry"), pl.col("exit")
    whole = {name: pl.lit(parts[name]) for name in ("price", "fee", "units", "time")}
    of_entry = {name: x.gather(entry) for name, x in whole.items()}
    of_exit = {name: x.gather(exit_) for name, x in whole.items()}
    averaged = "cost" in lots.columns
    found = lots.with_columns(
        group=pl.lit(parts["group"]).gather(entry),
        side=pl.lit(parts["side"]).gather(entry),
        multiplier=pl.lit(parts["multiplier"]).gather(entry),
        entry_price=pl.col("cost") if averaged else of_entry["price"],
        entry_fee=pl.col("paid") if averaged else of_entry["fee"] / of_entry["units"],
        exit_price=of_exit["price"],
        exit_fee=of_exit["fee"] / of_exit["units"],
        entry_time=of_entry["time"],
        exit_time=of_exit["time"],
        is_open=exit_.is_null(),
    )
    if marks is not None:
        found = found.join(marks, on="group", how="left", maintain_order="left").with_columns(
            exit_price=pl.col("exit_price").fill_null(pl.col("mark")),
            exit_time=pl.col("exit_time").fill_null(pl.col("last")),
        )
    gained = pl.col("exit_price") - pl.col("entry_price")
    found = found.with_columns(
        pnl=(pl.col("side") * pl.col("units") * gained * pl.col("multiplier")).fill_null(0.0),
        fee=pl.col("units") * (pl.col("entry_fee") + pl.col("exit_fee").fill_null(0.0)),
    )
    if trade != "lot":
        # Lots of an open position have no closing fill to belong to: they are one trade.
        keys = ["position"] if trade == "position" else ["position", "exit"]
        found = found.group_by(keys, maintain_order=True).agg(
            pl.col("group").first(),
            pl.col("pnl", "fee").sum(),
            pl.col("entry_time").min(),
            pl.when(pl.col("exit_time").null_count() == 0)
            .then(pl.col("exit_time").max())
            .alias("exit_time"),
            pl.col("is_open").any(),
            *([] if trade == "exit" else [exit_.max()]),
        )
    return found.sort("group", "exit_time", nulls_last=True, maintain_order=True)
