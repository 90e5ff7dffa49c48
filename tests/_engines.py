"""The two engines: what a test must know of the one it runs on, and how to run on both."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import use_engine

__all__ = ["ENGINES", "PYTHON", "engine", "plan", "size", "use_engine"]

ENGINES: Final = ("rust", "python")
PYTHON: Final = rating.engine() == "python"
"""Whether the suite runs on the Python engine (``OMEGA_USE_RUST_RATING=false``)."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest):
    """Run a test once per engine: expressions written in it belong to that engine."""
    with use_engine(request.param):
        yield request.param


def plan(lazy: pl.LazyFrame) -> None:
    """Do as little as it takes to be told what is wrong with a schema.

    The plugin tells when the query is planned. A Python function is not asked for its output
    while a query is planned, so the Python engine tells when it runs.
    """
    if rating.engine() == "python":
        lazy.collect()
    else:
        lazy.collect_schema()


def size(rust: int, python: int) -> int:
    """Return a number of rows: the Python engine takes hundreds of times longer for each."""
    return python if PYTHON else rust
