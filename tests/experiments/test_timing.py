"""Shifted windows against dateutil's month arithmetic and Omega's own expectations."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import OrderedDict
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from polars_rating import RatingError
from polars_rating.experiments import shift_months, timing_shifts

DATES = st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1))
NEW_YORK = ZoneInfo("America/New_York")


def months_of(start: dt.date, end: dt.date) -> list[int]:
    return timing_shifts(start, end)["months"].to_list()


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        # Omega's tests.
        (dt.date(2020, 1, 1), dt.date(2024, 12, 31), [6, 12, 3]),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 15), [1, 1, 1]),
        # 240 months, and one more for a single day.
        (dt.date(1999, 1, 1), dt.date(2019, 1, 1), [24, 48, 12]),
        (dt.date(1999, 1, 1), dt.date(2019, 1, 2), [24, 48, 12]),
        # 31 January to 28 February is one month, as the shorter month has no other end.
        (dt.date(2021, 1, 31), dt.date(2031, 2, 28), [12, 24, 6]),
    ],
)
def test_shifts_by_hand(start: dt.date, end: dt.date, months: list[int]) -> None:
    assert months_of(start, end) == months


def test_length_is_counted_to_the_microsecond() -> None:
    start = dt.datetime(2020, 1, 31, 12)
    whole = dt.datetime(2020, 11, 30, 12)
    assert timing_shifts(start, whole, divisors=[1])["months"].item() == 10
    longer = whole + dt.timedelta(microseconds=1)
    assert timing_shifts(start, longer, divisors=[1])["months"].item() == 11


@given(DATES, DATES, st.integers(1, 30), st.integers(1, 24))
def test_shifts_and_windows_match_dateutil(
    start: dt.date, end: dt.date, divisor: int, least: int
) -> None:
    start, end = sorted((start, end))
    if start == end:
        end += dt.timedelta(days=1)
    length = relativedelta(end, start)
    whole = length.years * 12 + length.months + (length.days > 0)
    months = max(least, whole // divisor)
    back = relativedelta(months=months)
    found = timing_shifts(start, end, [divisor], least)
    assert found.row(0) == (0, months, start - back, end - back)


def test_frame_has_one_row_per_divisor_and_the_type_of_the_window() -> None:
    found = timing_shifts(dt.date(2020, 1, 1), dt.date(2021, 1, 1), (2, 2, 1), min_months=3)
    assert found.schema == {
        "run": pl.UInt32(),
        "months": pl.Int32(),
        "start": pl.Date(),
        "end": pl.Date(),
    }
    assert found["run"].to_list() == [0, 1, 2]
    assert found["months"].to_list() == [6, 6, 12]


def test_time_and_zone_of_a_datetime_stay() -> None:
    start = dt.datetime(2024, 7, 15, 9, 30, tzinfo=NEW_YORK)
    end = dt.datetime(2025, 1, 15, 9, 30, tzinfo=NEW_YORK)
    found = timing_shifts(start, end, [1])
    assert found.schema["start"] == pl.Datetime("us", "America/New_York")
    assert found["start"].item() == dt.datetime(2024, 1, 15, 9, 30, tzinfo=NEW_YORK)
    assert found["end"].item().hour == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": "2020-01-01"}, "`start` must be a date or a datetime, got '2020-01-01'"),
        ({"end": None}, "`end` must be a date or a datetime"),
        ({"end": dt.date(2020, 1, 1)}, "`end` must be after `start`, 2020-01-01, got 2020-01-01"),
        ({"end": dt.datetime(2021, 1, 1)}, "`end` must be of the type and time zone"),
        ({"divisors": ()}, "`divisors` must be a non-empty sequence of integers"),
        ({"divisors": (10, 0)}, "`divisors` must be"),
        ({"divisors": 10}, "`divisors` must be"),
        ({"divisors": "10"}, "`divisors` must be"),
        ({"min_months": 0}, "`min_months` must be an integer in"),
        ({"min_months": 30_000}, "`start` must be a year after the shift of 30000 months"),
    ],
)
def test_bad_argument_is_named(arguments: dict, message: str) -> None:
    good = {"start": dt.date(2020, 1, 1), "end": dt.date(2021, 1, 1)}
    with pytest.raises(RatingError, match=message) as error:
        timing_shifts(**{**good, **arguments})
    assert error.value.code == "RATING_BAD_ARGUMENT"


def test_windows_of_two_zones_are_an_error() -> None:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(RatingError, match="`end` must be of the type and time zone of `start`"):
        timing_shifts(start, dt.datetime(2021, 1, 1, tzinfo=NEW_YORK))


# A configuration of the user's.


@dataclasses.dataclass(frozen=True)
class Window:
    start: dt.date
    end: dt.date
    days: int = dataclasses.field(init=False, default=0)


@pytest.mark.parametrize(
    ("config", "months", "moved"),
    [
        # Omega's tests.
        (("2024-01-01", "2024-12-31"), 6, ("2023-07-01", "2024-06-30")),
        (("2020-01-01", "2020-02-01"), 1, ("2019-12-01", "2020-01-01")),
        (
            ("2024-01-15T10:30:00", "2024-12-15T18:00:00"),
            3,
            ("2023-10-15T10:30:00", "2024-09-15T18:00:00"),
        ),
        (("2024-01-01", "2024-12-31"), 0, ("2024-01-01", "2024-12-31")),
        # The end of February, a blank for a T, a zone, microseconds, dates of Python.
        (("2024-02-29", "2024-03-31"), 1, ("2024-01-29", "2024-02-29")),
        (("2024-01-15 10:30:00+02:00", "2024-03-31 00:00:00.5"), 1, None),
        ((dt.date(2024, 3, 31), dt.datetime(2024, 5, 31, 8)), 1, None),
    ],
)
def test_dates_of_a_mapping(config: tuple, months: int, moved: tuple | None) -> None:
    moved = (
        moved
        or {
            str: ("2023-12-15 10:30:00+02:00", "2024-02-29 00:00:00.500000"),
            dt.date: (dt.date(2024, 2, 29), dt.datetime(2024, 4, 30, 8)),
        }[type(config[0])]
    )
    names = ("start_date", "end_date")
    given = dict(zip(names, config, strict=True))
    assert shift_months(given, months) == dict(zip(names, moved, strict=True))
    assert given == dict(zip(names, config, strict=True))


@given(DATES, st.integers(0, 400))
def test_date_matches_dateutil(day: dt.date, months: int) -> None:
    expected = day - relativedelta(months=months)
    assert shift_months({"d": day}, months, ["d"]) == {"d": expected}
    assert shift_months({"d": str(day)}, months, ["d"]) == {"d": str(expected)}


def test_nested_mappings_and_dataclasses_are_followed_and_shared() -> None:
    window = Window(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    inner = OrderedDict(window=window, symbols=["SPX"])
    config = MappingProxyType({"data": inner, 7: {"a.b": "2024-05-01"}, "costs": {"fee": 1}})
    paths = ["data.window.start", ("data", "window", "end"), (7, "a.b")]
    found = shift_months(config, 2, paths)
    assert isinstance(found["data"], OrderedDict)
    assert found["data"]["window"] == Window(dt.date(2023, 11, 1), dt.date(2024, 10, 31))
    assert found[7] == {"a.b": "2024-03-01"}
    assert found["costs"] is config["costs"]
    assert inner["window"] is window
    assert config[7] == {"a.b": "2024-05-01"}


@pytest.mark.parametrize(
    ("config", "paths", "message"),
    [
        ({}, ["a"], "`a` is not in the configuration: 'a' not among nothing"),
        ({"a": {"b": 1}}, ["a.c"], "`a.c` is not in the configuration: 'c' not among b"),
        ({"a": [1]}, ["a.0"], r"`a.0` must lead through mappings and dataclasses, got \[1\]"),
        ({"a": "soon"}, ["a"], "`a` must be a date or an ISO date string .* got 'soon'"),
        ({"a": 20240101}, ["a"], "`a` must be a date"),
        ({"a": "0001-01-05"}, ["a"], "`a` must be a date .* after the year 1 and 1 months"),
        (Window, ["start"], "`start` must lead through"),
        (Window(dt.date(2024, 1, 1), dt.date(2025, 1, 1)), ["days"], "not among start, end"),
    ],
)
def test_bad_configuration_names_the_path(config: object, paths: list, message: str) -> None:
    with pytest.raises(RatingError, match=message) as error:
        shift_months(config, 1, paths)
    assert error.value.code == "RATING_BAD_CONFIG"


@pytest.mark.parametrize(
    ("months", "paths", "message"),
    [
        (-1, ["a"], "`months` must be an integer in"),
        (1.0, ["a"], "`months` must be"),
        (1, "a", "`paths` must be a sequence of paths, got 'a'"),
        (1, [], "`paths` must name at least one value"),
        (1, [""], "`paths` must hold keys joined by dots"),
        (1, [()], "`paths` must hold keys"),
    ],
)
def test_bad_argument_of_a_shift_is_named(months: object, paths: object, message: str) -> None:
    with pytest.raises(RatingError, match=message) as error:
        shift_months({"a": "2024-01-01"}, months, paths)
    assert error.value.code == "RATING_BAD_ARGUMENT"
