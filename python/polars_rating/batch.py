"""Whole tables of candidates at once: Arrow in, Arrow out.

Each function takes candidates in one of these forms and returns the scores in the same form, the
same rows in the same order:

- Arrow IPC bytes, stream or file (with pyarrow, the extra ``[arrow]``);
- an object that holds a table: pyarrow Table, RecordBatch or RecordBatchReader, Polars DataFrame
  or LazyFrame, pandas DataFrame, DuckDB relation, anything with ``__arrow_c_stream__`` or
  ``__arrow_c_array__``;
- a list of `polars_rating.types.MetricsInput`, or of mappings with its fields.

A table has the columns of `polars_rating.schema.METRICS_INPUT`; further columns are left alone.
The scores are those of the public expressions, bit for bit, on the engine that is chosen when the
function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, overload

import polars as pl

from polars_rating._arrow.kinds import open_source
from polars_rating._config_base import instance
from polars_rating._expr.rating import rate
from polars_rating.config import JitterConfig, RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError, from_text
from polars_rating.parameters import MULTIPLIERS, check, show
from polars_rating.schema import RATING_SCORE
from polars_rating.schema.table import TableSchema
from polars_rating.scores.cost_shock import cost_shock
from polars_rating.scores.final_rating import scores
from polars_rating.scores.robustness import robustness
from polars_rating.types import MetricsInput, RatingScore, ScoreDict

if TYPE_CHECKING:
    from polars._typing import ArrowArrayExportable, ArrowStreamExportable

__all__ = ["calculate_ratings_batch", "cost_shock_score_batch", "robustness_score_batch"]

Bytes = bytes | bytearray | memoryview
Table = TypeVar("Table", bound="ArrowStreamExportable | ArrowArrayExportable | pl.LazyFrame")
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


@overload
def calculate_ratings_batch(metrics: Bytes, config: RatingConfig | None = None) -> bytes: ...
@overload
def calculate_ratings_batch(
    metrics: Sequence[MetricsInput], config: RatingConfig | None = None
) -> list[RatingScore]: ...
@overload
def calculate_ratings_batch(
    metrics: Sequence[Mapping[str, Any]], config: RatingConfig | None = None
) -> list[ScoreDict]: ...
@overload
def calculate_ratings_batch(metrics: Table, config: RatingConfig | None = None) -> Table: ...
def calculate_ratings_batch(metrics: Any, config: RatingConfig | None = None) -> Any:
    """Rate candidates on their summary metrics.

    Parameters
    ----------
    metrics : bytes, Arrow object or list
        The candidates, one in a row, with the columns of `polars_rating.schema.METRICS_INPUT`;
        see the module for the forms. A null or NaN is a metric that is not known.
    config : RatingConfig, optional
        Weights, aggregation, gate, and the components' parameters.

    Returns
    -------
    bytes, Arrow object or list
        In the form of `metrics`, the Float64 columns of `polars_rating.schema.RATING_SCORE`:
        ``robustness_score``, ``stability_score``, ``cost_shock_score``, ``trade_dropout_score``,
        ``stress_penalty``, ``final_rating``. Each is in [0, 1], or null where its evidence is
        missing, and never NaN; pandas shows null as NaN. A list gives `RatingScore` objects, or
        dictionaries for mappings. An object of a kind that cannot be made of Arrow data gives a
        Polars DataFrame.

    Raises
    ------
    RatingError
        ``RATING_BAD_SCHEMA`` for a table that does not fit, before a row is read;
        ``RATING_BAD_ARROW`` for what cannot be read; ``RATING_LENGTH_MISMATCH`` for `years` or
        `year_days` that are not as long as `yearly_profits`; ``RATING_BAD_ARGUMENT`` for an
        argument of another kind; for lists as `MetricsInput`. A LazyFrame raises a
        ``polars.exceptions.ComputeError`` when it is collected.
    ModuleNotFoundError
        For bytes and pandas frames without pyarrow.

    References
    ----------
    Scoring specification, sections 8 and 9.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from polars_rating.batch import calculate_ratings_batch
    >>> table = pa.table(
    ...     {
    ...         "strategy": ["a", "b"],
    ...         "total_trades": [120, 80],
    ...         "win_rate": [0.55, 0.40],
    ...         "profit_factor": [1.8, 0.9],
    ...         "sharpe_ratio": [1.5, -0.2],
    ...         "max_drawdown": [2000.0, 5000.0],
    ...         "avg_trade_duration": [3600.0, 7200.0],
    ...         "yearly_profits": [[4000.0, 6000.0], [-500.0, 100.0]],
    ...         "cost_per_trade": [2.5, 2.5],
    ...     }
    ... )
    >>> ratings = calculate_ratings_batch(table)
    >>> ratings["final_rating"].to_pylist()  # doctest: +ELLIPSIS
    [0.795..., 0.0]
    >>> ratings.schema.metadata[b"polars_rating.schema_version"]
    b'1'
    """
    if config is not None:
        instance("config", config, RatingConfig)
    return _computed("metrics", metrics, lambda frame: _ratings(frame, config), RATING_SCORE)


@overload
def robustness_score_batch(
    base_metrics: Bytes, jitter_config: JitterConfig | None = None
) -> bytes: ...
@overload
def robustness_score_batch(
    base_metrics: Sequence[MetricsInput] | Sequence[Mapping[str, Any]],
    jitter_config: JitterConfig | None = None,
) -> list[float | None]: ...
@overload
def robustness_score_batch(
    base_metrics: Table, jitter_config: JitterConfig | None = None
) -> Table: ...
def robustness_score_batch(base_metrics: Any, jitter_config: JitterConfig | None = None) -> Any:
    """Score how little the metrics of candidates fall when the parameters are jittered.

    Parameters
    ----------
    base_metrics : bytes, Arrow object or list
        The candidates, as in `calculate_ratings_batch`.
    jitter_config : JitterConfig, optional
        Size, number and seed of the draws, which all candidates share.

    Returns
    -------
    bytes, Arrow object or list
        In the form of `base_metrics`, the Float64 column ``robustness_score`` in [0, 1], higher
        is better; null where profit, win rate or profit factor are not known. A list gives
        numbers and None.

    Raises
    ------
    RatingError, ModuleNotFoundError
        As `calculate_ratings_batch`.

    References
    ----------
    Scoring specification, sections 3 and 9.

    Examples
    --------
    >>> from polars_rating.batch import robustness_score_batch
    >>> from polars_rating.testing import candidate_frame
    >>> robustness_score_batch(candidate_frame(3)).columns
    ['robustness_score']
    """
    jitter = instance("jitter_config", jitter_config, JitterConfig)
    expression = robustness(**vars(jitter))
    return _computed(
        "base_metrics",
        base_metrics,
        lambda frame: frame.select(expression),
        _schema("robustness_score", ["robustness_score"]),
    )


@overload
def cost_shock_score_batch(
    base_metrics: Bytes, cost_multipliers: Sequence[float] = ...
) -> bytes: ...
@overload
def cost_shock_score_batch(
    base_metrics: Sequence[MetricsInput] | Sequence[Mapping[str, Any]],
    cost_multipliers: Sequence[float] = ...,
) -> list[dict[str, float | None]]: ...
@overload
def cost_shock_score_batch(
    base_metrics: Table, cost_multipliers: Sequence[float] = ...
) -> Table: ...
def cost_shock_score_batch(
    base_metrics: Any, cost_multipliers: Sequence[float] = MULTIPLIERS
) -> Any:
    """Score how well candidates bear higher costs, at each multiplier and on the mean.

    Parameters
    ----------
    base_metrics : bytes, Arrow object or list
        The candidates, as in `calculate_ratings_batch`.
    cost_multipliers : sequence of float
        Multiples of the cost per trade; at least one, each finite and > 0, none twice.

    Returns
    -------
    bytes, Arrow object or list
        In the form of `base_metrics`, Float64 columns in [0, 1], higher is better: one for each
        multiplier k in the given order, named ``cost_shock_score_{k}`` with k as a float
        (``cost_shock_score_2.0``), then their mean ``cost_shock_score``. Null where a metric that
        the score needs is not known. A list gives dictionaries.

    Raises
    ------
    RatingError
        As `calculate_ratings_batch`; ``RATING_BAD_ARGUMENT`` for bad multipliers.
    ModuleNotFoundError
        As `calculate_ratings_batch`.

    References
    ----------
    Scoring specification, sections 5 and 9.

    Examples
    --------
    >>> from polars_rating.batch import cost_shock_score_batch
    >>> from polars_rating.testing import candidate_frame
    >>> cost_shock_score_batch(candidate_frame(3), [1.5, 2]).columns
    ['cost_shock_score_1.5', 'cost_shock_score_2.0', 'cost_shock_score']
    """
    multipliers: tuple[float, ...] = check("cost_multipliers", cost_multipliers)
    if len(set(multipliers)) < len(multipliers):
        raise RatingError(
            f"`cost_multipliers` must be without duplicates, got {show(multipliers)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    expressions = {
        **{f"cost_shock_score_{k}": cost_shock(multipliers=(k,)) for k in multipliers},
        "cost_shock_score": cost_shock(multipliers=multipliers),
    }
    return _computed(
        "base_metrics",
        base_metrics,
        lambda frame: frame.select(**expressions),
        _schema("cost_shock_score", expressions),
    )


def _ratings(frame: Frame, config: RatingConfig | None) -> Frame:
    """Return the ratings of a frame as columns."""
    if isinstance(frame, pl.LazyFrame):
        return frame.select(scores(config)).unnest("rating_score")
    return rate(frame, config).struct.unnest()


def _schema(score: str, columns: Iterable[str]) -> TableSchema:
    """Return the schema of a table whose `columns` all hold the score `score`."""
    like = next(column for column in RATING_SCORE.columns if column.name == score)
    return TableSchema(
        name=score,
        version=RATING_SCORE.version,
        columns=tuple(replace(like, name=name) for name in columns),
    )


def _computed(name: str, metrics: Any, compute: Callable[[Any], Any], schema: TableSchema) -> Any:
    """Return what `compute` makes of the frames of `metrics`, in the form of `metrics`."""
    source = open_source(name, metrics)
    return source.write(_with_codes(map(compute, source.frames)), schema)


def _with_codes(frames: Iterator[Frame]) -> Iterator[Frame]:
    """Yield frames; an error inside the expressions becomes the `RatingError` that it names."""
    try:
        yield from frames
    except pl.exceptions.ComputeError as error:
        found = from_text(str(error))
        if found is None:
            raise
        raise found from error
