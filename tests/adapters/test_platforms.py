"""LEAN, MetaTrader 5, TradingView and NinjaTrader: their layouts, filled with trades of our own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from polars_rating import RatingError, adapters
from tests.adapters import _layouts
from tests.adapters._layouts import TRADES


def assert_trades(trades: pl.DataFrame, *, hours: int = 0) -> None:
    """Assert that the five trades were read, with times so many hours behind UTC."""
    assert trades["pnl"].to_list() == pytest.approx([x.gross for x in TRADES], rel=1e-9)
    assert trades["fee"].to_list() == pytest.approx([2 * x.fee for x in TRADES], rel=1e-9)
    for name, times in (
        ("entry_time", [x.entered for x in TRADES]),
        ("exit_time", [x.left for x in TRADES]),
    ):
        shift = dt.timedelta(hours=hours)
        assert trades[name].to_list() == [x.replace(tzinfo=dt.UTC) + shift for x in times]
    assert trades["is_open"].sum() == 0


@pytest.mark.parametrize("pascal", [False, True])
def test_lean(tmp_path: Path, pascal: bool) -> None:
    trades = adapters.read_lean(_layouts.lean(tmp_path / "run.json", pascal=pascal))
    assert_trades(trades)
    assert trades.select("strategy", "fast", "mode", "symbol").row(0) == ("run", 10, "slow", "SPY")


@pytest.mark.parametrize("year", [2021, 2025, 2026])
def test_tradingview_counts_each_trade_once(tmp_path: Path, year: int) -> None:
    path = _layouts.tradingview(tmp_path / "list.csv", year)
    trades = adapters.read_tradingview(path, time_zone="America/New_York")
    assert trades["pnl"].to_list() == [x.net for x in TRADES]
    assert "fee" not in trades.columns
    assert trades["entry_time"][0] == dt.datetime(2024, 1, 2, 15, tzinfo=dt.UTC)


def test_tradingview_with_a_rate_knows_fees(tmp_path: Path) -> None:
    path = _layouts.tradingview(tmp_path / "list.csv")
    trades = adapters.read_tradingview(path, time_zone="UTC", fee=0.001)
    paid = [abs(x.units) * (x.bought + x.sold) * 0.001 for x in TRADES]
    assert trades["fee"].to_list() == pytest.approx(paid, rel=1e-12)
    net = (trades["pnl"] - trades["fee"]).to_list()
    assert net == pytest.approx([x.net for x in TRADES], rel=1e-9)
    with pytest.raises(RatingError, match=r"`fee` must be in \[0, 1\)"):
        adapters.read_tradingview(path, time_zone="UTC", fee=1.5)


@pytest.mark.parametrize("language", ["en", "de"])
def test_ninjatrader_in_the_formats_of_windows(tmp_path: Path, language: str) -> None:
    path = _layouts.ninjatrader(tmp_path / "grid.csv", language)
    trades = adapters.read_ninjatrader(path, time_zone="America/Chicago")
    assert_trades(trades, hours=6)
    assert trades.select("strategy", "symbol").row(0) == ("Cross", "ES 03-24")


def test_ninjatrader_asks_where_day_and_month_cannot_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    row = "1,ES,a,02/03/2024 10:00:00,02/03/2024 11:00:00,$1.00,$0.00,"
    path.write_text(
        f"Trade number,Instrument,Strategy,Entry time,Exit time,Profit,Commission,\n{row}\n"
    )
    with pytest.raises(RatingError, match="month first, 24 hours or day first, slashes"):
        adapters.read_ninjatrader(path, time_zone="UTC")
    trades = adapters.read_ninjatrader(path, time_zone="UTC", time_format="%d/%m/%Y %H:%M:%S")
    assert trades["exit_time"][0] == dt.datetime(2024, 3, 2, 11, tzinfo=dt.UTC)


@pytest.mark.parametrize("turns", [False, True])
def test_metatrader(tmp_path: Path, turns: bool) -> None:
    path = _layouts.metatrader(tmp_path / "report.html", turns=turns)
    trades = adapters.read_metatrader(path, time_zone="Europe/Athens")
    assert trades["pnl"].to_list() == pytest.approx([x.gross for x in TRADES], rel=1e-9)
    fees = trades["fee"].to_list()
    if turns:  # one deal of 10 out and 20 in pays 1.25 + 2.5
        assert fees[:2] == pytest.approx([1.25 + 3.75 / 3, 2 * 3.75 / 3 + 2.5])
    else:
        assert_trades(trades, hours=-2)
    assert trades.select("strategy", "fast", "q", "symbol").row(0) == ("Cross", 10, "x", "EURUSD")


def test_swap_is_profit_and_not_a_fee(tmp_path: Path) -> None:
    path = _layouts.metatrader(tmp_path / "report.html", swap=-0.5)
    trades = adapters.read_metatrader(path, time_zone="UTC")
    assert trades["pnl"].to_list() == pytest.approx([x.gross - 0.5 for x in TRADES], rel=1e-9)
    assert trades["fee"].to_list() == pytest.approx([2 * x.fee for x in TRADES], rel=1e-9)


def test_hedging_account_without_positions_is_refused(tmp_path: Path) -> None:
    path = _layouts.metatrader(tmp_path / "report.html")
    text = path.read_text("utf-16").replace("<td>out</td>", "<td>in</td>", 1)
    path.write_text(text, encoding="utf-16")
    with pytest.raises(RatingError, match="deal 3 is 'in', which does not fit"):
        adapters.read_metatrader(path, time_zone="UTC")


@pytest.mark.parametrize("zone", ["Mars/Olympus", ""])
def test_unknown_time_zone_is_refused(tmp_path: Path, zone: str) -> None:
    path = _layouts.tradingview(tmp_path / "list.csv")
    with pytest.raises(RatingError, match="`time_zone`"):
        adapters.read_tradingview(path, time_zone=zone)
