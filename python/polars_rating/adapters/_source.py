"""What comes in: files and objects of other programs, whose packages are never imported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError, one_line

_BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_LISTED: Final = 12


def bad_source(message: str) -> RatingError:
    """Return the error of a file or object that is not what its adapter reads."""
    return RatingError(message, code=ErrorCode.RATING_BAD_SOURCE)


def read_bytes(path: str | Path) -> bytes:
    """Return the content of a file; an empty one is an error."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise bad_source(f"{path}: cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise bad_source(f"{path}: is empty")
    return data


def read_text(path: str | Path) -> str:
    """Return the text of a file in UTF-8 or UTF-16, without its byte order mark."""
    return decode(path, read_bytes(path))


def decode(path: str | Path, data: bytes) -> str:
    """Return bytes as text; the byte order mark tells UTF-16."""
    try:
        return data.decode(_BOMS.get(data[:2]) or _BOMS.get(data[:3]) or "utf-8")
    except UnicodeDecodeError:
        raise bad_source(f"{path}: is neither UTF-8 nor UTF-16 text") from None


def read_json(path: str | Path, data: bytes | str) -> dict[str, Any]:
    """Return a JSON object; NaN and Infinity are read as Python's json does."""
    try:
        text = data if isinstance(data, str) else decode(path, data)
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, RatingError):
            raise
        raise bad_source(f"{path}: is no complete JSON: {one_line(error)}") from None
    if not isinstance(found, dict):
        raise bad_source(f"{path}: must hold a JSON object, found {type(found).__name__}")
    return found


def to_polars(source: str, table: Any, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """Return a table as a Polars frame: Polars, pandas, or anything with Arrow's PyCapsule.

    With `columns` only these, as far as the table has them: other columns may hold anything.
    """
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    wanted = None if columns is None else list(columns)
    if wanted is not None and hasattr(table, "iloc"):  # pandas: before its columns are converted
        table = table[[name for name in wanted if name in table.columns]]
    try:
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
        return frame if wanted is None else frame.select(x for x in wanted if x in frame.columns)
    except ModuleNotFoundError as error:
        raise RatingError(
            f"{source}: a pandas frame needs {error.name}: pip install 'polars-rating[arrow]'",
            code=ErrorCode.RATING_BAD_SOURCE,
        ) from None
    except Exception as error:
        raise bad_source(
            f"{source}: expected a table, found {type(table).__name__}: {one_line(error)}"
        ) from None


def need(source: str, names: Sequence[str], wanted: Iterable[str], hint: str = "") -> None:
    """Raise unless all `wanted` columns are there."""
    missing = [name for name in wanted if name not in names]
    if missing:
        listed = ", ".join(map(repr, names[:_LISTED])) + (", ..." if names[_LISTED:] else "")
        raise bad_source(
            f"{source}: there is no column {missing[0]!r}{hint}; the columns are {listed or 'none'}"
        )
