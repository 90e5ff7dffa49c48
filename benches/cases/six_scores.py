"""Case 3: all six scores of 1,000 candidates with full evidence."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import polars as pl

import polars_rating as rating
from benches import frames
from benches.contenders import numpy_ways, python_ways
from benches.harness import Contender, Tally, compare, difference, limit
from polars_rating.config import DropoutConfig, RatingConfig

CONFIG = RatingConfig(dropout=DropoutConfig(n_runs=1))
SAMPLE = 20
LIMIT_SECONDS = 0.0025
SUMMARY_ROWS = 100_000
SUMMARY_LIMIT_SECONDS = 0.010


def fused(frame: pl.DataFrame) -> pl.Series:
    """All six as one struct, in one eager call."""
    return frame.select(rating.scores(CONFIG))["rating_score"]


def fused_rating(frame: pl.DataFrame) -> pl.Series:
    """The final rating out of the struct."""
    return fused(frame).struct.field("final_rating")


def expressions() -> list[pl.Expr]:
    """The six scores as expressions of their own."""
    return [
        rating.robustness(),
        rating.stability(),
        rating.cost_shock(),
        rating.trade_dropout(n_runs=1),
        rating.stress_penalty(),
        rating.final(config=CONFIG),
    ]


def separate(frame: pl.DataFrame, engine: str) -> pl.Series:
    """The six expressions in one lazy query."""
    query = frame.lazy().select(expressions())
    rated: pl.DataFrame = query.collect(engine=engine)  # type: ignore[call-overload] # plain text
    return rated["final_rating"]


def check(frame: pl.DataFrame) -> None:
    """Fused fields equal the separate expressions bit for bit, and NumPy up to rounding."""
    one = fused(frame).struct.unnest()
    six = frame.lazy().select(expressions()).collect()
    for name in six.columns:
        if not one[name].equals(six[name], null_equal=True):
            raise AssertionError(f"scores() and the expression differ in {name}")
    difference(one["robustness_score"], numpy_ways.robustness(frame), "NumPy robustness")
    difference(one["stability_score"], numpy_ways.stability(frame), "NumPy stability")
    difference(one["cost_shock_score"], numpy_ways.cost_shock_runs(frame), "NumPy cost shock")
    difference(one["stress_penalty"], numpy_ways.stress_trades(frame), "NumPy stress")
    print("  fields equal the separate expressions bit for bit; four agree with NumPy to 1e-9")


def reference_rating(row: dict[str, object]) -> float:
    """The final rating by the plain-Python reference."""
    reference = import_module("polars_rating.reference")
    return float(reference.scores(row, CONFIG)["final_rating"])


def of_summaries(rounds: int, quick: bool, tally: Tally) -> None:
    """The same of summary metrics alone."""
    rows = SUMMARY_ROWS // 10 if quick else SUMMARY_ROWS
    frame = frames.full_frame(rows, jitter=1, trades=0).drop("jitter_runs", "cost_runs")
    contenders = [
        Contender(name="polars_rating: scores(), eager", run=partial(fused_rating, frame)),
        Contender(name="six expressions, in-memory", run=partial(separate, frame, "in-memory")),
        Contender(
            name="Python, one dict per candidate",
            run=partial(python_ways.per_row, reference_rating, frame.head(SAMPLE).to_dicts()),
            scale=rows / SAMPLE,
        ),
    ]
    title = f"six scores of summary metrics: {rows:,} candidates x 10 years"
    seconds = compare(title, contenders, rounds, tally)
    limit("six scores of summary metrics", seconds[0], SUMMARY_LIMIT_SECONDS, tally)


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """The fused struct, the six expressions, and plain Python."""
    frame = frames.full_frame(1_000)
    rows = frame.head(SAMPLE).to_dicts()
    contenders = [
        Contender(name="polars_rating: scores(), eager", run=partial(fused_rating, frame)),
        Contender(name="six expressions, in-memory", run=partial(separate, frame, "in-memory")),
        Contender(name="six expressions, streaming", run=partial(separate, frame, "streaming")),
        Contender(
            name="Python, one dict per candidate",
            run=partial(python_ways.per_row, reference_rating, rows),
            scale=frame.height / len(rows),
        ),
    ]
    title = (
        f"six scores: {frame.height:,} candidates, 50 jitter and 3 cost reruns, 10 years, "
        "500 trades, 1 dropout run"
    )
    seconds = compare(title, contenders, rounds, tally)
    limit("six scores, fused", seconds[0], LIMIT_SECONDS, tally)
    check(frame)
    of_summaries(rounds, quick, tally)
