"""freqtrade: results that a real run wrote, and small ones written here."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating import RatingError, adapters

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def result(samples: Path) -> dict[str, Any]:
    with zipfile.ZipFile(samples / "freqtrade.zip") as archive:
        name = next(name for name in archive.namelist() if not name.endswith("_config.json"))
        found: dict[str, Any] = json.loads(archive.read(name))
    return found


@pytest.fixture
def write(tmp_path: Path, result: dict[str, Any]) -> Write:
    """Write the result of SmaA after a change of it, as JSON."""

    def call(change: Callable[[dict[str, Any]], object]) -> Path:
        found = copy.deepcopy({"strategy": {"SmaA": result["strategy"]["SmaA"]}})
        change(found["strategy"]["SmaA"])
        path = tmp_path / "result.json"
        path.write_text(json.dumps(found), encoding="utf-8")
        return path

    return call


def test_net_is_that_of_each_trade_and_of_the_wallet(samples: Path, result: Any) -> None:
    trades = adapters.read_freqtrade(samples / "freqtrade.zip")
    assert trades["is_open"].sum() == 0
    for name, of in result["strategy"].items():
        mine = trades.filter(strategy=name)
        net = (mine["pnl"] - mine["fee"]).to_list()
        assert net == pytest.approx([x["profit_abs"] for x in of["trades"]], rel=1e-9)
        # The wallet's final balance is counted by freqtrade from cash, not from the trades.
        wallet = of["final_balance"] - of["starting_balance"]
        compared = adapters.reconcile(mine, profit=wallet)
        assert compared["net"][0] == pytest.approx(wallet, rel=1e-9)


def test_pnl_is_that_of_the_orders(samples: Path, result: Any) -> None:
    trades = adapters.read_freqtrade(samples / "freqtrade.zip", strategy="SmaB")
    signs = {"buy": -1, "sell": 1}
    flows = [
        sum(signs[o["ft_order_side"]] * o["amount"] * o["safe_price"] for o in trade["orders"])
        for trade in result["strategy"]["SmaB"]["trades"]
    ]
    # freqtrade rounds profit_abs to eight decimals.
    assert trades["pnl"].to_list() == pytest.approx(flows, abs=1e-8)


def test_r_is_the_pnl_over_the_loss_at_the_stop(samples: Path, result: Any) -> None:
    trades = adapters.read_freqtrade(samples / "freqtrade.zip", strategy="SmaA")
    first = result["strategy"]["SmaA"]["trades"][0]
    lost = first["amount"] * (first["open_rate"] - first["initial_stop_loss_abs"])
    assert trades["r_multiple"][0] == pytest.approx(trades["pnl"][0] / lost, rel=1e-12)


def test_every_epoch_of_a_hyperopt_is_a_candidate(samples: Path) -> None:
    path = samples / "freqtrade.fthypt"
    trades = adapters.read_freqtrade(path)
    epochs = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    profits = {
        f"SmaA epoch {e['current_epoch']}": e["results_metrics"]["profit_total_abs"] for e in epochs
    }
    compared = adapters.reconcile(trades, profit=profits)
    assert compared["net"].to_list() == pytest.approx(compared["profit"].to_list(), rel=1e-9)
    parameters = trades.select("epoch", "fast", "slow").unique(maintain_order=True).to_dicts()
    assert parameters == [{"epoch": e["current_epoch"]} | e["params_dict"] for e in epochs]
    one = adapters.read_freqtrade(path, strategy="SmaA epoch 11")
    assert one.equals(trades.filter(epoch=11))


def test_without_orders_the_fees_are_those_of_the_amount(write: Write, samples: Path) -> None:
    path = write(lambda run: [trade.update(orders=None) for trade in run["trades"]])
    old = adapters.read_freqtrade(path)
    new = adapters.read_freqtrade(samples / "freqtrade.zip", strategy="SmaA")
    assert old["fee"].to_list() == pytest.approx(new["fee"].to_list(), rel=1e-9)


def test_partial_exits_pay_for_what_was_traded(write: Write) -> None:
    def halved(run: dict[str, Any]) -> None:
        trade = run["trades"][0]
        sold = trade["orders"][1]
        trade["orders"] += [sold | {"safe_price": 2 * sold["safe_price"]}]
        trade["amount"] /= 2

    first = adapters.read_freqtrade(write(halved)).row(0, named=True)
    before = adapters.read_freqtrade(write(lambda run: None)).row(0, named=True)
    # The second exit: 1.21862 x (2 x 899.450012), at a rate of 0.001.
    assert first["fee"] - before["fee"] == pytest.approx(1.21862 * 1.798900024, rel=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run.update(stoploss=-0.99),
        lambda run: run["trades"][3].update(initial_stop_loss_ratio=-0.99),
        lambda run: run["trades"][3].update(initial_stop_loss_abs=None),
        lambda run: run["trades"][3]["orders"].append(run["trades"][3]["orders"][0]),
    ],
    ids=["no stop", "no stop in one trade", "unknown", "two entries"],
)
def test_r_is_left_out_unless_every_trade_has_it(write: Write, change: Any) -> None:
    assert "r_multiple" not in adapters.read_freqtrade(write(change)).columns


def test_trade_that_the_end_closed_is_open(write: Write) -> None:
    path = write(lambda run: run["trades"][-1].update(exit_reason="force_exit"))
    assert adapters.read_freqtrade(path)["is_open"].to_list() == [False] * 46 + [True]


def test_rebate_is_profit_that_no_cost_shock_touches(write: Write) -> None:
    trades = adapters.read_freqtrade(
        write(lambda run: [x.update(fee_open=-0.001, fee_close=-0.001) for x in run["trades"]])
    )
    assert trades["fee"].to_list() == [0.0] * 47
    assert trades["pnl"].sum() == pytest.approx(495.13207824, rel=1e-9)  # profit_abs is net


def test_several_currencies_are_refused(tmp_path: Path, result: dict[str, Any]) -> None:
    mixed = copy.deepcopy(result)
    mixed["strategy"]["SmaB"]["stake_currency"] = "EUR"
    path = tmp_path / "mixed.json"
    path.write_text(json.dumps(mixed), encoding="utf-8")
    with pytest.raises(RatingError, match="several stake currencies: EUR, USDT"):
        adapters.read_freqtrade(path)
    assert adapters.read_freqtrade(path, strategy="SmaB").height == 36


def test_unknown_strategy_is_refused(samples: Path) -> None:
    with pytest.raises(RatingError, match="`strategy` must be one of SmaA, SmaB, got 'SmaC'"):
        adapters.read_freqtrade(samples / "freqtrade.zip", strategy=["SmaA", "SmaC"])


def test_times_are_utc(samples: Path, result: dict[str, Any]) -> None:
    trades = adapters.read_freqtrade(samples / "freqtrade.zip", strategy="SmaA")
    expected = pl.Series([x["close_date"] for x in result["strategy"]["SmaA"]["trades"]])
    assert trades["exit_time"].to_list() == expected.str.to_datetime(time_zone="UTC").to_list()
