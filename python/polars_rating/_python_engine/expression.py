"""An expression over the reference, with the outputs and errors of the plugin's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from polars_rating._python_engine.functions import FUNCTIONS
from polars_rating._python_engine.rows import rows_of
from polars_rating._python_engine.stand_ins import stand_in_row
from polars_rating.exceptions import RatingError


def _null_for_nan(value: Any) -> Any:
    """Return what the plugin would: a number that overflows to NaN is none."""
    if isinstance(value, dict):
        return {name: _null_for_nan(item) for name, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def expression(function: str, evidence: pl.Expr, kwargs: Mapping[str, Any]) -> pl.Expr:
    """Return the expression that calls `function` on every row of a struct of evidence.

    Its dtype is known when a query is planned. What is missing or does not fit is told when it
    runs: Polars asks the plugin, but not a Python function, what it makes of a schema.
    """
    score, dtype = FUNCTIONS[function]

    def scores(series: pl.Series, **_: object) -> pl.Series:
        try:
            # Sums may overflow: the reference then says what an infinite number means.
            with np.errstate(all="ignore"):
                # What dtypes alone can tell is told first, even of no rows or nothing but nulls.
                promised = score(stand_in_row(series), kwargs)
                if function == "evidence":
                    values = [promised] * len(series)
                else:
                    values = [score(row, kwargs) for row in rows_of(series)]
        except RatingError as error:
            raise pl.exceptions.ComputeError(str(error)) from None
        return pl.Series(series.name, map(_null_for_nan, values), dtype=dtype)

    return evidence.map_batches(scores, dtype, is_elementwise=True)
