"""Case 4: a streaming query over a million candidates."""

from __future__ import annotations

import os
import re
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

import polars_rating as rating
from benches import frames
from benches.harness import Tally

JITTER_RUNS = 10
SIZES = (100_000, 1_000_000)
QUICK_SIZES = (10_000, 50_000)
CHUNK = 100_000
# How the physical plan of the streaming engine marks a node that gathers everything first.
FALLBACK = re.compile(r'fillcolor="0\.0 0\.3 1\.0"|label="in-memory-(?!source|sink)')
# Both cores busy: CPU time per second of wall time, leaving room for the ends of the query.
MIN_CORES_USED = 0.75


def query(source: pl.LazyFrame) -> pl.LazyFrame:
    """Three scores of every candidate, and nothing else."""
    return source.select(rating.robustness(), rating.stability(), rating.final())


def node_names(plan: str) -> list[str]:
    """First word of every node's label in the physical plan."""
    return re.findall(r'\[label="([a-z-]+)', plan)


def check_plan(lazy: pl.LazyFrame, what: str, tally: Tally) -> None:
    """No node of the plan may fall back to the in-memory engine."""
    plan = lazy.show_graph(plan_stage="physical", engine="streaming", raw_output=True) or ""
    fallbacks = len(FALLBACK.findall(plan))
    met = bool(plan) and fallbacks == 0
    text = f"streaming plan of {what}: {fallbacks} in-memory fallbacks: {'ok' if met else 'MISS'}"
    tally.add(met=met, text=text)
    print(f"  {text} ({', '.join(node_names(plan))})")


def time_query(lazy: pl.LazyFrame, rounds: int) -> tuple[float, float]:
    """Median wall seconds, and CPU seconds per wall second."""
    walls, cpus = [], []
    lazy.collect(engine="streaming")
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        lazy.collect(engine="streaming")
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), sum(cpus) / sum(walls)


def write(path: Path, rows: int) -> int:
    """Candidates to a Parquet file, made in pieces that repeat; returns bytes in memory."""
    piece = frames.full_frame(min(rows, CHUNK), jitter=JITTER_RUNS, trades=0)
    frame = pl.concat([piece] * (rows // piece.height), rechunk=True)
    frame.write_parquet(path, compression="uncompressed")
    return int(frame.estimated_size())


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """From a Parquet file and from memory, at two sizes."""
    print(
        f"\nstreaming: robustness, stability and final, {JITTER_RUNS} jitter reruns per candidate"
    )
    rounds = max(1, rounds // 4)
    cores = os.cpu_count() or 1
    rates: dict[str, list[float]] = {"Parquet file": [], "frame in memory": []}
    for rows in QUICK_SIZES if quick else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "candidates.parquet"
            size = write(path, rows)
            print(f"  {rows:,} candidates, {size / 1e6:,.0f} MB in memory")
            for what, rate in rates.items():
                scan = what == "Parquet file"
                source = pl.scan_parquet(path) if scan else pl.read_parquet(path).lazy()
                lazy = query(source)
                check_plan(lazy, f"{rows:,} rows, {what}", tally)
                wall, used = time_query(lazy, rounds)
                rate.append(rows / wall)
                print(
                    f"    {what:<16} {1e3 * wall:>10,.1f} ms {rows / wall:>14,.0f} rows/s", end=""
                )
                print(f" {used:>7.2f} of {cores} cores")
                if rows == max(SIZES):
                    enough = used >= MIN_CORES_USED * cores
                    verdict = "ok" if enough else "MISS"
                    text = f"streaming 1M from {what}: {used:.2f} of {cores} cores: {verdict}"
                    tally.add(met=enough, text=text)
    for what, (small, large) in rates.items():
        print(f"  {what}: rows per second, large / small {large / small:.2f}")
