"""Case 2: trade dropout of 1,000 candidates with 500 trades each, one run."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

import polars_rating as rating
from benches import frames
from benches.contenders import python_ways
from benches.contenders.buffers import Array, flat
from benches.harness import Contender, Tally, Target, as_array, compare, difference, limit

SEED = 987_654_321
PANDAS_SAMPLE = 100
SEED_ROWS = 10
LIMIT_SECONDS = 0.0015


def ours(frame: pl.DataFrame, seed: int = SEED) -> pl.Series:
    """One eager call, with the result as a column."""
    score = rating.trade_dropout(n_runs=1, seed=seed)
    return frame.with_columns(score)["trade_dropout_score"]


def per_candidate(frame: pl.DataFrame) -> list[tuple[Array, Array]]:
    """Net result and r-multiple of every candidate as NumPy arrays."""
    offsets, (pnl, fee, r_multiple) = flat(frame["trades"], ("pnl", "fee", "r_multiple"))
    cuts = offsets[1:-1]
    return list(zip(np.split(pnl - fee, cuts), np.split(r_multiple, cuts), strict=True))


def with_pandas(tables: list[object], seed: int = SEED) -> list[float]:
    """One pandas frame after the other."""
    return [python_ways.dropout_pandas(table, seed, 1) for table in tables]


def with_numpy(arrays: list[tuple[Array, Array]], seed: int = SEED) -> list[float]:
    """One candidate after the other as prepared NumPy arrays."""
    return [python_ways.dropout_numpy(net, r, seed, 1) for net, r in arrays]


def check_seeds(frame: pl.DataFrame, count: int, tally: Tally) -> None:
    """Ours against NumPy's own generator, seed by seed, over the whole range of seeds."""
    few = frame.head(SEED_ROWS)
    arrays = per_candidate(few)
    top = 2**64 - 1
    seeds = [0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, top]
    rng = np.random.default_rng(7)
    seeds += [int(s) for s in rng.integers(0, top, count - len(seeds), dtype=np.uint64)]
    worst = 0.0
    same = 0
    for seed in seeds:
        a, b = ours(few, seed), with_numpy(arrays, seed)
        worst = max(worst, difference(a, b, f"NumPy, seed {seed}"))
        same += int(np.count_nonzero(as_array(a) == as_array(b)))
    text = (
        f"dropout: {len(seeds):,} seeds x {SEED_ROWS} candidates as NumPy draws them, "
        f"max difference {worst:.0e}, {same:,} of {len(seeds) * SEED_ROWS:,} equal bit for bit: ok"
    )
    tally.add(met=True, text=text)
    print(f"  {text}")


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Against pandas and NumPy, one candidate at a time."""
    frame = frames.trades_frame(200 if quick else 1_000)
    tables = python_ways.pandas_frames(frame.head(PANDAS_SAMPLE))
    contenders = [
        Contender(name="polars_rating", run=partial(ours, frame)),
        Contender(
            name="pandas, one frame per candidate",
            run=partial(with_pandas, tables),
            scale=frame.height / len(tables),
            target=Target(bound=300),
        ),
        Contender(
            name="NumPy, one candidate at a time", run=partial(with_numpy, per_candidate(frame))
        ),
    ]
    title = f"trade dropout: {frame.height:,} candidates x 500 trades x 1 run"
    seconds = compare(title, contenders, rounds, tally)
    limit("trade dropout", seconds[0], LIMIT_SECONDS, tally)
    check_seeds(frame, 50 if quick else 500, tally)
