"""The folder of a run: who may write to it, and for which inputs and parameters it stands."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.files.inputs import Input
from polars_rating.files.job import Job
from polars_rating.files.tasks import TEMPORARY

MANIFEST: Final = "manifest.json"
LOCK: Final = ".lock"
_FORMAT: Final = 1
_OF_ONE_RUN: Final = ("out", "n_buckets", "group_rows")
"""Fields of a job that a resumed run takes from the folder, since outputs do not depend on them."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the folder `out`, which is made, for one driver; one that dies lets go."""
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise refused(f"{out}: another process writes to this folder") from None
    try:
        yield
    finally:
        lock.release()


def refused(message: str) -> RatingError:
    """Return the error of a folder that cannot take the outputs."""
    return RatingError(message, code=ErrorCode.RATING_OUTPUT_REFUSED)


def settle(job: Job, inputs: Sequence[Input], out: Path) -> Job:
    """Write what the folder stands for, or take it up again.

    Returns
    -------
    Job
        With the number of buckets that the folder has.

    Raises
    ------
    RatingError
        ``RATING_OUTPUT_REFUSED`` where the folder stands for something else.
    """
    path = out / MANIFEST
    wanted: dict[str, Any] = {
        "format": _FORMAT,
        "job": job.to_dict(),
        "inputs": [asdict(item) for item in inputs],
    }
    if not path.exists():
        others = sorted(item.name for item in out.iterdir() if item.name != LOCK)
        if others:
            raise refused(f"{out}: must be empty, or the folder of an earlier run; has {others[0]}")
        temporary = out / f"{TEMPORARY}{MANIFEST}"
        temporary.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, path)
        return job
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        kept = {name: there["job"][name] for name in _OF_ONE_RUN if name != "out"}
    except (ValueError, KeyError, TypeError) as error:
        raise refused(f"{path}: cannot be read: {error}") from None
    for name in _OF_ONE_RUN:
        wanted["job"][name] = there["job"][name]
    if bool(kept["n_buckets"]) != bool(job.n_buckets):
        how = "without" if kept["n_buckets"] else "with"
        raise refused(f"{out}: was begun {how} `partitioned`")
    difference = _difference("", there, json.loads(json.dumps(wanted)))
    if difference:
        raise refused(f"{out}: was begun with {difference}; give another folder")
    return replace(job, **kept)


def _difference(name: str, old: Any, new: Any) -> str:
    """Return what differs first, and how; nothing if all is equal."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        pairs = [(key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]
    elif isinstance(old, list) and isinstance(new, list) and name.endswith("inputs"):
        if len(old) != len(new):
            return f"{len(old)} inputs, now there are {len(new)}"
        pairs = [(item["path"], item, other) for item, other in zip(old, new, strict=True)]
    elif old == new:
        return ""
    else:
        return f"{name} {json.dumps(old)}, now it is {json.dumps(new)}"
    for key, before, now in pairs:
        found = _difference(f"{name}.{key}" if name else str(key), before, now)
        if found:
            return found.removeprefix("job.")
    return ""


def drop_temporaries(out: Path) -> None:
    """Remove what tasks of a driver or a worker that was killed left behind."""
    for path in out.rglob(f"{TEMPORARY}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
