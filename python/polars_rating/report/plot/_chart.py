"""What all charts share: their look, the candidate, the error without evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report import theme
from polars_rating.report._extra import need
from polars_rating.report.candidates import Candidates, prepare

Frame = pl.DataFrame | pl.LazyFrame
Name = str | Sequence[str] | None

WIDTH: Final = 480
HEIGHT: Final = 260
NOTEBOOK: Final = {**theme.CONFIG, "background": "white"}


def finished(chart: Any, title: str, words: str = "") -> Any:
    """Return a chart with title, size and the look of the package."""
    alt = need("altair")
    text = alt.TitleParams(title, subtitle=words) if words else alt.TitleParams(title)
    sized = chart.properties(title=text, width=WIDTH, height=HEIGHT)
    return sized.configure(**NOTEBOOK)


def missing(what: str) -> RatingError:
    """Return the error for a chart without its evidence."""
    return RatingError(f"the frame has no {what}", code=ErrorCode.RATING_MISSING_EVIDENCE)


def one(
    frame: Frame, candidate: str | int, name: Name, config: RatingConfig | None
) -> tuple[Candidates, int, dict[str, Any]]:
    """Return the candidates, and which of them is meant by its name or rank, with its row."""
    candidates = prepare(frame, name=name, config=config)
    labels = candidates.labels
    if isinstance(candidate, str) and candidate in labels:
        at = labels.index(candidate)
    elif (
        isinstance(candidate, int)
        and not isinstance(candidate, bool)
        and 1 <= candidate <= len(labels)
    ):
        at = candidate - 1
    else:
        raise RatingError(
            f"`candidate` must be a name or a rank in [1, {len(labels)}], got {candidate!r}",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )
    return candidates, at, candidates.frame.row(at, named=True)
