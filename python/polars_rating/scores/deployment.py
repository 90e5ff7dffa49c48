"""The deployment gate: five thresholds a candidate must pass."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from polars_rating import schema
from polars_rating._config_base import instance
from polars_rating._expr.columns import check_columns, evidence_struct
from polars_rating._expr.kwargs import of_score
from polars_rating._expr.register import register
from polars_rating.catalog import SCORES
from polars_rating.config import Thresholds


def deployment(thresholds: Thresholds | None = None, **columns: Unpack[schema.Columns]) -> pl.Expr:
    """Judge a candidate by five thresholds.

    ``win_rate >= 0.45``, ``avg_r >= 0.6``, ``profit >= 500``, ``profit_factor >= 1.2``,
    ``max_drawdown <= 1000``.

    Parameters
    ----------
    thresholds : Thresholds, optional
        Other thresholds, in the units of the columns.
    **columns
        Stand-ins for ``win_rate``, ``avg_r``, ``profit``, ``profit_factor``, ``max_drawdown``,
        ``yearly_profits``, ``trades``.

    Returns
    -------
    pl.Expr
        Struct ``deployment``: ``score`` Float64, ``1 - failed / 5``; ``deployable`` Boolean,
        whether none failed; ``failed`` List(String), the criteria that failed, in the order
        above. A null or NaN metric fails its criterion. Never null.

    Raises
    ------
    RatingError
        For thresholds of another type.
    polars.exceptions.ComputeError
        At ``collect_schema()``, where a metric is in neither the frame nor its trades.

    References
    ----------
    Omega's deployment gate; scoring specification, section 8.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame(
    ...     {
    ...         "win_rate": [0.55, 0.40],
    ...         "avg_r": [0.80, None],
    ...         "profit": [900.0, 900.0],
    ...         "profit_factor": [1.6, 1.6],
    ...         "max_drawdown": [400.0, 400.0],
    ...     }
    ... )
    >>> df.select(rating.deployment()).unnest("deployment")
    shape: (2, 3)
    ┌───────┬────────────┬───────────────────────┐
    │ score ┆ deployable ┆ failed                │
    │ ---   ┆ ---        ┆ ---                   │
    │ f64   ┆ bool       ┆ list[str]             │
    ╞═══════╪════════════╪═══════════════════════╡
    │ 1.0   ┆ true       ┆ []                    │
    │ 0.6   ┆ false      ┆ ["win_rate", "avg_r"] │
    └───────┴────────────┴───────────────────────┘
    """
    row = SCORES["deployment"]
    check_columns("deployment", columns, row.columns(), None)
    limits = instance("thresholds", thresholds, Thresholds)
    kwargs = {**of_score(row, {}, columns), "thresholds": list(limits.as_tuple())}
    return register("deployment", evidence_struct(row.columns(), columns), kwargs, row.output)
