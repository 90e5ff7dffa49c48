"""A report that people read: one page without any outside address, its table and its charts.

`report` writes the page; `style` and `plot` are its parts for a notebook. All of them need the
extra ``[report]``, which is loaded when one of them is called.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report import plot
from polars_rating.report._extra import unchecked
from polars_rating.report.candidates import prepare
from polars_rating.report.style import positive, style

__all__ = ["plot", "report", "style"]

TOP: Final = 25
DRILL: Final = 50


def report(
    frame: pl.DataFrame | pl.LazyFrame,
    out: str | os.PathLike[str] = "report.html",
    *,
    name: str | Sequence[str] | None = None,
    parameters: str | Sequence[str] | None = None,
    config: RatingConfig | None = None,
    n_trials: int | None = None,
    top: int = TOP,
    drill: int = DRILL,
    static: bool = False,
    title: str | None = None,
    source: str | None = None,
) -> Path:
    """Write a report of candidates as one HTML file, which loads nothing from anywhere.

    Equal frames and arguments give equal bytes, with the same versions of the packages.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate with evidence of any tier, scores, or both. Without the column
        ``final_rating`` it is rated with `config`. A table of trades is rated first, by
        `polars_rating.pipeline.rate_trades`. A section without its evidence says what is missing.
    out : path
        The file to write.
    name : str or sequence of str, optional
        The columns that name the candidate; by default the first of ``strategy``, ``name``,
        ``candidate`` and ``symbol`` that is there, else the number of the row.
    parameters : str or sequence of str, optional
        The columns of parameters, for the plateau and to find candidates that are the same. By
        default other columns with at most 60 distinct values, else the numbers in the names.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.
    n_trials : int, optional
        How many candidates were tried, if the frame holds what is left of more.
    top : int
        Rows of the table of the best, at least 1.
    drill : int
        Candidates with a drill-down, at least 1.
    static : bool
        Whether the page has no script at all: charts are drawings, and the table of all candidates
        is the first 200 of them.
    title : str, optional
        The heading.
    source : str, optional
        Where the candidates come from, such as the name of a file; stands in the head.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for a frame without rows or a bad argument,
        ``RATING_MISSING_EVIDENCE`` for a column that is not there.
    polars.exceptions.ComputeError
        For a frame that is not rated and has no evidence.
    ModuleNotFoundError
        Without the extra ``[report]``.
    OSError
        Where the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> from polars_rating.pipeline import rate_trades
    >>> rated = rate_trades(load_trades(), by="strategy").collect()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = rating.report(rated, Path(folder) / "report.html", title="S&P 500", drill=3)
    ...     "S&amp;P 500" in page.read_text(encoding="utf-8")
    True
    """
    from polars_rating.report.page import Options, render

    for word, text in (("title", title), ("source", source)):
        if text is not None and not isinstance(text, str):
            raise RatingError(
                f"`{word}` must be text, got {text!r}", code=ErrorCode.RATING_BAD_ARGUMENT
            )
    options = Options(
        title=title,
        source=source,
        parameters=parameters,
        n_trials=n_trials,
        top=positive("top", top),
        drill=positive("drill", drill),
        static=bool(static),
    )
    candidates = prepare(frame, name=name, config=config)
    with unchecked():
        page = render(candidates, options)
    path = Path(out)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path
