"""Fills: against a queue of units in exact fractions, the cash of real runs, and by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polars_rating import RatingError, adapters
from tests.adapters import _one_by_one

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
COLUMNS: dict[str, Any] = {
    "by": "strategy",
    "time": "time",
    "quantity": "quantity",
    "price": "price",
    "fee": "fee",
}
# Tenths are no binary fractions: sums of them are flat only within rounding.
quantities = st.integers(-30, 30).filter(bool).map(lambda x: Fraction(x, 10))
rows = st.tuples(
    quantities,
    st.integers(1, 500).map(lambda x: Fraction(x, 4)),
    st.integers(0, 20).map(lambda x: Fraction(x, 8)),
)
several = st.lists(rows, min_size=1, max_size=40)


def frame(name: str, fills: list[tuple[Fraction, Fraction, Fraction]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "strategy": [name] * len(fills),
            "time": [START + dt.timedelta(hours=i) for i in range(len(fills))],
            "quantity": [float(q) for q, _, _ in fills],
            "price": [float(p) for _, p, _ in fills],
            "fee": [float(f) for _, _, f in fills],
        }
    )


def hour(i: int | None) -> dt.datetime | None:
    return None if i is None else START + dt.timedelta(hours=i)


def merged(lots: list[_one_by_one.Trade]) -> list[tuple[Any, ...]]:
    """Return lots by closing fill, the open ones of a position together."""
    found: dict[int | None, list[_one_by_one.Trade]] = {}
    for lot in lots:
        found.setdefault(lot.left, []).append(lot)
    closed = sorted((k, v) for k, v in found.items() if k is not None)
    return [
        (sum(x.pnl for x in v), sum(x.fee for x in v), hour(min(x.entered for x in v)), hour(k))
        for k, v in [*closed, *((k, v) for k, v in found.items() if k is None)]
    ]


def assert_same(trades: pl.DataFrame, expected: list[tuple[Any, ...]]) -> None:
    assert trades.select("entry_time", "exit_time").rows() == [x[2:] for x in expected]
    for i, name in enumerate(("pnl", "fee")):
        assert trades[name].to_list() == pytest.approx([float(x[i]) for x in expected], abs=1e-9)
    assert trades["is_open"].to_list() == [x[3] is None for x in expected]


@given(several)
def test_fifo_matches_a_queue(fills: list[tuple[Fraction, Fraction, Fraction]]) -> None:
    trades = adapters.from_fills(frame("a", fills), **COLUMNS)
    assert_same(trades, merged(_one_by_one.fifo(fills)))


@given(several)
def test_lots_match_a_queue(fills: list[tuple[Fraction, Fraction, Fraction]]) -> None:
    trades = adapters.from_fills(frame("a", fills), **COLUMNS, trade="lot")
    lots = [(x.pnl, x.fee, hour(x.entered), hour(x.left)) for x in _one_by_one.fifo(fills)]
    assert_same(trades, lots)


@given(several)
def test_average_matches_one_by_one(fills: list[tuple[Fraction, Fraction, Fraction]]) -> None:
    trades = adapters.from_fills(frame("a", fills), **COLUMNS, pairing="average")
    assert_same(trades, merged(_one_by_one.average(fills)))


@given(several, several, st.sampled_from(["fifo", "average"]))
def test_cash_and_position_are_the_sum_of_marked_trades(
    first: list[Any], second: list[Any], pairing: Any
) -> None:
    both = pl.concat([frame("a", first), frame("b", second)]).sample(
        fraction=1, shuffle=True, seed=1
    )
    for trade in ("exit", "position"):
        trades = adapters.from_fills(both, **COLUMNS, pairing=pairing, trade=trade, mark=100)
        for name, fills in (("a", first), ("b", second)):
            worth = sum(q * (100 - p) - f for q, p, f in fills)
            mine = trades.filter(strategy=name)
            net = (mine["pnl"] - mine["fee"]).sum()
            assert net == pytest.approx(float(worth), abs=1e-9)
        assert trades["exit_time"].null_count() == 0


def test_positions_run_from_flat_to_flat_and_turn() -> None:
    fills = [(10, 100, 1), (10, 110, 1), (-5, 120, 1), (-25, 90, 5), (10, 80, 1), (3, 70, 1)]
    made = frame("a", [(Fraction(q), Fraction(p), Fraction(f)) for q, p, f in fills])
    trades = adapters.from_fills(made, **COLUMNS, trade="position")
    # long 20 from 2100 to 5 x 120 and 15 x 90; short 10 from 90 to 80; 3 bought at 70.
    assert trades["pnl"].to_list() == pytest.approx([5 * 120 + 15 * 90 - 2100, 100, 0])
    assert trades["fee"].to_list() == pytest.approx([3 + 5 * 15 / 25, 5 * 10 / 25 + 1, 1])
    assert trades["is_open"].to_list() == [False, False, True]


def test_multiplier_and_symbols_are_apart() -> None:
    fills = pl.DataFrame(
        {
            "run": "a",
            "day": [dt.date(2024, 1, 2)] * 2 + [dt.date(2024, 1, 3)] * 2,
            "what": ["ES", "NQ", "ES", "NQ"],
            "units": [1, -2, -1, 2],
            "at": [5_000.0, 17_000.0, 5_010.0, 17_100.0],
            "point": [50, 20, 50, 20],
        }
    )
    trades = adapters.from_fills(
        fills, by="run", time="day", quantity="units", price="at", symbol="what", multiplier="point"
    )
    assert trades.select("symbol", "pnl").rows() == [("ES", 500.0), ("NQ", -4_000.0)]
    assert "fee" not in trades.columns


def test_partial_fills_of_an_order_are_one_fill() -> None:
    fills = frame(
        "a", [(Fraction(q), Fraction(p), Fraction(1)) for q, p in ((1, 10), (3, 14), (-4, 20))]
    )
    fills = fills.with_columns(order=pl.Series(["x", "x", "y"]))
    one = adapters.from_fills(fills, **COLUMNS, order="order", trade="lot")
    assert one.select("pnl", "fee").rows() == [(4 * (20 - 13.0), 3.0)]
    assert one["entry_time"][0] == hour(1)
    assert adapters.from_fills(fills, **COLUMNS, trade="lot").height == 2


def test_candidates_of_several_columns() -> None:
    fills = frame(
        "Cross", [(Fraction(1), Fraction(1), Fraction(0)), (Fraction(-1), Fraction(2), Fraction(0))]
    )
    trades = adapters.from_fills(
        fills.with_columns(fast=5), **COLUMNS | {"by": ["strategy", "fast"]}
    )
    assert trades.select("strategy", "fast").row(0) == ("Cross(fast=5)", 5)


def test_zipline_is_cash_and_position(samples: Path) -> None:
    fills = pl.read_csv(samples / "zipline_transactions.csv")
    last = fills["price"][-1]
    trades = adapters.from_fills(
        fills,
        by=pl.lit("zipline").alias("strategy"),
        time="dt",
        quantity="amount",
        price="price",
        fee="commission",
        symbol="sid",
        mark={"SPX": last},
    )
    worth = (fills["amount"] * (last - fills["price"])).sum() - fills["commission"].sum()
    assert adapters.reconcile(trades, profit=worth)["net"][0] == pytest.approx(worth, rel=1e-9)
    assert trades["is_open"].sum() == 1


def test_bt_is_flat_where_rounding_is_left(samples: Path) -> None:
    fills = pl.read_csv(samples / "bt_transactions.csv")
    assert (fills["quantity"].abs() < 1e-9).any()
    trades = adapters.from_fills(
        fills, by=pl.lit("bt"), time="Date", quantity="quantity", price="price", symbol="Security"
    )
    assert trades["is_open"].sum() == 0
    cash = -(fills["quantity"] * fills["price"]).sum()
    assert trades["pnl"].sum() == pytest.approx(cash, rel=1e-9)


def test_nautilus_fills_are_its_positions(samples: Path) -> None:
    fills = pl.read_parquet(samples / "nautilus_fills.parquet")
    sold = pl.col("order_side") == "SELL"
    trades = adapters.from_fills(
        fills,
        by="strategy_id",
        time="ts_event",
        quantity=pl.when(sold).then(-pl.col("last_qty")).otherwise("last_qty"),
        price="last_px",
        fee=pl.col("commission").str.extract(r"([\d.]+) USD").cast(pl.Float64),
        symbol="instrument_id",
        trade="position",
    )
    report = adapters.from_nautilus(pl.read_parquet(samples / "nautilus.parquet"))
    order = ["strategy", "exit_time", "entry_time"]
    trades, report = trades.sort(order), report.sort(order)
    assert trades.select(order).equals(report.select(order))
    assert trades["fee"].to_list() == pytest.approx(report["fee"].to_list(), rel=1e-9)
    # The report rounds the profit of every fill to cents.
    assert trades["pnl"].to_list() == pytest.approx(report["pnl"].to_list(), abs=0.05)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fee": pl.lit(None)}, "the fee of row 1 is missing"),
        ({"quantity": pl.lit(float("nan"))}, "the quantity of row 1 is missing or no number"),
        ({"price": "no"}, "no"),
        ({"time": pl.lit(5)}, "column `time` must hold times"),
        ({"price": pl.lit("x")}, "fills: conversion from `str` to `f64` failed"),
    ],
)
def test_bad_fills_are_refused(change: dict[str, Any], message: str) -> None:
    fills = frame("a", [(Fraction(1), Fraction(1), Fraction(0))])
    with pytest.raises(RatingError, match=message) as caught:
        adapters.from_fills(fills, **COLUMNS | change)
    assert caught.value.code == "RATING_BAD_SOURCE"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pairing": "lifo"}, "`pairing` must be one of fifo, average, got 'lifo'"),
        ({"trade": "day"}, "`trade` must be one of exit, lot, position, got 'day'"),
        ({"pairing": "average", "trade": "lot"}, "`trade` must be exit or position"),
        ({"by": []}, "`by` must be one or more columns"),
        ({"mark": {"SPX": 1.0}}, "`mark` must have a price for each symbol, got none for ''"),
    ],
)
def test_bad_arguments_are_refused(change: dict[str, Any], message: str) -> None:
    fills = frame("a", [(Fraction(1), Fraction(1), Fraction(0))])
    with pytest.raises(RatingError, match=message) as caught:
        adapters.from_fills(fills, **COLUMNS | change)
    assert caught.value.code == "RATING_BAD_ARGUMENT"
