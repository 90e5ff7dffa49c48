"""Write trades of any number by a block bootstrap of the shipped ones.

    python scripts/make_big_trades.py FOLDER --trades 100000000 --files 24 --layout spread

A candidate is drawn from one shipped candidate: blocks of consecutive trades, with their results,
fees, lengths and the gaps before them, stretched to fill twenty years. Equal arguments give equal
trades. Memory is that of a chunk of candidates, however many there are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from polars_rating.data import load_trades

LAYOUTS: Final = ("spread", "whole")
BLOCK: Final = 5
"""Consecutive trades that are drawn together."""
CHUNK: Final = 1_000_000
"""Trades that are made at a time."""
START: Final = int(np.datetime64("1999-01-01", "ms").astype(np.int64))
LENGTH: Final = 20 * 365 * 24 * 3600 * 1000


def make(
    folder: Path, n_trades: int, n_files: int, layout: str, per_candidate: int, seed: int
) -> None:
    """Write the trades as Parquet files.

    Parameters
    ----------
    folder : Path
        Where the files go; it is made.
    n_trades : int
        Number of trades; the last candidate may have fewer than the others.
    n_files : int
        Number of files.
    layout : {'spread', 'whole'}
        A file holds a period of all candidates, or all trades of some candidates.
    per_candidate : int
        Trades of a candidate.
    seed : int
        Seed of the draws.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_chunks = -(-n_trades // CHUNK)
    with ExitStack() as stack:
        writers: dict[int, pq.ParquetWriter] = {}

        def put(index: int, rows: pl.DataFrame) -> None:
            table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
            if index not in writers:
                path = folder / f"trades-{index:04}.parquet"
                writers[index] = stack.enter_context(
                    pq.ParquetWriter(path, table.schema, compression="zstd")
                )
            writers[index].write_table(table)

        for number, chunk in enumerate(chunks(n_trades, per_candidate, seed)):
            if layout == "whole":
                put(number * n_files // n_chunks, chunk)
                continue
            period = (pl.col("exit").to_physical() - START) * n_files // (LENGTH + 1)
            of_file = chunk.with_columns(period.alias("file"))
            for (index,), rows in of_file.partition_by(
                "file", as_dict=True, include_key=False, maintain_order=True
            ).items():
                put(int(index), rows)


def chunks(n_trades: int, per_candidate: int, seed: int) -> Iterator[pl.DataFrame]:
    """Yield the trades of whole candidates, about `CHUNK` at a time."""
    shipped = load_trades().sort("strategy", "exit", maintain_order=True)
    sizes = shipped.group_by("strategy", maintain_order=True).len()["len"]
    counts = sizes.cast(pl.Int64).to_numpy()
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    days = {name: shipped[name].cast(pl.Int32).to_numpy() for name in ("entry", "exit")}
    gaps = days["entry"] - np.concatenate([[0], days["exit"][:-1]])
    gaps[firsts] = 0
    gaps, lengths = np.maximum(gaps, 0) + 1, days["exit"] - days["entry"] + 1
    values = {name: shipped[name].to_numpy() for name in ("pnl", "fee", "r")}
    rng = np.random.default_rng(seed)
    step = max(1, CHUNK // per_candidate)
    n_candidates = -(-n_trades // per_candidate)
    left = n_trades
    for first in range(0, n_candidates, step):
        names = np.arange(first, min(first + step, n_candidates))
        source = rng.integers(counts.size, size=names.size)
        blocks = rng.integers(counts[source, None], size=(names.size, -(-per_candidate // BLOCK)))
        drawn = (blocks[:, :, None] + np.arange(BLOCK)).reshape(names.size, -1)[:, :per_candidate]
        rows = firsts[source, None] + drawn % counts[source, None]
        ends = np.cumsum(gaps[rows] + lengths[rows], axis=1)
        scale = LENGTH / ends[:, -1:]
        times = {
            "entry": START + ((ends - lengths[rows]) * scale).astype(np.int64),
            "exit": START + (ends * scale).astype(np.int64),
        }
        frame = pl.DataFrame(
            {"strategy": np.repeat(names, per_candidate)}
            | {name: value[rows].ravel() for name, value in values.items()}
            | {name: time.ravel() for name, time in times.items()}
        ).head(left)
        left -= frame.height
        yield frame.with_columns(
            pl.format("candidate-{}", pl.col("strategy").cast(pl.String).str.zfill(8)).alias(
                "strategy"
            ),
            pl.col("entry", "exit").cast(pl.Datetime("ms")),
        )


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trades", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=24)
    parser.add_argument("--layout", choices=LAYOUTS, default="spread")
    parser.add_argument("--per-candidate", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.folder, given.trades, given.files, given.layout, given.per_candidate, given.seed)


if __name__ == "__main__":
    main()
