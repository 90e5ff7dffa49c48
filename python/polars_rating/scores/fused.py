"""All scores in one pass, what each contributes, and on what evidence."""

from __future__ import annotations

from functools import lru_cache
from typing import Unpack

import polars as pl

from polars_rating import _kwargs, schema
from polars_rating._components import COLUMNS, wanted
from polars_rating._engine import Engine, engine, on_engine
from polars_rating._evidence import check_keywords, evidence_struct
from polars_rating._plugin import register
from polars_rating.config import RatingConfig


def scores(config: RatingConfig | None = None, **columns: Unpack[schema.Columns]) -> pl.Expr:
    """Compute the five components and the final rating in one pass.

    Every field equals its separate expression bit for bit; use this where many scores are wanted
    at once, above all in eager frames, which do not share work between expressions.

    Parameters
    ----------
    config : RatingConfig, optional
        Weights, aggregation, gate, and the components' parameters.
    **columns
        Stand-ins for canonical columns (`polars_rating.schema.CANONICAL`).

    Returns
    -------
    pl.Expr
        Struct ``rating_score`` of the Float64 fields ``robustness_score``, ``stability_score``,
        ``cost_shock_score``, ``trade_dropout_score``, ``stress_penalty``, ``final_rating``; nulls
        as in the separate expressions.

    Raises
    ------
    RatingError
        For a config of another type.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 8.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> df = (
    ...     load_trades()
    ...     .filter(pl.col("strategy") == "sma_020_100_long")
    ...     .group_by("strategy")
    ...     .agg(rating.trades("pnl", fee="fee", r_multiple="r", exit_time="exit"))
    ... )
    >>> df.select(rating.scores()).unnest("rating_score").columns
    ['robustness_score', 'stability_score', 'cost_shock_score', 'trade_dropout_score',
     'stress_penalty', 'final_rating']
    """
    return _fused("scores", config, columns, "rating_score")


def explain(config: RatingConfig | None = None, **columns: Unpack[schema.Columns]) -> pl.Expr:
    """Split the mean rating into what each component contributes, w * s / sum(w).

    Before any gate and whatever the aggregation; for the mean the fields sum to the ungated
    rating. The field ``stress_penalty`` holds the contribution of ``1 - stress_penalty``.

    Parameters
    ----------
    config : RatingConfig, optional
        Weights and the components' parameters.
    **columns
        Stand-ins for canonical columns.

    Returns
    -------
    pl.Expr
        Struct ``rating_contributions`` of five Float64 fields, named as the components; null
        where the component is, 0 for weight 0.

    Raises
    ------
    RatingError
        For a config of another type.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 8.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trades = [{"pnl": p, "exit_time": d} for p, d in zip([5.0, -1.0, 4.0], [1, 2, 3])]
    >>> df = pl.DataFrame({"trades": [trades], "win_rate": [0.6], "profit_factor": [2.0]})
    >>> df = df.with_columns(
    ...     pl.col("trades").list.eval(
    ...         pl.struct(
    ...             pl.element().struct.field("pnl"),
    ...             pl.element().struct.field("exit_time").cast(pl.Date),
    ...         )
    ...     )
    ... )
    >>> parts = df.select(rating.explain()).unnest("rating_contributions")
    >>> round(parts["stability_score"].item(), 6)
    0.2
    """
    return _fused("explain", config, columns, "rating_contributions")


def evidence(**columns: Unpack[schema.Columns]) -> pl.Expr:
    """Tell on what evidence each component is judged.

    Parameters
    ----------
    **columns
        Stand-ins for canonical columns.

    Returns
    -------
    pl.Expr
        Struct ``evidence`` of five String fields, named as the components: ``"reruns"``,
        ``"trades"``, ``"summary"``, or null where the frame has no evidence. The same for every
        row.

    Raises
    ------
    polars.exceptions.ComputeError
        For evidence that is there but cannot be used.

    References
    ----------
    Scoring specification, section 1.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"yearly_profits": [[100.0, 120.0]], "trades": [[{"pnl": 1.0}]]})
    >>> df.select(rating.evidence()).item()
    {'robustness_score': 'summary', 'stability_score': 'summary', 'cost_shock_score': 'trades',
     'trade_dropout_score': 'trades', 'stress_penalty': 'trades'}
    """
    return _fused("evidence", None, columns, "evidence")


def rate(frame: pl.DataFrame, config: RatingConfig | None) -> pl.Series:
    """Return what ``frame.select(scores(config))`` gives, for callers in a hurry.

    The expression is written once for each config and engine, and reads the evidence from one
    column, where Polars would gather the columns of the frame on its threads
    (`python -m benches --case batch` prints both ways for 1,000 candidates).
    """
    known = [column for column in frame.get_columns() if column.name in schema.RATING]
    evidence = pl.DataFrame(known).to_struct("evidence").to_frame()
    return evidence.select(_over_evidence(config, engine())).to_series()


@lru_cache(maxsize=32)
def _over_evidence(config: RatingConfig | None, name: Engine) -> pl.Expr:
    kwargs = _kwargs.scores(_kwargs.instance("config", config, RatingConfig), {})
    with on_engine(name):
        return register("scores", pl.col("evidence"), kwargs, "rating_score")


def _fused(
    function: str, config: RatingConfig | None, columns: schema.Columns, name: str
) -> pl.Expr:
    check_keywords(function, columns, schema.RATING)
    config = _kwargs.instance("config", config, RatingConfig)
    return register(
        function,
        evidence_struct([n for c in COLUMNS for n in wanted(c, columns)], columns),
        _kwargs.scores(config, columns),
        name,
    )
