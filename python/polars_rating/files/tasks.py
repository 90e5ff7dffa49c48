"""The tasks of a run: plain functions of plain values, the same under every engine.

A task writes one output under a temporary name and renames it when it is whole, so that an output
that is there is right, whoever was killed before. A task whose output is there has nothing to do.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating._engines.choice import use_engine
from polars_rating.exceptions import ErrorCode, RatingError, one_line
from polars_rating.family import join_spans, span, with_moments
from polars_rating.files.job import BUCKET, Job, Kind, Record, Task
from polars_rating.files.trades import open_trades
from polars_rating.pipeline import gather, mark_sorted, rank, rate_gathered

TEMPORARY: Final = ".tmp-"
"""How the name of an output starts that is not whole."""
_TIMES: Final = ("entry_time", "exit_time")


def run_plain(job: Mapping[str, Any], task: Mapping[str, Any]) -> dict[str, Any]:
    """Run a task, all of it plain values: what engines send and get back."""
    return asdict(run(Job.from_dict(job), Task(**task)))


def record_of(plain: Mapping[str, Any]) -> Record:
    """Return the record that `run_plain` gave."""
    return Record(**{**plain, "task": Task(**plain["task"])})


def run(job: Job, task: Task) -> Record:
    """Run a task. What goes wrong is part of the record: one bad file stops no other."""
    start = time.perf_counter()
    try:
        if job.version != Job.version or job.polars != pl.__version__:
            raise RatingError(
                f"the run needs polars-rating {job.version} and polars {job.polars}, this worker "
                f"has {Job.version} and {pl.__version__}",
                code=ErrorCode.RATING_ENGINE_UNAVAILABLE,
            )
        with use_engine(job.scoring):
            trades, candidates = _WORK[task.kind](job, task)
    except (Exception, pl.exceptions.PanicException) as error:
        return Record(task=task, seconds=time.perf_counter() - start, error=one_line(error))
    seconds = time.perf_counter() - start
    return Record(task=task, trades=trades, candidates=candidates, seconds=seconds)


def _split(job: Job, task: Task) -> tuple[int, int]:
    target = job.split(task.index)
    if target.exists():
        return 0, 0
    trades = _read(job, task.path)
    _span(job, task)
    key = pl.struct(job.by).hash() % job.n_buckets
    folder = _temporary(target)
    try:
        folder.mkdir(parents=True)
        trades.with_columns(key.alias(BUCKET)).sink_parquet(
            pl.PartitionBy(
                folder, key=BUCKET, include_key=False, approximate_bytes_per_file=1 << 62
            ),
            compression="lz4",
            statistics=False,
            row_group_size=job.group_rows,
            mkdir=True,
        )
        rows = trades.select(pl.len()).collect().item()
        try:
            folder.rename(target)
        except OSError:
            if not target.exists():  # else the task ran twice, and the other one was faster
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows, 0


def _span(job: Job, task: Task) -> tuple[int, int]:
    if job.selection is not None and not job.span(task.index).exists():
        found = span(_read(job, task.path), job.family, job.columns)
        write(found, job.span(task.index))
    return 0, 0


def _rate(job: Job, task: Task) -> tuple[int, int]:
    target = job.part(task.index)
    if target.exists():
        return 0, 0
    if task.path:
        trades = mark_sorted(_read(job, task.path), job.by)
    else:
        trades = _open_bucket(job, task.index)
    gathered = gather(trades, job.by, job.columns)
    if job.selection is not None:
        spans = pl.scan_parquet(job.spans, glob=False)
        gathered = with_moments(gathered, spans, job.family, job.every)
    rated = rate_gathered(gathered, job.by, job.columns, job.config)
    table = rank(rated.drop("trades"), job.by).collect()
    for name in job.by:
        if table[name].null_count():
            hit = table.filter(pl.col(name).is_null())["total_trades"].sum()
            raise RatingError(
                f"column {name!r} (by) is null in {hit} trades", code=ErrorCode.RATING_BAD_VALUE
            )
    write(table.lazy(), target)
    return int(table["total_trades"].sum()), table.height


_WORK: Final[Mapping[Kind, Callable[[Job, Task], tuple[int, int]]]] = {
    "split": _split,
    "span": _span,
    "rate": _rate,
}


def join_all_spans(job: Job, n_files: int) -> None:
    """Write the spans of all files as one."""
    files = [job.span(index) for index in range(n_files)]
    write(join_spans(pl.scan_parquet(files, glob=False), job.family), job.spans)


def _read(job: Job, path: str) -> pl.LazyFrame:
    """Open the trades of a file, with the dtypes that all files have."""
    lazy = open_trades(path, job.by, job.columns)[0].select(job.names)
    schema = lazy.collect_schema()
    for name, dtype in job.dtypes.items():
        if str(schema[name]) != dtype:
            raise RatingError(
                f"column {name!r} must be {dtype} as in the first file, found {schema[name]}",
                code=ErrorCode.RATING_BAD_DTYPE,
            )
    return lazy.with_columns(pl.col(_numbers(job)).cast(pl.Float64))


def _numbers(job: Job) -> list[str]:
    columns = asdict(job.columns)
    named = {name for field, name in columns.items() if name and field not in _TIMES}
    return [name for name in job.names if name in named and name not in job.by]


def _open_bucket(job: Job, index: int) -> pl.LazyFrame:
    """Open the trades of a bucket, in the order of the files and of their rows."""
    return pl.scan_parquet(job.bucket(index), glob=False, hive_partitioning=False)


def _temporary(target: Path) -> Path:
    return target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}-{target.name}")


def write(table: pl.LazyFrame, target: Path) -> None:
    """Write a table so that it is there as a whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target)
    try:
        table.sink_parquet(temporary, compression="zstd", maintain_order=True)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
