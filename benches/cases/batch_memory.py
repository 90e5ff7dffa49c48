"""Peak memory of one batch call beyond its input and output: ``KIND ROWS``, prints bytes.

Run as a process of its own, on Linux: the peak is the kernel's, reset before the call.
"""

from __future__ import annotations

import gc
import re
import sys
from pathlib import Path

import pyarrow as pa

from benches.cases.batch import ipc, table
from polars_rating.batch import calculate_ratings_batch

STATUS = Path("/proc/self/status")
WARM_UP_ROWS = 1_000


def kilobytes(field: str) -> int:
    """A figure of the kernel's about this process."""
    found = re.search(rf"^{field}:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{STATUS} has no {field}")
    return int(found[1])


def main(kind: str, rows: int) -> None:
    """Rate once on a few candidates, which loads what is loaded once, then on all."""
    few, metrics = table(WARM_UP_ROWS), table(rows)
    given = metrics if kind == "table" else ipc(metrics)
    calculate_ratings_batch(few if kind == "table" else ipc(few))
    del metrics, few
    gc.collect()
    pa.default_memory_pool().release_unused()
    before = kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    ratings = calculate_ratings_batch(given)
    output = ratings.nbytes if kind == "table" else len(ratings)
    print(1024 * (kilobytes("VmHWM") - before) - output)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
