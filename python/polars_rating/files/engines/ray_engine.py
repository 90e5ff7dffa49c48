"""Tasks on Ray: a cluster that runs already, or processes of this machine."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Sequence
from dataclasses import asdict

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read when Ray is imported

import ray

from polars_rating.exceptions import one_line
from polars_rating.files.engines import ATTEMPTS, Pool
from polars_rating.files.job import Job, Record, Task
from polars_rating.files.tasks import record_of, run_plain


def run(job: Job, tasks: Sequence[Task], pool: Pool) -> Generator[Record]:
    """Run tasks; yield their records."""
    own = not ray.is_initialized()
    if own:
        _start(pool)
    try:
        plain = ray.put(job.to_dict())
        remote = ray.remote(num_cpus=1, max_retries=ATTEMPTS - 1)(run_plain)
        waiting = {remote.remote(plain, asdict(task)): task for task in tasks}
        while waiting:
            (ended,), _ = ray.wait(list(waiting), num_returns=1)
            task = waiting.pop(ended)
            try:
                yield record_of(ray.get(ended))
            except Exception as error:
                yield Record(task=task, error=f"on Ray: {one_line(error)}")
    finally:
        if own:
            ray.shutdown()


def _start(pool: Pool) -> None:
    # Before the workers import Polars, which reads it once.
    environment = {"env_vars": {"POLARS_MAX_THREADS": str(pool.threads)}}
    if pool.address is not None:
        ray.init(address=pool.address, runtime_env=environment, log_to_driver=False)
    else:
        ray.init(
            num_cpus=pool.workers,
            runtime_env=environment,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
