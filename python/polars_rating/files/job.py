"""A run, its tasks and their records: plain values, so that they travel as JSON.

Paths travel, never queries: a query holds the path of the compiled library on the machine that
wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, Self

import polars as pl

from polars_rating._engines.choice import Engine
from polars_rating._version import __version__
from polars_rating.config import RatingConfig, SelectionConfig
from polars_rating.pipeline import TradeColumns

PARTS: Final = "parts"
WORK: Final = "work"
RANKING: Final = "ranking.parquet"
BUCKET: Final = "polars_rating_bucket"
Kind = Literal["split", "span", "rate"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One piece of work.

    Attributes
    ----------
    kind : {'split', 'span', 'rate'}
        Split a file into buckets of candidates; note from when to when its families traded; rate
        the candidates of a file or of a bucket.
    index : int
        Of the input file or of the bucket.
    path : str
        The input file; empty for a bucket.
    """

    kind: Kind
    index: int
    path: str = ""

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.path or f"bucket {self.index}"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of a task when it is over.

    Attributes
    ----------
    task : Task
        The task.
    trades, candidates : int
        How many were read and rated; 0 where the output was there.
    seconds : float
        How long it took.
    error : str
        Why it failed; empty if it did not.
    """

    task: Task
    trades: int = 0
    candidates: int = 0
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is asked for, and where it goes.

    Attributes
    ----------
    out : str
        The folder of the outputs, absolute.
    by : tuple of str
        The columns that name a candidate.
    columns : TradeColumns
        The columns of the trades.
    dtypes : dict of str to str
        The dtypes that the `by` columns and the times have in every file.
    config, selection, family, every
        As in `polars_rating.pipeline.rate_trades`.
    scoring : {'rust', 'python'}
        The engine that computes the scores.
    n_buckets : int
        Into how many buckets candidates are split; 0 where each file holds whole candidates.
    group_rows : int
        Rows that are held per bucket while a file is split.
    version, polars : str
        Of the packages; outputs of another version may have other bits.
    """

    out: str
    by: tuple[str, ...]
    columns: TradeColumns
    dtypes: Mapping[str, str]
    config: RatingConfig = field(default_factory=RatingConfig)
    selection: SelectionConfig | None = None
    family: tuple[str, ...] = ()
    every: str = "1w"
    scoring: Engine = "rust"
    n_buckets: int = 0
    group_rows: int = 50_000
    version: str = __version__
    polars: str = pl.__version__

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        plain = asdict(replace(self, config=RatingConfig(), selection=None))
        selection = None if self.selection is None else self.selection.to_dict()
        lists = {"by": list(self.by), "family": list(self.family), "dtypes": dict(self.dtypes)}
        return plain | lists | {"config": self.config.to_dict(), "selection": selection}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gives."""
        selection = data["selection"]
        return cls(
            **{
                **data,
                "by": tuple(data["by"]),
                "family": tuple(data["family"]),
                "columns": TradeColumns(**data["columns"]),
                "config": RatingConfig.from_dict(data["config"]),
                "selection": None if selection is None else SelectionConfig.from_dict(selection),
            }
        )

    @property
    def names(self) -> list[str]:
        """The columns that are read: `by`, then those of the trades."""
        used = [name for name in asdict(self.columns).values() if name is not None]
        return list(dict.fromkeys([*self.by, *used]))

    def part(self, index: int) -> Path:
        """Return where the rated candidates of a bucket or a file go."""
        return Path(self.out, PARTS, f"part-{index:05}.parquet")

    def split(self, index: int) -> Path:
        """Return the folder with the buckets of an input file."""
        return Path(self.out, WORK, f"input-{index:05}")

    def span(self, index: int) -> Path:
        """Return where it is noted from when to when the families of an input file traded."""
        return Path(self.out, WORK, f"span-{index:05}.parquet")

    @property
    def spans(self) -> Path:
        """Where it is noted from when to when the families of all files traded."""
        return Path(self.out, WORK, "spans.parquet")

    def bucket(self, index: int) -> list[Path]:
        """Return the files of a bucket, in the order of the input files."""
        return sorted(Path(self.out, WORK).glob(f"input-*/{BUCKET}={index}/*.parquet"))

    def drop_bucket(self, index: int) -> None:
        """Remove the files of a bucket."""
        for path in self.bucket(index):
            path.unlink(missing_ok=True)

    def output(self, task: Task) -> Path:
        """Return what is there once a task is done."""
        where = {"split": self.split, "span": self.span, "rate": self.part}
        return where[task.kind](task.index)

    def has_input(self, task: Task) -> bool:
        """Return whether there is anything to do: a bucket may have no candidate."""
        return bool(task.path or self.bucket(task.index))
