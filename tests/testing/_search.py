"""Looking for examples: the first one that comes, or the simplest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

FEW = settings(deadline=None, derandomize=True, max_examples=60, database=None)
SEARCH = settings(deadline=None, max_examples=3_000, database=None)
SIMPLEST = (0, dt.datetime(2000, 1, 1))
A_FEW = 2
"""How much may be left beside the simplest: no version of hypothesis promises to find that."""


def simplest(strategy: st.SearchStrategy[Any], condition: Callable[[Any], Any]) -> Any:
    return find(strategy, condition, settings=SEARCH, random=Random(1))


def reached(strategy: st.SearchStrategy[Any], condition: Callable[[Any], Any]) -> Any:
    """Return the first example, whatever else is in it."""
    first = settings(SEARCH, phases=[Phase.generate])
    return find(strategy, condition, settings=first, random=Random(1))


def numbers(df: pl.DataFrame) -> list[Any]:
    """Return all values of a frame, those inside lists and structs too."""
    found: list[Any] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                walk(item)
        else:
            found.append(value)

    walk(df.drop("strategy").to_dicts())
    return found


def has(condition: Callable[[Any], Any]) -> Callable[[pl.DataFrame], bool]:
    return lambda df: any(isinstance(x, float) and condition(x) for x in numbers(df))
