"""What the measurements were made with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numba
import polars as pl

# Ways with several threads that wait for each other, Numba above all, lose most on a busy machine:
# beside two compiler processes the median of a 3 ms Numba call was seen at 16 ms.
BUSY = 0.5


def processor() -> str:
    """Name of the processor where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def load() -> str:
    """How busy the machine is with something else; figures of a busy machine are worth little."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    busy = os.getloadavg()[0]
    return f"{busy:.2f}" + (" (BUSY: do not trust the figures)" if busy > BUSY else "")


def package_version(name: str) -> str:
    """Installed version of a package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def facts() -> str:
    """Machine and versions, in three lines."""
    packages = ("polars-rating", "polars", "numpy", "numba", "pandas", "pyarrow")
    return "\n".join(
        (
            f"{processor()}, {os.cpu_count()} cores, {platform.system()}",
            f"threads: polars {pl.thread_pool_size()}, numba {numba.get_num_threads()}; "
            f"load average before the run {load()}",
            ", ".join(
                [f"Python {platform.python_version()}"]
                + [f"{name} {package_version(name)}" for name in packages]
            ),
        )
    )
