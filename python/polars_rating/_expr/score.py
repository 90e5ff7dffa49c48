"""The expression of a single score, made from its row of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from polars_rating._expr.columns import check_columns, evidence_struct
from polars_rating._expr.kwargs import columns_of, of_score
from polars_rating._expr.register import register
from polars_rating.catalog import NUMBERS_PER_ROW, SCORES
from polars_rating.catalog.row import Score
from polars_rating.parameters import DEFAULTS

PER_ROW: Final = ("seed", *NUMBERS_PER_ROW)
"""Parameters that may differ from row to row."""
_NOTHING: Final[Mapping[str, Any]] = {}


def score(
    name: str | Score,
    columns: Mapping[str, Any],
    *,
    beside: Mapping[str, Any] = _NOTHING,
    missing_ok: bool = False,
    **keywords: Any,
) -> pl.Expr:
    """Return the expression of a score.

    Parameters
    ----------
    name : str or Score
        Its name in the catalogue, or its row.
    columns : mapping
        What stands in for canonical columns, by their names.
    missing_ok : bool
        Whether a frame without evidence gives nulls instead of an error.
    beside : mapping
        Further columns of the struct, by name.
    **keywords
        Its parameters, and evidence under the keywords of its row, None where it is not given. A
        parameter of `PER_ROW` may be a column.
    """
    row = name if isinstance(name, Score) else SCORES[name]
    check_columns(row.name, columns, row.columns(), row.can_leave_out)
    given = dict(columns)
    for keyword, column in row.keywords.items():
        value = keywords.pop(keyword, None)
        if value is not None:
            given[column] = value
    given |= beside
    wanted = [*columns_of([row], given), *beside]
    for parameter in PER_ROW:
        if isinstance(keywords.get(parameter), str | pl.Expr | pl.Series):
            given[parameter] = keywords[parameter]
            wanted.append(parameter)
            keywords[parameter] = DEFAULTS[parameter]
    kwargs = of_score(row, keywords, given, missing_ok=missing_ok or not row.tiers)
    return register(row.function, evidence_struct(wanted, given), kwargs, row.output, kind=row.kind)
