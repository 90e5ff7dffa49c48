"""Formulas of the reference that no expression shows, against hand calculation and golden values.

The golden values are those of the Omega rating layer (specification, section 13).
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from polars_rating.reference.bootstrap_p_value import p_value_mean_gt_0
from polars_rating.reference.outcome import capped_mean, score_from_penalty
from polars_rating.reference.robustness import robustness_score
from polars_rating.reference.summary_model import edge_ratio, n_dropped
from polars_rating.reference.trade_dropout import replay_dropout
from polars_rating.reference.ulcer_index import score_of_index, ulcer_index_of_weeks, weekly_closes

NAN, INF = float("nan"), float("inf")


def close(expected: float) -> object:
    return pytest.approx(expected, rel=1e-12, abs=0)


def test_robustness_of_plain_numbers_by_hand() -> None:
    # Falls of 0.2, 0.3 and 0, a rise of 0.1.
    found = robustness_score((100.0, 1.0, 0.5, 10.0), [(80.0, 0.7, 0.6, 11.0)])
    assert found == close(1 - 0.6 / 4)


def test_capped_mean_by_hand() -> None:
    assert capped_mean([0.25, 0.5, INF, NAN], 1.0) == 0.375
    assert capped_mean([0.75, 0.5], 0.5) == 0.5
    assert capped_mean([], 0.3) == 0.3
    assert capped_mean([INF], 0.3) == 0.3
    assert capped_mean([1e308, 1e308], 0.3) == 0.3


@pytest.mark.parametrize(
    ("penalty", "score"), [(-1, 1.0), (0.25, 0.75), (0.75, 0.5), (INF, 0.5), (NAN, 0.5)]
)
def test_score_from_penalty_by_hand(penalty: float, score: float) -> None:
    assert score_from_penalty(penalty, 0.5) == score


@pytest.mark.parametrize(
    ("profit_factor", "p", "r_p", "r_b", "expected"),
    [
        # g = 3/4, l = 1/4: rho = 1.5 r_p r_b + 0.5 r_p - 1.
        (3.0, 0.5, 0.8, 0.9, 0.48),
        # No losses: rho = r_p r_b.
        (INF, 0.5, 0.8, 0.9, 0.72),
        # p = 1: g' = 0.9 r_b, l' = 0.1.
        (3.0, 1.0, 0.9, 1.0, 0.8),
    ],
)
def test_edge_ratio_by_hand(
    profit_factor: float, p: float, r_p: float, r_b: float, expected: float
) -> None:
    assert edge_ratio(profit_factor, p, r_p, r_b) == close(expected)


@pytest.mark.parametrize(
    ("n", "fraction", "expected"),
    [(10, 0.25, 3), (10, 0.01, 1), (10, 1.0, 10), (1, 0.1, 1), (100, 0.07, 8), (2.5, 1.0, 2.5)],
)
def test_n_dropped_by_hand(n: float, fraction: float, expected: float) -> None:
    # 100 * 0.07 is 7.000000000000001 in floating point, so 8, as in Omega.
    assert n_dropped(n, fraction) == expected


def golden_trades() -> list[dict[str, Any]]:
    rng = np.random.default_rng(222)
    results, r_multiples = rng.normal(10, 30, 40).tolist(), rng.normal(0.2, 0.8, 40).tolist()
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return [
        {"pnl": pnl, "fee": 0.15, "r_multiple": r, "exit_time": first + dt.timedelta(days=i)}
        for i, (pnl, r) in enumerate(zip(results, r_multiples, strict=True))
    ]


@pytest.mark.parametrize(
    ("seed", "profit", "max_drawdown", "sharpe"),
    [
        (777, 366.1316624887617, 104.60249907026733, 0.1383649365800727),
        (778, 399.26213208400725, 55.82351178074168, 0.2786266865939717),
        (779, 414.6024812785693, 114.72774583590773, 0.21877767971428924),
    ],
)
def test_dropout_replay_matches_omega(
    seed: int, profit: float, max_drawdown: float, sharpe: float
) -> None:
    found = replay_dropout(golden_trades(), 0.25, seed)
    assert found == (close(profit), close(max_drawdown), close(sharpe))


def test_p_values_match_omega() -> None:
    trades = golden_trades()
    r_multiples = [trade["r_multiple"] for trade in trades]
    net = [trade["pnl"] - trade["fee"] for trade in trades]
    assert p_value_mean_gt_0(r_multiples, n_boot=300, seed=123) == close(0.04666666666666667)
    assert p_value_mean_gt_0(net, n_boot=300, seed=456) == close(0.016666666666666666)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 1.0),
        ([5.0], 1.0),
        ([5.0, NAN, INF, -INF], 1.0),
        ([1.0, 2.0], 0.0),
        ([-1.0, -2.0], 1.0),
        ([0.0, 0.0], 1.0),
    ],
)
def test_p_value_by_hand(values: list[float], expected: float) -> None:
    assert p_value_mean_gt_0(values, n_boot=50) == expected


def test_p_value_counts_numpy_resamples() -> None:
    # Two values 1 and -2: a resample has a mean > 0 only if it holds 1 twice.
    index = np.random.default_rng(9).choice(2, size=(400, 2), replace=True)
    expected = 1 - np.mean((index == 0).all(axis=1))
    assert p_value_mean_gt_0([1.0, NAN, -2.0], n_boot=400, seed=9) == pytest.approx(expected)


def test_ulcer_index_matches_omega() -> None:
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    times = [start + dt.timedelta(days=i) for i in range(90)]
    equity = 100000 + np.cumsum(100 * np.sin(np.linspace(0, 7, 90)))
    index = ulcer_index_of_weeks(weekly_closes(times, equity.tolist()))
    assert index is not None
    assert index == close(1.3460287637407986)
    assert score_of_index(index) == close(0.8653971236259201)


def test_weeks_end_on_sunday_and_the_last_value_wins() -> None:
    sunday = dt.datetime(2024, 1, 7, 23, 59)
    monday = dt.datetime(2024, 1, 8)
    times = [monday, sunday, sunday, sunday - dt.timedelta(days=1)]
    assert weekly_closes(times, [4.0, 1.0, 2.0, 3.0]) == [2.0, 4.0]


def test_week_of_an_aware_time_is_its_utc_week() -> None:
    east = dt.timezone(dt.timedelta(hours=9))
    times = [dt.datetime(2024, 1, 8, 5, tzinfo=east), dt.datetime(2024, 1, 8, 9, tzinfo=east)]
    assert weekly_closes(times, [1.0, 2.0]) == [1.0, 2.0]


def test_week_without_a_finite_value_is_nan() -> None:
    start = dt.date(2024, 1, 1)
    times = [start, start + dt.timedelta(days=14), start + dt.timedelta(days=15)]
    closes = weekly_closes(times, [1.0, 2.0, NAN])
    assert closes == [1.0, pytest.approx(NAN, nan_ok=True), 2.0]
    assert weekly_closes([], []) == []


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        ([], None),
        ([100.0], None),
        ([100.0, 110.0], 0.0),
        ([100.0, 90.0, 110.0, 110.0], 5.0),  # drawdown 10 % in one of four weeks
        ([100.0, NAN, 90.0, 100.0], 5.0),  # the week without a value counts as 0
        ([-1.0, -2.0], None),  # no positive maximum to fall from
    ],
)
def test_ulcer_index_by_hand(weekly: list[float], expected: float | None) -> None:
    assert ulcer_index_of_weeks(weekly) == expected


def test_score_of_index_is_clipped() -> None:
    assert [score_of_index(x) for x in (0.0, 2.5, 10.0, 40.0)] == [1.0, 0.75, 0.0, 0.0]
    assert math.isclose(score_of_index(2.0, ulcer_cap=4.0), 0.5)
