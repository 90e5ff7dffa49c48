"""Candidates as Python objects: lists of `MetricsInput` or of mappings, and lists of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import polars as pl

from polars_rating._arrow.source import Source, slices
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.schema import METRICS_ROW, RATING_SCORE
from polars_rating.schema.table import TableSchema
from polars_rating.types import MetricsInput, RatingScore


def open_rows(name: str, items: Sequence[Any]) -> Source:
    """Read a list of candidates, either all `MetricsInput` or all mappings.

    A candidate without a profit is judged on the sum of its yearly profits, which the expressions
    take where the frame has no such column; a null in the column is a profit that is not known.
    So the candidates with a profit and those without go into frames of their own.

    Parameters
    ----------
    name : str
        The argument, for messages.
    items : sequence
        The candidates.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for an item of another kind; otherwise as `MetricsInput`, with the
        position of the item.
    """
    mappings = len(items) > 0 and isinstance(items[0], Mapping)
    read = [_read(f"{name}[{i}]", item, mappings, first=i == 0) for i, item in enumerate(items)]
    order = sorted(range(len(read)), key=lambda i: read[i].profit is None)
    return Source(_frames(read[i] for i in order), partial(_write, order, mappings))


def _read(name: str, item: Any, mapping: bool, *, first: bool) -> MetricsInput:
    if isinstance(item, Mapping) != mapping or not isinstance(item, Mapping | MetricsInput):
        words = "a mapping" if mapping else "a MetricsInput"
        wanted = "a MetricsInput or a mapping" if first else f"{words}, as the first is"
        raise RatingError(
            f"`{name}` must be {wanted}, got {type(item).__name__}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    try:
        return MetricsInput.from_dict(item) if isinstance(item, Mapping) else item
    except RatingError as error:
        raise RatingError(f"`{name}`: {error.message}", code=error.code) from None


def _frames(candidates: Iterable[MetricsInput]) -> Iterator[pl.DataFrame]:
    for without_profit, alike in groupby(candidates, lambda candidate: candidate.profit is None):
        part = list(alike)
        frame = pl.DataFrame(
            [
                pl.Series(name, [getattr(candidate, name) for candidate in part], dtype)
                for name, dtype in METRICS_ROW.items()
            ]
        )
        yield from slices(frame.drop("profit") if without_profit else frame)


def _write(
    order: Sequence[int], mappings: bool, scores: Iterable[pl.DataFrame], schema: TableSchema
) -> list[Any]:
    """Return the scores of the candidates, which were rated in another `order`.

    One column gives numbers, several give dictionaries; the ratings of `MetricsInput` are
    `RatingScore`.
    """
    rows: list[Any] = []
    for frame in scores:
        if frame.width == 1:
            rows += frame.to_series().to_list()
        elif schema is RATING_SCORE and not mappings:
            rows += (RatingScore(**row) for row in frame.iter_rows(named=True))
        else:
            rows += frame.iter_rows(named=True)
    return [row for _, row in sorted(zip(order, rows, strict=True))]
