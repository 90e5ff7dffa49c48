"""The final rating: the weighted aggregate of the five components, gated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from polars_rating import _kwargs, schema
from polars_rating._components import COLUMNS, component
from polars_rating._evidence import as_expr, check_keywords, evidence_struct
from polars_rating._plugin import register
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
    **columns: Unpack[schema.Columns],
) -> pl.Expr:
    r"""Rate a candidate: the weighted aggregate of its five components.

    .. math:: rating = \sum w s / \sum w

    with s the robustness, stability, cost shock and trade dropout scores and 1 - stress penalty.
    A candidate with profit <= 0 is rated 0 unless all components are passed in: stability and
    robustness say nothing about making money.

    Parameters
    ----------
    robustness, stability, cost_shock, trade_dropout, stress_penalty : optional
        Expression or column name of a component in [0, 1]; null and NaN are missing. One that is
        not given is judged from the frame's evidence; in a lazy query it is computed once even
        when it is also selected on its own.
    config : RatingConfig, optional
        Weights, aggregation, gate, what a missing component does, and the components' parameters.
    **columns
        Stand-ins for canonical columns (`polars_rating.schema.CANONICAL`).

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
    Omega's final rating; scoring specification, section 8.

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
    │ 1.6           ┆ 0.81073      │
    │ 1.2           ┆ 0.729434     │
    └───────────────┴──────────────┘
    """
    check_keywords("final", columns, schema.RATING)
    config = _kwargs.instance("config", config, RatingConfig)
    passed = {
        "robustness": robustness,
        "stability": stability,
        "cost_shock": cost_shock,
        "trade_dropout": trade_dropout,
        "stress_penalty": stress_penalty,
    }
    kwargs = _kwargs.scores(config, columns)
    fields: dict[str, Any] = dict(columns)
    gate = "none"
    for (name, column), weight in zip(COLUMNS.items(), config.weights.as_tuple(), strict=True):
        if passed[name] is not None:
            fields[column] = as_expr(name, passed[name])
        elif weight <= 0:
            fields[column] = pl.lit(None, pl.Float64)
        else:
            # Judged from evidence, so the evidence must also say that money was made.
            fields[column] = component(name, kwargs[name], columns)
            gate = config.gate
    evidence = evidence_struct((*COLUMNS.values(), *schema.GATES[gate]), fields)
    final_kwargs = {
        "rating": {**kwargs["final_rating"], "gate": gate},
        "omega": config.no_evidence == "omega",
    }
    return register("final_rating", evidence, final_kwargs, "final_rating")
