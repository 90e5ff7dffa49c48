"""Bad input on the command line: exit status 2, one line on stderr, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating.cli import rate

Run = Callable[..., Any]

CSV = "strategy,pnl,fee,r,entry,exit\n"
ROW = "a,1.5,0.1,0.2,2020-01-01,2020-01-05\n"

BAD_OPTIONS = {
    "no command": ([], "Missing command (see polars-rating --help)"),
    "no file": (["rate"], "Missing argument 'TRADES...' (see polars-rating rate --help)"),
    "no such file": (["rate", "none.csv"], "'none.csv' does not exist"),
    "a directory": (["rate", "."], "many files need --out, a folder"),
    "abbreviated option": (["demo", "--drop", "1"], "--drop"),
    "seed is text": (["rate", "{}", "--seed", "x"], "--seed"),
    "seed negative": (["rate", "{}", "--seed", "-1"], "2**64 - 1], got -1"),
    "seed too large": (["rate", "{}", "--seed", str(2**64)], "2**64 - 1], got 1844"),
    "runs negative": (["rate", "{}", "--dropout-runs", "-1"], "`n_runs` must be"),
    "gate unknown": (["demo", "--gate", "sharpe"], "'sharpe'"),
    "top negative": (["demo", "--top", "-1"], "-1 is not in the range x>=0"),
    "out suffix": (["rate", "{}", "--out", "rated.xlsx"], "--out-format"),
    "out to ndjson": (["rate", "{}", "--out", "rated.ndjson"], "--out-format"),
    "out in no directory": (["rate", "{}", "--out", "no/where.csv"], "no such directory"),
    "out is a directory": (["rate", "{}", "--out", ".", "--out-format", "csv"], "a directory"),
    "out is the input": (["rate", "{}", "--out", "{}"], "would overwrite the trades"),
    "csv with lists": (["demo", "--out", "x.csv", "--keep-trades"], "CSV has no lists"),
    "trades to nowhere": (["demo", "--keep-trades"], "--keep-trades needs --out"),
    "format to nowhere": (["demo", "--out-format", "csv"], "--out-format needs --out"),
    "no such config": (["demo", "--config", "nope.toml"], "'nope.toml' does not exist"),
    "config of what kind": (["demo", "--config", "{}"], ".toml or .json"),
    "by missing": (["rate", "{}", "--by", "name"], "columns are 'strategy', 'pnl', 'fee'"),
    "by twice": (["rate", "{}", "--by", "pnl", "--by", "pnl"], "`by` must be"),
    "pnl missing": (["rate", "{}", "--pnl", "net"], "no column 'net'; the columns are"),
    "fee missing": (["rate", "{}", "--fee", "cost"], "no column 'cost'"),
    "exit missing": (["rate", "{}", "--exit-time", "end"], "no column 'end'"),
    "pnl is a date": (["rate", "{}", "--pnl", "exit"], "must be numeric, found Date"),
    "pnl is text": (["rate", "{}", "--pnl", "strategy"], "must be numeric, found String"),
    "exit is a number": (["rate", "{}", "--exit-time", "pnl"], "Date or Datetime, found Float64"),
}

BAD_FILES = {
    "empty.parquet": ("", "is empty"),
    "empty.csv": ("", "is empty"),
    "header.csv": (CSV, "holds no trades"),
    "text.parquet": ("This is no Parquet file.\n", "cannot be read as parquet"),
    "text.arrow": ("This is no Arrow file.\n", "cannot be read as ipc"),
    "text.jsonl": ("This is no JSON.\n", "cannot be read as ndjson"),
    "trades.xlsx": ("PK", "--format"),
    "nopnl.csv": (
        "strategy,profit\na,1\n",
        "no column 'pnl'; the columns are 'strategy', 'profit'",
    ),
    "ragged.csv": ("strategy,pnl\na,1\nb,2,3\n", "ragged.csv: "),
    "word.csv": (f"{CSV}{ROW}{ROW.replace('1.5', 'NA')}", "'pnl' must hold a number, found 'NA'"),
    "comma.csv": (f"{CSV}{ROW.replace('0.1', chr(34) + '0,1' + chr(34))}", "'fee' must hold"),
    "nodate.csv": (f"{CSV}{ROW}{ROW.replace('01-05', '13-45')}", "'2020-13-45' in data row 2"),
    "localdate.csv": (f"{CSV}{ROW.replace('2020-01-05', '05/01/2020')}", "found '05/01/2020'"),
    "zones.csv": (f"{CSV}{ROW}{ROW.replace('01-05', '01-05T10:00:00Z')}", "'exit' must hold"),
    "noname.csv": (f"{CSV}{ROW}{ROW[1:]}", "column 'strategy' is null in 1 trades"),
    "flag.jsonl": ('{"strategy": "a", "pnl": true}\n', "must be numeric, found Boolean"),
    "nested.jsonl": ('{"strategy": ["a"], "pnl": 1}\n', "must not be nested"),
    "clash.csv": ("profit,pnl\na,1\n", "`by` must not be a column of the rated table"),
}

BAD_CONFIGS = {
    "broken.toml": ("gate = ", "broken.toml: "),
    "broken.json": ("{", "broken.json: "),
    "list.json": ("[]", "must be read from a mapping"),
    "key.toml": ("penalty = 0.5", "'penalty'"),
    "value.toml": ("penalty_cap = 1.5", "`penalty_cap` must be in [0, 1], got 1.5"),
    "bytes.json": ("\udcff", "bytes.json: "),
    "deep.json": ("[" * 100_000, ""),
}


@pytest.mark.parametrize("case", BAD_OPTIONS)
def test_bad_option(run: Run, case: str, parquet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(parquet.parent)
    arguments, message = BAD_OPTIONS[case]
    run(*(parquet if x == "{}" else x for x in arguments)).assert_refused(message)
    assert list(parquet.parent.iterdir()) == [parquet]  # nothing was written


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file(run: Run, name: str, tmp_path: Path) -> None:
    text, message = BAD_FILES[name]
    (tmp_path / name).write_text(text)
    by = ("--by", "profit") if name == "clash.csv" else ()
    run("rate", tmp_path / name, *by).assert_refused(message)


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_bad_config(run: Run, name: str, tmp_path: Path) -> None:
    text, message = BAD_CONFIGS[name]
    (tmp_path / name).write_text(text, errors="surrogateescape")
    run("demo", "--config", tmp_path / name).assert_refused(message)


def test_truncated_parquet(run: Run, parquet: Path) -> None:
    parquet.write_bytes(parquet.read_bytes()[:-100])
    run("rate", parquet).assert_refused("trades.parquet: cannot be read as parquet")


def test_parquet_with_text_times(run: Run, tmp_path: Path, trades: pl.DataFrame) -> None:
    path = tmp_path / "text.parquet"
    trades.with_columns(pl.col("exit").cast(pl.String)).write_parquet(path)
    run("rate", path).assert_refused("'exit' (exit_time) must be Date or Datetime, found String")


@pytest.mark.parametrize("data", [b"", b"hello", b"PAR1 and no more", b"\xff\xfe\x00"])
def test_bad_stdin(run: Run, data: bytes) -> None:
    run("rate", "-", stdin=data).assert_refused("standard input: ")


def test_no_exit_time_is_no_evidence_for_stability(run: Run) -> None:
    done = run("rate", "-", stdin=b"strategy,pnl\na,1\na,-1\na,2\n")
    done.assert_refused("standard input: [RATING_MISSING_EVIDENCE] no evidence for `stability")
    assert "`trades` with the field `exit_time`" in done.err


@pytest.mark.parametrize("text", ['on_missing = "skip"', "[weights]\nstability = 0"])
def test_no_exit_time_will_do_where_stability_is_optional(
    run: Run, text: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(text)
    options = ("--config", tmp_path / "config.toml", "--out", "-")
    done = run("rate", "-", *options, stdin=b"strategy,pnl\na,1\na,-1\na,2\n")
    assert (done.status, done.err) == (0, "")
    row = pl.read_csv(done.out.encode()).row(0, named=True)
    assert row["stability_score"] is None
    assert row["final_rating"] > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk(run: Run, parquet: Path) -> None:
    out = ("--out", "/dev/full", "--out-format", "csv")
    run("rate", parquet, *out).assert_refused("/dev/full: cannot be written: No space")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "polars_rating", "demo"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_closed_pipe_is_quiet() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "polars_rating", "demo"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_interrupt_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rate, "rate_trades", interrupted)
    done = run("demo")
    assert (done.status, done.out, done.err) == (130, "", "")


def test_closed_standard_streams_are_no_traceback(parquet: Path) -> None:
    def outcome(arguments: list[str], closed: int) -> tuple[int, bytes, bytes]:
        command = [sys.executable, "-m", "polars_rating", *arguments]
        done = subprocess.run(
            command, capture_output=True, check=False, preexec_fn=lambda: os.close(closed)
        )
        return done.returncode, done.stdout, done.stderr

    closed = b"polars-rating: error: standard %s: cannot be %s: is closed\n"
    assert outcome(["rate", "-"], 0) == (2, b"", closed % (b"input", b"read"))
    data_out = ["rate", str(parquet), "--out", "-"]
    assert outcome(data_out, 1) == (2, b"", closed % (b"output", b"written"))
    assert outcome(["rate", str(parquet)], 1) == (0, b"", b"")
    assert outcome(["rate", "nosuch.csv"], 2) == (2, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_interrupted_query_is_quiet() -> None:
    # Interrupted while it computes; an interrupt of Python's own start is Python's to report.
    program = (
        "import os, signal, sys, threading; from polars_rating.cli import run;"
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start();"
        "sys.argv[1:] = ['demo', '--dropout-runs', '20000']; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
