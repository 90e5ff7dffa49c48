"""Case 13: trades in files, from Parquet to a ranking, in one query and on one and two workers."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

import polars_rating as rating
from benches.harness import Tally
from polars_rating.files import rate_files
from polars_rating.pipeline import TradeColumns, gather, mark_sorted, rate_trades
from scripts.make_big_trades import make

TRADES = 10_000_000
QUICK_TRADES = 200_000
PER_CANDIDATE = 100
N_FILES = 24
BY = ["strategy"]


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """The shares of one query, then the same trades on workers."""
    n_trades = QUICK_TRADES if quick else TRADES
    rounds = max(1, rounds // 8)
    print(f"\nfiles: {n_trades:,} trades of {n_trades // PER_CANDIDATE:,} candidates in {N_FILES}")
    with tempfile.TemporaryDirectory() as folder:
        whole, spread = Path(folder, "whole"), Path(folder, "spread")
        make(whole, n_trades, N_FILES, "whole", PER_CANDIDATE, seed=1)
        make(spread, n_trades, N_FILES, "spread", PER_CANDIDATE, seed=1)
        _show(f"files: one query over {n_trades:,} trades", _query(whole), rounds, tally)
        _show(f"files: workers over {n_trades:,} trades", _files(whole, spread), rounds, tally)


def _query(whole: Path) -> dict[str, Callable[[], object]]:
    """The whole query, and parts of it; those of the plugin on what was gathered before."""
    trades = pl.scan_parquet(whole / "*.parquet")
    columns = TradeColumns.find(trades.collect_schema())
    gathered = gather(mark_sorted(trades, BY), BY, columns).collect().lazy()
    # `evidence()` gets the same struct of columns as `scores()`, and only looks at its type.
    crossing = gathered.with_columns(rating.metrics()).unnest("metrics").collect().lazy()
    return {
        "whole, candidates together": lambda: rate_trades(mark_sorted(trades, BY)).collect(),
        "whole, in any order": lambda: rate_trades(trades).collect(),
        "file: read all columns": lambda: trades.collect(),
        "file and gather, together": lambda: gather(mark_sorted(trades, BY), BY, columns).collect(),
        "file and gather, any order": lambda: gather(trades, BY, columns).collect(),
        "plugin: metrics": lambda: gathered.select(rating.metrics()).collect(),
        "plugin: scores": lambda: crossing.select(rating.scores()).collect(),
        "plugin: crossing alone": lambda: crossing.select(rating.evidence()).collect(),
    }


def _files(whole: Path, spread: Path) -> dict[str, Callable[[], object]]:
    def rate(source: Path, workers: int, *, partitioned: bool) -> None:
        # A worker has one core here, so that two have twice as many as one.
        every = os.sched_getaffinity(0)
        os.sched_setaffinity(0, sorted(every)[:workers])
        try:
            with tempfile.TemporaryDirectory() as out:
                rate_files(source, f"{out}/rated", workers=workers, partitioned=partitioned)
        finally:
            os.sched_setaffinity(0, every)

    return {
        "2 workers, files of whole candidates": lambda: rate(whole, 2, partitioned=True),
        "1 worker": lambda: rate(whole, 1, partitioned=True),
        "2 workers, candidates spread over files": lambda: rate(spread, 2, partitioned=False),
        "1 worker, spread": lambda: rate(spread, 1, partitioned=False),
    }


def _show(title: str, ways: dict[str, Callable[[], object]], rounds: int, tally: Tally) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, call in ways.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    tally.medians[title] = medians
    first = next(iter(medians.values()))
    print(f"  {title}")
    for name, median in medians.items():
        print(f"    {name:<44}{1e3 * median:>12,.0f} ms{median / first:>9.2f} of the first")
    names = list(medians)
    for two, one in zip(names[::2], names[1::2], strict=False):
        if two.startswith("2 workers"):
            efficiency = medians[one] / (2 * medians[two])
            print(f"    scaling efficiency from 1 to 2 workers, {two[11:]}: {efficiency:.2f}")
