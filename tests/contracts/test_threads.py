"""The number of threads does not change a bit."""

from __future__ import annotations

import json
from functools import cache

import pytest

from tests._registry import IDS
from tests.contracts._processes import run_script


@cache
def digests(threads: int) -> dict[str, str]:
    done = run_script("_thread_digest.py", POLARS_MAX_THREADS=str(threads))
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    assert found.pop("threads") == str(threads)
    assert len(found) == 2 * len(IDS)
    return found


@pytest.mark.parametrize("threads", [2, 4])
def test_bits_on_many_threads_equal_one_thread(threads: int) -> None:
    assert digests(threads) == digests(1)


def test_bits_of_the_streaming_engine_equal_the_in_memory_engine() -> None:
    found = digests(2)
    streaming = {name: found[f"{name}-streaming"] for name in IDS}
    assert streaming == {name: found[f"{name}-in-memory"] for name in IDS}
