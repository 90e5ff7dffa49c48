"""How much memory there is, and into how many buckets that splits candidates."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.files.inputs import Input
from polars_rating.parameters import show

MAX_BUCKETS: Final = 1024
"""More would be more open files than many systems allow."""
FIXED: Final = 200e6
"""Bytes of a process that has rated a few trades."""
FACTOR: Final = 5.0
"""Peak memory of rating a bucket over the size of its trades in memory; 3 to 4 were measured. The
rest is for buckets larger than the mean."""
SHARE: Final = 0.5
"""Of the memory that there is, what is used by default."""
_TEXT_WIDTH: Final = 32
"""Bytes of a text in memory that names a candidate: 16, and those beyond the twelfth."""
_UNPACKED: Final = 2.0
"""Size in memory over the size of a file that does not tell its rows."""
_UNITS: Final = {"": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12} | {
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40
}  # fmt: skip


def bytes_of(memory: int | str | None) -> float:
    """Return a number of bytes, of text like ``2GB`` or ``512 MiB``; of None half of what there is.

    >>> bytes_of("1.5GB")
    1500000000.0
    """
    if memory is None:
        return SHARE * available()
    text = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?I?B?)\s*", str(memory).upper())
    unit = None if text is None else _UNITS.get(text[2])
    if text is None or unit is None or isinstance(memory, bool) or float(text[1]) <= 0:
        raise RatingError(
            f'`memory` must be bytes > 0, or a text like "2GB", got {show(memory)}',
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    return float(text[1]) * unit


def available() -> float:
    """Return the bytes this process may use: of the machine, its control group, its limits."""
    known = [math.inf]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        known.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    for group in _groups():
        text = group.read_text().strip() if group.is_file() else ""
        if text.isdecimal():
            known.append(float(text))
    try:
        import resource
    except ImportError:  # on Windows
        pass
    else:
        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            known.append(float(limit))
    least = min(known)
    return 8e9 if math.isinf(least) else least


def _groups() -> list[Path]:
    """Return the files that may hold a limit of the control group of this process."""
    root, own = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
    if not own.is_file():
        return []
    found = []
    for line in own.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        folder = path.lstrip("/")
        if not controllers:
            found.append(root / folder / "memory.max")
        elif "memory" in controllers.split(","):
            found.append(root / "memory" / folder / "memory.limit_in_bytes")
    return found


def buckets_for(
    inputs: Sequence[Input], widths: Mapping[str, pl.DataType], memory: float, workers: int
) -> tuple[int, int]:
    """Return the number of buckets, and the rows held per bucket while a file is split.

    Every worker rates one bucket at a time, and all of them together stay within `memory`.
    """
    width = sum(map(_width, widths.values()))
    total = sum(_size(item, width) for item in inputs)
    room = memory / workers - FIXED
    needed = FACTOR * total
    if room <= 0 or needed / room > MAX_BUCKETS:
        least = workers * (FIXED + needed / MAX_BUCKETS)
        raise RatingError(
            f"`memory` must be at least {least / 1e6:,.0f} MB for {total / 1e6:,.0f} MB of trades "
            f"and {workers} workers, got {memory / 1e6:,.0f} MB",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    n_buckets = max(workers, math.ceil(needed / room))
    rows = room / 4 / (n_buckets * width)
    return n_buckets, int(min(max(rows, 1_000), 50_000))


def _width(dtype: pl.DataType) -> int:
    return _TEXT_WIDTH if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Binary) else 8


def _size(item: Input, width: int) -> float:
    if item.rows is not None:
        return float(item.rows * width)
    return _UNPACKED * (item.size or 0)
