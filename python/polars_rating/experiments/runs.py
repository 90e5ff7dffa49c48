"""From a long table of reruns, one row each, to the list columns that scores are judged on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from polars_rating._expr.columns import as_expr, check_columns
from polars_rating.experiments._errors import (
    RUN_FIELDS,
    bad_argument,
    bad_dtype,
    bad_value,
    missing_field,
    show,
)

if TYPE_CHECKING:
    from polars._typing import IntoExpr

_Frame = TypeVar("_Frame", pl.DataFrame, pl.LazyFrame)
_NUMBERS = "polars_rating run numbers"
"""A helper column; nobody has one of this name."""


def collect_runs(
    frame: _Frame,
    by: str | Sequence[str],
    run: str = "run",
    *,
    into: str = "jitter_runs",
    **columns: IntoExpr | None,
) -> _Frame:
    """Pack the metrics of reruns into one list per candidate.

    Parameters
    ----------
    frame : pl.DataFrame or pl.LazyFrame
        One row per candidate and rerun, in any order. A rerun without a trade needs its row as
        the others do: left out, it would count as not run, and not as a loss.
    by : str or sequence of str
        The columns that name a candidate.
    run : str
        The column that numbers the reruns of a candidate: anything that can be sorted.
    into : str
        The column to make: ``jitter_runs``, ``data_jitter_runs`` (metrics profit, avg_r,
        win_rate, max_drawdown), ``cost_runs``, ``dropout_runs``, ``stress_runs`` or
        ``timing_runs`` (profit, max_drawdown, sharpe_ratio).
    **columns : expression or column name
        Where a metric is, if not in the column of its name: ``profit="net_profit"``.
        ``avg_r=None`` leaves it out, as in `polars_rating.robustness`.

    Returns
    -------
    same type as frame
        The columns `by`, sorted by them, and `into`, List(Struct of Float64): a candidate's
        reruns ordered by `run`. A null in `by` is a candidate of its own. Null and NaN metrics
        are kept; the scores count them as 0. A candidate without reruns has no row: join with
        ``how="left"`` to keep it, unrated.

    Raises
    ------
    RatingError
        ``RATING_MISSING_FIELD`` for a metric without a column, ``RATING_BAD_DTYPE`` for one that
        is no number, ``RATING_BAD_ARGUMENT`` for another `into` and for `by` or `run` that are
        no columns: all at once, from the schema. ``RATING_BAD_VALUE`` for a rerun that is there
        twice or has a null in `run`: of a lazy frame when it is collected.
    TypeError
        For a keyword that is none of the metrics of `into`.

    Examples
    --------
    >>> runs = pl.DataFrame({
    ...     "name": ["b", "a", "a"], "run": [0, 1, 0], "profit": [5.0, 90.0, 80.0],
    ...     "max_drawdown": [2.0, 11.0, 12.0], "sharpe_ratio": [0.1, 0.9, 0.8],
    ... })
    >>> collect_runs(runs, by="name", into="cost_runs")
    shape: (2, 2)
    ┌──────┬─────────────────────────────────┐
    │ name ┆ cost_runs                       │
    │ ---  ┆ ---                             │
    │ str  ┆ list[struct[3]]                 │
    ╞══════╪═════════════════════════════════╡
    │ a    ┆ [{80.0,12.0,0.8}, {90.0,11.0,0… │
    │ b    ┆ [{5.0,2.0,0.1}]                 │
    └──────┴─────────────────────────────────┘
    """
    if into not in RUN_FIELDS:
        names = ", ".join(map(repr, RUN_FIELDS))
        raise bad_argument(f"`into` must be one of {names}, got {show(into)}")
    fields = [f for f in RUN_FIELDS[into] if f not in columns or columns[f] is not None]
    check_columns("collect_runs", columns, RUN_FIELDS[into], "avg_r")
    keys = _keys(by, run, into)
    if not isinstance(frame, pl.DataFrame | pl.LazyFrame):
        raise bad_argument(f"`frame` must be a Polars frame, got {show(frame)}")
    metrics = {name: as_expr(name, columns.get(name, name)) for name in fields}
    _check_schema(frame.lazy(), keys, run, into, metrics)

    runs = pl.struct(expr.cast(pl.Float64).alias(name) for name, expr in metrics.items())
    packed = (
        frame.lazy()
        .select(*keys, run, runs.alias(into))
        .group_by(keys)
        .agg(pl.col(into).sort_by(run), pl.col(run).sort().alias(_NUMBERS))
        .sort(keys, nulls_last=True)
        .map_batches(lambda found: _once(found, keys, run))
        .drop(_NUMBERS)
    )
    return packed if isinstance(frame, pl.LazyFrame) else packed.collect()


def _keys(by: object, run: object, into: str) -> list[str]:
    keys = [by] if isinstance(by, str) else by
    if not isinstance(keys, Sequence) or not keys or not all(isinstance(k, str) for k in keys):
        raise bad_argument(f"`by` must be a column name or a sequence of them, got {show(by)}")
    if not isinstance(run, str):
        raise bad_argument(f"`run` must be a column name, got {show(run)}")
    for name in (run, into):
        if name in keys:
            raise bad_argument(f"`by` must hold other columns than {name!r}, got {show(by)}")
    if len(set(keys)) < len(keys):
        raise bad_argument(f"`by` must hold distinct columns, got {show(by)}")
    return list(keys)


def _check_schema(
    frame: pl.LazyFrame, keys: list[str], run: str, into: str, metrics: dict[str, pl.Expr]
) -> None:
    """Raise for what the frame does not have, before a row is read."""
    names = frame.collect_schema().names()
    has = ", ".join(names) or "no column"
    for role, column in [*(("by", key) for key in keys), ("run", run)]:
        if column not in names:
            raise bad_argument(f"`{role}` must name a column, got {column!r}; the frame has {has}")
    for name, expr in metrics.items():
        absent = [root for root in expr.meta.root_names() if root not in names]
        if absent:
            hint = "; `avg_r=None` leaves it out" if name == "avg_r" else ""
            looked = "" if absent == [name] else f" (column {absent[0]!r})"
            msg = f"`{into}` needs the metric `{name}`{looked}; the frame has {has}{hint}"
            raise missing_field(msg)
        dtype = frame.select(expr.alias(name)).collect_schema()[name]
        if not dtype.is_numeric() and dtype != pl.Null:
            raise bad_dtype(f"`{name}` must be numeric in the reruns, got {dtype}")


def _once(packed: pl.DataFrame, keys: list[str], run: str) -> pl.DataFrame:
    """Return the frame, of which every candidate has a rerun of each number once at most."""
    numbers = pl.col(_NUMBERS)
    distinct = numbers.list.drop_nulls().list.n_unique()
    wrong = packed.filter(distinct < numbers.list.len()).head(1)
    if wrong.is_empty():
        return packed
    row = wrong.select(keys).row(0)
    found = wrong[_NUMBERS][0]
    who = ", ".join(f"{key}={show(value)}" for key, value in zip(keys, row, strict=True))
    if found.has_nulls():
        raise bad_value(f"`{run}` must number each rerun, got null for {who}")
    twice = found.filter(found.is_duplicated())[0]
    raise bad_value(f"`{run}` must number each rerun once, got {show(twice)} twice for {who}")
