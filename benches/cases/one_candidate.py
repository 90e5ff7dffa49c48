"""one candidate, or a list of them, as Python values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

import polars_rating as rating
from benches import frames
from benches.harness import Contender, Result, Tally, Target, compare
from polars_rating import reference, scalar
from polars_rating.testing import candidate_frame

Row = Mapping[str, Any]
CALLS = 20
"""Calls that are timed as one: a single one is shorter than the clock is fine."""


def listed(function: Callable[..., Any], *arguments: Any) -> list[float]:
    """The results of `CALLS` equal calls."""
    return [function(*arguments) for _ in range(CALLS)]


def by_query(frame: pl.DataFrame, expression: pl.Expr) -> float:
    """The expression on a frame of one row."""
    value: float = frame.select(expression).item()
    return value


def from_dicts(rows: list[Row], expression: pl.Expr) -> Result:
    """A frame of the rows, and the expression on it."""
    return pl.from_dicts(rows, infer_schema_length=None).select(expression).to_series()


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Scalar calls against the reference and the expression; a list of rows against a frame."""
    full = frames.full_frame(1_000 if not quick else 50, trades=0)
    row = full.head(1)
    for name in ("robustness", "stability", "cost_shock", "stress_penalty"):
        expression = getattr(rating, name)()
        wanted = [column for column in scalar_columns(name) if column in row.columns]
        values = row.select(wanted).to_dicts()[0]
        compare(
            f"one candidate, {name}: {CALLS} calls",
            [
                Contender(name="scalar", run=partial(listed, getattr(scalar, name), values)),
                Contender(
                    name="reference",
                    run=partial(listed, getattr(reference, name), values),
                    target=Target(bound=1),
                ),
                Contender(
                    name="expression on a frame of one row",
                    run=partial(listed, by_query, row.select(wanted), expression),
                    target=Target(bound=1),
                ),
            ],
            rounds,
            tally,
        )
    metrics = candidate_frame(1).select(scalar_columns("final"))
    values = metrics.to_dicts()[0]
    compare(
        f"one candidate, final rating on summary metrics: {CALLS} calls",
        [
            Contender(name="scalar", run=partial(listed, scalar.final, values)),
            Contender(name="reference", run=partial(listed, reference.final, values)),
            Contender(
                name="expression on a frame of one row",
                run=partial(listed, by_query, metrics, rating.final()),
            ),
        ],
        rounds,
        tally,
    )
    wanted = [column for column in scalar_columns("robustness") if column in full.columns]
    rows = full.select(wanted).to_dicts()
    compare(
        f"a list of dictionaries: {len(rows):,} candidates x 50 reruns",
        [
            Contender(name="scalar", run=partial(scalar.robustness, rows)),
            Contender(
                name="a frame made of them",
                run=partial(from_dicts, rows, rating.robustness()),
                target=Target(bound=5),
            ),
        ],
        rounds,
        tally,
    )


def scalar_columns(name: str) -> list[str]:
    """The columns that a score looks for, apart from trades."""
    function: scalar.ScalarScore = getattr(scalar, name)
    there = candidate_frame(1).columns
    runs = [column for column in function.columns if column.endswith("_runs")]
    return [c for c in function.columns if c in there or (c in runs and name != "final")]
