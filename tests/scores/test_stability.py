"""Stability and its wmape against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def both(row: dict[str, Any], **keywords: Any) -> tuple[Any, Any]:
    exprs = rating.stability(**keywords), rating.stability_wmape(**keywords)
    return pl.DataFrame([row]).select(*exprs).row(0)


def test_equal_years_by_hand() -> None:
    # Total 400, expected 200 a year: |100 - 200| / 200 and |300 - 200| / 200, each with weight 1/2.
    assert both({"yearly_profits": [100.0, 300.0]}) == (near(1 / 1.5), near(0.5))


def test_even_profits_score_one() -> None:
    assert both({"yearly_profits": [250.0] * 4}) == (1.0, 0.0)


def test_losses_that_are_even_are_stable_too() -> None:
    assert both({"yearly_profits": [-250.0] * 4}) == (1.0, 0.0)


def test_year_days_by_hand() -> None:
    # 300 in 300 days: 1 a day. Expected 100 and 200, so errors |250 - 100| / 100 = 1.5 and
    # |50 - 200| / 200 = 0.75, weighted with 100 / 300 and 200 / 300: 0.5 + 0.5 = 1.
    row = {"yearly_profits": [250.0, 50.0], "year_days": [100.0, 200.0]}
    assert both(row) == (near(0.5), near(1.0))


def test_year_days_that_cannot_be_used_fall_back_to_the_calendar_by_hand() -> None:
    # 2024 has 366 days, 2025 has 365: 731 in 731 days, exactly one a day.
    row = {"yearly_profits": [366.0, 365.0], "years": [2024, 2025]}
    assert both(row) == (1.0, 0.0)
    for bad in (None, float("nan"), float("inf"), 0.0, -5.0):
        assert both({**row, "year_days": [bad, 365.0]}) == (1.0, 0.0)
    # 1900 was no leap year, 2000 was one.
    assert both({"yearly_profits": [365.0, 366.0], "years": [1900, 2000]}) == (1.0, 0.0)


def test_unknown_year_has_the_mean_length_by_hand() -> None:
    # 365.25 and 365 days at one a day.
    assert both({"yearly_profits": [365.25, 365.0], "years": [None, 2023]}) == (1.0, 0.0)


def test_small_expectations_are_measured_against_min_scale_by_hand() -> None:
    # Expected 10 a year: errors of 10 against 100 by default, against 50, and against 10.
    row = {"yearly_profits": [0.0, 20.0]}
    assert both(row) == (near(1 / 1.1), near(10 / 100))
    assert both(row, min_scale=50) == (near(1 / 1.2), near(10 / 50))
    assert both(row, min_scale=0.001) == (near(0.5), near(10 / 10))


def test_two_percent_of_the_total_is_the_least_scale_by_hand() -> None:
    # Total 1,000,000 in 1,000 days. Year 2 of one day expects 1,000, but 2 % of the total is
    # 20,000: wmape = 999/1000 * |1e6 - 999000| / 999000 + 1/1000 * |0 - 1000| / 20000.
    row = {"yearly_profits": [1e6, 0.0], "year_days": [999.0, 1.0]}
    assert both(row)[1] == near(0.999 * 1_000 / 999_000 + 0.001 * 1_000 / 20_000)


def test_null_profits_count_as_zero() -> None:
    for bad in (None, float("nan"), float("inf")):
        assert both({"yearly_profits": [bad, 200.0]}) == both({"yearly_profits": [0.0, 200.0]})


def test_one_year_agrees_with_itself_unless_more_are_asked_for() -> None:
    assert both({"yearly_profits": [-7.0]}) == (1.0, 0.0)
    assert both({"yearly_profits": [-7.0]}, min_years=2) == (None, None)
    assert both({"yearly_profits": [1.0, 1.0]}, min_years=2) == (1.0, 0.0)


def test_no_years_are_no_evidence() -> None:
    df = pl.DataFrame({"yearly_profits": [None, [], [100.0, 300.0]]})
    exprs = rating.stability(), rating.stability_wmape()
    assert df.select(*exprs).rows() == [(None, None), (None, None), (near(1 / 1.5), near(0.5))]
    omega = rating.stability(no_evidence="omega"), rating.stability_wmape(no_evidence="omega")
    assert df.select(*omega).rows()[:2] == [(1.0, 0.0)] * 2


def test_overflow_scores_zero() -> None:
    assert both({"yearly_profits": [1e308, 1e308]}) == (0.0, float("inf"))


def test_trades_by_hand() -> None:
    # 2020 from the first entry, 22 December, to the 31st: 10 days. 2021 without an exit: 365
    # days, profit 0. 2022 up to the last exit, 25 January: 25 days. Together 400 days.
    # Net 39 and 1 (fees 1 each): 40, so 0.1 a day; expected 1, 36.5 and 2.5, scale 100.
    trades = [
        {"pnl": 2.0, "fee": 1.0, "entry": (2022, 1, 5), "exit": (2022, 1, 25)},
        {"pnl": 40.0, "fee": 1.0, "entry": (2020, 12, 22), "exit": (2020, 12, 30)},
    ]
    trades = [
        {
            "pnl": t["pnl"],
            "fee": t["fee"],
            "entry_time": dt.datetime(*t["entry"], 23, 59),
            "exit_time": dt.datetime(*t["exit"], 0, 1),
        }
        for t in trades
    ]
    expected = (10 * 38.0 + 365 * 36.5 + 25 * 1.5) / 400 / 100
    assert both({"trades": trades}) == (near(1 / (1 + expected)), near(expected))


def test_trades_without_exit_times_are_no_evidence() -> None:
    with pytest.raises(ComputeError, match="exit_time"):
        pl.DataFrame({"trades": [[{"pnl": 1.0}]]}).select(rating.stability())


def test_profits_by_keyword_go_without_the_frames_days() -> None:
    row = {"yearly_profits": [9.0, 8.0], "year_days": [1.0, 365.0], "mine": [100.0, 300.0]}
    assert both(row, profits="mine") == (near(1 / 1.5), near(0.5))
    with_days = both(row, profits="mine", year_days=pl.col("year_days"))
    assert with_days[1] != near(0.5)


def test_lists_that_differ_in_length_are_an_error() -> None:
    with pytest.raises(ComputeError, match="year_days"):
        both({"yearly_profits": [1.0, 2.0], "year_days": [1.0]})
