"""Cost shock against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests._engines import plan

BASE = {"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}
# Falls and rises: profit 0.3, drawdown 0.2, Sharpe ratio 0.1: penalty 0.2.
MILD = {"profit": 70.0, "max_drawdown": 12.0, "sharpe_ratio": 1.8}
# 1, 0.5 and 1.5: penalty 1.
HARSH = {"profit": 0.0, "max_drawdown": 15.0, "sharpe_ratio": -1.0}
SUMMARY = {
    "profit": 1_000.0,
    "profit_factor": 2.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "cost_per_trade": 2.0,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def score(row: dict[str, Any], **keywords: Any) -> float | None:
    return pl.DataFrame([row]).select(rating.cost_shock(**keywords)).item()


def test_reruns_are_capped_one_by_one_by_hand() -> None:
    # (0.8 + (1 - 0.5)) / 2; the cap of the mean would give 1 - 0.5.
    assert score({**BASE, "cost_runs": [MILD, HARSH]}) == near(0.65)
    assert score({**BASE, "cost_runs": [MILD, HARSH]}, penalty_cap=1) == near((0.8 + 0) / 2)
    assert score({**BASE, "cost_runs": [MILD, HARSH]}, penalty_cap=0) == 1.0


def test_losing_base_has_no_profit_part_by_hand() -> None:
    # Only the drawdown, 0.2, and the Sharpe ratio, 0.1, count.
    assert score({**BASE, "profit": -1.0, "cost_runs": [MILD]}) == near(1 - (0.2 + 0.1) / 3)


def test_drawdown_of_zero_is_floored() -> None:
    # Against 1e-9 any drawdown is a rise beyond the cap.
    assert score({**BASE, "max_drawdown": 0.0, "cost_runs": [MILD]}) == near(0.5)


def trades(*pairs: tuple[float, float]) -> dict[str, Any]:
    return {"trades": [{"pnl": pnl, "fee": fee} for pnl, fee in pairs]}


def test_trades_replayed_at_doubled_fees_by_hand() -> None:
    # k = 1: net 30, -10, 10: profit 30, drawdown 10, mean 10, std 20: Sharpe 0.5.
    # k = 2: net 28, -12, 8: profit 24, drawdown 12, mean 8, std 20: Sharpe 0.4.
    # p = 6 / 30 = 0.2, d = 2 / 10 = 0.2, s = 0.1 / 0.5 = 0.2.
    row = trades((32.0, 2.0), (-8.0, 2.0), (12.0, 2.0))
    assert score(row, multipliers=[2]) == near(0.8)
    # k = 1 changes nothing; k = 6: profit 0, drawdown 20, mean 0: (1 + 1 + 1) / 3, capped.
    assert score(row, multipliers=[1, 2, 6]) == near((1 + 0.8 + 0.5) / 3)
    assert score(row, multipliers=[6], penalty_cap=1) == near(0.0)


def test_lower_costs_do_not_score_above_one() -> None:
    assert score(trades((32.0, 2.0), (-8.0, 2.0), (12.0, 2.0)), multipliers=[0.5]) == 1.0


def test_trades_without_fees_bear_any_costs() -> None:
    assert score({"trades": [{"pnl": 3.0}, {"pnl": -1.0}]}, multipliers=[9]) == 1.0


def test_sharpe_ratio_may_rise_with_costs_that_hit_the_winners() -> None:
    # Why a larger multiplier need not score worse: fees on the winner alone even the trades out.
    # k = 1: net 8, 1: mean 4.5, std 4.95: 0.909; k = 2: 6, 1: 3.5, 3.54: 0.990, so s = 0.
    row = trades((10.0, 2.0), (1.0, 0.0))
    assert score(row, multipliers=[2]) == near(1 - (2 / 9) / 3)


def test_summary_model_by_hand() -> None:
    # k = 2: 2 * 100 more costs: profit 800, Sharpe 2 * 0.8, drawdown 50 * 1000 / 800 = 62.5.
    # p = 0.2, d = 0.25, s = 0.2.
    assert score(SUMMARY, multipliers=[2]) == near(1 - 0.65 / 3)
    # k = 6: profit 0: p = 1, drawdown doubled, s = 1.
    assert score(SUMMARY, multipliers=[2, 6], penalty_cap=1) == near(((1 - 0.65 / 3) + 0) / 2)


def test_summary_model_without_edge_is_one_minus_cap() -> None:
    assert score(SUMMARY | {"profit_factor": 0.9}, penalty_cap=0.3) == near(0.7)


@pytest.mark.parametrize("bad", [{"cost_per_trade": -1.0}, {"profit": None}, {"win_rate": 55.0}])
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    rows = [SUMMARY, SUMMARY | bad]
    assert pl.DataFrame(rows).select(rating.cost_shock()).to_series().is_null().to_list() == [
        False,
        True,
    ]


def test_reruns_come_before_trades_and_a_keyword_before_both() -> None:
    row = {**BASE, **trades((32.0, 2.0), (-8.0, 2.0), (12.0, 2.0)), "cost_runs": [HARSH]}
    assert score(row, multipliers=[2]) == near(0.5)
    assert score(row, multipliers=[2], trades="trades") == near(0.8)
    assert score({**row, "mine": [MILD, None]}, runs="mine") == near(0.8)


@pytest.mark.parametrize("column", ["cost_runs", "trades"])
def test_empty_lists_are_no_evidence(column: str) -> None:
    full = [MILD] if column == "cost_runs" else trades((32.0, 2.0))["trades"]
    rows = pl.DataFrame([{**BASE, column: items} for items in (full, [], None)])
    assert rows.select(rating.cost_shock()).to_series().to_list()[1:] == [None, None]
    omega = rows.select(rating.cost_shock(no_evidence="omega")).to_series().to_list()
    assert omega[1:] == [1.0, 1.0]


def test_frame_without_evidence_says_what_was_looked_for() -> None:
    lazy = pl.LazyFrame({"profit": [1.0]}).select(rating.cost_shock())
    with pytest.raises(ComputeError, match=r"cost_runs.*trades"):
        plan(lazy)
