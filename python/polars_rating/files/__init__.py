"""Trades in many files, more than one machine's memory holds: rated by processes, Dask or Ray."""

from polars_rating.files.driver import RatedFiles
from polars_rating.files.job import Record, Task
from polars_rating.files.rate_files import rate_files

__all__ = ["RatedFiles", "Record", "Task", "rate_files"]
