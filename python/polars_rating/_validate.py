"""The one table of parameter rules and the one shape of their messages.

Each parameter name maps to a `Rule`: the text that completes "must be ..." and a reader that
returns the value as plain Python or raises. Nothing else in the package words such an error.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import operator
import reprlib
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from polars_rating.exceptions import ErrorCode, RatingError

COMPONENTS: Final = ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty")
"""The components of the final rating, in the order of their weights."""
CRITERIA: Final = ("win_rate", "avg_r", "profit", "profit_factor", "max_drawdown")
"""The criteria of the deployment gate, in the order in which failures are listed."""
TRADE_FIELDS: Final = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
"""The fields of a trade; all but the first are optional."""
DEFAULT_SEED: Final = 987654321
MAX_SEED: Final = 2**64 - 1
MAX_COUNT: Final = 1_000_000
"""Upper bound of every count parameter, so that a typing slip cannot hang a query."""


@dataclass(frozen=True)
class Rule:
    """What a parameter must be, in words and as a reader that raises on a bad value."""

    text: str
    read: Callable[[object], object]
    code: ErrorCode = ErrorCode.RATING_BAD_ARGUMENT


def check(name: str, value: object) -> Any:
    """Return `value` as plain Python if it follows the rule of parameter `name`.

    Parameters
    ----------
    name : str
        A key of `RULES`.
    value : object
        A Python or NumPy scalar, a string, or a sequence of numbers. ``bool`` is no number.

    Returns
    -------
    int, float, str or tuple of float
        The normalised value.

    Raises
    ------
    RatingError
        With the code of the rule: ``RATING_BAD_SEED`` for a seed, ``RATING_BAD_VALUE`` for a
        metric, ``RATING_BAD_ARGUMENT`` otherwise.

    Examples
    --------
    >>> check("penalty_cap", 1)
    1.0
    >>> check("penalty_cap", 1.5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... `penalty_cap` must be in [0, 1], got 1.5
    """
    rule = RULES[name]
    try:
        return rule.read(value)
    except (TypeError, ValueError, OverflowError):
        raise RatingError(
            f"`{name}` must be {rule.text}, got {show(value)}", code=rule.code
        ) from None


def show(value: object) -> str:
    """Return a short text of `value` for an error message, NumPy scalars as plain numbers."""
    try:
        if isinstance(value, numbers.Integral) and not isinstance(value, bool):
            value = operator.index(value)
        elif isinstance(value, numbers.Real) and not isinstance(value, bool):
            value = float(value)
    except (OverflowError, TypeError):
        pass  # too large a number, or NumPy's timedelta64, which counts as an integer
    return reprlib.repr(value)


def _real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError
    number = float(value)
    if math.isnan(number):
        raise ValueError
    return number


def _finite(value: object) -> float:
    number = _real(value)
    if math.isinf(number):
        raise ValueError
    return number


def _at_least_zero(value: object) -> float:
    number = _finite(value)
    if number < 0:
        raise ValueError
    return number


def _positive(value: object) -> float:
    number = _finite(value)
    if number <= 0:
        raise ValueError
    return number


def _ratio(value: object) -> float:
    number = _finite(value)
    if not 0 <= number <= 1:
        raise ValueError
    return number


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


def _count(low: int) -> Rule:
    return Rule(f"an integer in [{low}, {MAX_COUNT}]", _integer(low, MAX_COUNT))


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


def _choice(*names: str) -> Rule:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise ValueError
        return str(value)

    return Rule("one of " + ", ".join(map(repr, names)), read)


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


def _metrics(value: object) -> tuple[float, ...]:
    return tuple(_any_metric(item) for item in _items(value))


def _years(value: object) -> tuple[int, ...]:
    return tuple(_year(item) for item in _items(value))


_year = _integer(dt.MINYEAR, dt.MAXYEAR)


def _value(text: str, read: Callable[[object], object]) -> Rule:
    return Rule(text, read, ErrorCode.RATING_BAD_VALUE)


_RATIO = Rule("in [0, 1]", _ratio)
_POSITIVE = Rule("finite and > 0", _positive)
_MULTIPLIERS = Rule("a non-empty sequence of finite numbers > 0", _positives)

RULES: Final[Mapping[str, Rule]] = {
    "penalty_cap": _RATIO,
    "param_variation": _RATIO,
    "variation": _RATIO,
    "fraction": _RATIO,
    "n_iterations": _count(0),
    "n_runs": _count(0),
    "min_years": _count(1),
    "confidence": Rule("finite and >= 0", _at_least_zero),
    "tolerance": Rule("finite and >= 0", _at_least_zero),
    "candidates": _count(1),
    "seed": Rule("an integer in [0, 2**64 - 1]", _integer(0, MAX_SEED), ErrorCode.RATING_BAD_SEED),
    "cost_multiplier": _POSITIVE,
    "multipliers": _MULTIPLIERS,
    "cost_multipliers": _MULTIPLIERS,
    "min_scale": _POSITIVE,
    "weights": Rule("finite numbers >= 0 with a finite sum > 0", _weights),
    **{f"weights.{name}": Rule("finite and >= 0", _at_least_zero) for name in COMPONENTS},
    **{f"thresholds.{name}": Rule("a number, not NaN", _real) for name in CRITERIA},
    "n": _count(0),
    "length": Rule(f"an integer in [1, {MAX_COUNT}] or a pair (least, most) of them", _lengths),
    **{f"{end}_{what}": _count(0) for end in ("min", "max") for what in ("rows", "size")},
    "max_length": _count(1),
    "fields": Rule("'pnl' and any of " + ", ".join(map(repr, TRADE_FIELDS[1:])), _trade_fields),
    "tier": _choice("reruns", "trades", "summary"),
    "aggregation": _choice("mean", "min", "geometric"),
    "gate": _choice("profit", "deployment", "none"),
    "on_missing": _choice("null", "skip", "zero"),
    "no_evidence": _choice("null", "omega"),
    "engine": _choice("rust", "python"),
    # The fields of `types.MetricsInput`: data, in which NaN is an unknown number.
    "total_trades": _value("a number >= 0", _trade_count),
    "win_rate": _value("in [0, 1]", _metric(0, 1)),
    "profit_factor": _value("a number >= 0", _metric_from_zero),
    "max_drawdown": _value("a number >= 0", _metric_from_zero),
    "avg_trade_duration": _value("seconds >= 0 or a timedelta >= 0", _seconds),
    "cost_per_trade": _value("a number >= 0", _metric_from_zero),
    **{name: _value("a number", _any_metric) for name in ("sharpe_ratio", "profit", "avg_r")},
    **{name: _value("a sequence of numbers", _metrics) for name in ("yearly_profits", "year_days")},
    "years": _value("a sequence of integers in [1, 9999]", _years),
}
"""Name of a parameter or metric to rule: the only place where its domain is written down."""
