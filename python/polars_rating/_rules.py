"""Rules that a value must follow: what an error says of them, and a reader that raises.

A reader takes any object and returns the value as plain Python; it raises `TypeError`,
`ValueError` or `OverflowError` for a bad one. `polars_rating.parameters` says which parameter
follows which rule.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import operator
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from polars_rating.catalog import METRICS as TRADE_METRICS
from polars_rating.catalog import TRADE_FIELDS
from polars_rating.exceptions import ErrorCode

Reader = Callable[[object], object]

MAX_COUNT: Final = 1_000_000
"""Upper bound of every count parameter, so that a typing slip cannot hang a query."""
MAX_SEED: Final = 2**64 - 1


@dataclass(frozen=True)
class Rule:
    """What a parameter must be, in words and as a reader that raises on a bad value."""

    text: str
    read: Reader
    code: ErrorCode = ErrorCode.RATING_BAD_ARGUMENT


def _real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError
    number = float(value)
    if math.isnan(number):
        raise ValueError
    return number


def _finite(good: Callable[[float], bool] = lambda _: True) -> Callable[[object], float]:
    """Return a reader of finite numbers that are `good`."""

    def read(value: object) -> float:
        number = _real(value)
        if math.isinf(number) or not good(number):
            raise ValueError
        return number

    return read


_at_least_zero = _finite(lambda x: x >= 0)
_positive = _finite(lambda x: x > 0)


def _items(value: object) -> list[object]:
    if isinstance(value, str | bytes | Mapping | AbstractSet) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _positives(value: object) -> tuple[float, ...]:
    read = tuple(_positive(item) for item in _items(value))
    if not read:
        raise ValueError
    return read


def _weights(value: object) -> tuple[float, ...]:
    read = tuple(_at_least_zero(item) for item in _items(value))
    if not 0 < sum(read) < math.inf:
        raise ValueError
    return read


def _integer(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            raise TypeError
        number = operator.index(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return read


def _divisors(value: object) -> tuple[int, ...]:
    read = tuple(_integer(1, MAX_COUNT)(item) for item in _items(value))
    if not read:
        raise ValueError
    return read


def _lengths(value: object) -> tuple[int, int]:
    read = _integer(1, MAX_COUNT)
    if isinstance(value, numbers.Integral):
        return read(value), read(value)
    least, most = map(read, _items(value))
    if least > most:
        raise ValueError
    return least, most


def _trade_fields(value: object) -> tuple[str, ...]:
    items = _items(value)
    names = tuple(name for name in TRADE_FIELDS if name in items)
    if "pnl" not in names or len(names) != len(items):
        raise ValueError
    return names


def _metric_names(value: object) -> tuple[str, ...]:
    names = tuple(str(item) for item in _items(value))
    if not names or len(set(names)) != len(names) or not set(names) <= set(TRADE_METRICS):
        raise ValueError
    return names


def count(low: int) -> Rule:
    """Return the rule of a count, at least `low`."""
    return Rule(f"an integer in [{low}, {MAX_COUNT}]", _integer(low, MAX_COUNT))


def or_none(rule: Rule) -> Rule:
    """Return the rule of a value that may be left out."""

    def read(value: object) -> object:
        return None if value is None else rule.read(value)

    return Rule(f"{rule.text}, or None", read, rule.code)


def choice(*names: str) -> Rule:
    """Return the rule of one word out of several."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise ValueError
        return str(value)

    return Rule("one of " + ", ".join(map(repr, names)), read)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _block_length(value: object) -> float | str | None:
    return value if value is None or value == "auto" else _finite(lambda x: x >= 1)(value)


BLOCK_LENGTH: Final = Rule("finite and >= 1, 'auto' or None", _block_length)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(value)


TEXT: Final = Rule("a string", _text)
FLAG: Final = Rule("True or False", _flag)
NUMBER: Final = Rule("a number, not NaN", _real)
RATIO: Final = Rule("in [0, 1]", _finite(lambda x: 0 <= x <= 1))
AT_LEAST_ZERO: Final = Rule("finite and >= 0", _at_least_zero)
POSITIVE: Final = Rule("finite and > 0", _positive)
CONFIDENCE: Final = Rule("in [0.5, 1)", _finite(lambda x: 0.5 <= x < 1))
MULTIPLIERS: Final = Rule("a non-empty sequence of finite numbers > 0", _positives)
WEIGHTS: Final = Rule("finite numbers >= 0 with a finite sum > 0", _weights)
SEED: Final = Rule("an integer in [0, 2**64 - 1]", _integer(0, MAX_SEED), ErrorCode.RATING_BAD_SEED)
DIVISORS: Final = Rule(f"a non-empty sequence of integers in [1, {MAX_COUNT}]", _divisors)
LENGTHS: Final = Rule(f"an integer in [1, {MAX_COUNT}] or a pair (least, most) of them", _lengths)
METRIC_FIELDS: Final = or_none(Rule("different ones of " + ", ".join(TRADE_METRICS), _metric_names))
FIELDS: Final = Rule("'pnl' and any of " + ", ".join(map(repr, TRADE_FIELDS[1:])), _trade_fields)


def _metric(low: float = -math.inf, high: float = math.inf) -> Callable[[object], float]:
    """Return a reader of metrics: any number in [low, high], and NaN for an unknown one."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
            raise TypeError
        # `index` refuses NumPy's timedelta64, which counts as an integer.
        number = float(operator.index(value) if isinstance(value, numbers.Integral) else value)
        if number < low or number > high:
            raise ValueError
        return number

    return read


_any_metric = _metric()
_metric_from_zero = _metric(0)


def _trade_count(value: object) -> float:
    number = _metric_from_zero(value)
    return int(number) if number.is_integer() and number < 2**53 else number


def _seconds(value: object) -> float:
    if isinstance(value, dt.timedelta):
        value = value.total_seconds()
    elif type(value).__name__ == "timedelta64":
        # NumPy is not imported here; only its own durations can be divided by one second of it.
        second = type(value)(1, "s")  # type: ignore[call-arg] # a class known by name alone
        value = operator.truediv(value, second)
    return _metric_from_zero(value)


_year = _integer(dt.MINYEAR, dt.MAXYEAR)


def _value(text: str, read: Reader) -> Rule:
    """Return the rule of data, in which NaN is an unknown number."""
    return Rule(text, read, ErrorCode.RATING_BAD_VALUE)


ANY_METRIC: Final = _value("a number", _any_metric)
METRIC_FROM_ZERO: Final = _value("a number >= 0", _metric_from_zero)
METRIC_RATIO: Final = _value("in [0, 1]", _metric(0, 1))
TRADE_COUNT: Final = _value("a number >= 0", _trade_count)
DURATION: Final = _value("seconds >= 0 or a timedelta >= 0", _seconds)
METRICS: Final = _value(
    "a sequence of numbers", lambda value: tuple(_any_metric(item) for item in _items(value))
)
YEARS: Final = _value(
    "a sequence of integers in [1, 9999]",
    lambda value: tuple(_year(item) for item in _items(value)),
)
