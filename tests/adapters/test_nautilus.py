"""nautilus_trader: reports that real runs wrote, and amounts written here."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating import RatingError, adapters


@pytest.fixture(scope="module")
def report(samples: Path) -> pl.DataFrame:
    return pl.read_parquet(samples / "nautilus.parquet")


def dollars(text: str) -> float:
    return float(text.removesuffix(" USD"))


def test_net_is_the_realized_profit_of_each_position(report: pl.DataFrame) -> None:
    trades = adapters.from_nautilus(report)
    net = (trades["pnl"] - trades["fee"]).to_list()
    assert net == pytest.approx([dollars(x) for x in report["realized_pnl"]], rel=1e-9, abs=1e-9)
    assert trades["fee"].to_list() == [sum(map(dollars, x)) for x in report["commissions"]]
    assert report["position_id"].len() == trades.height == 254
    profits: dict[str, float] = {}
    for strategy, text in report.select("strategy_id", "realized_pnl").rows():
        profits[strategy] = profits.get(strategy, 0.0) + dollars(text)
    compared = adapters.reconcile(trades, profit=profits)
    assert compared["net"].to_list() == pytest.approx(compared["profit"].to_list(), rel=1e-9)


def test_pnl_is_that_of_prices_and_sizes_where_a_position_was_not_scaled(
    report: pl.DataFrame,
) -> None:
    trades = adapters.from_nautilus(report)
    first = report.row(0, named=True)
    gross = 10 * (first["avg_px_close"] - first["avg_px_open"])
    assert trades["pnl"][0] == pytest.approx(gross, abs=0.01)  # cents per fill


def test_open_positions_have_no_exit(samples: Path) -> None:
    trades = adapters.from_nautilus(pl.read_parquet(samples / "nautilus_open.parquet"))
    still = trades.filter("is_open")
    assert still.height == 2
    assert still["exit_time"].null_count() == 2
    assert still["pnl"].abs().max() < 1e-9  # nothing realized but the commissions


def test_csv_and_pandas_are_the_same(report: pl.DataFrame) -> None:
    trades = adapters.from_nautilus(report)
    assert adapters.from_nautilus(report.to_pandas()).equals(trades)
    assert adapters.from_nautilus(report.to_arrow()).equals(trades)
    text = report.with_columns(
        pl.format("['{}']", pl.col("commissions").list.join("', '")), pl.col("ts_closed").cast(str)
    )
    read = pl.read_csv(io.StringIO(text.write_csv()))
    assert adapters.from_nautilus(read).equals(trades)


def one(**changes: Any) -> pl.DataFrame:
    row = {
        "strategy_id": ["a"],
        "instrument_id": ["X"],
        "ts_opened": ["2024-01-02 00:00:00+00:00"],
        "ts_closed": ["2024-01-03 00:00:00+00:00"],
        "commissions": [["1.00 USD", "2.50 USD"]],
        "realized_pnl": ["-1_234.50 USD"],
    }
    return pl.DataFrame(row | changes)


def test_amounts_are_text() -> None:
    trades = adapters.from_nautilus(one())
    assert trades.select("pnl", "fee").row(0) == (-1231.0, 3.5)
    maker = adapters.from_nautilus(one(commissions=[["-2.00 USD"]]))
    assert maker.select("pnl", "fee").row(0) == (-1234.5, 0.0)  # a rebate is no fee
    assert adapters.from_nautilus(one(commissions=[[]]))["fee"][0] == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"commissions": [["1.00 USD", "0.10 BNB"]]}, "several currencies in one report: BNB, USD"),
        ({"realized_pnl": ["much"]}, "must hold amounts like '448.45 USD', found 'much'"),
        ({"realized_pnl": [None]}, "must hold amounts like '448.45 USD', found None"),
        (
            {"ts_opened": ["yesterday"]},
            "column 'ts_opened' must hold times in ISO format, found 'yesterday'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RatingError, match=message):
        adapters.from_nautilus(one(**changes))
