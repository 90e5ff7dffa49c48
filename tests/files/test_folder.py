"""The folder of outputs: taken up again, refused, locked, left clean."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.files import Record, rate_files
from polars_rating.files.manifest import locked
from tests.files.conftest import digest

Few = Callable[..., Path]


def refused(code: str, *args: Any, **given: Any) -> str:
    with pytest.raises(rating.RatingError) as caught:
        rate_files(*args, **given)
    assert caught.value.code == code
    return caught.value.message


def test_failed_file_is_named_and_the_next_run_does_the_rest(few: Few, tmp_path: Path) -> None:
    source, out = few(), tmp_path / "out"
    bad = source / "trades-01.parquet"
    good = bad.read_bytes()
    rest = rate_files(source, tmp_path / "undisturbed")
    bad.write_bytes(good[:200])
    message = refused("RATING_FILES_FAILED", source, out)
    assert "1 of 3 failed" in message
    assert f"{bad}: " in message
    assert not (out / "ranking.parquet").exists()
    bad.write_bytes(good)
    # The file was changed, so that it is another run: the folder stands for the broken one.
    assert "trades-01.parquet" in refused("RATING_OUTPUT_REFUSED", source, out)
    manifest = json.loads((out / "manifest.json").read_text())
    state = bad.stat()
    manifest["inputs"][1] |= {
        "size": state.st_size,
        "mtime_ns": state.st_mtime_ns,
        "rows": pl.read_parquet(bad).height,
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    records: list[Record] = []
    again = rate_files(source, out, progress=lambda record, *_: records.append(record))
    assert [record.task.path for record in records if record.task.kind == "split"] == [str(bad)]
    assert digest(again.ranking) == digest(rest.ranking)


def test_folder_of_another_run_is_refused(few: Few, tmp_path: Path) -> None:
    source, out = few(), tmp_path / "out"
    rate_files(source, out)
    other = rating.RatingConfig(dropout=rating.DropoutConfig(seed=7))
    assert "config.dropout.seed 987654321, now it is 7" in refused(
        "RATING_OUTPUT_REFUSED", source, out, config=other
    )
    assert "selection null" in refused(
        "RATING_OUTPUT_REFUSED", source, out, selection=rating.SelectionConfig()
    )
    assert "begun without `partitioned`" in refused(
        "RATING_OUTPUT_REFUSED", source, out, partitioned=True
    )
    assert "3 inputs, now there are 2" in refused(
        "RATING_OUTPUT_REFUSED", sorted(source.iterdir())[:2], out
    )
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    assert "has notes.txt" in refused("RATING_OUTPUT_REFUSED", source, tmp_path / "full")
    (out / "manifest.json").write_text("{")
    assert "cannot be read" in refused("RATING_OUTPUT_REFUSED", source, out)


def test_changed_input_is_told_by_time_or_by_checksum(few: Few, tmp_path: Path) -> None:
    source = few()
    first = source / "trades-00.parquet"
    for name, checksum in (("time", False), ("checksum", True)):
        rate_files(source, tmp_path / name, checksum=checksum)
    frame = pl.read_parquet(first)
    frame.with_columns(pl.col("pnl") + 1).write_parquet(first)
    for name, checksum in (("time", False), ("checksum", True)):
        message = refused("RATING_OUTPUT_REFUSED", source, tmp_path / name, checksum=checksum)
        assert f"inputs.{first}" in message


def test_folder_in_use_is_refused_and_a_dead_driver_lets_go(few: Few, tmp_path: Path) -> None:
    source, out = few(), tmp_path / "out"
    with locked(out):
        assert "another process" in refused("RATING_OUTPUT_REFUSED", source, out)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from polars_rating.files.manifest import locked\n"
            f"with locked(Path({str(out)!r})): print('held', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    assert "another process" in refused("RATING_OUTPUT_REFUSED", source, out)
    holder.kill()
    holder.communicate()
    assert rate_files(source, out).candidates > 0


def test_what_a_killed_run_left_is_removed(few: Few, tmp_path: Path) -> None:
    source, out = few(), tmp_path / "out"
    rate_files(source, out)
    (out / "ranking.parquet").unlink()
    (out / "parts" / ".tmp-1-part-00000.parquet").write_bytes(b"half")
    (out / "work" / ".tmp-2-input-00000").mkdir(parents=True)
    rate_files(source, out)
    assert not list(out.rglob(".tmp-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of the size of files")
def test_full_disk_is_named_and_leaves_nothing_half_written(few: Few, tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "from polars_rating.cli import run\n"
        f"sys.argv[1:] = ['rate', {str(few())!r}, '--out', {str(tmp_path / 'out')!r}]; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "large" in done.stderr  # "File too large": what a full disk is in this test
    assert not list((tmp_path / "out").rglob(".tmp-*"))
    again = rate_files(tmp_path / "few", tmp_path / "out")
    assert again.scan().collect().height == again.candidates


def test_inputs_that_cannot_be_are_refused(few: Few, tmp_path: Path) -> None:
    source, out = few(), tmp_path / "out"
    first = source / "trades-00.parquet"
    bad = "RATING_BAD_ARGUMENT"
    assert "no such file" in refused(bad, tmp_path / "nowhere.parquet", out)
    assert "names no file" in refused(bad, tmp_path / "*.csv", out)
    assert "twice" in refused(bad, [source, first], out)
    (tmp_path / "link.parquet").symlink_to(first)
    roundabout = source / ".." / source.name / first.name
    assert "twice" in refused(bad, [first, roundabout], out)
    assert "twice" in refused(bad, [first, tmp_path / "link.parquet"], out)
    assert "suffix" in refused(bad, __file__, out)
    shutil.copytree(source, out)
    assert "folder of the outputs" in refused(bad, out, out)
    assert "`workers`" in refused(bad, source, out, workers=0)
    assert "`engine`" in refused(bad, source, out, engine="spark")
    assert "`address`" in refused(bad, source, out, address="tcp://127.0.0.1:1")
    assert "`memory` must be bytes > 0" in refused(bad, source, out, memory="much")
    assert "`memory` must be at least" in refused(bad, source, out, memory="1MB")
    assert "`config` must be a RatingConfig" in refused(bad, source, out, config={})
    assert "`family` must be columns of `by`" in refused(
        bad, source, out, selection=rating.SelectionConfig(), family="market"
    )
    assert "there is no column 'market'" in refused(
        "RATING_MISSING_EVIDENCE", source, tmp_path / "new", by="market"
    )


def test_files_that_do_not_fit_are_named(few: Few, trades: pl.DataFrame, tmp_path: Path) -> None:
    source = few()
    last = source / "trades-02.parquet"
    frame = pl.read_parquet(last)
    frame.with_columns(pl.col("exit").cast(pl.Datetime("us"))).write_parquet(last)
    message = refused("RATING_FILES_FAILED", source, tmp_path / "dtype")
    assert f"{last}: [RATING_BAD_DTYPE] column 'exit' must be Date as in the first file" in message
    frame.with_columns(pl.lit(None, pl.String).alias("strategy")).write_parquet(last)
    message = refused("RATING_FILES_FAILED", source, tmp_path / "null")
    assert f"column 'strategy' (by) is null in {frame.height} trades" in message
    frame.write_parquet(last)
    message = refused("RATING_BAD_VALUE", source, tmp_path / "twice", partitioned=True)
    assert "trades in more than one file" in message


def test_what_every_task_would_say_is_said_at_once(
    few: Few, trades: pl.DataFrame, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    untimed = few(trades.drop("entry", "exit"))
    assert "no evidence for `stability_score`" in refused("RATING_MISSING_EVIDENCE", untimed, out)
    selection = rating.SelectionConfig()
    assert "`selection` needs" in refused(
        "RATING_MISSING_EVIDENCE", untimed, out, selection=selection
    )
    bad = "RATING_BAD_ARGUMENT"
    shutil.rmtree(untimed)
    named = few(trades.rename({"strategy": "rank"}))
    assert "`by` must not be a column that `selection` adds, got 'rank'" in refused(
        bad, named, out, by="rank", selection=selection
    )
    assert "`selection` must be a SelectionConfig, got int" in refused(
        bad, named, out, by="rank", selection=3
    )
    shutil.rmtree(named)
    named = few(trades.rename({"strategy": "profit"}))
    assert "got 'profit': rename it" in refused(bad, named, out, by="profit")
    assert not out.exists()
    shutil.rmtree(named)
    assert "hold no trades" in refused("RATING_BAD_VALUE", few(trades.clear()), out)
