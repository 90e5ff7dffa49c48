"""The one exception of the package and its stable error codes.

Every error that the package raises on purpose is a `RatingError`: a `ValueError` with a
``code`` from `ErrorCode`. The codes are part of the public interface; the messages are not.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_MESSAGE_MAX: Final = 600


class ErrorCode(StrEnum):
    """Stable codes of `RatingError`; a code is never renamed or reused."""

    RATING_BAD_ARGUMENT = "RATING_BAD_ARGUMENT"
    """A parameter breaks its rule, e.g. ``penalty_cap=1.5``."""
    RATING_BAD_SEED = "RATING_BAD_SEED"
    """A seed is not an integer in [0, 2**64 - 1]."""
    RATING_MISSING_EVIDENCE = "RATING_MISSING_EVIDENCE"
    """No column holds the evidence a score needs."""
    RATING_MISSING_FIELD = "RATING_MISSING_FIELD"
    """A struct field is missing inside a list of runs or trades."""
    RATING_BAD_DTYPE = "RATING_BAD_DTYPE"
    """A column has a data type that cannot be used."""
    RATING_BAD_VALUE = "RATING_BAD_VALUE"
    """A value in the data is outside its domain."""
    RATING_LENGTH_MISMATCH = "RATING_LENGTH_MISMATCH"
    """Two lists of one row that belong together differ in length."""
    RATING_UNEQUAL_LENGTHS = "RATING_UNEQUAL_LENGTHS"
    """The returns of a family are not on one grid: lists of different length."""
    RATING_BAD_CONFIG = "RATING_BAD_CONFIG"
    """A configuration dictionary has an unknown key or a wrong shape."""
    RATING_BAD_SCHEMA = "RATING_BAD_SCHEMA"
    """A table handed to a batch call does not fit its schema."""
    RATING_BAD_ARROW = "RATING_BAD_ARROW"
    """Bytes or an object that cannot be read as Arrow data."""
    RATING_BAD_SOURCE = "RATING_BAD_SOURCE"
    """A file or object of a backtester that its adapter cannot read."""
    RATING_FILES_FAILED = "RATING_FILES_FAILED"
    """Some of the files of a run could not be rated; the others are done."""
    RATING_OUTPUT_REFUSED = "RATING_OUTPUT_REFUSED"
    """A folder cannot take the outputs of a run: in use, of another run, or not empty."""
    RATING_ENGINE_UNAVAILABLE = "RATING_ENGINE_UNAVAILABLE"
    """An engine that was asked for cannot be loaded."""
    RATING_INTERNAL = "RATING_INTERNAL"
    """The package contradicts itself: a bug."""


class RatingError(ValueError):
    """An error with a stable code.

    Parameters
    ----------
    message : str
        What was expected and what was found.
    code : ErrorCode or str
        One of `ErrorCode`; a string must be one of its values.

    Attributes
    ----------
    code : ErrorCode
        The stable code; it compares equal to its string.
    message : str
        The message without the code.

    Examples
    --------
    >>> error = RatingError("`penalty_cap` must be in [0, 1], got 1.5", code="RATING_BAD_ARGUMENT")
    >>> str(error)
    '[RATING_BAD_ARGUMENT] `penalty_cap` must be in [0, 1], got 1.5'
    >>> error.code == "RATING_BAD_ARGUMENT"
    True
    """

    code: ErrorCode
    message: str

    def __init__(self, message: str, *, code: ErrorCode | str) -> None:
        super().__init__(message)
        self.message = message
        self.code = ErrorCode(code)

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the code, which the default for exceptions would lose."""
        return (_rebuild, (self.message, str(self.code)))


def _rebuild(message: str, code: str) -> RatingError:
    return RatingError(message, code=code)


def bad_argument(message: str) -> RatingError:
    """Return the error of an argument that breaks its rule."""
    return RatingError(message, code=ErrorCode.RATING_BAD_ARGUMENT)


def from_text(text: str) -> RatingError | None:
    """Return the error that the plugin put in words, None for any other text.

    >>> from_text("the plugin failed with message: [RATING_BAD_VALUE] `win_rate` is 55")
    RatingError('`win_rate` is 55')
    """
    found = re.search(r"\[(RATING_\w+)\] (.*?)(?:\n\n|\Z)", text, re.DOTALL)
    return None if found is None else RatingError(found[2], code=found[1])


def one_line(error: BaseException | str) -> str:
    """Return the message of an error without its plan, on one line."""
    text = str(error) or type(error).__name__
    text = text.split("\n\nResolved plan", maxsplit=1)[0]
    text = text.removeprefix("the plugin failed with message: ")
    text = " ".join("".join(c if c.isprintable() or c.isspace() else "?" for c in text).split())
    return text if len(text) <= _MESSAGE_MAX else text[:_MESSAGE_MAX] + " ..."
