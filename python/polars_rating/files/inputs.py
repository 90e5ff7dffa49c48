"""The input files of a run: which there are, and what tells whether one was changed."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.exceptions import bad_argument
from polars_rating.files.formats import SUFFIXES, open_table

PathLike = str | os.PathLike[str]

_REMOTE: Final = "://"
_FOOTERS: Final = 16
"""Footers of Parquet files that are read at the same time: it is waiting, not computing."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """A file of trades.

    Attributes
    ----------
    path : str
        Absolute, or the address of an object.
    size, mtime_ns : int or None
        Bytes and time of the last change; None for an object of a store.
    rows : int or None
        Trades, where the file tells it without being read.
    sha256 : str
        Checksum; empty unless asked for.
    """

    path: str
    size: int | None
    mtime_ns: int | None
    rows: int | None
    sha256: str = ""


def find_inputs(paths: PathLike | Iterable[PathLike], out: Path, *, checksum: bool) -> list[Input]:
    """Return the input files in order: of each given path, what it names, sorted.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` where there is none, one is named twice, ends in no known suffix, or
        lies in the folder of the outputs.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    found = [path for item in given for path in _expand(os.fspath(item))]
    if not found:
        raise bad_argument(f"`paths` names no file: {', '.join(str(item) for item in given)}")
    seen: set[str] = set()
    for path in found:
        one = path if _REMOTE in path else os.path.realpath(path)
        if one in seen:
            raise bad_argument(f"`paths` names a file twice: {path}")
        seen.add(one)
        if Path(path).suffix.lower() not in SUFFIXES:
            raise bad_argument(f"{path}: the suffix must be one of {', '.join(SUFFIXES)}")
        if _REMOTE not in path and Path(path).is_relative_to(out):
            raise bad_argument(f"{path}: lies in the folder of the outputs")
    with ThreadPoolExecutor(_FOOTERS) as pool:
        return list(pool.map(lambda path: _look(path, checksum=checksum), found))


def absolute(path: PathLike) -> Path:
    """Return a local path as workers in other folders need it; links stay what they are."""
    return Path(os.path.abspath(Path(path).expanduser()))


def _expand(path: str) -> Sequence[str]:
    if _REMOTE in path:
        if not glob.has_magic(path):
            return [path]
        # Polars lists the store; of the files it reads what stands in their footers.
        listed = pl.scan_parquet(path, include_file_paths="path").select(pl.col("path").unique())
        return sorted(listed.collect().to_series())
    whole = absolute(path)
    if whole.is_dir():
        files = (file for file in whole.rglob("*") if file.suffix.lower() in SUFFIXES)
        return sorted(str(file) for file in files)
    if whole.exists():
        return [str(whole)]
    if glob.has_magic(path):
        named = glob.glob(str(whole), recursive=True)
        return sorted(file for file in named if Path(file).is_file())
    raise bad_argument(f"{path}: there is no such file")


def _look(path: str, *, checksum: bool) -> Input:
    rows = None
    if SUFFIXES[Path(path).suffix.lower()] == "parquet":
        try:
            rows = open_table(path, "parquet").select(pl.len()).collect().item()
        except (OSError, pl.exceptions.PolarsError):
            rows = None  # its task says what is wrong with it
    if _REMOTE in path:
        return Input(path=path, size=None, mtime_ns=None, rows=rows)
    state = Path(path).stat()
    digest = ""
    if checksum:
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Input(
        path=path, size=state.st_size, mtime_ns=state.st_mtime_ns, rows=rows, sha256=digest
    )
