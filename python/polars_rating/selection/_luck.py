"""How much of each candidate is luck, from moments: what reports and rated tables share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from polars_rating.config import SelectionConfig
from polars_rating.selection.adjusted_p_values import adjusted_p_values, haircut_sharpe
from polars_rating.selection.deflated_sharpe import deflated_sharpe
from polars_rating.selection.probabilistic_sharpe import (
    min_track_record_length,
    probabilistic_sharpe,
    sharpe_p_value,
)


def luck_of(
    config: SelectionConfig, family: list[Any] | pl.Expr | None, tried: Mapping[str, Any]
) -> list[pl.Expr]:
    """Return ``psr``, ``dsr``, ``min_trl``, ``p_value_adjusted``, ``haircut``, ``haircut_sharpe``.

    The rows have the columns ``sharpe_moments``, ``n_trials`` and ``sharpe_var``.

    Parameters
    ----------
    config : SelectionConfig
        The correction, the variance of a Sharpe ratio and the expected maximum.
    family : list of columns or expressions, expression or None
        Which rows were searched together.
    tried : mapping
        ``n_trials``, where more candidates were tried than the p-values that are there.
    """
    moments = pl.col("sharpe_moments")
    own: dict[str, Any] = {"sharpe_moments": moments, "variance": config.variance}
    cut = haircut_sharpe(config.correction, family=family, sharpe_moments=moments, **tried)
    return [
        probabilistic_sharpe(**own),
        deflated_sharpe(
            n_trials="n_trials", sharpe_var="sharpe_var", expected_max=config.expected_max, **own
        ),
        min_track_record_length(**own),
        adjusted_p_values(sharpe_p_value(**own), config.correction, family=family, **tried),
        cut.struct.field("haircut").alias("haircut"),
        cut.struct.field("sharpe").alias("haircut_sharpe"),
    ]
