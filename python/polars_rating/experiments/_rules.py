"""Rules of the parameters of this package, and its one door to the package's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from polars_rating import _rules as rules
from polars_rating.catalog import SCORES
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import MULTIPLIERS, PARAM_VARIATION, SEED, show
from polars_rating.parameters import check as check_score_parameter

__all__ = [
    "MULTIPLIERS",
    "PARAM_VARIATION",
    "RUN_FIELDS",
    "SEED",
    "RatingError",
    "bad_argument",
    "bad_config",
    "bad_dtype",
    "bad_value",
    "check",
    "missing_field",
    "show",
]

RUN_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    str(tier.column): tier.fields
    for row in SCORES.values()
    for tier in row.tiers
    if tier.holds == "runs"
}
"""Column of reruns to the metrics of its structs."""


def _divisors(value: object) -> tuple[int, ...]:
    if isinstance(value, str | bytes | Mapping):
        raise TypeError
    read = tuple(rules.count(1).read(item) for item in value)  # type: ignore[attr-defined]
    if not read:
        raise ValueError
    return read  # type: ignore[return-value] # the rule of a count reads integers


RULES: Final[Mapping[str, rules.Rule]] = {
    "atr_period": rules.count(1),
    "base": rules.SEED,
    "divisors": rules.Rule("a non-empty sequence of integers in [1, 1000000]", _divisors),
    "min_months": rules.count(1),
    "min_price": rules.AT_LEAST_ZERO,
    "missing": rules.AT_LEAST_ZERO,
    "months": rules.count(0),
    "multiplier": rules.POSITIVE,
    "period": rules.count(1),
    "scale_variation": rules.RATIO,
    "sigma_atr": rules.AT_LEAST_ZERO,
}
"""Name of a parameter to its rule, where `polars_rating.parameters` has none."""


def check(name: str, value: object) -> Any:
    """Return `value` as plain Python if it follows the rule of parameter `name`."""
    if name not in RULES:
        return check_score_parameter(name, value)
    rule = RULES[name]
    try:
        return rule.read(value)
    except (TypeError, ValueError, OverflowError):
        message = f"`{name}` must be {rule.text}, got {show(value)}"
        raise RatingError(message, code=rule.code) from None


def bad_argument(message: str) -> RatingError:
    """Return the error of an argument that breaks its rule."""
    return RatingError(message, code=ErrorCode.RATING_BAD_ARGUMENT)


def bad_config(message: str) -> RatingError:
    """Return the error of a configuration of the wrong shape."""
    return RatingError(message, code=ErrorCode.RATING_BAD_CONFIG)


def bad_dtype(message: str) -> RatingError:
    """Return the error of a column that cannot be used."""
    return RatingError(message, code=ErrorCode.RATING_BAD_DTYPE)


def bad_value(message: str) -> RatingError:
    """Return the error of data outside its domain."""
    return RatingError(message, code=ErrorCode.RATING_BAD_VALUE)


def missing_field(message: str) -> RatingError:
    """Return the error of a metric that reruns do not have."""
    return RatingError(message, code=ErrorCode.RATING_MISSING_FIELD)
