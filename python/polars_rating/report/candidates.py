"""The candidates of a report: a frame of any evidence, rated, best first, with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

import polars_rating as rating
from polars_rating._config_base import instance
from polars_rating.catalog import (
    CANONICAL,
    COMPONENTS,
    FURTHER_COMPONENTS,
    METRICS,
    RUN_FIELDS,
    SCORES,
)
from polars_rating.catalog.row import Score
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError, bad_argument

FINAL: Final = "final_rating"
GIVEN: Final = "given"
"""The tier of a score that came with the frame, without the evidence for it."""
_ROWS: Final = COMPONENTS | FURTHER_COMPONENTS
_NAMES: Final = ("strategy", "name", "candidate", "symbol")
"""Columns that name the candidate where none is given, the first one first."""
_KNOWN: Final = {*CANONICAL, *(row.output for row in SCORES.values()), "n_neighbours", "is_open"}


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Rated candidates, best first."""

    frame: pl.DataFrame
    """The given columns, metrics and scores, in the order of `labels`."""
    names: tuple[str, ...]
    """The columns that name a candidate; none where rows have only their number."""
    labels: list[str]
    """One text per candidate."""
    config: RatingConfig
    components: tuple[Score, ...]
    """The components whose columns the frame has."""
    tiers: dict[str, str | None]
    """Component to the tier of its evidence; None where the frame has none."""

    @property
    def ratings(self) -> pl.Series:
        """The final ratings, Float64."""
        return self.frame[FINAL]

    def has(self, *columns: str) -> bool:
        """Return whether the frame has these columns, with any value in them."""
        return all(
            name in self.frame.columns and self.frame[name].null_count() < self.frame.height
            for name in columns
        )

    def weights(self) -> dict[str, float]:
        """Return the share of each component in the rating."""
        weights = self.config.weights.by_component()
        total = sum(weights.values())
        return {row.name: weights.get(row.name, 0.0) / total for row in self.components}

    def contributions(self) -> pl.DataFrame:
        """Return w * s / sum(w) of each component, one column each, as `rating.explain` does.

        From the columns of the scores, so that a frame without evidence has them too.
        """
        weights = self.config.weights.by_component()
        parts = {row.name: _as_score(row) for row in self.components}
        total: Any = sum(weights.values())
        if self.config.on_missing == "skip":
            there = [
                pl.when(part.is_not_null()).then(weights.get(name, 0.0)).otherwise(0.0)
                for name, part in parts.items()
            ]
            total = pl.sum_horizontal(there)
        if self.config.on_missing == "zero":
            parts = {name: part.fill_null(0.0) for name, part in parts.items()}
        return self.frame.select(
            (part * weights.get(name, 0.0) / total).alias(name) for name, part in parts.items()
        )


def _as_score(row: Score) -> pl.Expr:
    """Return a component as it counts in the rating."""
    value = pl.col(row.output).cast(pl.Float64).fill_nan(None)
    if row.counts_as == "one_minus":
        return 1 - value
    return 1 / (1 + value) if row.counts_as == "p_value" else value


