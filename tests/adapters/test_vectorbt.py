"""vectorbt: runs made here, against the value of the Portfolio itself."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest

from polars_rating import RatingError, adapters
from tests.adapters._packages import package

# What vectorbt and Numba warn of is not ours.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def portfolio(prices: Any) -> Any:
    vbt = package("vectorbt")
    close = prices["Close"]
    fast, slow = vbt.MA.run_combs(close, window=[5, 10, 30], r=2, short_names=["fast", "slow"])
    return vbt.Portfolio.from_signals(
        close,
        entries=fast.ma_crossed_above(slow),
        short_entries=fast.ma_crossed_below(slow),
        size=10.0,
        fees=0.001,
        fixed_fees=1.0,
        slippage=0.0005,
        sl_stop=0.05,
        init_cash=100_000.0,
        freq="1D",
    )


def test_net_is_that_of_the_portfolio(portfolio: Any) -> None:
    trades = adapters.from_vectorbt(portfolio, strategy="Cross")
    total = (portfolio.final_value() - portfolio.init_cash).to_dict()
    profits = {f"Cross(fast_window={a},slow_window={b})": x for (a, b), x in total.items()}
    compared = adapters.reconcile(trades, profit=profits)
    assert compared.height == 3
    assert compared["net"].to_list() == pytest.approx(compared["profit"].to_list(), rel=1e-9)
    assert compared["open_trades"].sum() > 0
    net = (trades["pnl"] - trades["fee"]).to_list()
    assert net == pytest.approx(portfolio.trades.records["pnl"].to_list(), rel=1e-9)


def test_dropping_open_trades(portfolio: Any) -> None:
    every = adapters.from_vectorbt(portfolio)
    closed = adapters.from_vectorbt(portfolio, open_trades="drop")
    assert closed.equals(every.filter(~pl.col("is_open")))
    assert closed.height < every.height
    with pytest.raises(RatingError, match=r"`open_trades` must be 'keep' or 'drop', got 'mark'"):
        adapters.from_vectorbt(portfolio, open_trades="mark")  # type: ignore[arg-type]


def test_portfolio_trades_and_table_are_the_same_but_for_names(portfolio: Any) -> None:
    of_portfolio = adapters.from_vectorbt(portfolio)
    assert adapters.from_vectorbt(portfolio.trades).equals(of_portfolio)
    readable = portfolio.trades.records_readable
    renamed = of_portfolio.drop("strategy").rename(
        {"fast_window": "column_0", "slow_window": "column_1"}
    )
    of_table = adapters.from_vectorbt(readable)
    assert of_table.drop("strategy").equals(renamed)
    text = pl.read_csv(io.StringIO(readable.to_csv(index=False)))
    assert adapters.from_vectorbt(text).equals(of_table)
    assert adapters.from_vectorbt(text.to_arrow()).equals(of_table)


def test_one_column_has_no_parameters(portfolio: Any) -> None:
    one = adapters.from_vectorbt(portfolio[portfolio.wrapper.columns[0]], strategy="Cross")
    assert set(one.columns) >= {"strategy", "pnl", "fee", "is_open"}
    assert one["strategy"].n_unique() == 1


def test_shared_cash_is_the_sum_of_its_columns(prices: Any) -> None:
    vbt = package("vectorbt")
    import pandas as pd

    close = prices["Close"]
    levels = pd.MultiIndex.from_product([[0.1, 0.2], ["A", "B"]], names=["stop", "symbol"])
    both = pd.concat([close, 2 * close] * 2, axis=1, keys=levels)
    day = pd.Series(range(len(close)), index=close.index)
    entries = both.notna().mul(day % 20 == 0, axis=0)
    exits = both.notna().mul(day % 20 == 10, axis=0)
    portfolio = vbt.Portfolio.from_signals(
        both,
        entries,
        exits,
        fees=0.001,
        size=2.0,
        init_cash=1e5,
        group_by="stop",
        cash_sharing=True,
    )
    trades = adapters.from_vectorbt(portfolio)
    net = trades.group_by("stop").agg((pl.col("pnl") - pl.col("fee")).sum()).sort("stop")
    worth = (portfolio.final_value() - portfolio.init_cash).to_list()
    assert net["pnl"].to_list() == pytest.approx(worth, rel=1e-9)
    assert trades["symbol"].unique().sort().to_list() == ["A", "B"]
