"""Engines that run tasks: processes of this machine, Dask, Ray.

Each is a function `run` of a job and its tasks that yields a record per task, in the order in which
they end. A worker that dies gives its task back; after `ATTEMPTS` deaths the task has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Literal, get_args

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.files.job import Job, Record, Task
from polars_rating.parameters import show

Name = Literal["local", "dask", "ray"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
ATTEMPTS: Final = 4
"""How often a task is begun whose worker dies; both Dask and Ray repeat one three times."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """How many workers run, and where.

    Attributes
    ----------
    workers : int
        Processes that work at the same time; of a cluster that runs already, its own number.
    threads : int
        Threads of Polars in each, of the workers that are started here.
    address : str, optional
        Of a cluster that runs already.
    """

    workers: int
    threads: int
    address: str | None = None


Run = Callable[[Job, Sequence[Task], Pool], Generator[Record]]


def engine_of(name: str, address: str | None) -> Run:
    """Return the function of an engine, or raise where its packages are missing."""
    if name not in NAMES:
        raise RatingError(
            f"`engine` must be one of {', '.join(NAMES)}, got {show(name)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    if name == "local" and address is not None:
        raise RatingError(
            "`address` is of a cluster of Dask or Ray, which the engine local has none of",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    try:
        found: Run = import_module(f"polars_rating.files.engines.{name}_engine").run
    except ImportError as error:
        raise RatingError(
            f"the engine {name} needs the extra [{name}]: pip install 'polars-rating[{name}]' "
            f"({error})",
            code=ErrorCode.RATING_ENGINE_UNAVAILABLE,
        ) from None
    return found
