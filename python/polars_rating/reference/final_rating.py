"""Final rating: the weighted aggregate of its components, and its gate.

s = (robustness, stability, cost_shock, trade_dropout, 1 - stress_penalty) and further components
with a weight, weights w:

    mean: sum w*s / sum w      min: min over s with w > 0      geometric: exp(sum w*ln s / sum w)

In [0, 1], higher is better. A gate sets it to 0 for a candidate that makes no money ("profit") or
fails a threshold ("deployment"), where at least one component is judged from evidence.
Scoring specification, section 8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from polars_rating.catalog import ALL_COMPONENTS, COMPONENTS, GATES
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.reference._values import NoEvidence, Row, number
from polars_rating.reference.deployment import deployment
from polars_rating.reference.evidence import base_metrics, require_for_gate, tier_or_none


def aggregate(
    scores: Sequence[float | None],
    weights: Sequence[float],
    aggregation: str = "mean",
    on_missing: str = "null",
) -> float | None:
    """Return the aggregate of the scores s (the stress penalty already as 1 - penalty).

    Examples
    --------
    >>> aggregate([1.0, None, 0.5], [1.0, 1.0, 1.0], on_missing="skip")
    0.75
    """
    pairs = [(w, s) for w, s in zip(weights, scores, strict=True) if w > 0]
    if on_missing == "zero":
        pairs = [(w, 0.0 if s is None else s) for w, s in pairs]
    if on_missing == "null" and any(s is None for _, s in pairs):
        return None
    known = [(w, s) for w, s in pairs if s is not None]
    if not known:
        return None
    if aggregation == "min":
        return min(s for _, s in known)
    weight = sum(w for w, _ in known)
    if aggregation == "geometric":
        if any(s == 0 for _, s in known):
            return 0.0
        return math.exp(sum(w * math.log(s) for w, s in known) / weight)
    return sum(w * s for w, s in known) / weight


def contributions(
    scores: Sequence[float | None], weights: Sequence[float], on_missing: str = "null"
) -> list[float | None]:
    """Return w*s / sum w per component: 0 for weight 0, None (or 0, "zero") for a null."""
    if on_missing == "zero":
        scores = [0.0 if s is None else s for s in scores]
    counted = [
        w for w, s in zip(weights, scores, strict=True) if s is not None or on_missing != "skip"
    ]
    weight = sum(counted)
    return [
        0.0 if w == 0 else None if s is None else w * s / weight
        for w, s in zip(weights, scores, strict=True)
    ]


def components(
    row: Row,
    config: RatingConfig,
    given: Sequence[str] = (),
    *,
    without_avg_r: bool = False,
    passed: Sequence[str] = (),
) -> dict[str, float | None]:
    """Return the component columns: passed in where `given`, else scored on the row.

    None where the columns hold no evidence, if the component has no weight or `on_missing` says
    what a missing one does; otherwise that is an error.
    """
    rows = {name: ALL_COMPONENTS[name] for name in config.weights.by_component()}
    outputs = tuple(score.output for score in rows.values())
    if not set(given) <= set(outputs):
        raise RatingError(
            f"`given` must name columns out of {outputs}, got {tuple(given)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    # The seeds are those of the config: the rating has no seed column.
    own = {name: value for name, value in row.items() if name != "seed"}
    found: dict[str, float | None] = {}
    for name, score in rows.items():
        may_lack = config.on_missing != "null" or getattr(config.weights, name) == 0
        if score.output in given:
            found[score.output] = passed_in(row[score.output], score.output)
        elif may_lack and tier_or_none(row, name) is None:
            found[score.output] = None
        else:
            keywords = config.parameters_of(name)
            if score.can_leave_out:
                keywords["without_avg_r"] = without_avg_r
            if score.base_by_keyword:
                keywords["passed"] = passed
            found[score.output] = _function(name)(own, **keywords)
    return found


def _function(name: str) -> Any:
    return getattr(import_module(f"polars_rating.reference.{name}"), name)


def passed_in(value: object, key: str) -> float | None:
    """Return a component that was passed in, None for a null or NaN one."""
    x = number(value, key)
    if math.isnan(x):
        return None
    if not -1e-9 <= x <= 1 + 1e-9:
        raise RatingError(
            f"`{key}` must be in [0, 1], got {str(x).removesuffix('.0')}",
            code=ErrorCode.RATING_BAD_VALUE,
        )
    return min(max(x, 0.0), 1.0)


def upward(found: Mapping[str, float | None]) -> list[float | None]:
    """Return the components as scores in which higher is better."""
    by_output = {score.output: score.counts_as for score in ALL_COMPONENTS.values()}
    return [_counted(by_output[output], x) for output, x in found.items()]


def _counted(counts_as: str, x: float | None) -> float | None:
    if counts_as == "p_value":
        return 1 / (1 + (1.0 if x is None else x))
    return 1 - x if counts_as == "one_minus" and x is not None else x


def rate(row: Row, found: Mapping[str, float | None], config: RatingConfig) -> float | None:
    """Return the rating of components: their aggregate, then the gate.

    0 where the gate is shut, None where the gate's profit is missing.
    """
    weights = tuple(config.weights.by_component().values())
    rating = aggregate(upward(found), weights, config.aggregation, config.on_missing)
    if config.gate == "none":
        return rating
    require_for_gate(row, config.gate, GATES[config.gate])
    if config.gate == "deployment":
        deployable = deployment(row, config.thresholds)["deployable"]
        return rating if rating is None or deployable else 0.0
    try:
        profit = base_metrics(row, GATES[config.gate], config.no_evidence)["profit"]
    except NoEvidence:
        return None
    return rating if rating is None or profit > 0 else 0.0


def final(
    row: Row,
    *,
    config: RatingConfig | None = None,
    given: Sequence[str] = (),
    without_avg_r: bool = False,
    passed: Sequence[str] = (),
) -> float | None:
    """Return the final rating of a row.

    Parameters
    ----------
    row : mapping
        Canonical column name to value.
    config : RatingConfig, optional
        Default ``RatingConfig()``.
    given : sequence of str
        Names of the component columns that are passed in.
    without_avg_r, passed
        As in `robustness` and `trade_dropout`.
    """
    config = config or RatingConfig()
    found = components(row, config, given, without_avg_r=without_avg_r, passed=passed)
    judged = any(
        score.output not in given and getattr(config.weights, name) > 0
        for name, score in COMPONENTS.items()
    )
    return rate(row, found, config if judged else replace(config, gate="none"))


def scores(
    row: Row,
    config: RatingConfig | None = None,
    *,
    without_avg_r: bool = False,
    passed: Sequence[str] = (),
) -> dict[str, float | None]:
    """Return the five components and ``final_rating`` of a row."""
    config = config or RatingConfig()
    found = components(row, config, without_avg_r=without_avg_r, passed=passed)
    return {**found, "final_rating": rate(row, found, config)}


def explain(
    row: Row,
    config: RatingConfig | None = None,
    *,
    given: Sequence[str] = (),
    without_avg_r: bool = False,
    passed: Sequence[str] = (),
) -> dict[str, float | None]:
    """Return w*s / sum w per component, before any gate and whatever the aggregation."""
    config = config or RatingConfig()
    found = components(row, config, given, without_avg_r=without_avg_r, passed=passed)
    return contributions_of(found, config)


def contributions_of(
    found: Mapping[str, float | None], config: RatingConfig
) -> dict[str, float | None]:
    """Return w*s / sum w of each component found."""
    parts = contributions(
        upward(found), tuple(config.weights.by_component().values()), config.on_missing
    )
    return dict(zip(found, parts, strict=True))
