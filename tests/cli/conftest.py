"""What the tests of the command line share: trades on disk and a way to run it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from polars_rating.cli import main
from polars_rating.data import load_trades


@dataclass(frozen=True)
class Done:
    """Exit status and output of one run."""

    status: int
    out: str
    err: str

    def assert_refused(self, message: str) -> None:
        """Assert status 2 and one line on stderr that contains the message."""
        assert (self.status, self.out) == (2, "")
        assert self.err.startswith("polars-rating: error: ")
        assert (self.err.count("\n"), self.err[-1]) == (1, "\n")
        assert message in self.err


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process."""

    def call(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def trades() -> pl.DataFrame:
    """Every eleventh shipped candidate: 32 of 352, winners and losers."""
    every = load_trades()
    return every.filter((pl.col("strategy").rank("dense") - 1) % 11 == 0)


@pytest.fixture
def csv(tmp_path: Path, trades: pl.DataFrame) -> Path:
    path = tmp_path / "trades.csv"
    trades.write_csv(path)
    return path


@pytest.fixture
def parquet(tmp_path: Path, trades: pl.DataFrame) -> Path:
    path = tmp_path / "trades.parquet"
    trades.write_parquet(path)
    return path
