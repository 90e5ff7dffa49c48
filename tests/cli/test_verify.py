"""``polars-rating verify``: its report, its verdict as exit status, and the frames it reads."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.testing import candidate_frame

Run = Callable[..., Any]
FEW = ("--candidates", 6)


@pytest.fixture
def frame() -> pl.DataFrame:
    """Four candidates with summary metrics, one of them without a win rate."""
    whole = candidate_frame(4, 1)
    return whole.with_columns(pl.when(pl.int_range(4) != 2).then("win_rate"))


@pytest.fixture
def off_by_a_hundredth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Python engine give 0.01 less stability."""
    right = reference.stability
    monkeypatch.setattr(reference, "stability", lambda row, **kw: right(row, **kw) - 0.01)


def row_of(out: str, title: str) -> list[str]:
    """Return the cells of the line that starts with `title`."""
    return next(line.split() for line in out.splitlines() if line.split()[:1] == [title])[1:]


def verdict(done: Any) -> str:
    return done.out.splitlines()[-1]


def test_random_candidates_agree(run: Run) -> None:
    done = run("verify", "--candidates", 8, "--seed", 3, "--tolerance", 1e-12)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("8 random candidates of seed 3\n")
    for name in RATING_OUTPUTS:
        divergence, *counts = row_of(done.out, name)
        assert 0 <= float(divergence) <= 1e-12
        assert (sum(map(int, counts)), counts[-1]) == (8, "0")
    assert verdict(done).startswith("ok: the largest divergence is ")
    assert verdict(done).endswith(", within the tolerance of 1.0e-12")
    assert all(len(line) <= 110 for line in done.out.splitlines())


def test_random_candidates_are_split_over_the_tiers(run: Run) -> None:
    out = run("verify", "--candidates", 8).out
    assert [row_of(out, tier)[0] for tier in ("reruns", "trades", "summary")] == ["3", "3", "2"]
    assert row_of(out, "trades")[-1] == "x"
    alone = run("verify", "--candidates", 1).out
    assert row_of(alone, "reruns")[0] == "1"
    assert "summary" not in alone


def test_random_candidates_lack_a_value_here_and_there(run: Run) -> None:
    done = run("verify", "--candidates", 300, "--seed", 1)
    assert done.status == 0
    # Per hundred candidates one lacks each column: stability needs one, robustness three of them.
    assert row_of(done.out, "stability_score")[1:] == ["297", "3", "0"]
    compared, nulls, mismatches = map(int, row_of(done.out, "robustness_score")[1:])
    assert (compared + nulls, mismatches) == (300, 0)
    assert nulls > 3


def test_seed_changes_the_candidates_and_nothing_else_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    right = reference.stability
    monkeypatch.setattr(
        reference, "stability", lambda row, **kw: seen.append(row) or right(row, **kw)
    )

    def rows(*options: object) -> str:
        seen.clear()
        assert run("verify", *FEW, *options).status == 0
        return str(seen)

    assert rows() == rows() == rows("--seed", 0)
    assert rows() != rows("--seed", 1)


@pytest.mark.usefixtures("off_by_a_hundredth")
def test_divergence_above_the_tolerance_is_status_1(run: Run) -> None:
    done = run("verify", *FEW)
    assert (done.status, done.err) == (1, "")
    assert row_of(done.out, "stability_score")[0] == "1.0e-02"
    assert row_of(done.out, "final_rating")[0] == "2.0e-03"
    assert float(row_of(done.out, "robustness_score")[0]) <= 1e-12
    assert re.search(
        r"^stability_score: trades, row \d, strategy '\w+': rust [01]\.\d+, python 0\.\d+$",
        done.out,
        re.M,
    )
    assert verdict(done) == (
        "FAILED: the largest divergence is 1.0e-02, above the tolerance of 1.0e-04"
    )
    assert run("verify", *FEW, "--tolerance", 0.011).status == 0


@pytest.mark.parametrize("bad", [None, float("nan")])
def test_no_number_against_a_number_is_above_any_tolerance(
    run: Run, monkeypatch: pytest.MonkeyPatch, bad: float | None
) -> None:
    monkeypatch.setattr(reference, "stability", lambda *_, **__: bad)
    done = run("verify", *FEW, "--tolerance", 1e300)
    assert (done.status, done.err) == (1, "")
    assert row_of(done.out, "stability_score") == ["inf", "0", "0", "6"]
    assert verdict(done).startswith("FAILED: the largest divergence is inf")


