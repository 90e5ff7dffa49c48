"""The command `select`: the report of a search on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import polars_rating as rating

Run = Callable[..., Any]
QUICK = ("--n-blocks", 4, "--n-boot", 100)


def expected(trades: pl.DataFrame, **options: Any) -> pl.DataFrame:
    keys = ["family", "strategy"] if "family" in trades.columns else ["strategy"]
    frame = trades.group_by(keys).agg(
        rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit")
    )
    return rating.selection_report(
        frame, name="strategy", trades="trades", n_blocks=4, n_boot=100, **options
    )


def same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    near = (left["effective_n"] - right["effective_n"]).abs().max() < 1e-9
    return near and left.drop("effective_n").equals(right.drop("effective_n"))


def test_report_equals_the_function(
    run: Run, parquet: Path, tmp_path: Path, trades: pl.DataFrame
) -> None:
    out = tmp_path / "report.parquet"
    done = run("select", parquet, *QUICK, "--out", out)
    assert (done.status, done.err) == (0, "")
    wanted = expected(trades)
    assert same(pl.read_parquet(out), wanted)
    assert "32 candidates, " in done.out
    assert wanted["best"].item() in done.out
    assert f"{wanted['dsr'].item():.4g}" in done.out


def test_families_and_trials_reach_the_function(
    run: Run, tmp_path: Path, trades: pl.DataFrame
) -> None:
    named = trades.with_columns(family=pl.col("strategy").str.slice(-5))
    path, out = tmp_path / "trades.csv", tmp_path / "report.csv"
    named.write_csv(path)
    options = ("--family", "family", "--every", "1mo", "--n-trials", 500, "--alpha", 0.1)
    done = run("select", path, *QUICK, *options, "--out", out)
    assert (done.status, done.err) == (0, "")
    wanted = expected(named, family="family", every="1mo", n_trials=500, alpha=0.1)
    assert pl.read_csv(out)["dsr"].to_list() == pytest.approx(wanted["dsr"].to_list(), rel=1e-15)
    assert done.out.count("500 tried") == wanted.height


def test_report_goes_to_the_standard_output(run: Run, parquet: Path) -> None:
    done = run("select", parquet, *QUICK, "--out", "-", "--block-length", "5")
    assert done.out.startswith("family,n_candidates,")
    assert ",5.0," in done.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--n-blocks", 5), "`n_blocks` must be an even integer in [2, 24], got 5"),
        (("--block-length", "long"), "`block_length` must be 'auto' or finite and >= 1"),
        (("--every", "1y"), "`every` must be one of '1d', '1w', '1mo'"),
        (("--family", "market"), "there is no column 'market'"),
        (("--exit-time", ""), "returns need exit times; give --exit-time"),
    ],
)
def test_bad_options_are_refused(
    run: Run, parquet: Path, options: tuple[Any, ...], message: str
) -> None:
    run("select", parquet, *options).assert_refused(message)
