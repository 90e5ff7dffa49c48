"""The plugin's functions by name, each on one row: the reference with the plugin's values.

The values are those of `polars_rating._expr.kwargs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from polars_rating import reference
from polars_rating._engines.python import families
from polars_rating.catalog import COMPONENTS, CRITERIA, SCORES
from polars_rating.catalog.row import Score
from polars_rating.config import RatingConfig, Thresholds, Weights
from polars_rating.reference._values import Row
from polars_rating.reference.adjusted_p_values import of_row as haircut_of_row
from polars_rating.reference.final_rating import contributions_of, passed_in, rate
from polars_rating.reference.probabilistic_sharpe import moments_of

Kwargs = Mapping[str, Any]
Tiers = Sequence[str | None]
DTYPES: Final = {
    "Float64": pl.Float64(),
    "UInt32": pl.UInt32(),
    "Boolean": pl.Boolean(),
    "String": pl.String(),
    "Duration": pl.Duration("us"),
    "List(Float64)": pl.List(pl.Float64()),
    "List(Int32)": pl.List(pl.Int32()),
    "List(String)": pl.List(pl.String()),
}
"""Text of a dtype in the catalogue to the dtype."""


def value_of_row(function: str, row: Row, kwargs: Kwargs, tiers: Tiers) -> Any:
    """Return what a function makes of a row; `tiers` are those that the schema tells."""
    if function == "evidence":
        return dict(zip(map(_output, kwargs["components"]), tiers, strict=True))
    if function == "haircut_sharpe":
        p_values = {name: row[name] for name in ("p_value", "p_value_adjusted")}
        return haircut_of_row(p_values, moments_of(row, kwargs["risk_free"]))
    if function == "metrics":
        return _reference(function)(row)
    if function == "deployment":
        return _reference(function)(row, _thresholds(kwargs))
    if "components" in kwargs:
        return _over_components(function, row, kwargs, tiers)
    return _score(function, row, kwargs)


def _reference(name: str) -> Any:
    return getattr(reference, name)


def values_of_family(function: str, rows: Sequence[Row], kwargs: Kwargs) -> list[Any]:
    """Return what a function of kind A or V makes of the rows of a family."""
    given = {key: value for key, value in kwargs.items() if key != "score"}
    if "seed" in given:
        given["seed"] = int(given["seed"])  # it travels as text
    found = getattr(families, function)(rows, **given)
    return list(found) if isinstance(found, list) else [found]


def dtype_of(function: str, kwargs: Kwargs) -> pl.DataType:
    """Return the dtype of a function's values."""
    if function in families.DTYPES:
        return families.DTYPES[function](kwargs)
    dtype = next(row.dtype for row in SCORES.values() if row.function == function)
    if isinstance(dtype, str):
        return DTYPES[dtype]
    return pl.Struct({name: DTYPES[text] for name, text in dtype.items()})


def _score(name: str, row: Row, kwargs: Kwargs) -> Any:
    """Return a single score, judged on the evidence that the call left it."""
    given = {key: value for key, value in kwargs.items() if key not in ("score", "function")}
    if "seed" in given:
        given["seed"] = int(given["seed"])  # it travels as text
    if "with_avg_r" in given:
        given["without_avg_r"] = not given.pop("with_avg_r")
    if "no_evidence" in SCORES[name].parameters:
        given["no_evidence"] = kwargs["score"]["no_evidence"]
    seen = _visible(row, SCORES[name], kwargs["score"]["tiers"])
    return _reference(name)(seen, **given)


def _visible(row: Row, score: Score, tiers: Sequence[Kwargs]) -> Row:
    """Return the row without the evidence that a keyword of the call overrides."""
    kept = {name for tier in tiers for name in (tier["column"], *tier["optional"])}
    hidden = score.own_columns() - kept
    # A metric may still be computed from trades.
    hidden -= {"trades"} if any(tier["metrics"] for tier in tiers) else set()
    return {name: value for name, value in row.items() if name not in hidden}


def _over_components(function: str, row: Row, kwargs: Kwargs, tiers: Tiers) -> Any:
    judged = iter(tiers)
    found: dict[str, float | None] = {}
    for component in kwargs["components"]:
        how, output = component["function"], _output(component)
        if how == "given":
            found[output] = passed_in(row[output], output)
        elif how == "left_out" or next(judged) is None:
            found[output] = None
        else:
            found[output] = _score(how, row, component)
    config = _config(kwargs["rating"])
    if function == "explain":
        return contributions_of(found, config)
    final = rate(row, found, config)
    return final if function == "final_rating" else {**found, "final_rating": final}


def _output(component: Kwargs) -> str:
    return str(component.get("score", component)["output"])


def _config(rating: Kwargs) -> RatingConfig:
    names = ("aggregation", "on_missing", "gate", "no_evidence")
    return RatingConfig(
        weights=Weights(**dict(zip(COMPONENTS, rating["weights"], strict=True))),
        thresholds=_thresholds(rating),
        **{name: rating[name] for name in names},
    )


def _thresholds(kwargs: Kwargs) -> Thresholds:
    return Thresholds(**dict(zip(CRITERIA, kwargs["thresholds"], strict=True)))
