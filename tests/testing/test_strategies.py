"""Metrics and trades: what the strategies promise, every edge reached, shrunk to what matters.

`hypothesis.find` fails where no example of a condition was drawn.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating.exceptions import RatingError
from polars_rating.testing import TRADE, candidate_frames, metrics_inputs, trade_frames, trades
from polars_rating.types import MetricsInput
from tests.testing._search import A_FEW, FEW, SIMPLEST, reached, simplest

METRICS: dict[str, Callable[[MetricsInput], Any]] = {
    "no trades": lambda m: m.total_trades == 0,
    "many trades": lambda m: m.total_trades > 10_000,
    "no wins": lambda m: m.win_rate == 0,
    "only wins": lambda m: m.win_rate == 1,
    "profit factor 0": lambda m: m.profit_factor == 0,
    "no losses": lambda m: m.profit_factor == math.inf,
    "an edge": lambda m: m.profit_factor > 1.1 and m.profit and m.profit > 0 and m.win_rate > 0.1,
    "negative Sharpe ratio": lambda m: m.sharpe_ratio < -1,
    "no drawdown": lambda m: m.max_drawdown == 0,
    "tiny profit": lambda m: m.profit is not None and 0 < m.profit < 1e-6,
    "huge profit": lambda m: m.profit is not None and m.profit > 1e11,
    "loss": lambda m: m.profit is not None and m.profit < -1e11,
    "profit not given": lambda m: m.profit is None,
    "avg_r not given": lambda m: m.avg_r is None,
    "years not given": lambda m: m.years is None,
    "days not given": lambda m: m.year_days is None,
    "no year": lambda m: m.yearly_profits == (),
    "many years": lambda m: len(m.yearly_profits) >= 12,
    "losing years": lambda m: sum(profit < 0 for profit in m.yearly_profits) > 2,
}


@pytest.mark.parametrize("edge", METRICS)
def test_metrics_inputs_reach_the_edge(edge: str) -> None:
    found = reached(metrics_inputs(), METRICS[edge])
    assert METRICS[edge](found)


@FEW
@given(metrics_inputs())
def test_metrics_inputs_are_known_and_consistent(metrics: MetricsInput) -> None:
    assert MetricsInput.from_dict(metrics.to_dict()) == metrics  # so there is no NaN
    for name in ("years", "year_days"):
        assert getattr(metrics, name) is None or len(getattr(metrics, name)) == len(
            metrics.yearly_profits
        )
    assert metrics.years is None or list(metrics.years) == sorted(set(metrics.years))


REQUIRED = [
    item.name
    for item in dataclasses.fields(MetricsInput)
    if item.default is dataclasses.MISSING and item.name != "yearly_profits"
]


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_metrics_are_nan(name: str) -> None:
    reached(metrics_inputs(missing=True), lambda m: math.isnan(getattr(m, name)))


def test_one_missing_metric_shrinks_to_itself() -> None:
    found = simplest(metrics_inputs(missing=True), lambda m: math.isnan(m.sharpe_ratio))
    others = [getattr(found, name) for name in REQUIRED if name != "sharpe_ratio"]
    assert sum(x != 0 for x in others) <= A_FEW


@FEW
@given(
    metrics_inputs(
        win_rate=st.floats(0.4, 0.6),
        total_trades=7,
        profit=None,
        yearly_profits=st.lists(st.just(1.5), min_size=2, max_size=4),
        years=None,
    )
)
def test_overrides_of_metrics_are_kept(metrics: MetricsInput) -> None:
    assert 0.4 <= metrics.win_rate <= 0.6
    assert (metrics.total_trades, metrics.profit, metrics.years) == (7, None, None)
    assert set(metrics.yearly_profits) == {1.5}
    assert 2 <= len(metrics.yearly_profits) <= 4


@FEW
@given(metrics_inputs(years=[2020, 2021, 2022]), metrics_inputs(year_days=()))
def test_lists_that_are_not_given_fit_one_that_is(three: MetricsInput, none: MetricsInput) -> None:
    assert len(three.yearly_profits) == 3
    assert (none.yearly_profits, none.years or ()) == ((), ())


def test_bad_overrides_are_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'winrate'; the fields are"):
        metrics_inputs(winrate=0.5)
    with pytest.raises(RatingError, match=r"`win_rate` must be in \[0, 1\], got 55"):
        reached(metrics_inputs(win_rate=55), bool)
    with pytest.raises(RatingError) as caught:
        reached(metrics_inputs(years=[2020], year_days=[1.0, 2.0]), bool)
    assert caught.value.code == "RATING_LENGTH_MISMATCH"


@FEW
@given(trades(2, 4, fields=["exit_time", "pnl"]), trades())
def test_trades_have_the_size_and_fields_asked_for(
    few: list[dict[str, Any]], full: list[dict[str, Any]]
) -> None:
    assert 2 <= len(few) <= 4
    assert all(list(trade) == ["pnl", "exit_time"] for trade in few)
    assert len(full) <= 20
    for trade in full:
        assert list(trade) == [field.name for field in TRADE.fields]
        assert None not in trade.values()
        assert trade["fee"] >= 0
        assert trade["exit_time"] >= trade["entry_time"]
        assert round(trade["pnl"], 2) == trade["pnl"]


@FEW
@given(trades(missing=True, wild=True))
def test_trades_fit_their_dtype(drawn: list[dict[str, Any]]) -> None:
    df = pl.DataFrame({"trades": [drawn]}, schema={"trades": pl.List(TRADE)})
    assert repr(df["trades"].to_list()) == repr([drawn])  # a NaN does not equal itself
    assert df.select(rating.evidence()).row(0)[0]["cost_shock_score"] == "trades"


TRADES: dict[str, tuple[dict[str, bool], Callable[[list[dict[str, Any]]], Any]]] = {
    "none": ({}, lambda trades: not trades),
    "the most": ({}, lambda trades: len(trades) == 20),
    "all lost": ({}, lambda trades: len(trades) > 2 and all(t["pnl"] < 0 for t in trades)),
    "out of order": (
        {},
        lambda trades: len(trades) > 1 and trades[0]["exit_time"] > trades[1]["exit_time"],
    ),
    "null": ({"missing": True}, lambda trades: any(t["pnl"] is None for t in trades)),
    "not a number": ({"missing": True}, lambda trades: any(t["fee"] != t["fee"] for t in trades)),
    "no time": ({"missing": True}, lambda trades: any(t["exit_time"] is None for t in trades)),
    "rebate": ({"wild": True}, lambda trades: any(t["fee"] < 0 for t in trades)),
    "overflow": ({"wild": True}, lambda trades: any(t["pnl"] > 1e308 for t in trades)),
    "exit before entry": (
        {"wild": True},
        lambda trades: any(t["exit_time"] < t["entry_time"] for t in trades),
    ),
}


@pytest.mark.parametrize("edge", TRADES)
def test_trades_reach_the_edge(edge: str) -> None:
    how, condition = TRADES[edge]
    assert condition(reached(trades(**how), condition))


def test_trades_shrink_to_what_matters() -> None:
    def condition(trades: list[dict[str, Any]]) -> bool:
        return sum((trade["pnl"] or 0) <= -3 for trade in trades) > 1

    found = simplest(trades(missing=True, wild=True), condition)
    assert len(found) <= 2 + A_FEW
    others = [x for trade in found for x in trade.values() if x != -3]
    assert sum(x not in SIMPLEST for x in others) <= A_FEW


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: trades(-1), "`min_size` must be an integer in [0, 1000000], got -1"),
    (lambda: trades(max_size=1.5), "`max_size` must be an integer in [0, 1000000], got 1.5"),
    (lambda: trades(3, 2), "`max_size` must be at least `min_size`, 3, got 2"),
    *[
        (
            lambda fields=fields: trades(fields=fields),
            "`fields` must be 'pnl' and any of 'fee', 'r_multiple', 'entry_time', 'exit_time', got",
        )
        for fields in ([], ["fee"], ["pnl", "net"], ["pnl", "pnl"], "pnl", None, 3)
    ],
    (lambda: trade_frames(fields=["fee"]), "`fields` must be 'pnl' and any of"),
    (lambda: trade_frames(min_rows=9, max_rows=8), "`max_rows` must be at least `min_rows`"),
    (
        lambda: candidate_frames("rerun"),
        "`tier` must be one of 'reruns', 'neighbours', 'equity', 'returns', 'trades', 'summary'",
    ),
    (lambda: candidate_frames(min_rows=6), "`max_rows` must be at least `min_rows`, 6, got 5"),
    (lambda: candidate_frames(max_length=0), "`max_length` must be an integer in [1, 1000000]"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_argument_is_refused_at_once(call: Callable[[], object], message: str) -> None:
    with pytest.raises(RatingError) as caught:
        call()
    assert caught.value.message.startswith(message)
    assert caught.value.code == "RATING_BAD_ARGUMENT"
