"""Tasks on processes of this machine, each started afresh and started again when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import asdict
from queue import SimpleQueue
from threading import Event, Thread
from typing import IO, Final

from polars_rating.exceptions import one_line
from polars_rating.files.engines import ATTEMPTS, Pool
from polars_rating.files.job import Job, Record, Task
from polars_rating.files.tasks import record_of

_TAIL: Final = 400
"""Characters of a dead worker's last words that a record quotes."""


def run(job: Job, tasks: Sequence[Task], pool: Pool) -> Generator[Record]:
    """Run tasks; yield their records."""
    shared = _Shared(job, pool.threads)
    for task in tasks:
        shared.todo.put(task)
    lanes = [_Lane(shared) for _ in range(min(pool.workers, len(tasks)))]
    try:
        for _ in tasks:
            yield shared.done.get()
    finally:
        shared.stopped.set()
        for _ in lanes:
            shared.todo.put(None)
        for lane in lanes:
            lane.stop()


class _Shared:
    """What all lanes have in common."""

    def __init__(self, job: Job, threads: int) -> None:
        self.job = json.dumps(job.to_dict())
        self.environment = os.environ | {"POLARS_MAX_THREADS": str(threads)}
        self.todo: SimpleQueue[Task | None] = SimpleQueue()
        self.done: SimpleQueue[Record] = SimpleQueue()
        self.deaths: Counter[Task] = Counter()
        self.stopped = Event()


class _Lane:
    """A thread that hands tasks to a process of its own, one at a time."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[str] | None = None
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process, whatever it does, and the thread."""
        if self._process is not None:
            self._process.kill()
        self._thread.join()
        self._end()

    def _work(self) -> None:
        shared = self._shared
        while not shared.stopped.is_set() and (task := shared.todo.get()) is not None:
            try:
                answer = self._ask(task)
            except OSError as error:  # no process can be started
                shared.done.put(Record(task=task, error=one_line(error)))
                continue
            if answer:
                shared.done.put(record_of(json.loads(answer)))
            elif not shared.stopped.is_set():
                words = self._end()
                shared.deaths[task] += 1
                if shared.deaths[task] < ATTEMPTS:
                    shared.todo.put(task)
                else:
                    why = f"its worker died {ATTEMPTS} times: {words}"
                    shared.done.put(Record(task=task, error=why))

    def _ask(self, task: Task) -> str:
        """Return the record of a task as text, nothing if the process died."""
        process = self._process
        if process is None:
            process = self._process = self._start()
            if self._shared.stopped.is_set():  # which did not see this process
                process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(asdict(task)) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            return ""
        return process.stdout.readline()

    def _start(self) -> subprocess.Popen[str]:
        self._errors = tempfile.TemporaryFile(  # noqa: SIM115 - `_end` closes it
            "w+", encoding="utf-8", errors="replace"
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "polars_rating.files.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=self._shared.environment,
            encoding="utf-8",
            # A Ctrl-C of the terminal is the driver's to handle.
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(self._shared.job + "\n")
        return process

    def _end(self) -> str:
        """Forget the process; return why it ended, as far as it told."""
        process, errors = self._process, self._errors
        self._process = self._errors = None
        if process is None or errors is None:
            return ""
        status = process.wait()
        with errors:
            errors.seek(0)
            text = " ".join(errors.read().split())[-_TAIL:]
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"{how} {text}".strip()
