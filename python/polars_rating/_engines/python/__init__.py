"""The plugin's functions in plain Python: rows of evidence through `polars_rating.reference`.

Nothing is computed here: `schema_check` raises what the plugin raises when a query is planned,
`rows` turns a struct of evidence into rows, `functions` hands rows to the reference with the
values that the plugin would have got.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from polars_rating._engines.python.functions import (
    dtype_of,
    null_for_nan,
    value_of_row,
    values_of_family,
)
from polars_rating._engines.python.rows import rows_of
from polars_rating._engines.python.schema_check import check_schema
from polars_rating.catalog.row import Kind
from polars_rating.exceptions import RatingError


def expression(
    function: str, evidence: pl.Expr, kwargs: Mapping[str, Any], kind: Kind = "E"
) -> pl.Expr:
    """Return the expression that calls `function` on every row of a struct of evidence.

    One of kind A or V gets the rows of a family together.

    Its outputs and errors are those of the plugin, its dtype is known at plan time. Evidence that
    is missing or does not fit is an error when it runs: Polars asks the plugin, but not a Python
    function, for the output of a schema.
    """
    dtype = dtype_of(function, kwargs)

    def values(series: pl.Series, **_: object) -> pl.Series:
        try:
            tiers = check_schema(function, series.dtype, kwargs)
            # Sums may overflow: the reference then says what an infinite number means.
            with np.errstate(all="ignore"):
                rows = rows_of(series)
                if kind in ("A", "V"):
                    found = values_of_family(function, list(rows), kwargs)
                else:
                    found = [value_of_row(function, row, kwargs, tiers) for row in rows]
        except RatingError as error:
            raise pl.exceptions.ComputeError(str(error)) from None
        return pl.Series(series.name, map(null_for_nan, found), dtype=dtype)

    elementwise = kind in ("E", "C")
    return evidence.map_batches(
        values, dtype, is_elementwise=elementwise, returns_scalar=kind == "A"
    )
