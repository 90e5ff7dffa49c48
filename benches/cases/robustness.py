"""Case 1: robustness of 20,000 candidates over 50 jitter reruns each.

The ratio to the memory-read floor is taken on one thread, in a process of its own, as the number
of threads of Polars is fixed when it starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from importlib import import_module

import polars as pl

import polars_rating as rating
from benches import frames
from benches.contenders import numba_ways, numpy_ways, polars_ways, python_ways
from benches.harness import Contender, Tally, Target, compare

FLOOR_TARGET = 1.3
SAMPLE = 500
ONE_THREAD = {
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}


def ours(frame: pl.DataFrame) -> pl.Series:
    """One eager call, with the result as a column."""
    return frame.with_columns(rating.robustness())["robustness_score"]


def contenders_on_one_thread(frame: pl.DataFrame) -> list[Contender]:
    """Ours, the floor and the compiled ways."""
    fields = polars_ways.floor_frame(frame["jitter_runs"])
    return [
        Contender(name="polars_rating", run=partial(ours, frame)),
        Contender(
            name="floor: Polars sums the buffers",
            run=partial(polars_ways.floor, fields),
            target=Target(bound=FLOOR_TARGET, floor=True),
            compare=False,
        ),
        Contender(name="Numba", run=partial(numba_ways.robustness, frame)),
        Contender(
            name="Numba, finite numbers only",
            run=partial(numba_ways.robustness, frame, clean=True),
        ),
    ]


def contenders(frame: pl.DataFrame) -> list[Contender]:
    """Every way, on all threads."""
    fields = polars_ways.floor_frame(frame["jitter_runs"])
    reference = import_module("polars_rating.reference")
    rows = frame.head(SAMPLE).to_dicts()
    return [
        Contender(name="polars_rating", run=partial(ours, frame)),
        Contender(
            name="floor: Polars sums the buffers",
            run=partial(polars_ways.floor, fields),
            compare=False,
        ),
        Contender(
            name="Numba parallel",
            run=partial(numba_ways.robustness, frame),
            target=Target(bound=5),
        ),
        Contender(
            name="Numba parallel, finite numbers only",
            run=partial(numba_ways.robustness, frame, clean=True),
        ),
        Contender(
            name="NumPy",
            run=partial(numpy_ways.robustness, frame),
            target=Target(bound=10),
        ),
        Contender(
            name="NumPy in cache-sized blocks", run=partial(numpy_ways.robustness_blocked, frame)
        ),
        Contender(
            name="Polars, list arithmetic",
            run=partial(polars_ways.robustness_lists, frame),
            target=Target(bound=10),
        ),
        Contender(
            name="Polars, explode and group_by",
            run=partial(polars_ways.robustness_groups, frame),
            target=Target(bound=10),
        ),
        Contender(
            name="Python, one dict per candidate",
            run=partial(python_ways.per_row, python_ways.robustness, rows),
            scale=frame.height / len(rows),
            target=Target(bound=1000),
        ),
        Contender(
            name="Python reference, one dict per candidate",
            run=partial(python_ways.per_row, reference.robustness, rows),
            scale=frame.height / len(rows),
            target=Target(bound=1000),
        ),
    ]


def one_thread(rounds: int, quick: bool, tally: Tally) -> None:
    """The part that needs a process of its own, started with one thread."""
    frame = frames.jitter_frame(2_000 if quick else 20_000)
    title = f"robustness on one thread: {frame.height:,} candidates x 50 jitter reruns"
    compare(title, contenders_on_one_thread(frame), rounds, tally)


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """All threads here, one thread in a child process."""
    frame = frames.jitter_frame(2_000 if quick else 20_000)
    title = f"robustness: {frame.height:,} candidates x 50 jitter reruns"
    compare(title, contenders(frame), rounds, tally)
    command = [sys.executable, "-m", "benches", "--one-thread-part", "--rounds", str(rounds)]
    command += ["--quick"] if quick else []
    child = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, check=True, capture_output=True, text=True
    )
    for line in child.stdout.splitlines():
        if line.startswith(Tally.MARK):
            tally.read(line)
        else:
            print(line)
