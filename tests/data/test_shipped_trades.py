"""The shipped trades: their shape, the rules they promise, and that the script makes them."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating.data import load_trades, trades_path

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "strategy": pl.String,
    "pnl": pl.Float64,
    "fee": pl.Float64,
    "r": pl.Float64,
    "entry": pl.Date,
    "exit": pl.Date,
}


@pytest.fixture(scope="module")
def trades() -> pl.DataFrame:
    return load_trades()


@pytest.fixture(scope="module")
def script() -> Any:
    """Import ``scripts/make_trades.py``; skip where the source of the prices is not installed."""
    pytest.importorskip("arch")
    spec = importlib.util.spec_from_file_location(
        "make_trades", ROOT / "scripts" / "make_trades.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_schema_and_counts(trades: pl.DataFrame) -> None:
    assert dict(trades.schema) == SCHEMA
    assert trades.height == 21_740
    assert trades["strategy"].n_unique() == 352
    assert trades_path().stat().st_size < 2_000_000


def test_values_are_in_their_domain(trades: pl.DataFrame) -> None:
    assert trades.null_count().sum_horizontal().item() == 0
    assert trades.select(pl.col("pnl", "fee", "r").is_finite().all()).row(0) == (True,) * 3
    assert trades.filter(pl.col("fee") < 0).is_empty()
    assert trades.filter(pl.col("entry") >= pl.col("exit")).is_empty()
    # 5 bp per side of 10,000 at the entry and of what that became at the exit, in cents.
    side = pl.when(pl.col("strategy").str.contains("_long")).then(1.0)
    fee = 5.0 * (2.0 + side * pl.col("pnl") / 10_000)
    assert trades.select((pl.col("fee") - fee).abs().max()).item() < 0.0051


def test_order_is_by_strategy_and_entry_without_overlaps(trades: pl.DataFrame) -> None:
    assert trades.equals(trades.sort("strategy", "entry"))
    before = pl.col("exit").shift().over("strategy")
    # Left on the day of the next entry or earlier, so exits are unique within a candidate.
    assert trades.filter(before > pl.col("entry")).is_empty()


def test_long_only_candidates_hold_the_longs_of_the_others(trades: pl.DataFrame) -> None:
    longs = trades.filter(pl.col("strategy").str.contains("_long"))
    both = trades.with_columns(pl.col("strategy").str.replace("_both", "_long"))
    assert longs.join(both, on=list(SCHEMA), how="anti").is_empty()


def test_shipped_file_equals_rebuild(script: Any) -> None:
    assert script.main(["--check"]) == 0


def test_check_fails_on_another_file(script: Any, tmp_path: Path, trades: pl.DataFrame) -> None:
    changed = tmp_path / "changed.parquet"
    trades.with_columns(pl.col("pnl") + 0.01).write_parquet(changed)
    assert script.main(["--check", "--out", str(changed)]) == 1


@pytest.mark.parametrize("days", [700, 2500, 4000])
def test_trades_do_not_depend_on_later_prices(script: Any, days: int, trades: pl.DataFrame) -> None:
    prices = script.load_prices()
    names = [field.name for field in dataclasses.fields(prices)]
    known = script.Prices(**{name: getattr(prices, name)[:days] for name in names})
    closed = pl.col("exit") < known.date[-1].item()
    assert script.make_trades(known).filter(closed).equals(trades.filter(closed))


def test_prices_are_as_the_data_page_says(script: Any) -> None:
    prices = script.load_prices()
    assert (str(prices.date[0]), str(prices.date[-1])) == ("1999-01-04", "2018-12-31")
    assert prices.days == 5031
    stale = prices.open[1:] == prices.close[:-1]
    early = prices.date[1:] < prices.date.dtype.type("2006-01-01")
    assert round(100 * stale[early].mean()) == 96
