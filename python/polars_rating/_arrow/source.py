"""Candidates that were opened for rating: what comes in, and the way back out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError, one_line
from polars_rating.schema.table import TableSchema

if TYPE_CHECKING:
    from polars._typing import ArrowArrayExportable, ArrowStreamExportable

SLICE_ROWS: Final = 131_072
"""Rows that are rated at a time, so that memory does not grow with the table. At 1,000,000 rows
slices twice as long were 1 % faster, an eighth as long 7 % slower (batch calls on two cores, timed
in turn, median of five)."""

Write = Callable[[Iterator[Any], TableSchema], Any]


@dataclass(frozen=True)
class Source:
    """Candidates that were opened.

    Parameters
    ----------
    frames : iterable of frames
        The candidates in order, about `SLICE_ROWS` at a time, at least one frame; or a single
        LazyFrame. Their schema was checked.
    write : callable
        Takes the frames of scores and their schema; returns the scores as what was given.
    """

    frames: Iterable[Any]
    write: Write


class Capsules:
    """The Arrow interface of an object and nothing else: known kinds take slower ways."""

    def __init__(self, obj: ArrowStreamExportable | ArrowArrayExportable) -> None:
        for name in ("__arrow_c_array__", "__arrow_c_stream__"):
            if hasattr(obj, name):
                setattr(self, name, getattr(obj, name))


def to_polars(obj: ArrowStreamExportable | ArrowArrayExportable) -> pl.DataFrame:
    """Return an Arrow object as a frame over the same buffers."""
    return pl.DataFrame(Capsules(obj))  # type: ignore[arg-type] # it has what `obj` has


def slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the frame in slices, also one without rows."""
    return frame.iter_slices(SLICE_ROWS) if frame.height > SLICE_ROWS else iter((frame,))


def filled(
    scores: Iterable[pl.DataFrame], columns: Iterable[str], rows: int
) -> dict[str, npt.NDArray[np.float64]]:
    """Return scores as one array for each column, NaN for null; a score itself is never NaN.

    Each frame goes to its place in arrays of the final size: a second copy of the scores, as in
    putting frames together at the end, is never there.
    """
    arrays = {name: np.empty(rows) for name in columns}
    start = 0
    for frame in scores:
        for name, array in arrays.items():
            array[start : start + frame.height] = frame[name].to_numpy()
        start += frame.height
    return arrays


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Give what is raised while `what` is read the code ``RATING_BAD_ARROW``.

    Code of another library runs there, which may raise anything; Polars' panics are no `Exception`.
    A `RatingError` has a code already.
    """
    try:
        yield
    except RatingError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        raise bad_arrow(what, error) from error


def bad_arrow(what: str, reason: BaseException | str) -> RatingError:
    """Return the error for `what` that cannot be read, with the reason on one line."""
    return RatingError(
        f"{what} cannot be read as Arrow data: {one_line(reason)}", code=ErrorCode.RATING_BAD_ARROW
    )
