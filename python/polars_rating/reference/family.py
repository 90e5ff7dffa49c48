"""The returns of a family: which candidates take part, and that they are on one grid.

A value that is not finite counts as 0 in a matrix; a candidate has at least 3 finite values and is
not flat. Scoring specification, section 15.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.reference._values import Array, Row, fin, number, number_list
from polars_rating.reference.probabilistic_sharpe import is_flat


def is_candidate(values: Sequence[float]) -> bool:
    """Return whether a series has at least 3 finite values and is not flat."""
    finite = [v for v in values if math.isfinite(v)]
    return len(finite) >= 3 and not is_flat(finite)


def check_lengths(lists: Sequence[Sequence[float]]) -> None:
    """Raise unless lists have one length."""
    for other in lists:
        if len(other) != len(lists[0]):
            message = (
                "the lists of a family must have one length, one value per period of one grid, "
                f"got {len(lists[0])} and {len(other)}"
            )
            raise RatingError(message, code=ErrorCode.RATING_UNEQUAL_LENGTHS)


def matrix_of(rows: Sequence[Row], benchmark: float = 0.0) -> tuple[list[int], list[Array]]:
    """Return the candidates' places and their returns less the benchmark.

    The benchmark is a number, or the column ``against``: a number or a list a row.
    """
    places, found = [], []
    lists: list[Sequence[float]] = []
    for place, row in enumerate(rows):
        values = number_list(row["returns"], "returns")
        if not values:
            continue
        lists.append(values)
        check_lengths(lists)
        against = row.get("against", benchmark)
        if not is_candidate(values) or against is None:
            continue
        if isinstance(against, Sequence):
            less = [fin(number(b, "benchmark")) for b in against]
            lists.append(less)
            check_lengths(lists)
        elif not math.isfinite(against):
            continue
        else:
            less = [against] * len(values)
        difference = np.array([fin(v) for v in values]) - np.array(less)
        if is_candidate(difference.tolist()):
            places.append(place)
            found.append(difference)
    return places, found
