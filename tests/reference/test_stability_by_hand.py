"""Stability of the reference against numbers computed by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import stability, stability_wmape

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # mu = 0: each year 0.5 * 100 / S_min with S_min = 100
        ({"yearly_profits": [100.0, -100.0]}, 1.0),
        # 0.5 * 5000 / 5000, twice
        ({"yearly_profits": [10000.0, 0.0]}, 1.0),
        # null and NaN count as 0
        ({"yearly_profits": [10000.0, None]}, 1.0),
        ({"yearly_profits": [10000.0, NAN]}, 1.0),
        # profit in proportion to the days
        ({"yearly_profits": [1000.0, 3000.0], "year_days": [50.0, 150.0]}, 0.0),
        ({"yearly_profits": [365.0, 366.0], "years": [2023, 2024]}, 0.0),
        ({"yearly_profits": [365.25, 365.0], "years": [None, 2023]}, 0.0),
        # a length that is not finite and > 0 falls back to the calendar, then to 365.25
        ({"yearly_profits": [365.0, 99.0], "years": [2023, 1], "year_days": [NAN, 99]}, 0.0),
        ({"yearly_profits": [365.25, 365.25], "year_days": [0.0, -1.0]}, 0.0),
        ({"yearly_profits": [365.25, 99.0], "year_days": [INF, 99.0]}, 0.0),
        # a null list counts as not given
        ({"yearly_profits": [9.0, 9.0], "years": None, "year_days": None}, 0.0),
        # P = 200000 and lengths 1 : 9999: the least scale is 0.02 * 200000 = 4000; mu*d_1 = 20,
        # so 1e-4 * 180 / 4000 for the short year, 0.9999 * 180 / 199980 for the long one
        (
            {"yearly_profits": [200.0, 199800.0], "year_days": [1.0, 9999.0]},
            1e-4 * 180 / 4000 + 0.9999 * 180 / 199980,
        ),
    ],
)
def test_wmape_by_hand(row: dict[str, Any], expected: float) -> None:
    assert stability_wmape(row) == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert stability(row) == pytest.approx(1 / (1 + expected), rel=1e-12)


def test_min_scale_by_hand() -> None:
    assert stability_wmape({"yearly_profits": [100.0, -100.0]}, min_scale=200) == 0.5


def test_one_year_scores_one_and_min_years_makes_it_null() -> None:
    row = {"yearly_profits": [0.1], "year_days": [0.3]}
    assert (stability(row), stability_wmape(row)) == (1.0, 0.0)
    assert stability(row, min_years=2) is None
    assert stability_wmape(row, min_years=2) is None
    assert stability(row, min_years=2, no_evidence="omega") is None


@pytest.mark.parametrize(("profits", "years"), [(None, [2020]), ([], []), ([], None)])
def test_no_years_are_no_evidence(profits: object, years: object) -> None:
    row = {"yearly_profits": profits, "years": years}
    assert stability(row) is None
    assert stability_wmape(row) is None
    assert stability(row, no_evidence="omega") == 1.0
    assert stability_wmape(row, no_evidence="omega") == 0.0


def test_overflow_scores_zero() -> None:
    row = {"yearly_profits": [1e308, 1e308, -1e308]}
    assert stability(row) == 0.0
    assert stability_wmape(row) == math.inf


@pytest.mark.parametrize("name", ["years", "year_days"])
def test_other_length_is_an_error_that_names_the_list(name: str) -> None:
    with pytest.raises(RatingError, match=f"`{name}` must have as many items") as caught:
        stability({"yearly_profits": [1.0, 2.0], name: [1]})
    with pytest.raises(RatingError, match=f"`{name}` must have as many items"):
        stability({"yearly_profits": [], name: [1]})
    assert caught.value.code == "RATING_LENGTH_MISMATCH"


def test_stability_from_trades_by_hand() -> None:
    def trade(pnl: float, year: int, month: int, day: int) -> dict[str, object]:
        return {"pnl": pnl, "exit_time": dt.date(year, month, day)}

    # 2021 has 1 day (31 December), 2022 is idle, 2023 ends after 34 days: D = 400, P = 400, mu = 1
    trades = [trade(1.0, 2021, 12, 31), trade(399.0, 2023, 2, 3)]
    expected = (1 * 0 / 100 + 365 * 365 / 365 + 34 * 365 / 100) / 400
    assert stability_wmape({"trades": trades}) == pytest.approx(expected, rel=1e-12)


def test_trades_without_any_exit_are_no_evidence() -> None:
    assert stability({"trades": [{"pnl": 1.0, "exit_time": None}]}) is None
    assert stability({"trades": None}) is None
    assert stability({"trades": []}, no_evidence="omega") == 1.0


@pytest.mark.parametrize("row", [{}, {"years": [1]}, {"trades": [{"pnl": 1.0}]}])
def test_missing_evidence_lists_what_was_looked_for(row: dict[str, Any]) -> None:
    with pytest.raises(RatingError, match=r"`trades` with the field `exit_time`") as caught:
        stability(row)
    assert caught.value.code == "RATING_MISSING_EVIDENCE"
