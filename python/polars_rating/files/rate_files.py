"""Trades in many files, more than memory holds: rated file by file or bucket by bucket."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from polars_rating._config_base import instance
from polars_rating._engines.choice import engine as scoring_engine
from polars_rating._selection_rules import EVERY
from polars_rating.config import RatingConfig, SelectionConfig
from polars_rating.exceptions import ErrorCode, RatingError, from_text, one_line
from polars_rating.family import check_family
from polars_rating.files import manifest
from polars_rating.files.driver import Driver, Progress, RatedFiles
from polars_rating.files.engines import Name, Pool, engine_of
from polars_rating.files.inputs import Input, PathLike, absolute, find_inputs
from polars_rating.files.job import Job
from polars_rating.files.memory import buckets_for, bytes_of
from polars_rating.files.trades import Columns, open_trades
from polars_rating.parameters import check
from polars_rating.pipeline import TradeColumns, gather, rate_gathered


def rate_files(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    by: str | Sequence[str] = "strategy",
    columns: Columns = None,
    config: RatingConfig | None = None,
    selection: SelectionConfig | None = None,
    family: str | Sequence[str] = (),
    every: str = EVERY,
    partitioned: bool = False,
    engine: Name = "local",
    address: str | None = None,
    workers: int | None = None,
    memory: int | str | None = None,
    checksum: bool = False,
    progress: Progress | None = None,
) -> RatedFiles:
    """Rate and rank the candidates of trades in many files, on many processes.

    The result is that of `polars_rating.pipeline.rate_trades` on one table of all trades, to the
    bit, whatever engine, number of workers and limit of memory. A run that was killed is taken up
    again by the same call: what is done stays done.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders (all files below), patterns like ``trades/*.parquet``, or addresses of object
        stores that Polars scans. Parquet, CSV, Arrow IPC or NDJSON by suffix; one row per trade.
        Where trades of a candidate have equal exit times or none, the order of the files and of
        their rows counts.
    out : path
        A folder of a file system that all workers share: empty, not there, or of an earlier call
        with the same files and parameters. It gets ``ranking.parquet``, ``parts/`` and
        ``manifest.json``.
    by, config, selection, family, every
        As in `polars_rating.pipeline.rate_trades`.
    columns : TradeColumns or mapping, optional
        The columns to use, or names by field for `TradeColumns.find`, which finds the others.
    partitioned : bool
        Each file holds whole candidates. Else their trades may be spread over the files: these are
        split into buckets of candidates first, which takes disk space for a copy of the trades.
        That no candidate is in two files is checked.
    engine : {'local', 'dask', 'ray'}
        Processes of this machine, or a cluster. Dask and Ray are the extras of these names.
    address : str, optional
        Of a cluster that runs already, such as ``tcp://scheduler:8786``; by default one of this
        machine's processes is started.
    workers : int, optional
        Processes that are started; by default one per core. Together their Polars has one thread
        per core; workers of a cluster need ``POLARS_MAX_THREADS`` set where they are started.
    memory : int or str, optional
        Bytes that all workers together may take, or a text like ``"2GB"``. By default half of what
        this process may use. A larger number of buckets keeps them within it; trades of one
        candidate stay in one, and with `partitioned` the size of the files decides.
    checksum : bool
        Tell changed files by their SHA-256 in place of size and time of change.
    progress : callable, optional
        Called after each task with its `Record`, how many are over and how many there are.

    Returns
    -------
    RatedFiles
        ``scan()`` gives one row per candidate, the best first.

    Raises
    ------
    RatingError
        ``RATING_FILES_FAILED`` at the end where files failed: it names them, the others are done.
        ``RATING_OUTPUT_REFUSED`` for a folder of another run or in use. ``RATING_BAD_VALUE`` for no
        trades at all, or a candidate in two files where `partitioned`. ``RATING_BAD_ARGUMENT``,
        ``RATING_MISSING_EVIDENCE``, ``RATING_BAD_DTYPE`` as `rate_trades`.

    Examples
    --------
    >>> import tempfile
    >>> from polars_rating.data import trades_path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rated = rate_files(trades_path(), f"{folder}/rated", workers=1)
    ...     rated.scan().select("strategy", "final_rating").collect().height
    352
    """
    run = engine_of(engine, address)
    folder = absolute(out)
    names = (by,) if isinstance(by, str) else tuple(by)
    families = (family,) if isinstance(family, str) else tuple(family)
    n_workers = _workers(workers)
    limit = bytes_of(memory)
    inputs = find_inputs(paths, folder, checksum=checksum)
    used, schema = _schema(inputs, names, columns)
    if selection is not None:
        instance("selection", selection, SelectionConfig)
        check_family(families, names, used)
    job = Job(
        out=str(folder),
        by=names,
        columns=used,
        dtypes={name: str(schema[name]) for name in _fixed(names, used)},
        config=instance("config", config, RatingConfig),
        selection=selection,
        family=families,
        every=check("every", every),
        scoring=scoring_engine(),
    )
    _check_query(job, schema)
    if not partitioned:
        widths = {name: schema[name] for name in job.names}
        n_buckets, rows = buckets_for(inputs, widths, limit, n_workers)
        job = Job.from_dict(job.to_dict() | {"n_buckets": n_buckets, "group_rows": rows})
    pool = Pool(workers=n_workers, threads=max(1, _cores() // n_workers), address=address)
    with manifest.locked(folder):
        job = manifest.settle(job, inputs, folder)
        manifest.drop_temporaries(folder)
        try:
            return Driver(job, inputs, run, pool, progress).drive()
        finally:
            manifest.drop_temporaries(folder)


def _workers(given: int | None) -> int:
    if given is None:
        return _cores()
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise RatingError(
            f"`workers` must be an integer >= 1, got {given!r}", code=ErrorCode.RATING_BAD_ARGUMENT
        )
    return given


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # what a container or `taskset` leaves of the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _schema(
    inputs: Sequence[Input], by: Sequence[str], columns: Columns
) -> tuple[TradeColumns, dict[str, pl.DataType]]:
    """Return the columns to use and their dtypes, from the first file that can be read."""
    problem: BaseException | None = None
    for item in inputs:
        try:
            lazy, used = open_trades(item.path, by, columns)
        except (OSError, RatingError, pl.exceptions.PolarsError) as error:
            problem = problem or RatingError(
                f"{item.path}: {one_line(getattr(error, 'message', error))}",
                code=getattr(error, "code", ErrorCode.RATING_BAD_SOURCE),
            )
            continue
        return used, dict(lazy.collect_schema())
    raise problem or AssertionError("no inputs")


def _check_query(job: Job, schema: Mapping[str, pl.DataType]) -> None:
    """Raise for what every task would say: evidence that is missing, names that clash."""
    trades = pl.LazyFrame(schema={name: schema[name] for name in job.names})
    query = rate_gathered(gather(trades, job.by, job.columns), job.by, job.columns, job.config)
    try:
        query.collect_schema()
    except pl.exceptions.ComputeError as error:
        raise from_text(str(error)) or error from None


def _fixed(by: Sequence[str], columns: TradeColumns) -> list[str]:
    """Return the columns whose dtypes must be equal in all files; the others become Float64."""
    times = (columns.entry_time, columns.exit_time)
    return list(dict.fromkeys([*by, *(name for name in times if name is not None)]))
