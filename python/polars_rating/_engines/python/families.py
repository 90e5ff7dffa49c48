"""The plugin's functions that see a family: the reference with the plugin's values.

Each has the name of the plugin's function and takes the rows of one family, as the plugin gets
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from polars_rating.reference._values import Row, number
from polars_rating.reference.luck import variance_of

_F64: Final = pl.Float64()


def sharpe_var(rows: Sequence[Row]) -> dict[str, float]:
    """Return how many Sharpe ratios a family has, and their variance."""
    sharpes = [number(row["sharpe"], "sharpe") for row in rows]
    found = variance_of(sharpes)
    return {
        "n_trials": float(sum(map(math.isfinite, sharpes))),
        "sharpe_var": math.nan if found is None else found,
    }


DTYPES: Final[Mapping[str, Callable[[Mapping[str, Any]], pl.DataType]]] = {
    "sharpe_var": lambda _: pl.Struct({"n_trials": _F64, "sharpe_var": _F64}),
}
"""Function to its dtype, where that is not the one of the public expression."""
