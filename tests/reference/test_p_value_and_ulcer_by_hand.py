"""Bootstrap p-value and ulcer index of the reference against hand-computed numbers."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from polars_rating.reference.p_value import p_value_mean_gt_0
from polars_rating.reference.ulcer_index import ulcer_index, ulcer_index_score, weekly_closes

NAN, INF = float("nan"), float("inf")


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
        ([-1.0, -2.0], 0.0),  # no positive maximum to fall from
    ],
)
def test_ulcer_index_by_hand(weekly: list[float], expected: float | None) -> None:
    assert ulcer_index(weekly) == expected


def test_ulcer_index_score_is_clipped() -> None:
    assert [ulcer_index_score(x) for x in (0.0, 2.5, 10.0, 40.0)] == [1.0, 0.75, 0.0, 0.0]
    assert math.isclose(ulcer_index_score(2.0, ulcer_cap=4.0), 0.5)
