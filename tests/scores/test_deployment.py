"""The deployment gate against the five thresholds, one by one."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingError, Thresholds
from tests._engines import plan
from tests.scores._by_hand import near

# Every metric exactly on its threshold, which is inclusive.
EDGE = {
    "win_rate": 0.45,
    "avg_r": 0.6,
    "profit": 500.0,
    "profit_factor": 1.2,
    "max_drawdown": 1_000.0,
}


def judge(row: dict[str, Any], thresholds: Thresholds | None = None, **columns: Any) -> Any:
    df = pl.DataFrame([row], schema_overrides=dict.fromkeys(EDGE, pl.Float64) if columns else None)
    return df.select(rating.deployment(thresholds, **columns)).item()


def test_thresholds_are_inclusive() -> None:
    assert judge(EDGE) == {"score": 1.0, "deployable": True, "failed": []}


@pytest.mark.parametrize("name", EDGE)
def test_each_criterion_fails_alone_just_beyond_its_threshold(name: str) -> None:
    beyond = math.inf if name == "max_drawdown" else -math.inf
    worse = EDGE | {name: math.nextafter(EDGE[name], beyond)}
    assert judge(worse) == {"score": near(0.8), "deployable": False, "failed": [name]}


@pytest.mark.parametrize("bad", [None, math.nan])
@pytest.mark.parametrize("name", EDGE)
def test_null_and_nan_fail_their_criterion(name: str, bad: float | None) -> None:
    rows = pl.DataFrame([EDGE, EDGE | {name: bad}])
    found = rows.select(rating.deployment()).to_series().to_list()
    assert [row["failed"] for row in found] == [[], [name]]


def test_infinite_metrics_are_compared_as_numbers() -> None:
    best = dict.fromkeys(EDGE, math.inf) | {"max_drawdown": -math.inf}
    assert judge(best)["deployable"] is True
    worst = {name: -value for name, value in best.items()}
    assert judge(worst) == {"score": 0.0, "deployable": False, "failed": list(EDGE)}


def test_failed_criteria_are_listed_in_order_by_hand() -> None:
    row = EDGE | {"max_drawdown": 1_500.0, "win_rate": 0.2, "profit": 0.0}
    expected = {"score": near(1 - 3 / 5), "deployable": False}
    assert judge(row) == expected | {"failed": ["win_rate", "profit", "max_drawdown"]}


def test_other_thresholds() -> None:
    lenient = Thresholds(
        win_rate=0.1, avg_r=-math.inf, profit=0, profit_factor=1, max_drawdown=math.inf
    )
    row = {
        "win_rate": 0.1,
        "avg_r": -9.0,
        "profit": 0.0,
        "profit_factor": 1.0,
        "max_drawdown": 1e12,
    }
    assert judge(row, lenient)["deployable"] is True
    assert judge(row)["failed"] == list(EDGE)


def test_metrics_come_from_trades_by_hand() -> None:
    # Net 900, -100: profit 800, factor 9, win rate 0.5, drawdown 100, mean R (9 - 1) / 2 = 4.
    good = [{"pnl": 900.0, "r_multiple": 9.0}, {"pnl": -100.0, "r_multiple": -1.0}]
    # Net 300, -100: profit 200, which other thresholds let pass; factor 3, mean R 1.
    small = [{"pnl": 300.0, "r_multiple": 3.0}, {"pnl": -100.0, "r_multiple": -1.0}]
    # No trades: every metric is null here, so all five fail.
    df = pl.DataFrame({"trades": [good, small, [], None]})
    none = {"score": 0.0, "deployable": False, "failed": list(EDGE)}
    found = df.select(rating.deployment()).to_series().to_list()
    assert [row["failed"] for row in found[:2]] == [[], ["profit"]]
    assert found[2:] == [none, none]
    found = df.select(rating.deployment(Thresholds(profit=200))).to_series().to_list()
    assert [row["deployable"] for row in found] == [True, True, False, False]


def test_columns_by_keyword() -> None:
    row = {**EDGE, "net": 400.0}
    assert judge(row, profit="net")["failed"] == ["profit"]
    assert judge(row, profit=pl.col("net") + 100)["failed"] == []
    assert judge({**EDGE, "p": [250.0, 250.0]}, yearly_profits="p")["deployable"] is True


@pytest.mark.parametrize(
    "row", [{k: x for k, x in EDGE.items() if k != "avg_r"}, {"trades": [{"pnl": 1.0}]}], ids=str
)
def test_missing_metric_is_an_error_that_names_it(row: dict[str, Any]) -> None:
    lazy = pl.LazyFrame([row]).select(rating.deployment())
    with pytest.raises(ComputeError, match=r"no evidence for `deployment`.*; `avg_r` missing"):
        plan(lazy)


def test_thresholds_of_another_type_are_refused() -> None:
    with pytest.raises(RatingError, match="`thresholds` must be a Thresholds"):
        rating.deployment({"profit": 1})
