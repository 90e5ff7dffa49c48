"""Case: selection bias over families, beside the packages that compute the same."""

from __future__ import annotations

import importlib
import os
from functools import partial
from typing import Any

import numpy as np
import polars as pl

import polars_rating as rating
from benches.harness import Contender, Tally, Target, compare, limit

PERIODS = 1600


def family(periods: int, candidates: int) -> pl.DataFrame:
    """Candidates in rows, their returns in a list."""
    returns = np.random.default_rng(1).normal(2e-4, 0.01, (candidates, periods))
    return pl.DataFrame({"returns": pl.Series(returns).arr.to_list()})


def ours(expression: pl.Expr, frame: pl.DataFrame) -> pl.Series:
    """One eager call, with the result as a column."""
    return frame.select(expression).to_series()


def matrix(frame: pl.DataFrame) -> Any:
    """Periods x candidates."""
    return np.ascontiguousarray(np.stack(frame["returns"].to_numpy()).T)


def peer(module: str) -> Any:
    """A package of the group `peers`, None where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        print(f"({module.split('.')[0]} is not installed: pip install --group peers)")
        return None


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """The rows of the table, each with its peers."""
    overfitting(rounds, quick, tally)
    bootstraps(rounds, quick, tally)
    sharpe_ratios(rounds, quick, tally)
    families(rounds, quick, tally)


def overfitting(rounds: int, quick: bool, tally: Tally) -> None:
    """The probability of backtest overfitting, against phacker's C++ kernel."""
    # Ours runs on one thread, so theirs does; OpenMP reads this once, when it is loaded.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    phacker = peer("phacker.cscv")
    sizes = [(200, 16, 0.010), (2_000, 16, 0.10), (200, 20, 0.12)]
    for candidates, n_blocks, bound in sizes[:1] if quick else sizes:
        frame = family(PERIODS, candidates)
        call = partial(ours, rating.pbo(n_blocks=n_blocks), frame)
        contenders = [Contender(name="polars_rating", run=call)]
        if phacker is not None:
            table = matrix(frame)
            other = partial(lambda m, s: [phacker.cscv(m, s)[0]], table, n_blocks)
            contenders.append(Contender(name="phacker (C++)", run=other, target=Target(bound=5.0)))
        title = f"pbo: {PERIODS:,} x {candidates:,}, S = {n_blocks}"
        limit(title, compare(title, contenders, rounds, tally)[0], bound, tally)


def bootstraps(rounds: int, quick: bool, tally: Tally) -> None:
    """Snooping with 1,000 resamples, against arch and holdout."""
    frame, n_boot = family(PERIODS, 50 if quick else 200), 100 if quick else 1_000
    table = matrix(frame)
    options: dict[str, Any] = {"n_boot": n_boot, "block_length": 8.0}
    both = [rating.snooping(**options).struct.field("reality_check").alias("a")]
    both += [rating.romano_wolf(**options).min().alias("b")]
    contenders = [
        Contender(
            name="polars_rating, snooping",
            run=partial(ours, rating.reality_check(**options), frame),
        ),
        Contender(
            name="polars_rating, snooping + romano_wolf",
            run=lambda: frame.select(both).to_numpy()[0],
            compare=False,
        ),
    ]
    arch, holdout = peer("arch.bootstrap"), peer("holdout")
    if arch is not None:
        zero = np.zeros(len(table))

        def spa() -> list[float]:
            test = arch.SPA(zero, -table, block_size=8, reps=n_boot, studentize=False, seed=1)
            test.compute()
            return [test.pvalues["upper"]]

        contenders.append(
            Contender(name="arch, SPA", run=spa, compare=False, target=Target(bound=10.0))
        )
    if holdout is not None:
        of = {"n_bootstrap": n_boot, "block_length": 8.0, "seed": 1}
        contenders += [
            Contender(
                name="holdout, reality check",
                run=lambda: [holdout.reality_check(table, **of).pvalue],
                compare=False,
            ),
            Contender(
                name="holdout, Romano-Wolf",
                run=lambda: holdout.romano_wolf(table, **of).adjusted_pvalues,
                compare=False,
            ),
        ]
    title = f"bootstrap: {table.shape[0]:,} x {table.shape[1]}, {n_boot:,} resamples, b = 8"
    medians = compare(title, contenders, rounds, tally)
    limit(f"{title}: snooping", medians[0], 0.05, tally)
    limit(f"{title}: snooping + romano_wolf", medians[1], 0.05, tally)


def sharpe_ratios(rounds: int, quick: bool, tally: Tally) -> None:
    """Psr of many candidates, against reading their returns and skfolio."""
    frame = family(1_250, 1_000 if quick else 20_000)
    items = frame["returns"].explode()
    contenders = [
        Contender(name="polars_rating", run=partial(ours, rating.probabilistic_sharpe(), frame)),
        Contender(
            name="floor: Polars sums the returns",
            run=lambda: [items.sum()],
            compare=False,
            target=Target(bound=5.0, floor=True),
        ),
    ]
    skfolio = peer("skfolio.measures")
    if skfolio is not None:
        few = frame.head(1_000)
        table = matrix(few)
        contenders.append(
            Contender(
                name="skfolio",
                run=partial(lambda m: skfolio.probabilistic_sharpe_ratio(m), table),
                scale=frame.height / few.height,
            )
        )
    compare(f"psr: {frame.height:,} candidates x 1,250 returns", contenders, rounds, tally)


def families(rounds: int, quick: bool, tally: Tally) -> None:
    """Effective number, and dsr of a million candidates in a thousand families."""
    frame = family(PERIODS, 200)
    title = f"effective_trials: {PERIODS:,} x 200"
    contender = Contender(name="polars_rating", run=partial(ours, rating.effective_trials(), frame))
    limit(title, compare(title, [contender], rounds, tally)[0], 0.03, tally)
    rows = 20_000 if quick else 1_000_000
    rng = np.random.default_rng(2)
    moments = pl.DataFrame(
        {
            "family": rng.integers(0, rows // 1_000, rows),
            "sharpe_moments": pl.DataFrame(
                {
                    "n": np.full(rows, 1_000, dtype=np.uint32),
                    "sharpe": rng.normal(0, 0.03, rows),
                    "skewness": np.zeros(rows),
                    "kurtosis": np.full(rows, 3.0),
                }
            ).to_struct(),
        }
    )
    native = pl.col("sharpe_moments").struct.field("sharpe").var().over("family")
    contenders = [
        Contender(
            name="polars_rating, dsr",
            run=partial(ours, rating.deflated_sharpe(family="family"), moments),
        ),
        Contender(
            name="native var().over() alone, not reproducible",
            run=partial(ours, native, moments),
            compare=False,
        ),
    ]
    title = f"dsr: {rows:,} candidates in {rows // 1_000:,} families"
    limit(title, compare(title, contenders, rounds, tally)[0], 0.5, tally)
