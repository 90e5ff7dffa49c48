"""Reading candidates of any kind, and writing scores as the same kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from polars_rating._arrow.kinds import open_object
from polars_rating._arrow.rows import Rows
from polars_rating._arrow.source import SLICE_ROWS, Source, bad_arrow
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.schema.table import pyarrow
from polars_rating.types import MetricsInput


def open_source(name: str, metrics: Any) -> Source:
    """Open candidates: Arrow IPC bytes, an object that holds a table, or a list of candidates.

    Parameters
    ----------
    name : str
        The argument, for messages.
    metrics : object
        What it holds. Its schema is checked here; rows are read by the frames of the result.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else, ``RATING_BAD_SCHEMA`` for a table that does
        not fit, ``RATING_BAD_ARROW`` for what cannot be read; for lists as `MetricsInput`.
    ModuleNotFoundError
        For bytes and pandas frames without pyarrow.
    """
    if isinstance(metrics, bytes | bytearray | memoryview):
        return _open_bytes(name, metrics)
    source = open_object(name, metrics)
    if source is not None:
        return source
    if isinstance(metrics, Sequence) and not isinstance(metrics, str):
        rows = Rows(name, metrics, SLICE_ROWS)
        return Source(rows.frames(), rows.write)
    one = isinstance(metrics, MetricsInput | Mapping)
    raise RatingError(
        f"`{name}` must be Arrow IPC bytes, an object with `__arrow_c_stream__` or "
        f"`__arrow_c_array__`, or a list of MetricsInput, got {type(metrics).__name__}"
        + (" (`calculate_rating` takes one candidate)" if one else ""),
        code=ErrorCode.RATING_BAD_ARGUMENT,
    )


def _open_bytes(name: str, data: bytes | bytearray | memoryview) -> Source:
    pyarrow()
    from polars_rating._arrow import ipc

    try:
        flat = memoryview(data).cast("B")
    except (TypeError, ValueError) as error:  # not contiguous, released
        raise bad_arrow(f"`{name}`", error) from None
    frames = ipc.read(name, flat)
    return Source(frames, partial(ipc.write, file=ipc.is_file(flat)))
