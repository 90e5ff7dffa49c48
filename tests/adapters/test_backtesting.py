"""backtesting.py: runs made here, against the equity curve of the backtester itself."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from polars_rating import RatingError, adapters
from tests.adapters._packages import package

# What backtesting.py and its plots warn of is not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
CASH = 1_000_000


@pytest.fixture(scope="module")
def run(prices: Any) -> Any:
    backtesting = package("backtesting")
    lib = package("backtesting.lib")

    class Cross(backtesting.Strategy):
        fast = 10
        slow = 30

        def init(self) -> None:
            def mean(values: Any, days: int) -> Any:
                import pandas as pd

                return pd.Series(values).rolling(days).mean()

            self.short = self.I(mean, self.data.Close, self.fast)
            self.long = self.I(mean, self.data.Close, self.slow)

        def next(self) -> None:
            if lib.crossover(self.short, self.long):
                self.position.close()
                self.buy(size=0.5, sl=0.95 * self.data.Close[-1])
            elif lib.crossover(self.long, self.short):
                self.position.close()
                self.sell(size=0.5, sl=1.05 * self.data.Close[-1])

    def call(
        *, commission: Any = 0.002, finalize: bool = True, bars: int = 1760, **parameters: int
    ) -> Any:
        test = backtesting.Backtest(
            prices.head(bars), Cross, cash=CASH, commission=commission, finalize_trades=finalize
        )
        return test.run(**parameters)

    return call


def profit(stats: Any) -> float:
    return float(stats["Equity Final [$]"]) - CASH


@pytest.mark.parametrize("commission", [0.0, 0.002, (10.0, 0.001)])
def test_net_is_that_of_the_equity_curve(run: Any, commission: Any) -> None:
    stats = run(commission=commission)
    trades = adapters.from_backtesting(stats)
    assert trades.height == len(stats["_trades"]) > 50
    compared = adapters.reconcile(trades, profit=profit(stats))
    assert compared["net"][0] == pytest.approx(profit(stats), rel=1e-9)
    net = (trades["pnl"] - trades["fee"]).to_list()
    assert net == pytest.approx(stats["_trades"]["PnL"].to_list(), rel=1e-9)
    # Without costs the profit is that of prices and sizes alone.
    table = stats["_trades"]
    gross = table["Size"] * (table["ExitPrice"] - table["EntryPrice"])
    assert trades["pnl"].to_list() == pytest.approx(gross.to_list(), rel=1e-9)


def test_open_position_is_the_difference_without_finalize(run: Any) -> None:
    def gap(*, finalize: bool) -> tuple[int, float]:
        stats = run(finalize=finalize, bars=1_400)  # the position was open then
        trades = adapters.from_backtesting(stats)
        return trades.height, adapters.reconcile(trades, profit=profit(stats))["difference"][0]

    closed, rounding = gap(finalize=True)
    left_out, position = gap(finalize=False)
    assert left_out == closed - 1
    assert abs(rounding) < 1e-6 < 1_000 < abs(position)


def test_candidates_are_named_by_their_parameters(run: Any) -> None:
    grid = [{"fast": 5, "slow": 20}, {"fast": 10, "slow": 50}]
    runs = [run(**parameters) for parameters in grid]
    trades = adapters.from_backtesting(runs)
    profits = {
        f"Cross(fast={x['fast']},slow={x['slow']})": profit(r)
        for x, r in zip(grid, runs, strict=True)
    }
    compared = adapters.reconcile(trades, profit=profits)
    assert compared.height == 2
    assert compared["net"].to_list() == pytest.approx(compared["profit"].to_list(), rel=1e-9)
    pairs = trades.select("fast", "slow").unique(maintain_order=True).to_dicts()
    assert pairs == grid
    assert trades.columns[:3] == ["strategy", "fast", "slow"]
    assert "r_multiple" not in trades.columns  # SL is the last stop


def test_two_runs_of_one_name_are_refused_unless_named(run: Any) -> None:
    runs = [run(), run()]
    with pytest.raises(RatingError, match="several candidates are called 'Cross'"):
        adapters.from_backtesting(runs)
    named = adapters.from_backtesting(runs, strategy=["a", "b"])
    assert named["strategy"].unique().sort().to_list() == ["a", "b"]


def test_candidate_that_never_traded_is_left_out(run: Any) -> None:
    trades = adapters.from_backtesting([run(fast=5, slow=1_800), run(fast=5, slow=20)])
    assert trades["strategy"].unique().to_list() == ["Cross(fast=5,slow=20)"]
    assert trades.schema["fast"] == pl.Int64
    with pytest.raises(RatingError, match=r"holds no trades \(0 rows\)"):
        adapters.from_backtesting(run(fast=5, slow=1_800))


def test_index_of_numbers_has_no_times(run: Any) -> None:
    table = run()["_trades"].assign(EntryTime=1, ExitTime=2)
    columns = adapters.from_backtesting(table).columns
    assert columns == ["strategy", "pnl", "fee", "is_open"]


def test_naive_index_is_of_the_time_zone_that_is_given(run: Any) -> None:
    stats = run()
    utc = adapters.from_backtesting(stats)["exit_time"]
    berlin = adapters.from_backtesting(stats, time_zone="Europe/Berlin")["exit_time"]
    shift = (utc - berlin).dt.total_hours().unique().sort().to_list()
    assert shift == [1, 2]  # winter and summer
