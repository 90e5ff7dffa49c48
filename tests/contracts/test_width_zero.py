"""An Array of width 0, which Polars cannot hand to a plugin, is refused by name when planning."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from tests._engines import plan

STRUCTS = pl.Array(pl.Struct({"pnl": pl.Float64, "profit": pl.Float64}), 0)
NUMBERS = pl.Array(pl.Float64, 0)
COLUMNS = {
    "trades": STRUCTS,
    "jitter_runs": STRUCTS,
    "cost_runs": STRUCTS,
    "dropout_runs": STRUCTS,
    "stress_runs": STRUCTS,
    "yearly_profits": NUMBERS,
}


@pytest.mark.parametrize("column", COLUMNS)
def test_width_zero_names_the_column(column: str) -> None:
    query = pl.LazyFrame({column: pl.Series([[], []], dtype=COLUMNS[column])})
    with pytest.raises(pl.exceptions.ComputeError, match=f"RATING_BAD_DTYPE.*`{column}` must be"):
        plan(query.select(rating.scores()))


def test_width_zero_behind_a_field_nobody_reads_names_the_field() -> None:
    trades = pl.Series([[], []], dtype=pl.List(pl.Struct({"pnl": pl.Float64, "tags": NUMBERS})))
    query = pl.LazyFrame({"trades": trades})
    with pytest.raises(pl.exceptions.ComputeError, match=r"`trades\.tags` must be a List"):
        query.select(rating.cost_shock()).collect()