def prepare(
    frame: Any, *, name: str | Sequence[str] | None = None, config: RatingConfig | None = None
) -> Candidates:
    """Rate a frame of one row per candidate, unless it is rated, and put the best first.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate with canonical columns of any tier, scores, or both.
    name : str or sequence of str, optional
        The columns that name the candidate; by default the first of ``strategy``, ``name``,
        ``candidate`` and ``symbol`` that is there, else the number of the row.
    config : RatingConfig, optional
        How to rate; for a frame that is rated, how it was.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for what is no frame or has no rows, or a column that is not there.
    polars.exceptions.ComputeError
        For a frame that is not rated and has no evidence.
    """
    if not isinstance(frame, pl.DataFrame | pl.LazyFrame):
        raise bad_argument(f"`frame` must be a DataFrame or LazyFrame, got {type(frame).__name__}")
    settings = instance("config", config, RatingConfig)
    given = frame.lazy().collect()
    if given.is_empty():
        raise bad_argument("`frame` must have at least one candidate, got 0 rows")
    for struct in ("metrics", "rating_score"):
        if isinstance(given.schema.get(struct), pl.Struct):
            given = given.unnest(struct)
    names = _names(given, name)
    scored = FINAL in given.columns
    rated = given if scored else _rate(_with_metrics(given), settings)
    if not rated.schema[FINAL].is_numeric():
        raise bad_argument(f"`{FINAL}` must be numeric, found {rated.schema[FINAL]}")
    rated = rated.with_columns(pl.col(FINAL).cast(pl.Float64).fill_nan(None))
    order = [FINAL, *names]
    rated = rated.sort(
        order, descending=[True, *(False for _ in names)], nulls_last=True, maintain_order=True
    )
    weights = settings.weights.by_component()
    rows = tuple(_ROWS[c] for c in weights if _ROWS[c].output in rated.columns)
    return Candidates(
        frame=rated,
        names=names,
        labels=_labels(rated, names),
        config=settings,
        components=rows,
        tiers=_tiers(rated, rows, scored=scored),
    )


def _names(frame: pl.DataFrame, name: str | Sequence[str] | None) -> tuple[str, ...]:
    if name is None:
        return next(((known,) for known in _NAMES if known in frame.columns), ())
    names = (name,) if isinstance(name, str) else tuple(name)
    for column in names:
        if column not in frame.columns:
            raise RatingError(
                f"there is no column {column!r} (name); the columns are "
                + ", ".join(map(repr, frame.columns[:20])),
                code=ErrorCode.RATING_MISSING_EVIDENCE,
            )
    return names


def _labels(frame: pl.DataFrame, names: tuple[str, ...]) -> list[str]:
    if not names:
        return [f"candidate {number}" for number in range(1, frame.height + 1)]
    rows = frame.select(names).iter_rows()
    return [" / ".join("null" if part is None else str(part) for part in row) for row in rows]


def _with_metrics(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the metrics that follow from the trades and are not there."""
    trades = frame.schema.get("trades")
    if not isinstance(trades, pl.List) or not isinstance(trades.inner, pl.Struct):
        return frame
    wanted = [name for name in METRICS if name not in frame.columns]
    if "exit_time" not in {field.name for field in trades.inner.fields}:
        wanted = [name for name in wanted if name not in {"yearly_profits", "years", "year_days"}]
    found = frame.select(rating.metrics()).to_series().struct.unnest()
    return frame.with_columns(found.select(wanted))


def _rate(frame: pl.DataFrame, config: RatingConfig) -> pl.DataFrame:
    there = {name: row.output for name, row in _ROWS.items() if row.output in frame.columns}
    weights = config.weights.by_component()
    passed: dict[str, Any] = {name: column for name, column in there.items() if name in weights}
    if passed:  # scores without a rating are those to rate
        return frame.with_columns(rating.final(config=config, **passed))
    return frame.with_columns(rating.scores(config)).unnest("rating_score")


def _tiers(frame: pl.DataFrame, rows: tuple[Score, ...], *, scored: bool) -> dict[str, str | None]:
    lists = {"trades", *RUN_FIELDS} & set(frame.columns)
    given = dict.fromkeys((row.name for row in rows), GIVEN)
    if scored and not lists:
        return dict(given)
    try:
        found = frame.head(1).select(rating.evidence()).to_series().struct.unnest().row(0)
    except pl.exceptions.PolarsError:  # evidence that does not fit, beside scores that are there
        return dict(given)
    fields = SCORES["evidence"].dtype
    tiers = dict(zip(fields, found, strict=True))
    return {row.name: tiers.get(row.output, GIVEN) for row in rows}


def further_columns(frame: pl.DataFrame) -> list[str]:
    """Return the columns that are neither evidence nor a score."""
    return [name for name in frame.columns if name not in _KNOWN]


def median_of(candidates: Candidates) -> float | None:
    """Return the median rating of those above 0; None if there are none."""
    rated = candidates.ratings.filter(candidates.ratings > 0)
    return float(rated.median()) if rated.len() else None  # type: ignore[arg-type] # numbers
