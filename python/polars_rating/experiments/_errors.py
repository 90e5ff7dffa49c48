"""The errors of this package, and what it takes from the package's tables."""

from __future__ import annotations

from polars_rating.catalog import RUN_FIELDS
from polars_rating.exceptions import ErrorCode, RatingError, bad_argument
from polars_rating.parameters import MULTIPLIERS, PARAM_VARIATION, SEED, check, show

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
