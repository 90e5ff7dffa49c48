"""Metrics of trades, by hand: order, ratios, calendar."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import metrics
from polars_rating.reference.drawdown import max_drawdown
from polars_rating.reference.metrics import METRIC_NAMES, read_trades, sharpe_ratio

NAN, INF = float("nan"), float("inf")
DAY = dt.timedelta(days=1)


def at(year: int, month: int = 1, day: int = 1, hour: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour)


def test_every_metric_by_hand() -> None:
    rows = [
        (11.0, 2.0, at(2023, 12, 31), at(2024, 1, 1)),
        (-4.0, None, at(2024, 1, 2), at(2024, 1, 3)),
        (1.0, 0.0, at(2024, 1, 4), at(2024, 1, 8)),
    ]
    names = ("pnl", "r_multiple", "entry_time", "exit_time")
    trades = [{"fee": 1.0, **dict(zip(names, row, strict=True))} for row in rows]
    assert metrics({"trades": trades}) == {
        "total_trades": 3,
        "win_rate": pytest.approx(1 / 3),  # a net of exactly 0 is no win
        "profit_factor": 2.0,
        "sharpe_ratio": pytest.approx(1 / math.sqrt(2)),  # R-multiples 2 and 0
        "max_drawdown": 5.0,
        "avg_trade_duration": 2 * DAY,
        "yearly_profits": [5.0],
        "years": [2024],
        "year_days": [8.0],  # the first entry is in an earlier year: from 1 January
        "cost_per_trade": 1.0,
        "profit": 5.0,
        "avg_r": 1.0,
    }
    assert tuple(metrics(trades)) == METRIC_NAMES
    assert metrics([None, *trades, None]) == metrics(trades)


def test_null_list_gives_nulls_and_empty_list_gives_zeros() -> None:
    assert metrics({"trades": None}) == dict.fromkeys(METRIC_NAMES)
    zeros = {
        "total_trades": 0,
        "yearly_profits": [],
        "years": [],
        "year_days": [],
        "avg_r": None,
        "avg_trade_duration": None,
    }
    expected = dict.fromkeys(METRIC_NAMES, 0.0) | zeros
    assert metrics({"trades": []}) == expected
    assert metrics({"trades": [None, None]}) == expected


def test_without_r_multiple_sharpe_is_of_net_pnl() -> None:
    found = metrics([{"pnl": 3.0, "fee": 1.0}, {"pnl": 0.0, "fee": 0.0}])
    assert found["sharpe_ratio"] == pytest.approx(1 / math.sqrt(2))
    assert found["avg_r"] is None


def test_r_multiple_field_without_values_gives_sharpe_zero() -> None:
    found = metrics([{"pnl": 3.0, "r_multiple": None}, {"pnl": 0.0, "r_multiple": NAN}])
    assert (found["sharpe_ratio"], found["avg_r"]) == (0.0, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0.0),
        ([1.0], 0.0),
        ([1.0, NAN, INF], 0.0),
        ([0.1, 0.1, 0.1], 0.0),  # numpy.std leaves rounding noise here, not 0
        ([0.0, 0.0], 0.0),
        ([1.0, -1.0], 0.0),
        ([1.0, 3.0], math.sqrt(2)),
    ],
)
def test_sharpe_ratio_by_hand(values: list[float], expected: float) -> None:
    assert sharpe_ratio(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("pnl", "expected"),
    [([1.0, 2.0], INF), ([-1.0], 0.0), ([0.0], 0.0), ([3.0, -2.0], 1.5)],
)
def test_profit_factor_by_hand(pnl: list[float], expected: float) -> None:
    assert metrics({"pnl": pnl})["profit_factor"] == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [([], 0.0), ([5.0], 0.0), ([-5.0, 2.0], 5.0), ([5, -3, 1, -4, 9], 6.0)],
)
def test_max_drawdown_starts_at_zero(results: list[float], expected: float) -> None:
    assert max_drawdown(results) == expected


def test_null_and_non_finite_pnl_and_fee_count_as_zero() -> None:
    trades = [{"pnl": None, "fee": 2.0}, {"pnl": INF, "fee": NAN}, {"pnl": 5.0, "fee": None}]
    found = metrics(trades)
    assert (found["profit"], found["total_trades"]) == (3.0, 3)
    assert found["cost_per_trade"] == pytest.approx(2 / 3)


def order(trades: list[dict[str, Any]]) -> list[float]:
    read = read_trades(trades)
    assert read is not None
    return read.pnl.tolist()


def test_trades_are_sorted_by_exit_stable_with_null_last() -> None:
    exits = [at(2024, 3), None, at(2024, 1), at(2024, 3), None]
    trades = [
        {"pnl": float(i), "exit_time": exit_, "entry_time": at(2024, 1, 9 - i)}
        for i, exit_ in enumerate(exits)
    ]
    assert order(trades) == [2.0, 0.0, 3.0, 1.0, 4.0]


def test_trades_without_exit_field_are_sorted_by_entry_else_kept() -> None:
    entries = [at(2024, 2), at(2024, 1)]
    trades = [{"pnl": float(i), "entry_time": t} for i, t in enumerate(entries)]
    assert order(trades) == [1.0, 0.0]
    assert order([{"pnl": 3.0}, {"pnl": 1.0}]) == [3.0, 1.0]


def years_of(*trades: tuple[dt.date | None, dt.date | None]) -> tuple[Any, Any, Any]:
    found = metrics([{"pnl": 10.0, "entry_time": a, "exit_time": b} for a, b in trades])
    return found["yearly_profits"], found["years"], found["year_days"]


@pytest.mark.parametrize(
    ("trades", "expected"),
    [
        # first entry in the year of the first exit; the idle leap year in between counts
        (
            [(at(2023, 12, 30), at(2023, 12, 31)), (at(2025, 1, 1), at(2025, 1, 2, 23))],
            ([10.0, 0.0, 10.0], [2023, 2024, 2025], [2.0, 366.0, 2.0]),
        ),
        # no entry known: from the first exit
        (
            [(None, at(2023, 12, 31)), (None, at(2024, 1, 1))],
            ([10.0, 10.0], [2023, 2024], [1.0, 1.0]),
        ),
        # first entry in a later year than the first exit: from the first exit
        ([(at(2024, 5, 5), at(2023, 12, 30)), (None, at(2023, 12, 31))], ([20.0], [2023], [2.0])),
        # first known entry after the first exit, in its year: from the first exit
        ([(None, at(2023, 12, 1)), (at(2023, 12, 20), at(2023, 12, 31))], ([20.0], [2023], [31.0])),
        # entry after the last exit of the same year: at least one day
        ([(at(2023, 5, 9), at(2023, 5, 1))], ([10.0], [2023], [1.0])),
        # a trade without exit belongs to no year, but its entry opens the record
        ([(at(2023, 1, 1), None), (at(2023, 1, 5), at(2023, 1, 10))], ([10.0], [2023], [10.0])),
        ([(at(2023, 1, 1), None)], ([], [], [])),
        # dates work as well
        ([(dt.date(2023, 1, 1), dt.date(2023, 1, 1))], ([10.0], [2023], [1.0])),
    ],
)
def test_years_by_hand(trades: list[Any], expected: Any) -> None:
    assert years_of(*trades) == expected


def test_year_of_an_aware_time_is_its_utc_year() -> None:
    east = dt.timezone(dt.timedelta(hours=9))
    exit_time = dt.datetime(2024, 1, 1, 5, tzinfo=east)  # 2023-12-31 20:00 UTC
    assert years_of((None, exit_time)) == ([10.0], [2023], [1.0])


@pytest.mark.parametrize(
    ("microseconds", "expected"), [([1, 2], 1), ([-1, -2], -1), ([5, None], 5), ([-3, 2, 2], 0)]
)
def test_mean_duration_rounds_toward_zero(microseconds: list[int | None], expected: int) -> None:
    start = at(2024, 1, 1)
    trades = [
        {
            "pnl": 1.0,
            "entry_time": start,
            "exit_time": None if us is None else start + dt.timedelta(microseconds=us),
        }
        for us in microseconds
    ]
    assert metrics(trades)["avg_trade_duration"] == dt.timedelta(microseconds=expected)


def test_missing_pnl_and_missing_trades_are_named() -> None:
    with pytest.raises(RatingError, match="`trades` must have the field `pnl`") as caught:
        metrics({"trades": [{"fee": 1.0}]})
    assert caught.value.code == "RATING_MISSING_FIELD"
    with pytest.raises(RatingError, match="looked for `trades`") as caught:
        metrics({"profit": 1.0})
    assert caught.value.code == "RATING_MISSING_EVIDENCE"


def test_time_that_is_no_date_is_refused() -> None:
    with pytest.raises(RatingError, match=r"`trades\.exit_time`") as caught:
        metrics([{"pnl": 1.0, "exit_time": 5}])
    assert caught.value.code == "RATING_BAD_DTYPE"
