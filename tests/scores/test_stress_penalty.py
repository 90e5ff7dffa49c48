"""Stress penalty against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import (
    BASE,
    HARSH,
    INF,
    MILD,
    NAN,
    NO_EDGE,
    OUTSIDE_DOMAIN,
    SUMMARY,
    column,
    list_of,
    near,
    value,
)


def penalty(row: dict[str, Any], **keywords: Any) -> float | None:
    return value(rating.stress_penalty(**keywords), row)


def test_mean_over_reruns_is_capped_by_hand() -> None:
    row = {**BASE, "stress_runs": [MILD, HARSH]}
    assert penalty(row, penalty_cap=1) == near((0.2 + 1) / 2)
    assert penalty(row) == 0.5
    assert penalty(row, penalty_cap=0) == 0.0
    assert penalty({**BASE, "stress_runs": [MILD, None]}) == near(0.2)
    # Worse by 2 each: the mean of 0.2 and 2 is above any cap.
    ruin = {"profit": -100.0, "max_drawdown": 30.0, "sharpe_ratio": -2.0}
    assert penalty({**BASE, "stress_runs": [MILD, ruin]}, penalty_cap=1) == 1.0


def test_rerun_that_overflows_is_left_out_of_the_mean_by_hand() -> None:
    base = {**BASE, "max_drawdown": 0.0}
    overflows, falls = {**base, "max_drawdown": 1e308}, {**base, "profit": 70.0}
    assert penalty({**base, "stress_runs": [overflows, falls]}) == near(0.3 / 3)
    assert penalty({**base, "stress_runs": [overflows]}) == 0.5


@pytest.mark.parametrize("bad", [None, NAN, INF])
def test_base_metric_that_is_not_finite_is_no_evidence(bad: float | None) -> None:
    row = {**BASE, "profit": bad, "stress_runs": [MILD]}
    assert penalty(row) is None
    # A profit of 0 has no profit part: (0 + 0.2 + 0.1) / 3.
    assert penalty(row, no_evidence="omega") == near(0.1)


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


@pytest.mark.parametrize("variation", [0.1, 0.3])
def test_three_replays_of_trades_by_hand(variation: float) -> None:
    expected = (DOUBLED_FEES + BEST_MISSED + larger_losses(variation)) / 3
    assert penalty({"trades": TRADES}, variation=variation, penalty_cap=1) == near(expected)


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


def test_trades_that_overflow_are_no_evidence() -> None:
    assert penalty({"trades": [{"pnl": 1.7e308}, {"pnl": 1.7e308}]}) is None


@pytest.mark.parametrize(
    ("change", "keywords", "expected"),
    [
        # v = 0.1: rho = 1.5 * 0.9 * 0.9 + 0.5 * 0.9 - 1 = 0.665. Profit 665 - 1 * 100 = 565:
        # p = 0.435, Sharpe falls by as much, drawdown * 1000 / 565.
        ({}, {}, (0.435 + (1_000 / 565 - 1) + 0.435) / 3),
        # Costs unchanged: 665.
        ({}, {"cost_multiplier": 1}, (0.335 + (1_000 / 665 - 1) + 0.335) / 3),
        # Costs of 200 more: profit 465, drawdown at most doubled.
        ({}, {"cost_multiplier": 3}, (0.535 + 1 + 0.535) / 3),
        ({}, {"cost_multiplier": 1, "variation": 0}, 0.0),
        # No losses: rho = 0.9 * 0.9.
        ({"profit_factor": INF}, {"cost_multiplier": 1}, (0.19 + (1 / 0.81 - 1) + 0.19) / 3),
        # Nothing but wins before, one in ten is now a loss: rho = 0.9 * 0.9 - 0.1.
        ({"win_rate": 1.0}, {"cost_multiplier": 1}, (0.29 + (1 / 0.71 - 1) + 0.29) / 3),
    ],
    ids=str,
)
def test_summary_model_by_hand(
    change: dict[str, Any], keywords: dict[str, Any], expected: float
) -> None:
    assert penalty(SUMMARY | change, penalty_cap=1, **keywords) == near(expected)


def test_summary_model_that_overflows_counts_as_the_cap() -> None:
    assert penalty(SUMMARY | {"cost_per_trade": 1e307, "total_trades": 10**9}) == 0.5


@pytest.mark.parametrize("change", NO_EDGE, ids=str)
def test_summary_model_without_edge_is_the_cap(change: dict[str, Any]) -> None:
    assert penalty(SUMMARY | change, penalty_cap=0.3) == near(0.3)


@pytest.mark.parametrize("bad", [*OUTSIDE_DOMAIN, {"cost_per_trade": -1.0}], ids=str)
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert column(rating.stress_penalty(), SUMMARY, SUMMARY | bad)[1] is None


@pytest.mark.parametrize("items", [None, [], [None]])
@pytest.mark.parametrize("name", ["trades", "stress_runs"])
def test_no_evidence_is_null_or_no_penalty(name: str, items: Any) -> None:
    dtypes = {name: list_of(["pnl"] if name == "trades" else list(BASE))}
    row = {**BASE, name: items}
    assert value(rating.stress_penalty(), row, **dtypes) is None
    assert value(rating.stress_penalty(no_evidence="omega"), row, **dtypes) == 0.0


def test_reruns_come_before_trades() -> None:
    row = {**SUMMARY, **BASE, "trades": TRADES, "stress_runs": [MILD]}
    assert penalty(row) == near(0.2)


def test_missing_evidence_lists_all_three_tiers() -> None:
    with pytest.raises(ComputeError, match=r"`stress_runs`.*`trades`.*all of .*`profit`"):
        penalty({"x": 1})


@pytest.mark.parametrize(
    ("penalty", "cap", "expected"),
    [
        (0.25, 0.5, 0.75),
        (0.9, 0.5, 0.5),
        (-0.1, 0.5, 1.0),
        (float("inf"), 0.3, 0.7),
        (5.0, 1.0, 0.0),
        (0.2, 0.0, 1.0),
        (float("nan"), 0.5, None),
        (None, 0.5, None),
    ],
)
def test_score_from_penalty_by_hand(
    penalty: float | None, cap: float, expected: float | None
) -> None:
    frame = pl.DataFrame({"p": [penalty]}, schema={"p": pl.Float64})
    found = frame.select(rating.score_from_penalty("p", penalty_cap=cap)).item()
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-12))
    with pytest.raises(rating.RatingError, match="`penalty_cap` must be in"):
        rating.score_from_penalty("p", penalty_cap=1.5)
