"""A lazy query computes a score once, however often it is asked for."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.data import trades_path
from tests._engines import PYTHON

# Polars joins equal plugin expressions from 2.0 on; before, the work is done again.
SHARES = int(pl.__version__.split(".", maxsplit=1)[0]) >= 2

SCORES = ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty")


@pytest.fixture
def plan() -> str:
    query = (
        pl.scan_parquet(trades_path())
        .group_by("strategy")
        .agg(rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit"))
        .with_columns(rating.metrics().struct.unnest())
        .with_columns(*(getattr(rating, name)() for name in SCORES), rating.final())
        .top_k(20, by="final_rating")
    )
    return query.explain()


@pytest.mark.skipif(PYTHON, reason="Polars does not join equal Python functions")
@pytest.mark.parametrize("function", ["metrics", *SCORES, "final_rating"])
def test_query_of_the_readme_calls_every_function_once(plan: str, function: str) -> None:
    calls = plan.count(f":{function}(")
    assert calls == 1 if SHARES else calls >= 1, plan
