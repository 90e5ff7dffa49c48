"""The course of a run: split, rate, then what needs all candidates at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.family import with_luck
from polars_rating.files.engines import Pool, Run
from polars_rating.files.inputs import Input
from polars_rating.files.job import PARTS, RANKING, WORK, Job, Record, Task
from polars_rating.files.tasks import join_all_spans, write
from polars_rating.pipeline import rank

Progress = Callable[[Record, int, int], object]

_PART: Final = "polars_rating_part"
_LISTED: Final = 10
"""Failed files that an error message lists at most."""


@dataclass(frozen=True, kw_only=True)
class RatedFiles:
    """The outputs of `rate_files`, and what this run did for them.

    Attributes
    ----------
    ranking : Path
        A Parquet file, one row per candidate, the best first.
    tasks, skipped : int
        Tasks of the run, and those whose output was there from an earlier run.
    trades, candidates : int
        Trades read and candidates rated by this run.

    Examples
    --------
    >>> RatedFiles(ranking=Path("rated/ranking.parquet"), tasks=3, skipped=3).skipped
    3
    """

    ranking: Path
    tasks: int
    skipped: int
    trades: int = 0
    candidates: int = 0

    def scan(self) -> pl.LazyFrame:
        """Return the rated candidates, the best first."""
        return pl.scan_parquet(self.ranking, glob=False)


class Driver:
    """Hands tasks to an engine and puts their outputs together."""

    def __init__(
        self, job: Job, inputs: Sequence[Input], run: Run, pool: Pool, progress: Progress | None
    ) -> None:
        self._job = job
        self._inputs = inputs
        self._run = run
        self._pool = pool
        self._progress = progress
        self._ranking = Path(job.out, RANKING)
        self._over = self._skipped = self._trades = self._candidates = 0
        # Buckets without a candidate have no task, but before the split nobody knows them.
        self._total = len(inputs) + (job.n_buckets or (len(inputs) if job.selection else 0))

    def drive(self) -> RatedFiles:
        """Do what is not done yet; return what there is."""
        if self._ranking.exists():
            self._skipped = self._total
        else:
            self._rate_all()
        shutil.rmtree(Path(self._job.out, WORK), ignore_errors=True)
        return RatedFiles(
            ranking=self._ranking,
            tasks=self._total,
            skipped=self._skipped,
            trades=self._trades,
            candidates=self._candidates,
        )

    def _rate_all(self) -> None:
        job = self._job
        files = [(index, item.path) for index, item in enumerate(self._inputs)]
        if job.n_buckets:
            self._do(Task(kind="split", index=index, path=path) for index, path in files)
        elif job.selection is not None:
            self._do(Task(kind="span", index=index, path=path) for index, path in files)
        if job.selection is not None and not job.spans.exists():
            join_all_spans(job, len(files))
        if job.n_buckets:
            self._do(Task(kind="rate", index=index) for index in range(job.n_buckets))
        else:
            self._do(Task(kind="rate", index=index, path=path) for index, path in files)
        self._write_ranking()

    def _do(self, tasks: Iterable[Task]) -> None:
        """Run the tasks whose outputs are not there; raise at the end if some failed."""
        job = self._job
        every = list(tasks)
        missing = [task for task in every if not job.output(task).exists()]
        todo = [task for task in missing if job.has_input(task)]
        self._skipped += len(every) - len(missing)
        self._over += len(every) - len(todo)
        failed = self._run_all(todo) if todo else []
        if failed:
            failed.sort(key=lambda record: record.task.index)
            listed = "; ".join(f"{item.task.name}: {item.error}" for item in failed[:_LISTED])
            more = f"; and {len(failed) - _LISTED} more" if len(failed) > _LISTED else ""
            raise RatingError(
                f"{len(failed)} of {len(every)} failed, the others are done, and another run tries "
                f"these again: {listed}{more}",
                code=ErrorCode.RATING_FILES_FAILED,
            )

    def _run_all(self, tasks: Sequence[Task]) -> list[Record]:
        """Run tasks; return the records of those that failed."""
        job = self._job
        failed = []
        # Closed at once where `progress` raises, so that no worker goes on.
        with closing(self._run(job, tasks, self._pool)) as records:
            for record in records:
                is_rated = record.task.kind == "rate"
                self._over += 1
                self._trades += record.trades if is_rated else 0
                self._candidates += record.candidates
                if record.error:
                    failed.append(record)
                elif is_rated and job.n_buckets:
                    job.drop_bucket(record.task.index)  # the disk holds the trades twice till here
                if self._progress is not None:
                    self._progress(record, self._over, self._total)
        return failed

    def _write_ranking(self) -> None:
        job = self._job
        parts = sorted(Path(job.out, PARTS).glob("part-*.parquet"))
        if not parts:
            raise RatingError("the files hold no trades", code=ErrorCode.RATING_BAD_VALUE)
        rated = pl.scan_parquet(parts, glob=False)
        self._check_candidates(parts)
        if job.selection is not None:
            rated = with_luck(rated, job.family, job.selection)
        write(rank(rated, job.by), self._ranking)

    def _check_candidates(self, parts: list[Path]) -> None:
        """Raise where trades of one candidate are in two parts."""
        named = pl.scan_parquet(parts, glob=False, include_file_paths=_PART)
        files = pl.col(_PART).unique().sort().alias(_PART)
        twice = (
            named.group_by(self._job.by)
            .agg(files)
            .filter(pl.col(_PART).list.len() > 1)
            .sort(self._job.by)
            .head(1)
            .collect()
        )
        if twice.is_empty():
            return
        *candidate, where = twice.row(0)
        indices = [parts.index(Path(path)) for path in where]
        found = ", ".join(self._inputs[index].path for index in indices)
        if self._job.n_buckets:
            raise RatingError(
                f"candidate {candidate} was split differently by two workers",
                code=ErrorCode.RATING_INTERNAL,
            )
        raise RatingError(
            f"candidate {candidate} has trades in more than one file ({found}), "
            "which `partitioned` rules out",
            code=ErrorCode.RATING_BAD_VALUE,
        )
