"""Ulcer index of the reference: points to drop, returns and trades, by hand and published."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from polars_rating.reference.ulcer_index import (
    ulcer_index_of_returns,
    ulcer_index_of_trades,
    ulcer_index_of_weeks,
    weekly_closes,
)

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        ([100.0, INF, 90.0, 100.0], 5.0),
        ([0.0, 5.0], None),
        ([-1.0, 5.0], None),
        ([NAN, NAN], None),
    ],
)
def test_weeks_without_value_or_positive_maximum(
    weekly: list[float], expected: float | None
) -> None:
    assert ulcer_index_of_weeks(weekly) == expected


def test_points_without_time_or_value_are_dropped() -> None:
    start = dt.date(2024, 1, 1)
    times = [start - dt.timedelta(days=70), start, None, start + dt.timedelta(days=7)]
    assert weekly_closes(times, [NAN, 100.0, 1e9, 90.0]) == [100.0, 90.0]
    assert weekly_closes([start], [NAN]) == []


def test_ulcer_index_of_returns_matches_performance_analytics() -> None:
    # R package PerformanceAnalytics, data set `portfolio_bacon`.
    percent = [0.3, 2.6, 1.1, -1.0, 1.5, 2.5, 1.6, 6.7, -1.4, 4.0, -0.5, 8.1]
    percent += [4.0, -3.7, -6.1, 1.7, -4.9, -2.2, 7.0, 5.8, -6.5, 2.4, -0.5, -0.9]
    index = ulcer_index_of_returns([p / 100 for p in percent])
    assert index == pytest.approx(6.118428726189615, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "compound", "expected"),
    [
        ([-0.5, NAN, 0.5], False, 100 * math.sqrt(0.25 / 2)),
        ([-0.5, NAN, 0.5], True, 100 * math.sqrt(0.3125 / 2)),
        ([-1.5, 9.0], True, 100.0),  # ruin lasts
        ([-1.5, -1.0], False, 100.0),  # debt is a drawdown of 1, not more
        ([1e200, 1e200, 1.0], True, 0.0),
        ([0.1, NAN], True, None),
    ],
)
def test_ulcer_index_of_returns_by_hand(
    returns: list[float], compound: bool, expected: float | None
) -> None:
    assert ulcer_index_of_returns(returns, compound=compound) == expected


@pytest.mark.parametrize(
    ("net", "capital", "expected"),
    [
        ([-50.0, 50.0], 100.0, 100 * math.sqrt(0.25 / 2)),
        ([-150.0, 20.0], 100.0, 100.0),
        ([1.0], 100.0, None),
        ([1.0, 2.0], 0.0, None),
        ([1.0, 2.0], INF, None),
        ([1.0, 2.0], NAN, None),
    ],
)
def test_ulcer_index_of_trades_by_hand(
    net: list[float], capital: float, expected: float | None
) -> None:
    assert ulcer_index_of_trades(net, capital) == expected
