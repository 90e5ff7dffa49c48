"""`polars-rating rate` over many files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from polars_rating.pipeline import rate_trades
from tests.cli.conftest import Run


@pytest.fixture
def folder(trades: pl.DataFrame, tmp_path: Path) -> Path:
    made = tmp_path / "trades"
    made.mkdir()
    for index in range(3):
        trades.filter(pl.int_range(pl.len()) % 3 == index).write_parquet(made / f"{index}.parquet")
    return made


def test_pattern_folder_and_list_print_the_ranking_of_one_file(
    run: Run, folder: Path, parquet: Path, tmp_path: Path
) -> None:
    lines = run("rate", parquet, "--top", 3).out.splitlines()
    ways = ([f"{folder}/*.parquet"], [folder], sorted(folder.iterdir()))
    for number, paths in enumerate(ways):
        out = tmp_path / f"out{number}"
        done = run("rate", *paths, "--out", out, "--top", 3)
        assert (done.status, done.err) == (0, "")
        *same, last = done.out.splitlines()
        # The line of evidence is missing: the trades are not in the ranking.
        assert same == [line for line in lines if not line.startswith("evidence")]
        assert last == str(out / "ranking.parquet")
    quiet = run("rate", folder, "--out", tmp_path / "quiet", "--top", 0)
    assert quiet.out == f"{tmp_path / 'quiet' / 'ranking.parquet'}\n"


def test_options_reach_the_files(
    run: Run, folder: Path, trades: pl.DataFrame, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ("--workers", 1, "--memory", "2GB", "--checksum", "--family", "strategy", "--fee", "")
    done = run("rate", folder, "--out", out, "--seed", 5, "--gate", "none", *options)
    assert (done.status, done.err) == (0, "")
    rated = pl.read_parquet(out / "ranking.parquet")
    assert rated["cost_per_trade"].to_list() == [0.0] * rated.height
    assert rated["n_trials"].unique().to_list() == [1.0]
    manifest = (out / "manifest.json").read_text()
    assert '"seed": 5' in manifest
    assert '"gate": "none"' in manifest
    one = rate_trades(trades).collect()
    assert set(rated["strategy"]) == set(one["strategy"])


def test_one_file_with_an_option_of_many_goes_to_a_folder(
    run: Run, parquet: Path, tmp_path: Path
) -> None:
    done = run("rate", parquet, "--partitioned", "--out", tmp_path / "out", "--top", 0)
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "out" / "ranking.parquet").is_file()


def test_failed_files_are_named_and_the_status_is_one(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    bad = folder / "1.parquet"
    bad.write_bytes(bad.read_bytes()[:100])
    done = run("rate", folder, "--out", tmp_path / "out")
    assert (done.status, done.out) == (1, "")
    first, last = done.err.splitlines()
    assert first.startswith(f"failed: {bad}: ")
    assert last == "1 failed, the others are done; another run tries these again"


def test_what_does_not_go_together_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("rate", folder).assert_refused("many files need --out, a folder")
    run("rate", folder, "--out", "-").assert_refused("many files need --out, a folder")
    for option in (("--from", "table"), ("--format", "csv"), ("--keep-trades",)):
        run("rate", folder, "--out", out, *option).assert_refused(f"{option[0]} is for one file")
    run("rate", f"{folder}/*.csv", "--out", out).assert_refused("names no file")
    run("rate", folder, "--out", out, "--memory", "x").assert_refused("`memory` must be bytes")
    run("rate", folder, "--out", out, "--address", "a:1").assert_refused("`address`")
    run("rate", folder, "--out", out, "--pnl", "x").assert_refused("there is no column 'x'")
    assert not out.exists()
    run("rate", folder, "--out", out)
    run("rate", folder, "--out", out, "--seed", 3).assert_refused("was begun with config.")
