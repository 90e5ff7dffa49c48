"""The command line where all goes well: formats, columns, options, and the printed ranking."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.cli.rate import _neighbours
from polars_rating.config import DropoutConfig, JitterConfig, RatingConfig
from polars_rating.data import load_trades
from polars_rating.pipeline import rate_trades

Run = Callable[..., Any]
SCALARS = [
    "strategy",
    "total_trades",
    "win_rate",
    "profit_factor",
    "profit",
    "avg_r",
    "sharpe_ratio",
    "max_drawdown",
    "cost_per_trade",
    "avg_trade_duration",
    *RATING_OUTPUTS,
]
LISTS = ["yearly_profits", "years", "year_days"]


def read_csv(text: str) -> pl.DataFrame:
    return pl.read_csv(io.StringIO(text), infer_schema_length=None)


def python(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "polars_rating", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


def test_parquet_to_parquet_equals_the_query(
    run: Run, parquet: Path, tmp_path: Path, trades: pl.DataFrame
) -> None:
    out = tmp_path / "rated.parquet"
    assert run("rate", parquet, "--by", "strategy", "--out", out, "--top", 20).status == 0
    written = pl.read_parquet(out)
    assert written.equals(rate_trades(trades).drop("trades").collect())
    assert set(written.columns) == {*SCALARS, *LISTS}
    assert written.height == 32


def test_keep_trades_writes_the_lists(run: Run, parquet: Path, tmp_path: Path) -> None:
    out = tmp_path / "rated.parquet"
    assert run("rate", parquet, "--out", out, "--keep-trades").status == 0
    written = pl.read_parquet(out)
    assert written["trades"].list.len().equals(written["total_trades"].cast(pl.UInt32))


def test_csv_to_csv_has_the_scalars_of_the_parquet(
    run: Run, csv: Path, tmp_path: Path, trades: pl.DataFrame
) -> None:
    out = tmp_path / "rated.csv"
    assert run("rate", csv, "--out", out).status == 0
    written = read_csv(out.read_text())
    assert set(written.columns) == set(SCALARS)
    expected = rate_trades(trades).collect()
    # The shortest text that reads back as the same double: nothing is lost.
    for name in ("strategy", "profit", "profit_factor", *RATING_OUTPUTS):
        assert written[name].equals(expected[name])
    seconds = expected["avg_trade_duration"].dt.total_microseconds() / 1e6
    assert written["avg_trade_duration"].cast(pl.Float64).equals(seconds)


@pytest.mark.parametrize("kind", ["parquet", "csv", "ipc", "ndjson"])
def test_every_format_and_stdin_give_the_same_table(
    run: Run, kind: str, tmp_path: Path, trades: pl.DataFrame
) -> None:
    path = tmp_path / f"trades.{kind}"
    getattr(trades, f"write_{kind}")(path)
    from_file = run("rate", path, "--out", "-")
    from_stdin = run("rate", "-", "--format", kind, "--out", "-", stdin=path.read_bytes())
    assert (from_file.status, from_stdin.status) == (0, 0)
    assert from_file.err == ""
    assert from_file.out == from_stdin.out
    assert read_csv(from_file.out)["strategy"].equals(rate_trades(trades).collect()["strategy"])


@pytest.mark.parametrize("kind", ["parquet", "csv", "ipc"])
def test_stdin_needs_no_format(run: Run, kind: str, trades: pl.DataFrame) -> None:
    data = io.BytesIO()
    getattr(trades, f"write_{kind}")(data)
    assert run("rate", "-", "--top", 1, stdin=data.getvalue()).out.count("sma_") == 1


@pytest.mark.parametrize("kind", ["parquet", "ipc"])
def test_binary_stdout(kind: str, parquet: Path) -> None:
    done = python("rate", parquet, "--out", "-", "--out-format", kind)
    assert (done.returncode, done.stderr) == (0, b"")
    assert getattr(pl, f"read_{kind}")(done.stdout).height == 32


def test_ranking_goes_to_stderr_when_data_go_to_stdout(run: Run, parquet: Path) -> None:
    done = run("rate", parquet, "--out", "-", "--top", 3)
    assert read_csv(done.out).height == 32
    assert done.err.count("sma_") == 3


@pytest.mark.parametrize(("top", "shown"), [(0, 0), (1, 1), (5, 5), (1000, 32)])
def test_top_limits_the_ranking(run: Run, parquet: Path, top: int, shown: int) -> None:
    done = run("rate", parquet, "--top", top)
    assert (done.status, done.err) == (0, "")
    assert done.out.count("sma_") == shown


def test_row_order_does_not_matter(run: Run, tmp_path: Path, trades: pl.DataFrame) -> None:
    outputs = set()
    for seed in (1, 2, 3):
        path = tmp_path / f"{seed}.parquet"
        trades.sample(fraction=1, shuffle=True, seed=seed).write_parquet(path)
        outputs.add(run("rate", path, "--out", "-").out)
    assert len(outputs) == 1


def test_ties_are_ordered_by_name(run: Run, tmp_path: Path, trades: pl.DataFrame) -> None:
    one = trades.filter(strategy=trades["strategy"][0])
    twins = pl.concat([one.with_columns(strategy=pl.lit(name)) for name in ("c", "a", "b")])
    twins.write_parquet(tmp_path / "twins.parquet")
    done = run("rate", tmp_path / "twins.parquet", "--out", "-")
    assert read_csv(done.out)["strategy"].to_list() == ["a", "b", "c"]


def test_columns_by_option(run: Run, tmp_path: Path, trades: pl.DataFrame) -> None:
    renamed = trades.rename(
        {"strategy": "name", "pnl": "p", "fee": "f", "r": "x", "entry": "in", "exit": "out"}
    ).with_columns(market=pl.lit("SPX"))
    path = tmp_path / "renamed.parquet"
    renamed.write_parquet(path)
    names = ("--pnl", "p", "--fee", "f", "--r-multiple", "x", "--entry-time", "in")
    done = run(
        "rate", path, "--by", "market", "--by", "name", *names, "--exit-time=out", "--out", "-"
    )
    rated = read_csv(done.out)
    assert rated.columns[:2] == ["market", "name"]
    assert rated["final_rating"].equals(rate_trades(trades).collect()["final_rating"])


def test_an_empty_name_leaves_a_column_out(run: Run, parquet: Path, trades: pl.DataFrame) -> None:
    done = run("rate", parquet, "--fee", "", "--out", "-")
    gross = trades.group_by("strategy").agg(pl.col("pnl").sum())
    joined = read_csv(done.out).join(gross, on="strategy")
    assert joined.select((pl.col("profit") - pl.col("pnl")).abs().max()).item() < 1e-6


def test_csv_names_stay_text_and_times_may_have_a_clock(run: Run) -> None:
    rows = [
        f"007,{10 if i % 3 else -12},202{i % 4}-0{i + 1}-01,202{i % 4}-0{i + 1}-02T10:30:00Z"
        for i in range(8)
    ]
    text = "\n".join(["strategy,pnl,entry,exit", *rows])
    done = run("rate", "-", "--out", "-", stdin=text.encode())
    assert done.out.splitlines()[1].startswith("007,8,")


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_config_file_and_options(
    run: Run, suffix: str, parquet: Path, tmp_path: Path, trades: pl.DataFrame
) -> None:
    path = tmp_path / f"config.{suffix}"
    text = {"json": '{"weights": {"stability": 3}}', "toml": "[weights]\nstability = 3\n"}
    path.write_text(text[suffix])
    options = ("--config", path, "--seed", 7, "--dropout-runs", 3, "--gate", "none")
    done = run("rate", parquet, *options, "--out", "-")
    config = RatingConfig.from_dict(
        json.loads(text["json"])
        | {
            "gate": "none",
            "jitter": JitterConfig(seed=7).to_dict(),
            "dropout": DropoutConfig(seed=7, n_runs=3).to_dict(),
        }
    )
    expected = rate_trades(trades, config=config).collect()
    assert read_csv(done.out)["final_rating"].equals(expected["final_rating"])
    assert not expected.equals(rate_trades(trades).collect())


def test_demo_prints_numbers_of_the_shipped_trades(run: Run) -> None:
    done = run("demo", "--top", 3)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("352 candidates, 21,740 trades;")
    assert all(len(line) <= 110 for line in done.out.splitlines())
    best = next(line.split() for line in done.out.splitlines() if line.startswith("1 "))
    own = load_trades().filter(strategy=best[1])
    assert best[2] == str(own.height)
    assert best[3] == f"{(own['pnl'] - own['fee']).sum():,.2f}"
    rated = rate_trades(load_trades(), evidence=_neighbours).collect()
    assert "neighbours for robustness" in done.out
    assert best[-6:] == [f"{rated[name][0]:.4f}" for name in RATING_OUTPUTS]


def test_module_and_version() -> None:
    done = python("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"polars-rating ")
    done = python("demo", "--top", "2")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"sma_") == 2


def test_help_names_the_columns_that_are_looked_for(run: Run) -> None:
    done = run("rate", "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: polars-rating rate [OPTIONS] TRADES...\n")
    assert "by default r_multiple or r, if there" in " ".join(done.out.split())


def test_package_loads_nothing_of_the_command_line() -> None:
    look = (
        "import sys, polars_rating; print({'click', 'rich', 'polars_rating.cli'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
