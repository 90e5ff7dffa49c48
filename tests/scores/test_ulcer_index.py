"""Ulcer index and its score against numbers worked out by hand, and pandas' weeks."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import INF, NAN, column, near, value

MONDAY = dt.datetime(2024, 1, 1)
DAY = dt.timedelta(days=1)
HALF = near(math.sqrt(100 / 2))
"""A fall by 10 % in one of two weeks."""


def points(*pairs: tuple[dt.date | None, float | None]) -> dict[str, Any]:
    return {"equity": [{"time": time, "equity": equity} for time, equity in pairs]}


def index(row: dict[str, Any], **keywords: Any) -> Any:
    return value(rating.ulcer_index(**keywords), row)


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        ([100.0, 90.0, 110.0, 110.0], 5.0),
        ([100.0, NAN, 90.0, 100.0], 5.0),  # a week without a value counts as 0
        ([100.0, None, 90.0, 100.0], 5.0),
        ([100.0, INF, 90.0, 100.0], 5.0),
        ([100, 90, 110, 110], 5.0),
        ([100.0, 110.0], 0.0),
        ([100.0], None),
        ([], None),
        (None, None),
        ([0.0, 5.0], None),  # the running maximum is not above 0
        ([-1.0, 5.0], None),
        ([NAN, NAN], None),
    ],
)
def test_weekly_closes_by_hand(weekly: list[Any] | None, expected: float | None) -> None:
    frame = pl.DataFrame({"equity": [weekly]}, strict=False)
    assert frame.select(rating.ulcer_index()).item() == expected


def test_weeks_end_on_sunday_and_the_last_point_wins() -> None:
    assert index(points((MONDAY + 6 * DAY, 100.0), (MONDAY + 7 * DAY, 90.0))) == HALF
    assert index(points((MONDAY, 100.0), (MONDAY + 6 * DAY, 90.0))) is None
    late = (
        (MONDAY + 9 * DAY, 7.0),
        (MONDAY + 9 * DAY, 90.0),
        (MONDAY, 100.0),
        (MONDAY + 7 * DAY, 5.0),
    )
    assert index(points(*late)) == HALF


def test_points_without_time_or_value_are_dropped() -> None:
    good = ((MONDAY, 100.0), (MONDAY + 7 * DAY, 90.0))
    bad = ((MONDAY - 70 * DAY, NAN), (None, 1e9), (MONDAY + 8 * DAY, INF), (MONDAY + 9 * DAY, None))
    assert index(points(*bad, *good)) == HALF


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_weeks_are_those_of_utc_in_every_unit_and_zone(unit: Any, zone: str | None) -> None:
    # The last moment of a Sunday in UTC, and the first of the Monday after.
    times = [MONDAY + 7 * DAY - dt.timedelta(milliseconds=1), MONDAY + 7 * DAY]
    time = pl.Series("time", times, dtype=pl.Datetime(unit))
    if zone is not None:
        time = time.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    frame = pl.DataFrame([time, pl.Series("equity", [100.0, 90.0])])
    frame = frame.select(pl.struct("time", "equity").implode().alias("equity"))
    assert frame.select(rating.ulcer_index()).item() == HALF


def test_points_within_a_microsecond_keep_their_order() -> None:
    time = pl.Series("time", [0, 8 * 86_400_000_000_002, 8 * 86_400_000_000_001, 0]).cast(
        pl.Datetime("ns")
    )
    frame = pl.DataFrame([time, pl.Series("equity", [50.0, 90.0, 1.0, 100.0])])
    frame = frame.select(pl.struct("time", "equity").implode().alias("equity"))
    assert frame.select(rating.ulcer_index()).item() == HALF


def test_equity_of_dates_matches_pandas() -> None:
    rng = np.random.default_rng(7)
    days = pd.date_range("2023-01-04", periods=200, freq="D")[rng.random(200) < 0.4]
    equity = pd.Series(10_000 + rng.normal(0, 80, len(days)).cumsum(), index=days)
    closes = equity.resample("W-SUN").last()
    dd = (100 * (1 - closes / closes.cummax())).fillna(0.0)
    row = points(*((day.date(), x) for day, x in equity.items()))
    assert index(row) == near(math.sqrt((dd**2).mean()))


def test_worked_example_of_omega() -> None:
    equity = 100_000 + np.cumsum(100 * np.sin(np.linspace(0, 7, 90)))
    row = points(*((MONDAY + i * DAY, x) for i, x in enumerate(equity.tolist())))
    assert index(row) == near(1.3460287637407986)
    assert value(rating.ulcer_index_score(), row) == near(0.8653971236259201)


# PerformanceAnalytics, `portfolio_bacon`, in percent.
BACON = [0.3, 2.6, 1.1, -1.0, 1.5, 2.5, 1.6, 6.7, -1.4, 4.0, -0.5, 8.1]
BACON += [4.0, -3.7, -6.1, 1.7, -4.9, -2.2, 7.0, 5.8, -6.5, 2.4, -0.5, -0.9]


def test_returns_match_performance_analytics() -> None:
    row = {"returns": [percent / 100 for percent in BACON]}
    assert index(row) == near(6.118428726189615)


@pytest.mark.parametrize(
    ("returns", "compound", "expected"),
    [
        ([-0.5, NAN, 0.5, None], False, 100 * math.sqrt(0.25 / 2)),
        ([-0.5, INF, 0.5], True, 100 * math.sqrt(0.3125 / 2)),
        ([-1.5, 9.0], True, 100.0),  # ruin lasts
        ([-1.5, -1.0], False, 100.0),  # debt is a drawdown of 1, not more
        ([0.1, NAN], True, None),
        ([NAN], True, None),
        ([], True, None),
    ],
)
def test_returns_by_hand(returns: list[Any], compound: bool, expected: float | None) -> None:
    frame = pl.DataFrame({"returns": [returns]}, schema={"returns": pl.List(pl.Float64)})
    found = frame.select(rating.ulcer_index(compound=compound)).item()
    assert found == (expected if expected is None else near(expected))


def trade(pnl: float, fee: float, day: int) -> dict[str, Any]:
    return {"pnl": pnl, "fee": fee, "exit_time": MONDAY + day * DAY}


def test_trades_are_net_of_fees_and_in_order_of_exit() -> None:
    trades = [trade(52.0, 2.0, 3), trade(-48.0, 2.0, 1)]
    assert index({"trades": trades}, capital=100.0) == near(100 * math.sqrt(0.25 / 2))
    assert index({"trades": trades[:1]}, capital=100.0) is None


def test_capital_may_be_a_column_in_which_bad_values_give_null() -> None:
    trades = [trade(-50.0, 0.0, 1), trade(50.0, 0.0, 2)]
    capitals = [100.0, None, 0.0, -1.0, NAN, INF]
    rows = [{"trades": trades, "account": x} for x in capitals]
    found = column(rating.ulcer_index(capital="account"), *rows)
    assert found == [near(100 * math.sqrt(0.25 / 2)), *[None] * 5]
    assert column(rating.ulcer_index(capital=pl.col("account") / 2), *rows)[0] == near(
        100 * math.sqrt(1.0 / 2)
    )


def test_the_best_evidence_is_used_unless_a_keyword_says_otherwise() -> None:
    row = {
        "equity": [100.0, 90.0],
        "returns": [-0.5, 0.5],
        "trades": [trade(-10.0, 0.0, 1), trade(0.0, 0.0, 2)],
        "weekly": [100.0, 50.0],
    }
    assert index(row) == HALF
    assert index(row, returns="returns") == near(100 * math.sqrt(0.3125 / 2))
    assert index(row, trades="trades", capital=100.0) == near(10.0)
    assert index(row, equity="weekly") == near(100 * math.sqrt(0.25 / 2))
    del row["equity"]
    assert index(row) == near(100 * math.sqrt(0.3125 / 2))


def test_trades_without_capital_are_no_evidence() -> None:
    row = {"trades": [trade(1.0, 0.0, 1)]}
    for keywords in ({}, {"trades": "trades"}):
        with pytest.raises(
            ComputeError, match=r"RATING_MISSING_EVIDENCE.*`trades` with `capital=`"
        ):
            index(row, **keywords)


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ({"capital": 0.0}, "`capital` must be finite and > 0, or None, got 0.0"),
        ({"compound": 1}, "`compound` must be True or False, got 1"),
        ({"ulcer_cap": 0.0}, "`ulcer_cap` must be finite and > 0, got 0.0"),
    ],
)
def test_bad_parameters_are_errors(keywords: dict[str, Any], text: str) -> None:
    with pytest.raises(rating.RatingError, match="RATING_BAD_ARGUMENT") as caught:
        rating.ulcer_index_score(**keywords)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("equity", "text"),
    [
        ([[{"time": MONDAY}]], "`equity` must have the field `equity`, found `time`"),
        ([[{"time": 1, "equity": 1.0}]], "`equity.time` must be a Datetime or Date"),
        ([["a"]], "`equity` must be List(Struct{time, equity}) or a List of weekly closes"),
        ([1.0], "`equity` must be List(Struct{time, equity}) or a List of weekly closes"),
    ],
)
def test_malformed_equity_is_an_error_that_names_it(equity: list[Any], text: str) -> None:
    with pytest.raises(ComputeError) as caught:
        pl.DataFrame({"equity": equity}).select(rating.ulcer_index())
    assert text in str(caught.value)


@pytest.mark.parametrize(("cap", "expected"), [(10.0, 0.5), (5.0, 0.0), (2.0, 0.0), (20.0, 0.75)])
def test_score_is_what_the_index_leaves_of_the_cap(cap: float, expected: float) -> None:
    row = {"equity": [100.0, 90.0, 110.0, 110.0]}
    assert value(rating.ulcer_index_score(ulcer_cap=cap), row) == expected
