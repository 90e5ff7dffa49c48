"""Stability and its wmape against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import INF, NAN, frame, list_of, near

# Total 400, expected 200 a year: |100 - 200| / 200 and |300 - 200| / 200, each with weight 1/2.
HALF = (near(1 / 1.5), near(0.5))
DATED = list_of(["pnl"], exit_time=pl.Date)


def both(row: dict[str, Any], dtypes: dict[str, Any] | None = None, **keywords: Any) -> Any:
    exprs = rating.stability(**keywords), rating.stability_wmape(**keywords)
    return frame(row, **dtypes or {}).select(*exprs).row(0)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"yearly_profits": [100.0, 300.0]}, 0.5),
        # Losses that are even are stable too.
        ({"yearly_profits": [250.0] * 4}, 0.0),
        ({"yearly_profits": [-250.0] * 4}, 0.0),
        # mu = 0: each year 0.5 * 100 / S_min with S_min = 100.
        ({"yearly_profits": [100.0, -100.0]}, 1.0),
        # 0.5 * 5,000 / 5,000, twice.
        ({"yearly_profits": [10_000.0, 0.0]}, 1.0),
        # 300 in 300 days: 1 a day. Expected 100 and 200, so errors |250 - 100| / 100 = 1.5 and
        # |50 - 200| / 200 = 0.75, weighted with 100 / 300 and 200 / 300: 0.5 + 0.5 = 1.
        ({"yearly_profits": [250.0, 50.0], "year_days": [100.0, 200.0]}, 1.0),
        ({"yearly_profits": [1_000.0, 3_000.0], "year_days": [50.0, 150.0]}, 0.0),
        # The calendar at one a day: 2024 and 2000 are leap years, 1900 is none.
        ({"yearly_profits": [366.0, 365.0], "years": [2024, 2025]}, 0.0),
        ({"yearly_profits": [365.0, 366.0], "years": [1900, 2000]}, 0.0),
        # An unknown year has 365.25 days.
        ({"yearly_profits": [365.25, 365.0], "years": [None, 2023]}, 0.0),
        # P = 200,000 and lengths 1 : 9999: the least scale is 0.02 * 200,000 = 4,000; mu d_1 = 20,
        # so 1e-4 * 180 / 4,000 for the short year, 0.9999 * 180 / 199,980 for the long one.
        (
            {"yearly_profits": [200.0, 199_800.0], "year_days": [1.0, 9_999.0]},
            1e-4 * 180 / 4_000 + 0.9999 * 180 / 199_980,
        ),
        # One year agrees with itself.
        ({"yearly_profits": [-7.0], "year_days": [0.3]}, 0.0),
    ],
    ids=str,
)
def test_profits_of_years_by_hand(row: dict[str, Any], expected: float) -> None:
    assert both(row) == (near(1 / (1 + expected)), near(expected))


@pytest.mark.parametrize("bad", [None, NAN, INF, 0.0, -5.0])
def test_year_days_that_cannot_be_used_fall_back_to_the_calendar_by_hand(bad: Any) -> None:
    row = {"yearly_profits": [366.0, 99.0], "years": [2024, 1], "year_days": [bad, 99.0]}
    assert both(row) == (1.0, 0.0)
    # And without it to 365.25 days.
    assert both({"yearly_profits": [365.25, 99.0], "year_days": [bad, 99.0]}) == (1.0, 0.0)


def test_null_lists_of_years_and_days_count_as_not_given() -> None:
    row = {"yearly_profits": [100.0, 300.0], "years": None, "year_days": None}
    assert both(row, {"years": pl.List(pl.Int64), "year_days": pl.List(pl.Float64)}) == HALF


def test_small_expectations_are_measured_against_min_scale_by_hand() -> None:
    # Expected 10 a year: errors of 10 against 100 by default, against 50, and against 10.
    row = {"yearly_profits": [20.0, 0.0]}
    for scale, expected in ((100, 0.1), (50, 0.2), (1, 1.0)):
        assert both(row, min_scale=scale) == (near(1 / (1 + expected)), near(expected))


@pytest.mark.parametrize("bad", [None, NAN, INF])
def test_profits_that_are_not_finite_count_as_zero(bad: float | None) -> None:
    row = {"yearly_profits": [bad, 200.0]}
    assert both(row) == both({"yearly_profits": [0.0, 200.0]}) == (0.5, 1.0)


def test_fewer_years_than_asked_for_are_null() -> None:
    row = {"yearly_profits": [-7.0]}
    assert both(row, min_years=2) == both(row, min_years=2, no_evidence="omega") == (None, None)
    assert both({"yearly_profits": [1.0, 1.0]}, min_years=2) == (1.0, 0.0)


@pytest.mark.parametrize(("profits", "years"), [(None, [2020]), ([], []), ([], None)])
def test_no_years_are_no_evidence(profits: Any, years: Any) -> None:
    row = {"yearly_profits": profits, "years": years}
    dtypes = {"yearly_profits": pl.List(pl.Float64), "years": pl.List(pl.Int64)}
    assert both(row, dtypes) == (None, None)
    assert both(row, dtypes, no_evidence="omega") == (1.0, 0.0)


def test_overflow_scores_zero() -> None:
    assert both({"yearly_profits": [1e308, 1e308]}) == (0.0, INF)
    assert both({"yearly_profits": [1e308, 1e308, -1e308]}) == (0.0, INF)


@pytest.mark.parametrize("name", ["years", "year_days"])
@pytest.mark.parametrize("profits", [[1.0, 2.0], []])
def test_lists_that_differ_in_length_are_an_error(name: str, profits: list[float]) -> None:
    text = rf"RATING_LENGTH_MISMATCH.*`{name}` must have as many items"
    with pytest.raises(ComputeError, match=text):
        both({"yearly_profits": profits, name: [1]}, {"yearly_profits": pl.List(pl.Float64)})


def test_trades_by_hand() -> None:
    # 2020 from the first entry, 22 December, to the 31st: 10 days. 2021 without an exit: 365
    # days, profit 0. 2022 up to the last exit, 25 January: 25 days. Together 400 days.
    # Net 39 and 1 (fees 1 each): 40, so 0.1 a day; expected 1, 36.5 and 2.5, scale 100.
    def trade(pnl: float, entry: tuple[int, int, int], exit: tuple[int, int, int]) -> Any:
        times = dt.datetime(*entry, 23, 59), dt.datetime(*exit, 0, 1)
        return {"pnl": pnl, "fee": 1.0, "entry_time": times[0], "exit_time": times[1]}

    trades = [trade(2.0, (2022, 1, 5), (2022, 1, 25)), trade(40.0, (2020, 12, 22), (2020, 12, 30))]
    expected = (10 * 38.0 + 365 * 36.5 + 25 * 1.5) / 400 / 100
    assert both({"trades": trades}) == (near(1 / (1 + expected)), near(expected))


def test_trades_without_entries_start_with_the_first_exit_by_hand() -> None:
    # 2021 has a day (31 December), 2022 is idle, 2023 ends after 34 days: D = 400, P = 400, mu = 1.
    trades = [
        {"pnl": 1.0, "exit_time": dt.date(2021, 12, 31)},
        {"pnl": 399.0, "exit_time": dt.date(2023, 2, 3)},
    ]
    expected = (1 * 0 / 100 + 365 * 365 / 365 + 34 * 365 / 100) / 400
    assert both({"trades": trades}) == (near(1 / (1 + expected)), near(expected))


@pytest.mark.parametrize("trades", [None, [], [None], [{"pnl": 1.0, "exit_time": None}]])
def test_trades_without_any_exit_are_no_evidence(trades: Any) -> None:
    assert both({"trades": trades}, {"trades": DATED}) == (None, None)
    assert both({"trades": trades}, {"trades": DATED}, no_evidence="omega") == (1.0, 0.0)


@pytest.mark.parametrize("row", [{"x": 1}, {"years": [1]}, {"trades": [{"pnl": 1.0}]}], ids=str)
def test_missing_evidence_lists_what_was_looked_for(row: dict[str, Any]) -> None:
    text = r"MISSING_EVIDENCE.*`yearly_profits`.*`trades` with the field `exit_time`"
    with pytest.raises(ComputeError, match=text):
        both(row)


def test_profits_by_keyword_go_without_the_frames_days() -> None:
    row = {"yearly_profits": [9.0, 8.0], "year_days": [1.0, 365.0], "mine": [100.0, 300.0]}
    assert both(row, profits="mine") == HALF
    with_days = both(row, profits="mine", year_days=pl.col("year_days"))
    assert with_days[1] != near(0.5)
