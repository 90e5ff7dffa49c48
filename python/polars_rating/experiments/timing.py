"""Reruns of a backtest on windows that begin and end some months earlier.

    months = length of the window in whole months, a remainder counts as one more
    shift  = max(min_months, months // divisor)      for each divisor

Only backward: a window that is moved forward would show the candidate data it must not know.
Source: specification, section 11.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

import polars as pl

from polars_rating.experiments._errors import bad_argument, bad_config, check, show
from polars_rating.experiments._settings import Path, changed, name_of

_Date = TypeVar("_Date", bound=dt.date)
_DIVISORS = (10, 5, 20)


def timing_shifts(
    start: dt.date,
    end: dt.date,
    divisors: Iterable[int] = _DIVISORS,
    min_months: int = 1,
) -> pl.DataFrame:
    """Return the windows to run a backtest on again, one row per divisor.

    Parameters
    ----------
    start, end : datetime.date or datetime.datetime
        The window of the backtest, ``start < end``; both dates, or both datetimes of the same
        time zone. Months are counted on the clock of that zone.
    divisors : iterable of int
        The window is moved by the divisor-th part of its length, in whole months. A short window
        gives equal shifts, and so equal reruns.
    min_months : int
        The least shift, at least 1.

    Returns
    -------
    pl.DataFrame
        ``run`` (UInt32, from 0), ``months`` (Int32, how far the window is moved back), ``start``
        and ``end`` (Date or Datetime) of the moved window, no nulls, in the order of the
        divisors. A day that a month does not have becomes its last one. Prices must reach back
        to the earliest start.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for a bad argument, an empty window, or one that would begin
        before the year 1.

    Examples
    --------
    >>> from datetime import date
    >>> timing_shifts(date(2020, 1, 1), date(2024, 12, 31))
    shape: (3, 4)
    ┌─────┬────────┬────────────┬────────────┐
    │ run ┆ months ┆ start      ┆ end        │
    │ --- ┆ ---    ┆ ---        ┆ ---        │
    │ u32 ┆ i32    ┆ date       ┆ date       │
    ╞═════╪════════╪════════════╪════════════╡
    │ 0   ┆ 6      ┆ 2019-07-01 ┆ 2024-06-30 │
    │ 1   ┆ 12     ┆ 2019-01-01 ┆ 2023-12-31 │
    │ 2   ┆ 3      ┆ 2019-10-01 ┆ 2024-09-30 │
    └─────┴────────┴────────────┴────────────┘
    """
    parts, least = check("divisors", divisors), check("min_months", min_months)
    length = _months_between(start, end)
    shifts = [max(least, length // divisor) for divisor in parts]
    try:
        windows = [(_back(start, months), _back(end, months)) for months in shifts]
    except ValueError:
        msg = f"`start` must be a year after the shift of {max(shifts)} months, got {start}"
        raise bad_argument(msg) from None
    return pl.DataFrame(
        {
            "run": pl.Series(range(len(shifts)), dtype=pl.UInt32),
            "months": pl.Series(shifts, dtype=pl.Int32),
            "start": [window[0] for window in windows],
            "end": [window[1] for window in windows],
        }
    )


def shift_months(
    config: Any, months: int, paths: Iterable[Path] = ("start_date", "end_date")
) -> Any:
    """Return a configuration whose dates lie some months earlier; the given one stays as it is.

    Parameters
    ----------
    config : mapping or dataclass instance
        Mappings and dataclasses, nested as deep as you like. What is not on a path is shared with
        the result, not copied.
    months : int
        How far back, at least 0: the column ``months`` of `timing_shifts`.
    paths : iterable of str or of tuple
        Where the dates are: keys or field names joined by dots, or a tuple of them where a key
        has a dot or is not a string.

    Returns
    -------
    same type as config
        A mapping that cannot be changed becomes a dict. A date stays a date, a datetime keeps its
        time and zone, a string in ISO format stays one: ``2024-12-31`` has no time afterwards.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for `months` and `paths`; ``RATING_BAD_CONFIG`` for a path that is
        not there and a value that is no date, naming the path.

    Examples
    --------
    >>> config = {"symbol": "SPX", "start_date": "2024-01-01", "end_date": "2024-12-31"}
    >>> shift_months(config, 6)
    {'symbol': 'SPX', 'start_date': '2023-07-01', 'end_date': '2024-06-30'}
    """
    back = check("months", months)

    def moved(path: Path, value: object) -> object:
        try:
            return _moved(value, back)
        except (TypeError, ValueError):
            msg = (
                f"`{name_of(path)}` must be a date or an ISO date string after the year 1 and "
                f"{back} months, got {show(value)}"
            )
            raise bad_config(msg) from None

    return changed(config, paths, moved)


def _moved(value: object, months: int) -> object:
    if isinstance(value, dt.date):
        return _back(value, months)
    if not isinstance(value, str):
        raise TypeError
    try:
        return _back(dt.date.fromisoformat(value), months).isoformat()
    except ValueError:
        return _back(dt.datetime.fromisoformat(value), months).isoformat(sep=value[10])


def _back(day: _Date, months: int) -> _Date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1] if year >= dt.MINYEAR else 0
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _months_between(start: dt.date, end: dt.date) -> int:
    """Return the whole months from `start` to `end`, one more where there is a remainder."""
    for name, value in (("start", start), ("end", end)):
        if not isinstance(value, dt.date):
            raise bad_argument(f"`{name}` must be a date or a datetime, got {show(value)}")
    if isinstance(start, dt.datetime) != isinstance(end, dt.datetime) or (
        getattr(start, "tzinfo", None) != getattr(end, "tzinfo", None)
    ):
        msg = f"`end` must be of the type and time zone of `start`, {show(start)}, got {show(end)}"
        raise bad_argument(msg)
    if not start < end:
        raise bad_argument(f"`end` must be after `start`, {start}, got {end}")
    # The most months that can be taken off the end without passing the start, as days are
    # counted from the start: 31 January plus one month is 28 February.
    months = (end.year - start.year) * 12 + end.month - start.month
    reached = _forward(start, months)
    return months + 1 if reached < end else months


def _forward(day: _Date, months: int) -> _Date:
    return _back(day, -months)
