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


def score(
    name: str, columns: Mapping[str, Any], *, missing_ok: bool = False, **keywords: Any
) -> pl.Expr:
    """Return the expression of a score.

    Parameters
    ----------
    name : str
        Its name in the catalogue.
    columns : mapping
        What stands in for canonical columns, by their names.
    missing_ok : bool
        Whether a frame without evidence gives nulls instead of an error.
    **keywords
        Its parameters, and evidence under the keywords of its row, None where it is not given. A
        parameter of `PER_ROW` may be a column.
    """
    return score_of(SCORES[name], columns, missing_ok=missing_ok, **keywords)


def score_of(
    row: Score, columns: Mapping[str, Any], *, missing_ok: bool = False, **keywords: Any
) -> pl.Expr:
    """Return the expression of a score from its row of the catalogue."""
    check_columns(row.name, columns, row.columns(), row.can_leave_out)
    given = dict(columns)
    for keyword, column in row.keywords.items():
        value = keywords.pop(keyword, None)
        if value is not None:
            given[column] = value
    wanted = columns_of([row], given)
    for parameter in PER_ROW:
        if isinstance(keywords.get(parameter), str | pl.Expr | pl.Series):
            given[parameter] = keywords[parameter]
            wanted.append(parameter)
            keywords[parameter] = DEFAULTS[parameter]
    kwargs = of_score(row, keywords, given, missing_ok=missing_ok or not row.tiers)
    return register(row.function, evidence_struct(wanted, given), kwargs, row.output, kind=row.kind)
