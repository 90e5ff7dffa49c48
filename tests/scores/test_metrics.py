"""The metrics of trades against numbers worked out by hand: ratios, order, calendar."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingError
from polars_rating.testing import candidate_frame
from tests.scores._by_hand import INF, NAN, near

NAMES = ("total_trades", "win_rate", "profit_factor", "sharpe_ratio", "max_drawdown")
NAMES += ("avg_trade_duration", "yearly_profits", "years", "year_days", "cost_per_trade")
NAMES += ("profit", "avg_r")
TIME = pl.Datetime("us")


def at(year: int, month: int = 1, day: int = 1, hour: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour)


def of(trades: list[Any] | None, **fields: Any) -> dict[str, Any]:
    """Return the metrics of trades with a ``pnl`` and other `fields`, Float64 if not said."""
    given = next((trade for trade in trades or [] if trade), {})
    numbers = dict.fromkeys(("pnl", *given), pl.Float64)
    dtype = pl.List(pl.Struct({**numbers, **fields}))
    found = pl.DataFrame({"trades": [trades]}, schema={"trades": dtype}).select(rating.metrics())
    values: dict[str, Any] = found.item()
    return values


def of_pnl(*pnl: float) -> dict[str, Any]:
    return of([{"pnl": x} for x in pnl])


def test_every_metric_by_hand() -> None:
    rows = [
        # Open: it comes last, and belongs to no year.
        (-3.0, 1.0, -0.25, at(2023, 12, 31), None),
        (5.0, 1.0, 0.5, at(2024, 1, 1), at(2024, 1, 3, 12)),
        (12.0, None, 1.25, at(2023, 12, 30, 12), at(2023, 12, 31)),
        # No win: a net result of 0.
        (1.0, 1.0, None, at(2024, 1, 3), at(2024, 1, 3)),
    ]
    names = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
    trades: list[Any] = [dict(zip(names, row, strict=True)) for row in rows]
    found = of(trades, entry_time=TIME, exit_time=TIME)
    # In order of exit, net: 12, 0, 4, -4.
    assert found == {
        "total_trades": 4,
        "win_rate": 0.5,
        "profit_factor": near(16 / 4),
        # R -0.25, 0.5, 1.25: mean 0.5, deviations -0.75, 0, 0.75: std 0.75.
        "sharpe_ratio": near(0.5 / 0.75),
        # The curve is 12, 12, 16, 12.
        "max_drawdown": near(4.0),
        # 60, 12 and 0 hours.
        "avg_trade_duration": dt.timedelta(hours=24),
        "yearly_profits": [12.0, 4.0],
        "years": [2023, 2024],
        # From the first entry, 30 December, and to the last exit, 3 January.
        "year_days": [2.0, 3.0],
        "cost_per_trade": near(3 / 4),
        "profit": near(12.0),
        "avg_r": near(0.5),
    }
    assert tuple(found) == NAMES
    assert of([None, *trades, None], entry_time=TIME, exit_time=TIME) == found


def test_no_trades_have_zero_metrics_and_no_list_has_none() -> None:
    assert of(None) == dict.fromkeys(NAMES)
    lists = {name: [] for name in ("yearly_profits", "years", "year_days")}
    means = dict.fromkeys(("avg_r", "avg_trade_duration"))
    assert of([]) == of([None, None]) == {**dict.fromkeys(NAMES, 0), **lists, **means}


@pytest.mark.parametrize(
    ("r", "expected"),
    [
        ([None, NAN], 5.5 / math.sqrt(0.5)),  # counts as without: net 5 and 6
        ([1.0], 0.0),
        ([1.0, NAN, INF], 0.0),
        ([0.1, 0.1, 0.1], 0.0),  # numpy.std leaves rounding noise here, not 0
        ([0.0, 0.0], 0.0),
        ([1.0, -1.0], 0.0),
        ([1.0, 3.0], math.sqrt(2)),
        ([1.0, NAN, None, 3.0], math.sqrt(2)),
    ],
    ids=str,
)
def test_sharpe_ratio_is_of_finite_r_multiples_by_hand(r: list[Any], expected: float) -> None:
    found = of([{"pnl": 5.0 + i, "r_multiple": x} for i, x in enumerate(r)])
    assert found["sharpe_ratio"] == near(expected)
    known = [x for x in r if x is not None and math.isfinite(x)]
    assert found["avg_r"] == (near(sum(known) / len(known)) if known else None)


def test_sharpe_ratio_without_r_multiples_is_of_net_pnl_by_hand() -> None:
    # Net 9 and 1: mean 5, std sqrt(32).
    found = of([{"pnl": 10.0, "fee": 1.0}, {"pnl": 1.0, "fee": None}])
    assert found["sharpe_ratio"] == near(5 / math.sqrt(32))
    assert found["avg_r"] is None
    assert of_pnl(0.1, 0.1, 0.1)["sharpe_ratio"] == of_pnl(5.0)["sharpe_ratio"] == 0.0


@pytest.mark.parametrize(
    ("pnl", "expected"),
    [
        ([3.0], INF),
        ([1.0, 2.0], INF),
        ([-3.0], 0.0),
        ([0.0], 0.0),
        ([6.0, -3.0, 0.0], 2.0),
        ([3.0, -2.0], 1.5),
    ],
)
def test_profit_factor_by_hand(pnl: list[float], expected: float) -> None:
    assert of_pnl(*pnl)["profit_factor"] == expected


@pytest.mark.parametrize(
    ("pnl", "expected"),
    [([5.0], 0.0), ([-5.0, 2.0], 5.0), ([5.0, -3.0, 1.0, -4.0, 9.0], 6.0)],
)
def test_max_drawdown_is_of_a_curve_that_starts_at_zero(pnl: list[float], expected: float) -> None:
    assert of_pnl(*pnl)["max_drawdown"] == expected


def test_numbers_that_are_not_finite_count_as_zero() -> None:
    found = of([{"pnl": 4.0}, {"pnl": None}, None, {"pnl": INF}, {"pnl": NAN}])
    assert (found["total_trades"], found["profit"], found["win_rate"]) == (4, 4.0, 0.25)
    found = of([{"pnl": None, "fee": 2.0}, {"pnl": INF, "fee": NAN}, {"pnl": 5.0, "fee": None}])
    assert (found["total_trades"], found["profit"]) == (3, 3.0)
    assert found["cost_per_trade"] == near(2 / 3)


EXITS = [at(2024, 3), None, at(2024, 1), at(2024, 3), None]
# The last trade was entered first, the others in their order.
ENTRIES = [at(2024, 1, day) for day in (2, 3, 4, 5, 1)]


@pytest.mark.parametrize(
    ("entries", "exits", "pnl", "drawdown"),
    [
        # By exit, equal times as they come, null ones last: 3, 4, -5, -9, 6. Equal times swapped:
        # 3, -5, 4, -9, 6 (10) or 3, 4, -5, 6, -9 (9); null times first: -9, 6, 3, 4, -5 (9); by
        # entry: 6, 4, -9, 3, -5 (11).
        (ENTRIES, EXITS, [4.0, -9.0, 3.0, -5.0, 6.0], 14.0),
        # As they come, whenever they were entered: by entry -6 is the first (6).
        (ENTRIES, [None] * 5, [4.0, 1.0, 2.0, -5.0, -6.0], 11.0),
        (None, [at(2024)] * 5, [4.0, 1.0, 2.0, -5.0, -6.0], 11.0),
        (None, None, [4.0, 1.0, 2.0, -5.0, -6.0], 11.0),
        # By entry where there is no field of exits: -6, 4, 1, 2, -5.
        (ENTRIES, None, [4.0, 1.0, 2.0, -5.0, -6.0], 6.0),
    ],
)
def test_trades_are_put_in_order_of_exit_else_entry_by_hand(
    entries: list[Any] | None, exits: list[Any] | None, pnl: list[float], drawdown: float
) -> None:
    times = {"entry_time": entries, "exit_time": exits}
    there = {name: values for name, values in times.items() if values is not None}
    trades = [
        {"pnl": x, **{name: values[i] for name, values in there.items()}} for i, x in enumerate(pnl)
    ]
    assert of(trades, **dict.fromkeys(there, TIME))["max_drawdown"] == drawdown


@pytest.mark.parametrize(
    ("trades", "expected"),
    [
        # First entry in the year of the first exit; the idle leap year in between counts.
        (
            [(at(2023, 12, 30), at(2023, 12, 31)), (at(2025, 1, 1), at(2025, 1, 2, 23))],
            ([10.0, 0.0, 10.0], [2023, 2024, 2025], [2.0, 366.0, 2.0]),
        ),
        # The first entry is in an earlier year: from 1 January.
        ([(at(2018, 3, 1), at(2019, 1, 10))], ([10.0], [2019], [10.0])),
        # No entry known: from the first exit.
        (
            [(None, at(2023, 12, 31)), (None, at(2024, 1, 1))],
            ([10.0, 10.0], [2023, 2024], [1.0, 1.0]),
        ),
        # First entry in a later year than the first exit: from the first exit.
        ([(at(2024, 5, 5), at(2023, 12, 30)), (None, at(2023, 12, 31))], ([20.0], [2023], [2.0])),
        # First known entry after the first exit, in its year: from the first exit.
        ([(None, at(2023, 12, 1)), (at(2023, 12, 20), at(2023, 12, 31))], ([20.0], [2023], [31.0])),
        # Entry after the last exit of the same year: at least one day.
        ([(at(2023, 5, 9), at(2023, 5, 1))], ([10.0], [2023], [1.0])),
        # A trade without exit belongs to no year, but its entry opens the record.
        ([(at(2023, 1, 1), None), (at(2023, 1, 5), at(2023, 1, 10))], ([10.0], [2023], [10.0])),
        ([(at(2023, 1, 1), None)], ([], [], [])),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", [TIME, pl.Date], ids=str)
def test_years_by_hand(dtype: Any, trades: list[Any], expected: Any) -> None:
    if dtype == pl.Date:
        trades = [[t and t.date() for t in pair] for pair in trades]
    rows = [{"pnl": 10.0, "entry_time": a, "exit_time": b} for a, b in trades]
    found = of(rows, entry_time=dtype, exit_time=dtype)
    assert (found["yearly_profits"], found["years"], found["year_days"]) == expected


def test_years_without_entry_times_start_with_the_first_exit_by_hand() -> None:
    exits = [dt.date(2019, 6, 1), dt.date(2021, 1, 31)]
    found = of([{"pnl": 1.0, "exit_time": t} for t in exits], exit_time=pl.Date)
    assert found["yearly_profits"] == [1.0, 0.0, 1.0]
    # 1 June to 31 December: 214 days; a leap year; January.
    assert (found["years"], found["year_days"]) == ([2019, 2020, 2021], [214.0, 366.0, 31.0])


def test_year_of_an_aware_time_is_its_utc_year() -> None:
    # 5 o'clock of 1 January in Tokyo is 20 o'clock of 31 December in UTC.
    tokyo = dt.datetime(2023, 12, 31, 20, tzinfo=dt.UTC)
    found = of([{"pnl": 10.0, "exit_time": tokyo}], exit_time=pl.Datetime("us", "Asia/Tokyo"))
    assert (found["yearly_profits"], found["years"], found["year_days"]) == ([10.0], [2023], [1.0])


@pytest.mark.parametrize(
    ("microseconds", "expected"), [([1, 2], 1), ([-1, -2], -1), ([5, None], 5), ([-3, 2, 2], 0)]
)
def test_mean_duration_is_rounded_toward_zero(microseconds: list[Any], expected: int) -> None:
    start = at(2024)
    ends = [None if us is None else start + dt.timedelta(microseconds=us) for us in microseconds]
    rows = [{"pnl": 1.0, "entry_time": start, "exit_time": end} for end in ends]
    found = of(rows, entry_time=TIME, exit_time=TIME)
    assert found["avg_trade_duration"] == dt.timedelta(microseconds=expected)


def test_trades_are_taken_by_name_or_expression() -> None:
    df = pl.DataFrame({"fills": [[{"pnl": 3.0, "fee": 1.0}, {"pnl": -1.0, "fee": 0.0}]]})
    by_name = df.select(rating.metrics("fills"))
    assert by_name.equals(df.select(rating.metrics(pl.col("fills"))))
    assert by_name.unnest("metrics")["profit"].item() == 1.0


@pytest.mark.parametrize(
    "fields", ["profit", ["max_drawdown"], ("years", "profit"), list(NAMES)[::-1]]
)
def test_named_fields_are_those_of_all_metrics_in_the_order_given(fields: Any) -> None:
    frame = candidate_frame(20, tier="trades")
    asked = frame.select(rating.metrics(fields=fields))
    names = [fields] if isinstance(fields, str) else list(fields)
    among_all = rating.metrics().struct.field(*names)
    assert asked.equals(frame.select(metrics=pl.struct(among_all)))
    assert frame.lazy().select(rating.metrics(fields=fields)).collect_schema() == asked.schema


@pytest.mark.parametrize("fields", ["gain", [], ["profit", "profit"], 3, [None]])
def test_fields_that_are_no_metrics_are_refused(fields: Any) -> None:
    text = r"RATING_BAD_ARGUMENT.*`fields`.*different ones of total_trades"
    with pytest.raises(RatingError, match=text):
        rating.metrics(fields=fields)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"trades": "text"}, r"RATING_BAD_DTYPE.*trades"),
        ({"trades": [{"fee": 1.0}]}, r"RATING_MISSING_FIELD.*`trades` must have the field `pnl`"),
        ({"trades": [{"pnl": 1.0, "exit_time": 5}]}, r"RATING_BAD_DTYPE.*`trades\.exit_time`"),
    ],
)
def test_trades_that_are_none_are_an_error(row: dict[str, Any], text: str) -> None:
    with pytest.raises(ComputeError, match=text):
        pl.DataFrame([row]).select(rating.metrics())
