"""backtrader: the analyser of the documentation, against the broker's own value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating import adapters
from tests.adapters._packages import package

# What backtrader warns of is not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
CASH = 100_000.0
PAGE = Path(__file__).parents[2] / "docs" / "adapters" / "backtrader.md"


@pytest.fixture(scope="module")
def runs(prices: Any) -> list[Any]:
    bt = package("backtrader")
    program = re.search(r"```text\n(class Trades.*?)```", PAGE.read_text("utf-8"), re.S)
    assert program is not None
    names = {"bt": bt}
    exec(program[1], names)

    class Cross(bt.Strategy):
        params = (("fast", 10), ("slow", 30))

        def __init__(self) -> None:
            self.cross = bt.ind.CrossOver(
                bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow)
            )

        def next(self) -> None:
            if len(self.data) >= self.data.buflen() - 2:
                self.close()  # flat at the end: an open position is no trade
            elif self.cross[0]:
                self.order_target_size(target=int(self.cross[0]) * 10)

    made = []
    for fast, slow in ((5, 20), (10, 50)):
        cerebro = bt.Cerebro()
        cerebro.adddata(bt.feeds.PandasData(dataname=prices, name="SPX"))
        cerebro.addstrategy(Cross, fast=fast, slow=slow)
        cerebro.addanalyzer(names["Trades"], _name="trades")
        cerebro.broker.setcash(CASH)
        cerebro.broker.setcommission(commission=0.001)
        made.append((cerebro.run()[0], cerebro.broker.getvalue() - CASH))
    return made


def test_net_is_that_of_the_broker(runs: list[Any]) -> None:
    for (run, profit), (fast, slow) in zip(runs, ((5, 20), (10, 50)), strict=True):
        trades = adapters.from_records(run.analyzers.trades.trades)
        assert trades.height > 20
        compared = adapters.reconcile(trades, profit=profit)
        assert compared["net"][0] == pytest.approx(profit, rel=1e-9)
        assert trades.select("fast", "slow", "symbol").unique().rows() == [(fast, slow, "SPX")]
        assert trades["fee"].min() > 0
        assert trades.schema["exit_time"] == pl.Datetime("us", "UTC")
