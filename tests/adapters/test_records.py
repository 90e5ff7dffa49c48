"""Records, round trips and the comparison with a source's profit, by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating import RatingError, adapters


def test_round_trips_of_pyfolio_are_gross(samples: Path) -> None:
    trips = pl.read_csv(samples / "pyfolio_round_trips.csv")
    trades = adapters.from_round_trips(trips, strategy="a")
    assert trades["pnl"].equals(trips["pnl"])
    assert trades.columns == ["strategy", "symbol", "pnl", "entry_time", "exit_time", "is_open"]
    assert trades["exit_time"][0] == dt.datetime(2012, 4, 30, tzinfo=dt.UTC)
    both = pl.concat([trips.with_columns(strategy=pl.lit(x)) for x in "ab"])
    assert adapters.from_round_trips(both)["strategy"].n_unique() == 2


def test_records_keep_parameters_and_order_columns() -> None:
    rows = [{"pnl": 1, "fast": 5, "fee": 2, "strategy": "a", "is_open": False}]
    rows.append({"pnl": -1.5, "fast": 6, "fee": -1, "strategy": "b", "is_open": True})
    trades = adapters.from_records(rows)
    assert trades.columns == ["strategy", "fast", "pnl", "fee", "is_open"]
    # A fee below 0 is a rebate: profit.
    assert trades.select("pnl", "fee").rows() == [(1.0, 2.0), (-0.5, 0.0)]


def test_net_records() -> None:
    trades = adapters.from_records([{"pnl": 1.0, "fee": 2.0}], net=True, strategy="x")
    assert trades.select("strategy", "pnl", "fee").row(0) == ("x", 3.0, 2.0)


def test_r_multiples_with_a_gap_are_left_out() -> None:
    rows: list[dict[str, Any]] = [{"pnl": 1.0, "r_multiple": 0.5}, {"pnl": 2.0, "r_multiple": None}]
    assert "r_multiple" not in adapters.from_records(rows).columns
    assert adapters.from_records(rows[:1])["r_multiple"].to_list() == [0.5]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], r"holds no trades \(0 rows\)"),
        ([{"profit": 1.0}], "there is no column 'pnl'; the columns are 'profit'"),
        ([{"pnl": 1.0}, {"pnl": None}], "the pnl of trade 2 is missing or no number"),
        ([{"pnl": float("inf")}], "the pnl of trade 1 is missing or no number"),
        ([1.0], "expected mappings, one per trade, or a table, found list"),
        (7, "expected mappings, one per trade, or a table, found int"),
        ([{"pnl": 1.0, "exit_time": "3 p.m."}], "'exit_time' must hold times in ISO format"),
    ],
)
def test_bad_records_are_refused(records: Any, message: str) -> None:
    with pytest.raises(RatingError, match=message) as caught:
        adapters.from_records(records)
    assert caught.value.code == "RATING_BAD_SOURCE"


@pytest.mark.parametrize(
    "take",
    [
        adapters.from_backtesting,
        adapters.from_vectorbt,
        adapters.from_nautilus,
        adapters.from_round_trips,
    ],
)
@pytest.mark.parametrize("table", [pl.DataFrame({"x": [1]}), 7, "result.csv", []])
def test_wrong_tables_are_refused(take: Any, table: Any) -> None:
    with pytest.raises(RatingError) as caught:
        take(table)
    assert caught.value.code == "RATING_BAD_SOURCE"


def test_reconcile_shows_who_lacks_a_strategy() -> None:
    trades = pl.DataFrame({"strategy": ["a", "b"], "pnl": [3.0, 4.0], "is_open": [False, True]})
    compared = adapters.reconcile(trades, profit={"b": 4.5, "c": 1.0})
    assert compared.rows() == [
        ("a", 1, 0, 3.0, None, None),
        ("b", 1, 1, 4.0, 4.5, -0.5),
        ("c", None, None, None, 1.0, None),
    ]
    table = pl.DataFrame({"strategy": ["b", "c"], "profit": [4.5, 1.0]})
    assert adapters.reconcile(trades, profit=table).equals(compared)
    assert adapters.reconcile(trades, profit=table.to_pandas()).equals(compared)


@pytest.mark.parametrize(
    ("profit", "message"),
    [
        (1.0, "must say whose profit it is: the trades have 2 strategies"),
        (pl.DataFrame({"x": [1]}), "must have the columns strategy and profit"),
        ({"a": "much"}, "must hold a number for each strategy"),
        (pl.DataFrame({"strategy": ["a", "a"], "profit": 1.0}), "must name each strategy once"),
    ],
)
def test_bad_profit_is_refused(profit: Any, message: str) -> None:
    trades = pl.DataFrame({"strategy": ["a", "b"], "pnl": [3.0, 4.0], "is_open": False})
    with pytest.raises(RatingError, match=message) as caught:
        adapters.reconcile(trades, profit=profit)
    assert caught.value.code == "RATING_BAD_ARGUMENT"
