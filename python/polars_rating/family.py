"""Statistics of whole families in a rated table: the grid of periods, and luck.

A family is the candidates that were searched together. What one candidate needs of the others is
small: the days between which returns are built, then one row per candidate. So trades in many files
give the numbers that one table of them gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError, bad_argument
from polars_rating.selection._evidence import over, spread_of
from polars_rating.selection._luck import luck_of
from polars_rating.selection.period_returns import period_returns
from polars_rating.selection.probabilistic_sharpe import sharpe_moments

if TYPE_CHECKING:
    from polars_rating.config import SelectionConfig
    from polars_rating.pipeline import TradeColumns

START: Final = "polars_rating_start"
END: Final = "polars_rating_end"
_SPREAD: Final = "polars_rating_spread"
OUTPUTS: Final = (
    "sharpe_moments",
    "rank",
    "n_trials",
    "sharpe_var",
    "psr",
    "dsr",
    "min_trl",
    "p_value_adjusted",
    "haircut",
    "haircut_sharpe",
)
"""The columns that a rated table gets, in this order."""


def check_family(family: Sequence[str], by: Sequence[str], columns: TradeColumns) -> None:
    """Raise a `RatingError` unless `family` is part of `by` and the trades have an exit.

    Nor may `by` be called like one of the `OUTPUTS`.
    """
    if columns.exit_time is None:
        raise RatingError(
            "`selection` needs a column of exit times, which the trades do not have",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )
    for name in family:
        if name not in by:
            raise bad_argument(f"`family` must be columns of `by` ({', '.join(by)}), got {name!r}")
    for name in by:
        if name in OUTPUTS:
            raise bad_argument(f"`by` must not be a column that `selection` adds, got {name!r}")


def span(trades: pl.LazyFrame, family: Sequence[str], columns: TradeColumns) -> pl.LazyFrame:
    """Return from when to when each family traded: one row per family, one without families.

    Spans of parts of the trades have the same columns, and `join_spans` makes one of them.
    """
    first = columns.entry_time or columns.exit_time
    last = str(columns.exit_time)
    bounds = [pl.col(str(first)).min().alias(START), pl.col(last).max().alias(END)]
    return trades.group_by(family).agg(bounds) if family else trades.select(bounds)


def join_spans(spans: pl.LazyFrame, family: Sequence[str]) -> pl.LazyFrame:
    """Return the spans of whole families from those of parts."""
    bounds = [pl.col(START).min(), pl.col(END).max()]
    return spans.group_by(family).agg(bounds) if family else spans.select(bounds)


def with_moments(
    gathered: pl.LazyFrame, spans: pl.LazyFrame, family: Sequence[str], every: str
) -> pl.LazyFrame:
    """Add ``sharpe_moments`` of the returns per period, on one grid for each family."""
    if family:
        dated = gathered.join(spans, on=list(family), how="left", nulls_equal=True)
    else:
        dated = gathered.join(spans, how="cross")
    returns = period_returns(start=START, end=END, every=every, trades="trades")
    return dated.with_columns(sharpe_moments(returns=returns)).drop(START, END)


def with_luck(rated: pl.LazyFrame, family: Sequence[str], config: SelectionConfig) -> pl.LazyFrame:
    """Add the other `OUTPUTS` to rated candidates: ranks and selection bias within each family."""
    keys = [pl.col(name) for name in family] or None
    spread = over(spread_of(pl.col("sharpe_moments")), keys)
    place = pl.col("final_rating").rank("min", descending=True)
    return (
        rated.with_columns(over(place, keys).alias("rank"), spread.alias(_SPREAD))
        .with_columns(
            pl.col(_SPREAD).struct.field("n_trials").cast(pl.Float64),
            pl.col(_SPREAD).struct.field("sharpe_var"),
        )
        .drop(_SPREAD)
        .with_columns(luck_of(config, keys, {}))
    )
