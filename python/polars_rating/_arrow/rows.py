"""Candidates as Python objects: lists of `MetricsInput` or of mappings, and lists of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.schema import METRICS_INPUT, METRICS_ROW, RATING_SCORE
from polars_rating.schema.table import TableSchema
from polars_rating.types import MetricsInput, RatingScore


class Rows:
    """A list of candidates, read.

    A candidate without a profit is judged on the sum of its yearly profits, which the expressions
    take where the frame has no such column; a null in the column is a profit that is not known.
    So the candidates with a profit and those without go into frames of their own.

    Parameters
    ----------
    name : str
        The argument, for messages.
    items : sequence
        Candidates, either all `MetricsInput` or all mappings.
    rows : int
        Most rows in a frame.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for an item of another kind; otherwise as `MetricsInput`, with the
        position of the item.
    """

    def __init__(self, name: str, items: Sequence[Any], rows: int) -> None:
        self._mappings = len(items) > 0 and isinstance(items[0], Mapping)
        kind, words = (Mapping, "a mapping") if self._mappings else (MetricsInput, "a MetricsInput")
        for i, item in enumerate(items):
            if not isinstance(item, kind):
                wanted = f"{words}, as the first is" if i else "a MetricsInput or a mapping"
                raise RatingError(
                    f"`{name}[{i}]` must be {wanted}, got {type(item).__name__}",
                    code=ErrorCode.RATING_BAD_ARGUMENT,
                )
        self._items = _from_mappings(name, items) if self._mappings else items
        self._rows = rows
        self._without = [i for i, item in enumerate(self._items) if item.profit is None]
        self._with = [i for i, item in enumerate(self._items) if item.profit is not None]

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the candidates with a profit, then those without."""
        without = [column for column in METRICS_INPUT.names if column != "profit"]
        yield from self._frames(self._with, METRICS_INPUT.names)
        yield from self._frames(self._without, without)

    def _frames(self, positions: Sequence[int], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        for start in range(0, len(positions), self._rows):
            part = [self._items[i] for i in positions[start : start + self._rows]]
            yield pl.DataFrame(
                [
                    pl.Series(column, [getattr(item, column) for item in part], METRICS_ROW[column])
                    for column in columns
                ]
            )

    def write(self, scores: Iterable[pl.DataFrame], schema: TableSchema) -> list[Any]:
        """Return the scores in the order of the candidates.

        One column gives numbers, several give dictionaries; the ratings of `MetricsInput` are
        `RatingScore`.
        """
        rows: list[Any] = []
        for frame in scores:
            if frame.width == 1:
                rows += frame.to_series().to_list()
            elif schema is RATING_SCORE and not self._mappings:
                rows += (RatingScore(**row) for row in frame.iter_rows(named=True))
            else:
                rows += frame.iter_rows(named=True)
        in_order = [None] * len(rows)
        for position, row in zip((*self._with, *self._without), rows, strict=True):
            in_order[position] = row
        return in_order


def _from_mappings(name: str, items: Sequence[Mapping[str, Any]]) -> list[MetricsInput]:
    read = []
    for i, item in enumerate(items):
        try:
            read.append(MetricsInput.from_dict(item))
        except RatingError as error:
            raise RatingError(f"`{name}[{i}]`: {error.message}", code=error.code) from None
    return read
