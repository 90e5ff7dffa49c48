"""A worker of the local engine: a process that reads tasks from a pipe, one JSON text per line.

A process of its own start, never a fork: Polars' threads do not survive one. It ends when the pipe
does, so that none is left of a driver that was killed.
"""

from __future__ import annotations

import json
import os
import sys
from queue import SimpleQueue
from threading import Thread


def main() -> None:
    """Read the job, then tasks; write a record for each."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anybody prints must not be taken for a record
    lines: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read, args=[lines], daemon=True).start()
    from polars_rating.files.tasks import run_plain

    job = json.loads(lines.get())
    while True:
        record = run_plain(job, json.loads(lines.get()))
        out.write(json.dumps(record) + "\n")
        out.flush()


def _read(lines: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)  # in the middle of a task too: nobody waits for its record


if __name__ == "__main__":
    main()
