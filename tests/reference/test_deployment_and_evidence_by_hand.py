"""Deployment gate and evidence tiers of the reference against hand-computed answers."""

from __future__ import annotations

from typing import Any

import pytest

from polars_rating.config import Thresholds
from polars_rating.exceptions import RatingError
from polars_rating.reference import deployment, evidence

NAN, INF = float("nan"), float("inf")
GOOD: dict[str, Any] = {
    "win_rate": 0.45,
    "avg_r": 0.6,
    "profit": 500.0,
    "profit_factor": 1.2,
    "max_drawdown": 1000.0,
}
SUMMARY: dict[str, Any] = GOOD | {
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "cost_per_trade": 1.0,
    "yearly_profits": [400.0, 600.0],
}


def test_evidence_by_hand() -> None:
    names = ("robustness_score", "stability_score", "cost_shock_score", "trade_dropout_score")
    names = (*names, "stress_penalty")
    assert evidence({}) == dict.fromkeys(names)
    assert evidence(SUMMARY) == dict.fromkeys(names, "summary")
    trades = {"trades": [{"pnl": 1.0}]}
    expected = ["summary", None, "trades", "trades", "trades"]
    assert list(evidence(trades).values()) == expected
    dated = {"trades": [{"pnl": 1.0, "exit_time": None}]}
    assert evidence(dated)["stability_score"] == "trades"
    runs = dict.fromkeys(("jitter_runs", "cost_runs", "dropout_runs", "stress_runs"))
    assert list(evidence(runs | dated).values()) == ["reruns", "trades", *["reruns"] * 3]
    without_costs = {k: v for k, v in SUMMARY.items() if k != "cost_per_trade"}
    assert list(evidence(without_costs).values()) == ["summary", "summary", None, "summary", None]


def test_deployment_thresholds_are_inclusive() -> None:
    assert deployment(GOOD) == {"score": 1.0, "deployable": True, "failed": []}


@pytest.mark.parametrize("bad", [None, NAN])
def test_deployment_fails_closed_in_order(bad: float | None) -> None:
    found = deployment(GOOD | {"profit_factor": bad, "win_rate": bad})
    assert found["failed"] == ["win_rate", "profit_factor"]
    assert (found["score"], found["deployable"]) == (pytest.approx(0.6), False)


def test_deployment_compares_infinities_as_numbers() -> None:
    assert deployment(GOOD | {"profit_factor": INF})["deployable"]
    assert deployment(GOOD | {"max_drawdown": -INF})["deployable"]
    assert deployment(GOOD | {"max_drawdown": INF})["failed"] == ["max_drawdown"]


def test_deployment_takes_thresholds_and_computes_from_trades() -> None:
    row = {"trades": {"pnl": [300.0, -100.0], "r_multiple": [3.0, -1.0]}}
    assert deployment(row)["failed"] == ["profit"]
    assert deployment(row, Thresholds(profit=200))["deployable"]
    assert deployment({"trades": []})["score"] == 0.0
    with pytest.raises(RatingError, match=r"for `deployment`.*; `avg_r` missing, nor `trades`"):
        deployment({"trades": {"pnl": [1.0]}})
