"""The expressions over all components of the rating, judged in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from polars_rating._config_base import instance
from polars_rating._engines.choice import Engine, engine, use_engine
from polars_rating._expr.columns import as_expr, check_columns, evidence_struct
from polars_rating._expr.kwargs import Kwargs, columns_of, of_score
from polars_rating._expr.register import register
from polars_rating._expr.score import score
from polars_rating.catalog import (
    ALL_COMPONENTS,
    COMPONENTS,
    FURTHER_COMPONENTS,
    GATES,
    RATING_COLUMNS,
    SCORES,
)
from polars_rating.catalog.row import sources
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError


def rating(
    name: str,
    config: RatingConfig | None,
    columns: Mapping[str, Any],
    passed: Mapping[str, Any] | None = None,
) -> pl.Expr:
    """Return the expression `name` over the components.

    The five components are judged in one pass; the further ones that have a weight are
    expressions of their own, handed to it as columns.

    Parameters
    ----------
    name : str
        Its name in the catalogue.
    config : RatingConfig, optional
        Parameters of the rating and its components.
    columns : mapping
        What stands in for canonical columns and for further components, by their names.
    passed : mapping, optional
        Component to the expression or column that stands in for it; None for one that is judged
        from evidence. A component without weight is then not computed.
    """
    settings = instance("config", config, RatingConfig)
    passed = {**(passed or {}), **{c: columns[c] for c in columns if c in FURTHER_COMPONENTS}}
    columns = {name: value for name, value in columns.items() if name not in FURTHER_COMPONENTS}
    weights = settings.weights.by_component()
    rows = {component: ALL_COMPONENTS[component] for component in weights}
    known = {*RATING_COLUMNS, *(column for row in rows.values() for column in row.columns())}
    check_columns(name, columns, known, "avg_r")
    scores = {
        component: as_expr(component, value)
        for component, value in passed.items()
        if value is not None
    }
    for component in scores.keys() - weights.keys():
        msg = f"`{component}` is passed in, but `weights.{component}` is 0: give it a weight"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
    left_out = {c for c in passed if c in COMPONENTS and c not in scores and weights[c] <= 0}
    judged = [row for c, row in COMPONENTS.items() if c not in scores and c not in left_out]
    # What is judged from evidence must also say that money was made.
    gate = settings.gate if judged else "none"
    wanted = [
        *(rows[component].output for component in weights if component not in COMPONENTS),
        *(COMPONENTS[component].output for component in scores if component in COMPONENTS),
        *columns_of(judged, columns),
        *sources(GATES[gate] if name in ("final", "scores") else ()),
    ]
    further = {
        c: _further(c, settings, columns) for c in weights if c not in {*COMPONENTS, *scores}
    }
    handed = {rows[c].output: value for c, value in (scores | further).items()}
    kwargs = _kwargs(name, settings, columns, {*scores, *further}, left_out, gate)
    evidence = evidence_struct(wanted, {**columns, **handed})
    return register(SCORES[name].function, evidence, kwargs, SCORES[name].output)


def _further(component: str, config: RatingConfig, columns: Mapping[str, Any]) -> pl.Expr:
    """Return a further component, judged on what evidence there is for it."""
    row = FURTHER_COMPONENTS[component]
    missing_ok = config.on_missing != "null"
    if row.passed_in:
        if missing_ok:
            return pl.lit(None, pl.Float64)
        msg = f"`{component}` has a weight and must be passed in: `{component}=`"
        raise RatingError(msg, code=ErrorCode.RATING_MISSING_EVIDENCE)
    own = {name: value for name, value in columns.items() if name in row.columns()}
    if row.can_leave_out is None and own.get("avg_r", "") is None:
        del own["avg_r"]
    return score(component, own, missing_ok=missing_ok, **config.parameters_of(component))


def rate(frame: pl.DataFrame, config: RatingConfig | None) -> pl.Series:
    """Return what ``frame.select(scores(config))`` gives, with less work for Polars.

    The frame must have evidence: its schema is checked before.

    The expression is written once for each config and engine, and reads the evidence from one
    column, where Polars would gather the columns of the frame on its threads
    (`python -m benches --case batch` prints both ways for 1,000 candidates).
    """
    if config is not None and len(config.weights.by_component()) > len(COMPONENTS):
        return frame.select(rating("scores", config, {})).to_series()
    known = [column for column in frame.get_columns() if column.name in RATING_COLUMNS]
    evidence = pl.DataFrame(known).to_struct("evidence").to_frame()
    return evidence.select(_over_evidence(config, engine())).to_series()


@lru_cache(maxsize=32)
def _over_evidence(config: RatingConfig | None, name: Engine) -> pl.Expr:
    settings = instance("config", config, RatingConfig)
    kwargs = _kwargs("scores", settings, {}, set(), set(), settings.gate)
    with use_engine(name):
        return register("scores", pl.col("evidence"), kwargs, SCORES["scores"].output)


def _kwargs(
    name: str,
    config: RatingConfig,
    columns: Mapping[str, Any],
    handed: set[str],
    left_out: set[str],
    gate: str,
) -> Kwargs:
    """Return the values of an expression over the components, of which some are handed over."""
    weights = config.weights.by_component()
    components: list[Kwargs] = []
    for component, weight in weights.items():
        row = ALL_COMPONENTS[component]
        if component in handed or component in left_out:
            function = "given" if component in handed else "left_out"
            components.append({"function": function, "name": component, "output": row.output})
            continue
        # A frame may lack the evidence of a component without weight, and of any component where
        # `on_missing` says what a missing one does.
        missing_ok = config.on_missing != "null" or weight <= 0
        values = config.parameters_of(component)
        kwargs = of_score(row, values, columns, missing_ok=missing_ok)
        components.append({"function": component, "name": component, **kwargs})
    return {
        "output": SCORES[name].output,
        "components": components,
        "rating": {
            "weights": list(weights.values()),
            "counts_as": [ALL_COMPONENTS[component].counts_as for component in weights],
            "aggregation": config.aggregation,
            "on_missing": config.on_missing,
            "gate": gate,
            "gate_metrics": list(GATES[gate]),
            "thresholds": list(config.thresholds.as_tuple()),
            "no_evidence": config.no_evidence,
        },
    }
