"""The plugin's functions by name, each on one row: the reference with the plugin's values.

The values are those of `polars_rating._expr.kwargs`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import polars as pl

from polars_rating import reference
from polars_rating._engines.python import families
from polars_rating.candles import by_key
from polars_rating.catalog import CRITERIA, OUTCOME, SCORES
from polars_rating.catalog.further import TP_SL_STRESS
from polars_rating.catalog.row import Score
from polars_rating.config import RatingConfig, Thresholds, Weights
from polars_rating.reference._values import Row
from polars_rating.reference.adjusted_p_values import of_row as haircut_of_row
from polars_rating.reference.final_rating import contributions_of, passed_in, rate
from polars_rating.reference.probabilistic_sharpe import moments_of
from polars_rating.reference.tp_sl_stress import Candles, tp_sl_stress

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
    "List(Struct{profit, max_drawdown, sharpe_ratio})": pl.List(
        pl.Struct(dict.fromkeys(OUTCOME, pl.Float64()))
    ),
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
        return _reference(function)(row, fields=kwargs["fields"])
    if function == "deployment":
        return _reference(function)(row, _thresholds(kwargs))
    if function == TP_SL_STRESS.name:
        return _tp_sl_stress(row, kwargs)
    if "components" in kwargs:
        return _over_components(function, row, kwargs, tiers)
    if tiers[0] is None and SCORES[function].tiers:
        return None
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
    if kwargs.get("std_error"):
        return pl.Struct({"p_value": pl.Float64(), "std_error": pl.Float64()})
    if function == TP_SL_STRESS.name:
        return pl.Float64()
    dtype = next(row.dtype for row in SCORES.values() if row.function == function)
    if "components" in kwargs and not isinstance(dtype, str):
        # A rating may have more components than the catalogue's row says.
        last = {"final_rating": "Float64"} if function == "scores" else {}
        dtype = dict.fromkeys(map(_output, kwargs["components"]), next(iter(dtype.values()))) | last
    if isinstance(dtype, str):
        return DTYPES[dtype]
    if kwargs.get("fields"):
        dtype = {name: dtype[name] for name in kwargs["fields"]}
    return pl.Struct({name: DTYPES[text] for name, text in dtype.items()})


def _score(name: str, row: Row, kwargs: Kwargs) -> Any:
    """Return a single score, judged on the evidence that the call left it."""
    given = {
        key: value for key, value in kwargs.items() if key not in ("score", "function", "name")
    }
    if "seed" in given:
        given["seed"] = int(given["seed"])  # it travels as text
    if "with_avg_r" in given:
        given["without_avg_r"] = not given.pop("with_avg_r")
    if "no_evidence" in SCORES[name].parameters:
        given["no_evidence"] = kwargs["score"]["no_evidence"]
    seen = _visible(row, SCORES[name], kwargs["score"]["tiers"])
    return _reference(name)(seen, **given)


def _tp_sl_stress(row: Row, kwargs: Kwargs) -> float | None:
    keywords = {"took_profit": kwargs["took_profit"], "no_evidence": kwargs["score"]["no_evidence"]}
    return tp_sl_stress(row, _candles(int(row["candles"])), **keywords)


_read: Final[WeakKeyDictionary[Any, dict[str | None, Candles]]] = WeakKeyDictionary()


def _candles(key: int) -> dict[str | None, Candles]:
    """Return the candles of a key as the reference reads them."""
    shared = by_key[key]
    if shared not in _read:
        frames = shared.frames.items()
        _read[shared] = {s: Candles(*map(_plain, frame.get_columns())) for s, frame in frames}
    return _read[shared]


def _plain(column: pl.Series) -> list[Any]:
    if column.name != "time":
        return column.cast(pl.Float64).fill_null(math.nan).to_list()
    if isinstance(column.dtype, pl.Datetime):
        column = column.dt.convert_time_zone("UTC") if column.dtype.time_zone else column
        return column.dt.replace_time_zone(None).to_list()
    return column.cast(pl.Datetime("us")).to_list()


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
    config = _config(kwargs)
    if function == "explain":
        return contributions_of(found, config)
    final = rate(row, found, config)
    return final if function == "final_rating" else {**found, "final_rating": final}


def _output(component: Kwargs) -> str:
    return str(component.get("score", component)["output"])


def _config(kwargs: Kwargs) -> RatingConfig:
    rating = kwargs["rating"]
    components = [component["name"] for component in kwargs["components"]]
    names = ("aggregation", "on_missing", "gate", "no_evidence")
    return RatingConfig(
        weights=Weights(**dict(zip(components, rating["weights"], strict=True))),
        thresholds=_thresholds(rating),
        **{name: rating[name] for name in names},
    )


def _thresholds(kwargs: Kwargs) -> Thresholds:
    return Thresholds(**dict(zip(CRITERIA, kwargs["thresholds"], strict=True)))


def null_for_nan(value: Any) -> Any:
    """Return what the plugin would: a number that overflows to NaN is none."""
    if isinstance(value, dict):
        return {name: null_for_nan(item) for name, item in value.items()}
    if isinstance(value, list):
        return [null_for_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
