"""Stress penalty and timing jitter against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating

BASE = {"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}
# Profit 0.3, drawdown 0.2, Sharpe ratio 0.1: penalty 0.2.
MILD = {"profit": 70.0, "max_drawdown": 12.0, "sharpe_ratio": 1.8}
# 1, 0.5 and 1.5: penalty 1.
HARSH = {"profit": 0.0, "max_drawdown": 15.0, "sharpe_ratio": -1.0}
SUMMARY = {
    "profit": 1_000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "cost_per_trade": 1.0,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def penalty(row: dict[str, Any], **keywords: Any) -> float | None:
    return pl.DataFrame([row]).select(rating.stress_penalty(**keywords)).item()


def test_mean_over_reruns_is_capped_by_hand() -> None:
    row = {**BASE, "stress_runs": [MILD, HARSH]}
    assert penalty(row, penalty_cap=1) == near((0.2 + 1) / 2)
    assert penalty(row) == 0.5
    assert penalty(row, penalty_cap=0) == 0.0
    assert penalty({**BASE, "stress_runs": [MILD]}) == near(0.2)


# Net 30, -10, 10, fees 2: profit 30, drawdown 10, mean 10, std 20: Sharpe 0.5.
TRADES = [{"pnl": 32.0, "fee": 2.0}, {"pnl": -8.0, "fee": 2.0}, {"pnl": 12.0, "fee": 2.0}]
# (a) doubled fees: 28, -12, 8: profit 24, drawdown 12, Sharpe 8 / 20: (0.2 + 0.2 + 0.2) / 3.
DOUBLED_FEES = 0.2
# (b) the best of three missed: -10, 10: profit 0, drawdown 10, Sharpe 0: (1 + 0 + 1) / 3.
BEST_MISSED = 2 / 3


def larger_losses(by: float) -> float:
    """Replay (c): net 30, -10 (1 + by), 10."""
    loss = -10 * (1 + by)
    mean = (30 + loss + 10) / 3
    std = (sum((x - mean) ** 2 for x in (30, loss, 10)) / 2) ** 0.5
    return (10 * by / 30 + 10 * by / 10 + (0.5 - mean / std) / 0.5) / 3


def test_three_replays_of_trades_by_hand() -> None:
    expected = (DOUBLED_FEES + BEST_MISSED + larger_losses(0.1)) / 3
    assert penalty({"trades": TRADES}, penalty_cap=1) == near(expected)
    expected = (DOUBLED_FEES + BEST_MISSED + larger_losses(0.3)) / 3
    assert penalty({"trades": TRADES}, variation=0.3, penalty_cap=1) == near(expected)


def test_without_variation_only_the_fees_rise_by_hand() -> None:
    found = penalty({"trades": TRADES}, variation=0, cost_multiplier=2, penalty_cap=1)
    assert found == near((DOUBLED_FEES + 0 + 0) / 3)
    assert penalty({"trades": TRADES}, variation=0, cost_multiplier=1) == 0.0


def test_all_best_trades_missed_by_hand() -> None:
    # variation 1: nothing is left, (1 + 0 + 1) / 3; losses double: 30, -20, 10.
    found = penalty({"trades": TRADES}, variation=1, cost_multiplier=1, penalty_cap=1)
    assert found == near((0 + 2 / 3 + larger_losses(1)) / 3)


def test_of_equal_best_trades_the_earlier_is_missed_by_hand() -> None:
    # 10, -5, 10, -5: profit 10, drawdown 5. Without the first: -5, 10, -5: profit 0, drawdown 5.
    # Without the third it would be 10, -5, -5: drawdown 10.
    trades = [{"pnl": x} for x in (10.0, -5.0, 10.0, -5.0)]
    found = penalty({"trades": trades}, variation=0.1, penalty_cap=1)
    # (a) no fees: 0. (b) p = 1, d = 0, s = 1. (c) 10, -5.5, 10, -5.5: profit 9, drawdown 5.5.
    sharpe, shrunk = 2.5 / (4 * 7.5**2 / 3) ** 0.5, 2.25 / (4 * 7.75**2 / 3) ** 0.5
    third = (0.1 + 0.1 + (sharpe - shrunk) / sharpe) / 3
    assert found == near((0 + 2 / 3 + third) / 3)


def test_summary_model_by_hand() -> None:
    # g = 3/4, l = 1/4, v = 0.1: rho = 1.5 * 0.9 * 0.9 + 0.5 * 0.9 - 1 = 0.665.
    # Profit 665 - 1 * 100 = 565: p = 0.435, Sharpe falls by as much, drawdown * 1000 / 565.
    expected = (0.435 + (1_000 / 565 - 1) + 0.435) / 3
    assert penalty(SUMMARY, penalty_cap=1) == near(expected)
    # Costs unchanged: 665.
    expected = (0.335 + (1_000 / 665 - 1) + 0.335) / 3
    assert penalty(SUMMARY, cost_multiplier=1, penalty_cap=1) == near(expected)
    assert penalty(SUMMARY, cost_multiplier=1, variation=0) == 0.0


def test_summary_model_without_edge_is_the_cap() -> None:
    assert penalty(SUMMARY | {"profit": 0.0}, penalty_cap=0.3) == near(0.3)


def test_no_evidence_is_null_or_no_penalty() -> None:
    rows = pl.DataFrame([{"trades": items} for items in (TRADES, [], None)])
    assert rows.select(rating.stress_penalty()).to_series().to_list()[1:] == [None, None]
    omega = rows.select(rating.stress_penalty(no_evidence="omega")).to_series().to_list()
    assert omega[1:] == [0.0, 0.0]


def timing(row: dict[str, Any], **keywords: Any) -> float | None:
    return pl.DataFrame([row]).select(rating.timing_jitter(**keywords)).item()


def test_timing_jitter_is_one_minus_the_penalty_by_hand() -> None:
    assert timing({**BASE, "timing_runs": [MILD]}) == near(0.8)
    assert timing({**BASE, "timing_runs": [MILD, HARSH]}, penalty_cap=1) == near(1 - 0.6)
    assert timing({**BASE, "timing_runs": [MILD, HARSH]}) == 0.5
    assert timing({**BASE, "mine": [HARSH]}, runs="mine", penalty_cap=0) == 1.0


def test_timing_jitter_without_reruns_is_null_or_one() -> None:
    rows = pl.DataFrame([{**BASE, "timing_runs": runs} for runs in ([MILD], [], None)])
    assert rows.select(rating.timing_jitter()).to_series().to_list()[1:] == [None, None]
    omega = rows.select(rating.timing_jitter(no_evidence="omega")).to_series().to_list()
    assert omega[1:] == [1.0, 1.0]


def test_nothing_stands_in_for_timing_reruns() -> None:
    with pytest.raises(ComputeError, match="timing_runs"):
        timing({**SUMMARY, "trades": TRADES, "stress_runs": [MILD]})
