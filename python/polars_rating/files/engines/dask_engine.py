"""Tasks on Dask: a cluster that runs already, or processes of this machine."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import asdict

import dask
from distributed import Client, LocalCluster, as_completed

from polars_rating.exceptions import one_line
from polars_rating.files.engines import ATTEMPTS, Pool
from polars_rating.files.job import Job, Record, Task
from polars_rating.files.tasks import record_of, run_plain


def run(job: Job, tasks: Sequence[Task], pool: Pool) -> Generator[Record]:
    """Run tasks; yield their records."""
    plain = job.to_dict()
    with ExitStack() as stack:
        client = _client(stack, pool)
        futures = {
            client.submit(
                run_plain,
                plain,
                asdict(task),
                pure=False,
                key=f"polars-rating-{task.kind}-{task.index}-{uuid.uuid4().hex}",
            ): task
            for task in tasks
        }
        for future in as_completed(list(futures), loop=client.loop):
            task = futures.pop(future)
            try:
                yield record_of(future.result())
            except Exception as error:
                yield Record(task=task, error=f"on Dask: {one_line(error)}")
            # Else Dask keeps it in memory, and computes it again should its worker die.
            future.release()


def _client(stack: ExitStack, pool: Pool) -> Client:
    if pool.address is not None:
        return stack.enter_context(Client(pool.address, set_as_default=False))
    settings = {
        # Before the workers import Polars, which reads it once.
        "distributed.nanny.pre-spawn-environ.POLARS_MAX_THREADS": pool.threads,
        "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
    }
    stack.enter_context(dask.config.set(settings))
    cluster = LocalCluster(
        n_workers=pool.workers,
        threads_per_worker=1,
        memory_limit=0,  # Polars' memory is bounded by the buckets; Dask would kill for its peaks
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )
    stack.enter_context(cluster)
    return stack.enter_context(Client(cluster, set_as_default=False))
