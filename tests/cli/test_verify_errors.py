"""``polars-rating verify`` where nothing can be compared: status 2 and one line on stderr."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating._engines import choice
from polars_rating.cli import verify
from polars_rating.testing import candidate_frame

Run = Callable[..., Any]

BAD_OPTIONS = {
    "tolerance nan": (["--tolerance", "nan"], "`tolerance` must be finite and >= 0, got nan"),
    "tolerance inf": (["--tolerance", "inf"], "`tolerance` must be finite and >= 0, got inf"),
    "tolerance negative": (["--tolerance", "-0.1"], "must be finite and >= 0, got -0.1"),
    "no candidates": (["--candidates", "0"], "`candidates` must be an integer in [1, "),
    "candidates negative": (["--candidates", "-5"], "got -5"),
    "candidates too many": (["--candidates", "1000001"], "1000000], got 1000001"),
    "seed negative": (["--seed", "-1"], "`seed` must be an integer in [0, 2**64 - 1], got -1"),
    "seed too large": (["--seed", str(2**64)], "got 1844"),
    "format of nothing": (["--format", "csv"], "--format needs a FRAME"),
    "by of nothing": (["--by", "strategy"], "--by needs a FRAME"),
    "pnl of nothing": (["--pnl", "net"], "--pnl needs a FRAME"),
    "two frames": (["{}", "{}"], "unexpected extra argument"),
    "candidates of a frame": (["{}", "--candidates", "5"], "--candidates is for random"),
    "seed of a frame": (["{}", "--seed", "5"], "--seed is for random"),
    "columns of candidates": (["{}", "--exit-time", "exit"], "--exit-time needs --by"),
    "trades without by": (["{}"], "one row per trade? --by names the column of the candidate"),
    "by missing": (["{}", "--by", "name"], "no column 'name'"),
    "pnl missing": (["{}", "--by", "strategy", "--pnl", "net"], "no column 'net'"),
    "no exit time": (["{}", "--by", "strategy", "--exit-time", ""], "RATING_MISSING_EVIDENCE"),
}

BAD_FILES = {
    "header.csv": ("profit,win_rate\n", "header.csv: holds no candidates (0 rows)"),
    "stream.arrow": ("\udcff\udcff\udcff\udcff and no more", "cannot be read as ipc"),
    "other.csv": ("x\n1\n", "other.csv: [RATING_MISSING_EVIDENCE] no evidence for"),
    "word.csv": ("yearly_profits\nmany\n", "'yearly_profits' must hold lists like [900.0, 1"),
    "nan.csv": ('yearly_profits\n"[1.0, nan]"\n', "'yearly_profits' must hold lists like [900.0"),
}


@pytest.mark.parametrize("case", BAD_OPTIONS)
def test_bad_option(run: Run, case: str, parquet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(parquet.parent)
    arguments, message = BAD_OPTIONS[case]
    run("verify", *(parquet if x == "{}" else x for x in arguments)).assert_refused(message)


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file(run: Run, name: str, tmp_path: Path) -> None:
    text, message = BAD_FILES[name]
    (tmp_path / name).write_text(text, errors="surrogateescape")
    run("verify", tmp_path / name).assert_refused(message)


def test_frame_of_nothing_but_null_scores_is_no_agreement(run: Run, tmp_path: Path) -> None:
    summary = candidate_frame(3, 1)
    nulls = [pl.lit(None, dtype).alias(name) for name, dtype in summary.schema.items()]
    summary.with_columns(nulls).write_parquet(tmp_path / "null.parquet")
    done = run("verify", tmp_path / "null.parquet")
    done.assert_refused("nothing was compared: both engines give null for every score of 3 cand")


def test_missing_library_is_told_before_anything_runs(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ImportError("libgone.so: cannot open shared object file")

    monkeypatch.setattr(choice, "library", fail)
    monkeypatch.setattr(verify, "compare_engines", None)
    done = run("verify")
    done.assert_refused("[RATING_ENGINE_UNAVAILABLE] the rust engine cannot be loaded: libgone.so")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_interrupt_while_python_rates_is_quiet() -> None:
    program = (
        "import os, signal, sys; from polars_rating.cli import run;"
        "from polars_rating import reference;"
        "reference.stability = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT);"
        "sys.argv[1:] = ['verify', '--candidates', '300']; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
