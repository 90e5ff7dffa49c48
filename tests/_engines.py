"""The suite runs on both engines: what a test must know of the one it runs on."""

from __future__ import annotations

from typing import Final

import polars as pl

import polars_rating as rating

PYTHON: Final = rating.engine() == "python"
"""Whether the suite runs on the Python engine (``OMEGA_USE_RUST_RATING=false``)."""


def plan(lazy: pl.LazyFrame) -> None:
    """Do as little as it takes to be told what is wrong with a schema.

    The plugin tells when the query is planned. A Python function is not asked for its output
    while a query is planned, so the Python engine tells when it runs.
    """
    if PYTHON:
        lazy.collect()
    else:
        lazy.collect_schema()


def size(rust: int, python: int) -> int:
    """Return a number of rows: the Python engine takes hundreds of times longer for each."""
    return python if PYTHON else rust
