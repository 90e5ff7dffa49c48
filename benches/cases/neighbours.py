"""Neighbours of 100,000 trials over five parameters: a grid, and random search.

The other ways find who is near and stop there, or gather the metrics too, as ours does. A cross
join of 100,000 trials with themselves has ten billion rows: it and the inequality join are measured
on a few trials against all, and scaled.
"""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.spatial import cKDTree

import polars_rating as rating
from benches.harness import Contender, Tally, compare, limit

NAMES = [f"p{i}" for i in range(5)]
METRICS = ["profit", "avg_r", "win_rate", "max_drawdown"]
SAMPLE = 50
SECONDS = 5.0
NEAREST = 20
MILLION = 1_000_000


def grid(levels: int) -> pl.DataFrame:
    """Every combination of five parameters, shuffled."""
    rng = np.random.default_rng(0)
    cells = np.array(list(product(range(levels), repeat=len(NAMES))))
    return with_metrics(rng.permutation(cells), rng)


def search(trials: int) -> pl.DataFrame:
    """Random search over five parameters."""
    rng = np.random.default_rng(1)
    return with_metrics(rng.random((trials, len(NAMES))), rng)


def with_metrics(cells: npt.NDArray[np.generic], rng: np.random.Generator) -> pl.DataFrame:
    parameters = {name: cells[:, i] for i, name in enumerate(NAMES)}
    return pl.DataFrame({**parameters, **{name: rng.random(len(cells)) for name in METRICS}})


def ours(frame: pl.DataFrame, **near: int) -> pl.Series:
    return rating.neighbour_runs(frame, NAMES, **near)["n_neighbours"]


def ranks(frame: pl.DataFrame) -> npt.NDArray[np.float64]:
    return frame.select(pl.col(NAMES).rank("dense").cast(pl.Float64)).to_numpy()


def counted(frame: pl.DataFrame) -> npt.NDArray[np.float64]:
    """SciPy, how many are near."""
    points = ranks(frame)
    found = cKDTree(points).query_ball_point(points, 1.0, p=np.inf, workers=-1, return_length=True)
    return np.asarray(found - 1, dtype=np.float64)


def gathered(frame: pl.DataFrame) -> npt.NDArray[np.float64]:
    """SciPy, and the metrics of the near ones with NumPy."""
    points = ranks(frame)
    found = cKDTree(points).query_ball_point(points, 1.0, p=np.inf, workers=-1)
    lengths = np.fromiter(map(len, found), np.int64, len(found))
    rows = np.concatenate(found)
    others = rows != np.repeat(np.arange(len(points)), lengths)
    for name in METRICS:
        frame[name].to_numpy()[rows[others]]
    return np.asarray(lengths - 1, dtype=np.float64)


def nearest(frame: pl.DataFrame) -> npt.NDArray[np.float64]:
    """SciPy's nearest ones, and their metrics; which of equal distances is open."""
    points = ranks(frame) - 1
    points /= np.maximum(points.max(axis=0), 1)
    _, rows = cKDTree(points).query(points, NEAREST + 1, workers=-1)
    for name in METRICS:
        frame[name].to_numpy()[rows[:, 1:]]
    return np.full(len(points), float(NEAREST))


def joined(frame: pl.DataFrame, rows: int, *, cross: bool) -> pl.Series:
    """Polars, the first trials against all, by a cross join or an inequality join."""
    ranked = frame.lazy().select(pl.col(NAMES).rank("dense").cast(pl.Int64)).with_row_index("id")
    left = ranked.head(rows).rename({name: f"{name}_0" for name in [*NAMES, "id"]})
    near = [
        (pl.col(f"{name}_0") - 1 <= pl.col(name)) & (pl.col(name) <= pl.col(f"{name}_0") + 1)
        for name in NAMES
    ]
    if cross:
        pairs = left.join(ranked, how="cross").filter(*near)
    else:
        bounds = left.with_columns(
            *((pl.col(f"{name}_0") - 1).alias(f"{name}_low") for name in NAMES),
            *((pl.col(f"{name}_0") + 1).alias(f"{name}_high") for name in NAMES),
        )
        at = [pl.col(f"{name}_low") <= pl.col(name) for name in NAMES]
        to = [pl.col(name) <= pl.col(f"{name}_high") for name in NAMES]
        pairs = bounds.join_where(ranked, *at, *to)
    counts = pairs.group_by("id_0").agg(n=pl.len() - 1)
    both = left.select("id_0").join(counts, on="id_0", how="left", maintain_order="left")
    return both.collect()["n"].fill_null(0)


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Both kinds of tables, then memory and a million trials in processes of their own."""
    frame = grid(4 if quick else 10)
    few = min(SAMPLE, frame.height)
    fast = min(rounds, 3)
    contenders = [
        Contender(name="polars_rating", run=partial(ours, frame)),
        Contender(name="SciPy cKDTree, counts alone", run=partial(counted, frame)),
        Contender(name="SciPy cKDTree, metrics gathered", run=partial(gathered, frame)),
        *(
            Contender(
                name=f"Polars, {name} join",
                run=partial(joined, frame, few, cross=cross),
                scale=frame.height / few,
            )
            for name, cross in (("cross", True), ("inequality", False))
        ),
    ]
    title = f"neighbours on a grid: {frame.height:,} trials x {len(NAMES)} parameters, steps=1"
    seconds = compare(title, contenders, fast, tally)
    limit("neighbours on a grid", seconds[0], SECONDS, tally)
    frame = search(1_000 if quick else 100_000)
    contenders = [
        Contender(name="polars_rating", run=partial(ours, frame, nearest=NEAREST)),
        Contender(name="SciPy cKDTree, metrics gathered", run=partial(nearest, frame)),
    ]
    title = f"neighbours of random search: {frame.height:,} trials, nearest={NEAREST}"
    seconds = compare(title, contenders, fast, tally)
    limit("neighbours of random search", seconds[0], SECONDS, tally)
    for what in ("grid", "search") if quick else ("grid", "search", "million"):
        command = [sys.executable, "-m", "benches.cases.neighbours", what, str(int(quick))]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def alone(what: str, quick: bool) -> None:
    """One call in this process, with its time and the peak of its memory."""
    near = {} if what == "grid" else {"nearest": NEAREST if what == "search" else 10}
    if what == "grid":
        frame = grid(4 if quick else 10)
    else:
        frame = search(MILLION if what == "million" else 1_000 if quick else 100_000)
    before = peak()
    start = time.perf_counter()
    out = rating.neighbour_runs(frame, NAMES, **near)
    seconds = time.perf_counter() - start
    total = int(out["n_neighbours"].cast(pl.Int64).sum())
    print(
        f"  {what}: {frame.height:,} trials, {total:,} neighbours in {seconds:.2f} s; peak of the "
        f"process {peak():,.0f} MiB, before the call {before:,.0f} MiB"
    )


def peak() -> float:
    """MiB."""
    # Not `getrusage`, which begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    alone(sys.argv[1], sys.argv[2] == "1")
