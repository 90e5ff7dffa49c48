"""The plugin's functions that see a family: the reference with the plugin's values.

Each has the name of the plugin's function and takes the rows of one family, as the plugin gets
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from polars_rating.reference._values import Row, number, number_list
from polars_rating.reference.cscv import of_blocks
from polars_rating.reference.effective_trials import effective_trials
from polars_rating.reference.luck import mean_of, variance_of
from polars_rating.reference.snooping import reality_check, romano_wolf, snooping, spa

_F64: Final = pl.Float64()


def sharpe_var(rows: Sequence[Row]) -> dict[str, float]:
    """Return how many Sharpe ratios a family has, and their variance."""
    sharpes = [number(row["sharpe"], "sharpe") for row in rows]
    found = variance_of(sharpes)
    return {
        "n_trials": float(sum(map(math.isfinite, sharpes))),
        "sharpe_var": math.nan if found is None else found,
        "sharpe_mean": mean_of(sharpes),
    }


def pbo(rows: Sequence[Row], *, metric: str, min_trials: int) -> float | None:
    """Return the probability of backtest overfitting from rows of blocks."""
    found = cscv(rows, metric=metric, min_trials=min_trials)
    return None if found is None else found["pbo"]


def cscv(rows: Sequence[Row], *, metric: str, min_trials: int) -> dict[str, float] | None:
    """Return the cross-validation of rows of blocks."""
    blocks = [number_list(row["blocks"], "blocks") for row in rows]
    return of_blocks(blocks, metric, min_trials)


__all__ = [
    "cscv",
    "effective_trials",
    "pbo",
    "reality_check",
    "romano_wolf",
    "sharpe_var",
    "snooping",
    "spa",
]

DTYPES: Final[Mapping[str, Callable[[Mapping[str, Any]], pl.DataType]]] = {
    "cscv_blocks": lambda kwargs: pl.Array(
        _F64, 2 * kwargs["n_blocks"] + 2 + bool(kwargs["with_length"])
    ),
    "sharpe_var": lambda _: pl.Struct(
        dict.fromkeys(("n_trials", "sharpe_var", "sharpe_mean"), _F64)
    ),
}
"""Function to its dtype, where that is not the one of the public expression."""
