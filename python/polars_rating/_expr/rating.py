"""The expressions over all components of the rating, judged in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from polars_rating._engines.choice import Engine, engine, use_engine
from polars_rating._expr.columns import as_expr, check_columns, evidence_struct
from polars_rating._expr.kwargs import Kwargs, columns_of, instance, of_score
from polars_rating._expr.register import register
from polars_rating.catalog import COMPONENTS, GATES, RATING_COLUMNS, SCORES
from polars_rating.catalog.row import sources
from polars_rating.config import RatingConfig


def rating(
    name: str,
    config: RatingConfig | None,
    columns: Mapping[str, Any],
    passed: Mapping[str, Any] | None = None,
) -> pl.Expr:
    """Return the expression `name` over the components.

    Parameters
    ----------
    name : str
        Its name in the catalogue.
    config : RatingConfig, optional
        Parameters of the rating and its components.
    columns : mapping
        What stands in for canonical columns, by their names.
    passed : mapping, optional
        Component to the expression or column that stands in for it; None for one that is judged
        from evidence. A component without weight is then not computed.
    """
    check_columns(name, columns, RATING_COLUMNS, "avg_r")
    settings = instance("config", config, RatingConfig)
    scores = {
        component: as_expr(component, value)
        for component, value in (passed or {}).items()
        if value is not None
    }
    weights = dict(zip(COMPONENTS, settings.weights.as_tuple(), strict=True))
    left_out = {c for c in passed or {} if c not in scores and weights[c] <= 0}
    judged = [row for c, row in COMPONENTS.items() if c not in scores and c not in left_out]
    # What is judged from evidence must also say that money was made.
    gate = settings.gate if judged else "none"
    wanted = [
        *(COMPONENTS[component].output for component in scores),
        *columns_of(judged, columns),
        *sources(GATES[gate] if name in ("final", "scores") else ()),
    ]
    given = {**columns, **{COMPONENTS[c].output: value for c, value in scores.items()}}
    kwargs = _kwargs(name, settings, columns, scores, left_out, gate)
    evidence = evidence_struct(wanted, given)
    return register(SCORES[name].function, evidence, kwargs, SCORES[name].output)


def rate(frame: pl.DataFrame, config: RatingConfig | None) -> pl.Series:
    """Return what ``frame.select(scores(config))`` gives, with less work for Polars.

    The frame must have evidence: its schema is checked before.

    The expression is written once for each config and engine, and reads the evidence from one
    column, where Polars would gather the columns of the frame on its threads
    (`python -m benches --case batch` prints both ways for 1,000 candidates).
    """
    known = [column for column in frame.get_columns() if column.name in RATING_COLUMNS]
    evidence = pl.DataFrame(known).to_struct("evidence").to_frame()
    return evidence.select(_over_evidence(config, engine())).to_series()


@lru_cache(maxsize=32)
def _over_evidence(config: RatingConfig | None, name: Engine) -> pl.Expr:
    settings = instance("config", config, RatingConfig)
    kwargs = _kwargs("scores", settings, {}, {}, set(), settings.gate)
    with use_engine(name):
        return register("scores", pl.col("evidence"), kwargs, SCORES["scores"].output)


def _kwargs(
    name: str,
    config: RatingConfig,
    columns: Mapping[str, Any],
    scores: Mapping[str, Any],
    left_out: set[str],
    gate: str,
) -> Kwargs:
    """Return the values of an expression over the components."""
    weights = config.weights.as_tuple()
    components: list[Kwargs] = []
    for (component, row), weight in zip(COMPONENTS.items(), weights, strict=True):
        if component in scores or component in left_out:
            function = "given" if component in scores else "left_out"
            components.append({"function": function, "output": row.output})
            continue
        # A frame may lack the evidence of a component without weight, and of any component where
        # `on_missing` says what a missing one does.
        missing_ok = config.on_missing != "null" or weight <= 0
        values = config.parameters_of(component)
        kwargs = of_score(row, values, columns, missing_ok=missing_ok)
        components.append({"function": component, **kwargs})
    return {
        "output": SCORES[name].output,
        "components": components,
        "rating": {
            "weights": list(weights),
            "lower_is_better": [row.direction == "lower" for row in COMPONENTS.values()],
            "aggregation": config.aggregation,
            "on_missing": config.on_missing,
            "gate": gate,
            "gate_metrics": list(GATES[gate]),
            "thresholds": list(config.thresholds.as_tuple()),
            "no_evidence": config.no_evidence,
        },
    }
