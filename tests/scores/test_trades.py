"""`trades`, which gathers a table of trades into lists."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import RatingError


def day(n: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2023, 12, 30, hour) + dt.timedelta(days=n)


TABLE = pl.DataFrame(
    {
        "strategy": ["a", "b", "a", "a", "b"],
        "pnl": [5.0, 1.0, -3.0, 12.0, 2.0],
        "fee": [1.0, 0.0, 1.0, 0.0, None],
        "r": [0.5, 1.0, -0.25, 1.25, None],
        "entry": [day(2), day(0), day(1), day(0, 12), None],
        "exit": [day(4, 12), day(1), None, day(1), day(9)],
    }
)


def gathered(**fields: str) -> pl.DataFrame:
    lists = TABLE.group_by("strategy", maintain_order=True).agg(rating.trades("pnl", **fields))
    return lists.sort("strategy")


def pnls(df: pl.DataFrame) -> list[list[float]]:
    return [[trade["pnl"] for trade in trades] for trades in df["trades"].to_list()]


def test_trades_are_sorted_by_exit_with_null_times_last() -> None:
    found = gathered(exit_time="exit", entry_time="entry", fee="fee", r_multiple="r")
    assert pnls(found) == [[12.0, 5.0, -3.0], [1.0, 2.0]]
    fields = ["pnl", "fee", "r_multiple", "entry_time", "exit_time"]
    assert list(found["trades"][0].struct.fields) == fields


def test_trades_are_sorted_by_entry_without_exits_and_not_at_all_without_times() -> None:
    assert pnls(gathered(entry_time="entry")) == [[12.0, -3.0, 5.0], [1.0, 2.0]]
    assert pnls(gathered(fee="fee")) == [[5.0, -3.0, 12.0], [1.0, 2.0]]


def test_trades_with_equal_times_stay_in_the_order_of_the_table() -> None:
    df = pl.DataFrame(
        {"pnl": [float(i) for i in range(50)], "t": [day(i // 25) for i in range(50)]}
    )
    flipped = df.reverse().select(rating.trades("pnl", exit_time="t").implode())
    assert pnls(flipped) == [[*map(float, range(24, -1, -1)), *map(float, range(49, 24, -1))]]


def test_trades_take_expressions_and_refuse_anything_else() -> None:
    expr = rating.trades(pl.col("pnl") * 2, fee=0.5)
    found = TABLE.group_by("strategy", maintain_order=True).agg(expr)
    assert found["trades"][0].struct.field("pnl").to_list() == [10.0, -6.0, 24.0]
    assert found["trades"][0].struct.field("fee").to_list() == [0.5] * 3
    with pytest.raises(RatingError, match="`pnl` must be an expression or a column name"):
        rating.trades(["pnl"])
