"""Bootstrap p-values against NumPy's own resamples: one candidate, and many."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

import polars_rating as rating
from benches.harness import Contender, Tally, Target, compare

VALUES, N_BOOT, SEED = 1_000, 2_000, 123
SAMPLE = 5
"""Candidates of many that NumPy resamples."""


def with_numpy(rows: list[npt.NDArray[np.float64]]) -> list[float]:
    """One candidate after the other, a matrix of resamples each."""
    found = []
    for x in rows:
        draws = np.random.default_rng(SEED).choice(x, size=(N_BOOT, len(x)), replace=True)
        found.append(float(np.mean(draws.mean(axis=1) <= 0)))
    return found


def ours(frame: pl.DataFrame) -> pl.Series:
    """One eager call."""
    return frame.select(rating.bootstrap_p_value("x", n_boot=N_BOOT, seed=SEED)).to_series()


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """A candidate alone, and many in one query, which share their draws."""
    many = 100 if quick else 1_000
    values = np.random.default_rng(1).uniform(-1.0, 1.05, (many, VALUES))
    frame = pl.DataFrame({"x": values.tolist()})
    for count in (1, many):
        few = list(values[: min(count, SAMPLE)])
        contenders = [
            Contender(name="polars_rating", run=partial(ours, frame.head(count))),
            Contender(
                name="NumPy, one candidate at a time",
                run=partial(with_numpy, few),
                scale=count / len(few),
                target=Target(bound=10) if count > 1 else None,
            ),
        ]
        title = (
            f"bootstrap p-value: {count:,} candidates x {VALUES:,} values x {N_BOOT:,} resamples"
        )
        compare(title, contenders, rounds, tally)
