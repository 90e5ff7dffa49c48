"""Trades in files, and what one table of them gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from polars_rating.data import load_trades

N_FILES = 24


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_spread(trades: pl.DataFrame, folder: Path, n_files: int = N_FILES) -> Path:
    """Write trades in time order, so that candidates are spread over the files."""
    folder.mkdir(parents=True)
    rows = -(-trades.height // n_files)
    for index in range(n_files):
        trades.slice(index * rows, rows).write_parquet(folder / f"trades-{index:02}.parquet")
    return folder


def write_whole(trades: pl.DataFrame, folder: Path, n_files: int = N_FILES) -> Path:
    """Write each candidate into one file."""
    folder.mkdir(parents=True)
    of_file = trades.with_columns((pl.col("strategy").rank("dense") % n_files).alias("file"))
    for (index,), part in of_file.partition_by("file", as_dict=True, include_key=False).items():
        part.write_parquet(folder / f"trades-{index:02}.parquet")
    return folder


@pytest.fixture(scope="session")
def trades() -> pl.DataFrame:
    return load_trades().sort("exit", "strategy")


@pytest.fixture(scope="session")
def spread(trades: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_spread(trades, tmp_path_factory.mktemp("files") / "spread")


@pytest.fixture(scope="session")
def whole(trades: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole(trades, tmp_path_factory.mktemp("files") / "whole")


@pytest.fixture
def few(trades: pl.DataFrame, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a tenth of the candidates into three files."""

    def write(frame: pl.DataFrame | None = None) -> Path:
        some = trades.filter((pl.col("strategy").rank("dense") % 10) == 0)
        return write_spread(some if frame is None else frame, tmp_path / "few", 3)

    return write
