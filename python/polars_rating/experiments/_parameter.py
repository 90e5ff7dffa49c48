"""One parameter of a strategy: its value and where it may move."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from polars_rating.experiments._errors import RatingError, bad_argument, show

MAX_INTEGER: Final = 2**53
"""Integers up to this size are exact as floats, in which ranges are computed."""

Scalar = bool | int | float | str | None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value with the rules that its jittered values must follow.

    Parameters
    ----------
    value : number, str, bool or None
        The candidate's own value.
    low, high : number, optional
        Bounds, both included.
    step : number, optional
        Values are ``value + k * step``; > 0, for an integer an integer (1 where not given).
    log : bool
        Values are even on the logarithmic scale, as far below as above; for numbers > 0.
    scale : number, optional
        What the variation is relative to, >= 0; by default the size of the value. A value of 0
        needs it to move.
    choices : sequence, optional
        The only values allowed, distinct and of one type, the value among them. Goes with
        `scale` and `log`, not with bounds or a step, and for strings and booleans with nothing.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` when it is used, with the parameter's name.

    Examples
    --------
    >>> Parameter(value=20, low=5, high=60).high
    60
    """

    value: Any
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    scale: float | None = None
    choices: Any = None


_KEYS: Final = tuple(field.name for field in fields(Parameter))


def read(name: str, value: object) -> Parameter:
    """Return what was given for parameter `name` as a checked `Parameter` of plain values."""
    if isinstance(value, Mapping):
        unknown = [str(key) for key in value if key not in _KEYS]
        if unknown or "value" not in value:
            wrong = f"unknown {', '.join(unknown)}" if unknown else "no 'value'"
            raise bad_argument(f"`{name}` must have the keys {', '.join(_KEYS)}, got {wrong}")
        value = Parameter(**value)
    given = value if isinstance(value, Parameter) else Parameter(value=value)
    own = _scalar(name, given.value)
    if not isinstance(given.log, bool):
        raise _bad(name, "log", "True or False", given.log)
    if given.choices is not None:
        return _with_choices(name, replace(given, value=own))
    return _with_bounds(name, replace(given, value=own))


def is_number(value: object) -> bool:
    """Return whether a plain value is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _with_choices(name: str, given: Parameter) -> Parameter:
    if isinstance(given.choices, str | bytes | Mapping) or not hasattr(given.choices, "__iter__"):
        raise _bad(name, "choices", "a sequence of values", given.choices)
    choices = [_scalar(f"{name}.choices", item) for item in given.choices]
    if {type(item) for item in (*choices, given.value)} == {int, float}:
        choices = [float(item) for item in choices]  # type: ignore[arg-type] # all are numbers
        given = replace(given, value=float(given.value))
    if {type(item) for item in choices} != {type(given.value)} or given.value is None:
        raise _bad(name, "choices", f"of the type of the value {show(given.value)}", choices)
    if len(set(choices)) != len(choices) or given.value not in choices:
        rule = f"distinct and hold the value {show(given.value)}"
        raise _bad(name, "choices", rule, choices)
    not_here = ("low", "high", "step") if is_number(given.value) else _KEYS[1:-1]
    _leave_out(name, given, not_here, "where there are choices")
    if is_number(given.value):
        choices.sort()
        given = replace(given, scale=_scale(name, given))
        _check_log(name, given, [*choices])
    return replace(given, choices=choices)


def _with_bounds(name: str, given: Parameter) -> Parameter:
    value = given.value
    if not is_number(value):
        _leave_out(name, given, _KEYS[1:-1], f"for the value {show(value)}")
        return given
    low, high, step = (_bound(name, key, given) for key in ("low", "high", "step"))
    if low is not None and low > value:
        raise _bad(name, "low", f"<= the value {show(value)}", low)
    if high is not None and high < value:
        raise _bad(name, "high", f">= the value {show(value)}", high)
    if step is not None and step <= 0:
        raise _bad(name, "step", "> 0", step)
    checked = replace(given, low=low, high=high, step=step, scale=_scale(name, given))
    _check_log(name, checked, [value if low is None else low])
    return checked


def _leave_out(name: str, given: Parameter, keys: Iterable[str], why: str) -> None:
    for key in keys:
        value = getattr(given, key)
        if value is not None and value is not False:
            raise _bad(name, key, f"left out {why}", value)


def _bound(name: str, key: str, given: Parameter) -> float | None:
    value = getattr(given, key)
    if value is None:
        return None
    read = _scalar(f"{name}.{key}", value)
    if not is_number(read) or (isinstance(given.value, int) and not isinstance(read, int)):
        kind = "an integer" if isinstance(given.value, int) else "a number"
        raise _bad(name, key, f"{kind} as the value {show(given.value)} is", value)
    return read  # type: ignore[return-value] # a number


def _scale(name: str, given: Parameter) -> float | None:
    if given.scale is None:
        return None
    scale = _scalar(f"{name}.scale", given.scale)
    if not is_number(scale) or scale < 0:  # type: ignore[operator] # a number
        raise _bad(name, "scale", "a finite number >= 0", given.scale)
    if given.log:
        raise _bad(name, "scale", "left out on a logarithmic scale", given.scale)
    return float(scale)  # type: ignore[arg-type] # a number


def _check_log(name: str, given: Parameter, least: list[Any]) -> None:
    if given.log and (given.value <= 0 or min(least) <= 0):
        raise bad_argument(f"`{name}.log` must have values and bounds > 0, got {min(least)}")


def _scalar(name: str, value: object) -> Scalar:
    """Return a value as plain Python: what a column of parameters can hold."""
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return str(value)
    if not isinstance(value, np.timedelta64):  # which counts as an integer
        if isinstance(value, numbers.Integral):
            number = operator.index(value)
            if abs(number) <= MAX_INTEGER:
                return number
        elif isinstance(value, numbers.Real) and math.isfinite(value):
            return float(value)
    msg = (
        f"`{name}` must be a finite number (an integer at most 2**53 in size), a string, "
        f"a boolean or None, got {show(value)}"
    )
    raise bad_argument(msg)


def _bad(name: str, key: str, rule: str, value: object) -> RatingError:
    return bad_argument(f"`{name}.{key}` must be {rule}, got {show(value)}")
