"""The final rating, its components in one pass, what each contributes, and on what evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.rating import rating
from polars_rating.config import RatingConfig

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def final(
    *,
    robustness: IntoExpr | None = None,
    stability: IntoExpr | None = None,
    cost_shock: IntoExpr | None = None,
    trade_dropout: IntoExpr | None = None,
    stress_penalty: IntoExpr | None = None,
    config: RatingConfig | None = None,
    **columns: Unpack[schema.RatingColumns],
) -> pl.Expr:
    r"""Rate a candidate: the weighted aggregate of its components.

    .. math:: rating = \sum w s / \sum w

    with s the robustness, stability, cost shock and trade dropout scores and 1 - stress penalty,
    and any further component that `config` gives a weight (`polars_rating.Weights`).
    A candidate with profit <= 0 is rated 0 unless all components are passed in: stability and
    robustness say nothing about making money.

    Parameters
    ----------
    robustness, stability, cost_shock, trade_dropout, stress_penalty : optional
        Expression or column name of a component in [0, 1]; null and NaN are missing. Those that
        are not given are judged from the frame's evidence, all in one pass. A query that also
        selects a component on its own computes it again, unless it is passed in here.
    config : RatingConfig, optional
        Weights, aggregation, gate, what a missing component does, and the components' parameters.
    **columns
        Stand-ins for canonical columns, and for further components by their names
        (``data_jitter="data_jitter_score"``); a further component that is not passed in is judged
        from evidence.

    Returns
    -------
    pl.Expr
        Float64 ``final_rating`` in [0, 1], higher is better. Null where a component with weight
        > 0 is null, unless ``config.on_missing`` says otherwise, and where the gate's profit is.

    Raises
    ------
    RatingError
        For a config of another type.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype; when run, for
        a component that is passed in and lies outside [0, 1].

    References
    ----------
    Scoring specification, section 8.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame(
    ...     {
    ...         "total_trades": [120, 120],
    ...         "win_rate": [0.55, 0.55],
    ...         "profit_factor": [1.6, 1.2],
    ...         "sharpe_ratio": [0.2, 0.1],
    ...         "max_drawdown": [900.0, 900.0],
    ...         "yearly_profits": [[900.0, 1_100.0], [900.0, 1_100.0]],
    ...         "cost_per_trade": [1.0, 1.0],
    ...     }
    ... )
    >>> df.select("profit_factor", rating.final())
    shape: (2, 2)
    ┌───────────────┬──────────────┐
    │ profit_factor ┆ final_rating │
    │ ---           ┆ ---          │
    │ f64           ┆ f64          │
    ╞═══════════════╪══════════════╡
    │ 1.6           ┆ 0.790547     │
    │ 1.2           ┆ 0.707468     │
    └───────────────┴──────────────┘
    """
    passed = {
        "robustness": robustness,
        "stability": stability,
        "cost_shock": cost_shock,
        "trade_dropout": trade_dropout,
        "stress_penalty": stress_penalty,
    }
    return rating("final", config, columns, passed)


def scores(config: RatingConfig | None = None, **columns: Unpack[schema.RatingColumns]) -> pl.Expr:
    """Compute the components and the final rating in one pass.

    Every field equals its separate expression bit for bit; use this where many scores are wanted
    at once, above all in eager frames, which do not share work between expressions.

    Parameters
    ----------
    config : RatingConfig, optional
        Weights, aggregation, gate, and the components' parameters.
    **columns
        Stand-ins for canonical columns and further components, as in `final`.

    Returns
    -------
    pl.Expr
        Struct ``rating_score`` of the Float64 fields ``robustness_score``, ``stability_score``,
        ``cost_shock_score``, ``trade_dropout_score``, ``stress_penalty``, then the further
        components that `config` gives a weight, then ``final_rating``; nulls as in the separate
        expressions.

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
    return rating("scores", config, columns)


def explain(config: RatingConfig | None = None, **columns: Unpack[schema.RatingColumns]) -> pl.Expr:
    """Split the mean rating into what each component contributes, w * s / sum(w).

    Before any gate and whatever the aggregation; for the mean the fields sum to the ungated
    rating. The field ``stress_penalty`` holds the contribution of ``1 - stress_penalty``.

    Parameters
    ----------
    config : RatingConfig, optional
        Weights and the components' parameters.
    **columns
        Stand-ins for canonical columns and further components, as in `final`.

    Returns
    -------
    pl.Expr
        Struct ``rating_contributions`` of Float64 fields named as the components: the five and
        those that `config` gives a weight; null where the component is, 0 for weight 0.

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
    return rating("explain", config, columns)


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
        ``"neighbours"``, ``"trades"``, ``"summary"``, or null where the frame has no evidence. The
        same for every row.

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
    return rating("evidence", None, columns)
