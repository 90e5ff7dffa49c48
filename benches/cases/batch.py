"""Case 7: the batch calls, Arrow in and Arrow out: what getting in and out costs, and growth."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa

import polars_rating as rating
from benches.harness import Contender, Tally, compare, limit, measure, milliseconds
from polars_rating.batch import calculate_ratings_batch
from polars_rating.testing import candidate_frame

SMALL, LARGE = 1_000, 100_000
SIZES = (1_000, 10_000, 100_000, 1_000_000)
MAX_SMALL_SECONDS = 1e-3
MAX_CONVERSION = 0.10
MAX_GROWTH = 10.5
MAX_EXTRA_BYTES = 50e6


def table(rows: int) -> pa.Table:
    """Summary metrics of `rows` candidates, made of pieces that repeat."""
    piece = candidate_frame(min(rows, LARGE), tier="summary")
    return pl.concat([piece] * (rows // piece.height), rechunk=True).to_arrow()


def ipc(metrics: pa.Table) -> bytes:
    """The same as an IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, metrics.schema) as writer:
        writer.write_table(metrics)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def of_frame(frame: pl.DataFrame) -> pl.Series:
    """The ratings of a frame by its expression: the computing alone."""
    return frame.select(rating.scores()).to_series().struct.field("final_rating")


def of_ipc(data: bytes) -> pl.Series:
    """The ratings from bytes to bytes; read back only to be compared."""
    return pl.read_ipc_stream(calculate_ratings_batch(data))["final_rating"]


def of_table(metrics: pa.Table) -> pl.Series:
    """The ratings from table to table."""
    return pl.Series(calculate_ratings_batch(metrics)["final_rating"])


def check(metrics: pa.Table) -> None:
    """All ways give the same bits."""
    expected = of_frame(pl.DataFrame(metrics))
    for got in (of_ipc(ipc(metrics)), of_table(metrics)):
        if not got.equals(expected, null_equal=True):
            raise AssertionError("a batch call gives other ratings than the expression")


def small(rounds: int, tally: Tally) -> None:
    """A thousand candidates, the size of an optimiser's generation."""
    metrics = table(SMALL)
    check(metrics)
    frame, data = pl.DataFrame(metrics), ipc(metrics)
    seconds = compare(
        f"batch: {SMALL:,} candidates on summary metrics, all six scores",
        [
            Contender(name="IPC bytes -> IPC bytes", run=partial(calculate_ratings_batch, data)),
            Contender(
                name="pyarrow Table -> Table",
                run=partial(calculate_ratings_batch, metrics),
                compare=False,
            ),
            Contender(
                name="Polars frame -> frame",
                run=partial(calculate_ratings_batch, frame),
                compare=False,
            ),
            Contender(
                name="the expression on a Polars frame",
                run=partial(of_frame, frame),
                compare=False,
            ),
        ],
        rounds,
        tally,
    )
    limit(f"batch, {SMALL:,} candidates, IPC bytes", seconds[0], MAX_SMALL_SECONDS, tally)
    met = seconds[1] < seconds[0]
    text = f"batch, {SMALL:,} candidates: Table takes {seconds[1] / seconds[0]:.2f} of IPC bytes"
    tally.add(met=met, text=f"{text}, target < 1: {'ok' if met else 'MISS'}")


def conversion(rows: int, rounds: int, tally: Tally) -> None:
    """What a batch call takes beyond the expression it computes."""
    metrics = table(rows)
    frame, data = pl.DataFrame(metrics), ipc(metrics)
    ways = [
        Contender(name="compute", run=partial(of_frame, frame)),
        Contender(name="pyarrow Table", run=partial(calculate_ratings_batch, metrics)),
        Contender(name="IPC bytes", run=partial(calculate_ratings_batch, data)),
    ]
    figures = [median for median, _ in measure(ways, rounds)]
    print(f"\nbatch: {rows:,} candidates, getting in and out beside computing")
    print(f"  {'compute: the expression on a Polars frame':<44}{milliseconds(figures[0]):>12}")
    for way, seconds in zip(ways[1:], figures[1:], strict=True):
        share = seconds / figures[0] - 1
        met = share <= MAX_CONVERSION
        verdict = f"{share:+.1%} of computing, target <= {MAX_CONVERSION:.0%}"
        verdict += f": {'ok' if met else 'MISS'}" if tally.judge else ""
        print(f"  {way.name:<44}{milliseconds(seconds):>12}   {verdict}")
        tally.add(met=met, text=f"batch, {rows:,} candidates, {way.name}: {verdict}")


def growth(sizes: tuple[int, ...], rounds: int, tally: Tally) -> None:
    """Time and memory from the smallest to the largest table."""
    print("\nbatch: growth, pyarrow Table -> Table and IPC bytes -> IPC bytes")
    times: dict[str, list[float]] = {"Table": [], "IPC bytes": []}
    for rows in sizes:
        metrics = table(rows)
        data = ipc(metrics)
        ways = [
            Contender(name="Table", run=partial(calculate_ratings_batch, metrics)),
            Contender(name="IPC bytes", run=partial(calculate_ratings_batch, data)),
        ]
        figures = measure(ways, rounds)
        shown = []
        for way, (seconds, _) in zip(ways, figures, strict=True):
            times[way.name].append(seconds)
            shown.append(f"{way.name} {milliseconds(seconds):>12} {1e9 * seconds / rows:>8,.0f} ns")
        print(f"  {rows:>9,} candidates   {'   '.join(shown)} a candidate")
        del metrics, data, ways
        gc.collect()
    for name, (*_, before, last) in times.items():
        factor = last / before
        met = factor <= MAX_GROWTH
        text = f"batch, {name}: {sizes[-1]:,} takes {factor:.1f} times {sizes[-2]:,}"
        text += f", target <= {MAX_GROWTH:g}: {'ok' if met else 'MISS'}"
        tally.add(met=met, text=text)
        print(f"  {text}")


def memory(rows: int, tally: Tally) -> None:
    """Peak beyond input and output, of one call in a process of its own."""
    for kind in ("table", "ipc"):
        command = [sys.executable, "-m", "benches.cases.batch_memory", kind, str(rows)]
        root = Path(__file__).parents[2]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
        extra = float(re.findall(r"[-\d.]+", done.stdout)[-1])
        met = extra <= MAX_EXTRA_BYTES
        text = (
            f"batch, {kind}, {rows:,} candidates: peak beyond input and output {extra / 1e6:.0f} MB"
        )
        text += f", target < {MAX_EXTRA_BYTES / 1e6:.0f} MB: {'ok' if met else 'MISS'}"
        tally.add(met=met, text=text)
        print(f"  {text}")


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Small tables, conversion beside computing, growth and memory."""
    small(rounds, tally)
    conversion(LARGE // 10 if quick else LARGE, rounds, tally)
    growth(SIZES[:2] if quick else SIZES, max(1, rounds // 3), tally)
    memory(SIZES[1] if quick else SIZES[-1], tally)
