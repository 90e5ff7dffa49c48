"""Progress of long work: seen on a terminal, on the standard error alone, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="needs a terminal")


def run(path: Path, *options: str, **streams: int) -> tuple[int, bytes]:
    command = [sys.executable, "-m", "polars_rating", "rate", "--top", "1", str(path), *options]
    environment = {**os.environ, "TERM": "xterm", "FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"}
    done = subprocess.run(command, check=False, env=environment, **streams)
    return done.returncode, done.stdout or b""


def on_terminal(path: Path, *options: str) -> tuple[int, bytes, bytes]:
    """Run with the standard error on a terminal; return status, output and what that showed."""
    ours, theirs = pty.openpty()
    status, out = run(path, *options, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    return status, out, shown


def test_terminal_shows_it_and_the_output_is_the_same(parquet: Path, tmp_path: Path) -> None:
    status, out, shown = on_terminal(parquet)
    assert status == 0
    assert b"rating trades.parquet" in shown
    log = tmp_path / "log"
    with log.open("wb") as file:
        plain = run(parquet, stdout=subprocess.PIPE, stderr=file.fileno())
    assert plain == (0, out)
    assert log.read_bytes() == b""
    assert b"\x1b" not in out


def test_many_files_show_their_share_and_how_fast_they_go(parquet: Path, tmp_path: Path) -> None:
    status, out, shown = on_terminal(parquet, "--partitioned", "--out", str(tmp_path / "out"))
    assert status == 0
    assert out.startswith(b"32 candidates, ")
    assert b"100 %" in shown
    assert b" trades/s" in shown


def test_error_on_a_terminal_is_one_line_after_it(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("strategy,pnl\na,NA\na,1\n")
    status, out, shown = on_terminal(path)
    assert (status, out) == (2, b"")
    last = shown.split(b"polars-rating: error: ")[-1]
    assert (
        last == b"[RATING_BAD_VALUE] column 'pnl' must hold a number, found 'NA' in data row 1\r\n"
    )