def test_refusal_by_one_engine_is_status_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise rating.RatingError("not me", code="RATING_BAD_VALUE")

    monkeypatch.setattr(reference, "cost_shock", refuse)
    done = run("verify", "--candidates", 1)
    assert (done.status, done.err) == (1, "")
    assert "reruns: only the python engine refuses the frame: [RATING_BAD_VALUE] not me" in done.out
    assert row_of(done.out, "reruns")[1] == "refused"


@pytest.mark.usefixtures("off_by_a_hundredth")
@pytest.mark.parametrize("engine", ["rust", "python"])
def test_both_engines_run_whatever_is_chosen(run: Run, engine: Any) -> None:
    with rating.use_engine(engine):
        assert run("verify", *FEW).status == 1
        assert rating.engine() == engine


@pytest.mark.parametrize("word", ["false", "true", "misspelt"])
def test_environment_variable_plays_no_part(word: str, frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.write_parquet(tmp_path / "candidates.parquet")
    command = [sys.executable, "-m", "polars_rating", "verify", tmp_path / "candidates.parquet"]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={**os.environ, "OMEGA_USE_RUST_RATING": word},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[-1].startswith(b"ok: ")


@pytest.mark.parametrize("kind", ["parquet", "ipc", "ipc_stream", "ndjson"])
def test_a_frame_in_every_format_and_from_stdin(
    run: Run, kind: str, frame: pl.DataFrame, tmp_path: Path
) -> None:
    data = io.BytesIO()
    finite = frame.with_columns(pl.col("profit_factor").clip(upper_bound=9.0))  # JSON has no inf
    getattr(finite, f"write_{kind}")(data)
    form = ("--format", kind.removesuffix("_stream"))
    path = tmp_path / "candidates"
    path.write_bytes(data.getvalue())
    for done in (
        run("verify", path, *form),
        run("verify", "-", *(form if kind == "ndjson" else ()), stdin=data.getvalue()),
    ):
        assert (done.status, done.err) == (0, "")
        # Without a win rate the summary model has nothing to say, stability has.
        assert row_of(done.out, "robustness_score")[1:] == ["3", "1", "0"]
        assert row_of(done.out, "stability_score")[1:] == ["4", "0", "0"]
        assert "summary for robustness, stability, cost_shock" in done.out


def test_csv_holds_lists_as_text(run: Run, frame: pl.DataFrame, tmp_path: Path) -> None:
    lists = pl.selectors.by_dtype(pl.List(pl.Float64), pl.List(pl.Int64))
    path = tmp_path / "candidates.csv"
    as_text = [pl.Series(s.name, [str(x) for x in s.to_list()]) for s in frame.select(lists)]
    frame.with_columns(as_text).write_csv(path)
    done = run("verify", path, "--tolerance", 1e-12)
    assert (done.status, done.err) == (0, "")
    assert row_of(done.out, "stability_score")[1:] == ["4", "0", "0"]


def test_table_of_trades_is_read_as_rate_reads_it(
    run: Run, csv: Path, parquet: Path, trades: pl.DataFrame
) -> None:
    few = trades.filter(pl.col("strategy").rank("dense") <= 3)
    few.write_csv(csv)
    few.rename({"pnl": "net"}).write_parquet(parquet)
    for done in (
        run("verify", csv, "--by", "strategy", "--tolerance", 1e-12),
        run("verify", parquet, "--by", "strategy", "--pnl", "net", "--tolerance", 1e-12),
    ):
        assert (done.status, done.err) == (0, "")
        assert done.out.splitlines()[0].endswith(": 3 candidates")
        assert "trades for stability, cost_shock, trade_dropout, stress_penalty" in done.out


@pytest.mark.usefixtures("off_by_a_hundredth")
def test_diverging_candidate_is_named(run: Run, parquet: Path, trades: pl.DataFrame) -> None:
    trades.filter(pl.col("strategy").rank("dense") == 2).write_parquet(parquet)
    done = run("verify", parquet, "--by", "strategy")
    assert done.status == 1
    name = trades["strategy"].unique().sort()[1]
    assert f"stability_score: all, row 0, strategy {name!r}: rust " in done.out


@pytest.mark.usefixtures("off_by_a_hundredth")
def test_config_is_used(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[weights]\nstability = 5\ncost_shock = 0\n")
    done = run("verify", *FEW, "--config", path)
    # 0.01 less in one component with 5 of 8 shares.
    assert row_of(done.out, "final_rating")[0] == f"{0.01 * 5 / 8:.1e}"


def test_help_names_the_defaults(run: Run) -> None:
    done = run("verify", "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: polars-rating verify")
    assert "(default 10000)" in done.out
    assert "[default: 0.0001]" in done.out
