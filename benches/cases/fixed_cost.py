"""Case 6: what one call costs, whatever the frame: a score of a single row."""

from __future__ import annotations

from functools import partial

import polars as pl

import polars_rating as rating
from benches import frames
from benches.harness import Contender, Tally, compare, limit

LIMIT_SECONDS = 0.06e-3


def eager(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    """One eager select."""
    return frame.select(expression).to_series()


def built(frame: pl.DataFrame) -> pl.Series:
    """One eager select with the expression built anew."""
    return frame.select(rating.robustness()).to_series()


def lazy(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    """One streaming query."""
    return frame.lazy().select(expression).collect(engine="streaming").to_series()


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Against a native expression on the same row."""
    frame = frames.full_frame(1, trades=0)
    ours = rating.robustness()
    native = pl.col("profit") * 2.0
    columns = pl.struct("profit", "avg_r", "win_rate", "max_drawdown", "jitter_runs")
    contenders = [
        Contender(name="polars_rating, eager", run=partial(eager, frame, ours)),
        Contender(name="polars_rating, expression built anew", run=partial(built, frame)),
        Contender(name="native, eager", run=partial(eager, frame, native), compare=False),
        Contender(
            name="floor: a struct of the columns", run=partial(eager, frame, columns), compare=False
        ),
        Contender(name="polars_rating, streaming", run=partial(lazy, frame, ours)),
        Contender(name="native, streaming", run=partial(lazy, frame, native), compare=False),
    ]
    seconds = compare("fixed cost: one row", contenders, rounds, tally)
    limit("fixed cost, one row, eager", seconds[0], LIMIT_SECONDS, tally)
