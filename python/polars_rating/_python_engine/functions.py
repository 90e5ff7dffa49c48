"""The plugin's functions by name, each on one row: the reference with the plugin's values.

The values are those of `polars_rating._kwargs`, which `src/plugin/params.rs` reads too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from polars_rating import reference
from polars_rating._validate import COMPONENTS, CRITERIA
from polars_rating.config import Thresholds
from polars_rating.reference._values import Row
from polars_rating.reference.evidence import KEYS, tier_or_none
from polars_rating.reference.final_rating import aggregate, contributions, gated, passed_in, upward

Kwargs = Mapping[str, Any]
Score = Callable[[Row, Kwargs], Any]
_YEARS: Final = ("min_scale", "min_years")


def _robustness(row: Row, kwargs: Kwargs) -> float | None:
    names = ("runs", "param_variation", "n_iterations", "penalty_cap")
    without_avg_r = not kwargs["with_avg_r"]
    return reference.robustness(row, without_avg_r=without_avg_r, **_given(kwargs, *names))


def _stability(row: Row, kwargs: Kwargs) -> float | None:
    return reference.stability(_of_trades(row, kwargs), **_given(kwargs, *_YEARS))


def _stability_wmape(row: Row, kwargs: Kwargs) -> float | None:
    return reference.stability_wmape(_of_trades(row, kwargs), **_given(kwargs, *_YEARS))


def _cost_shock(row: Row, kwargs: Kwargs) -> float | None:
    return reference.cost_shock(row, **_given(kwargs, "multipliers", "penalty_cap"))


def _trade_dropout(row: Row, kwargs: Kwargs) -> float | None:
    names = ("fraction", "n_runs", "confidence", "penalty_cap", "passed")
    return reference.trade_dropout(row, **_given(kwargs, *names))


def _stress_penalty(row: Row, kwargs: Kwargs) -> float | None:
    names = ("runs", "variation", "cost_multiplier", "penalty_cap")
    return reference.stress_penalty(row, **_given(kwargs, *names))


def _given(kwargs: Kwargs, *names: str) -> dict[str, Any]:
    """Return the values that the reference takes under the same names, with seed and policy."""
    given = {name: kwargs[name] for name in names}
    if "seed" in kwargs:
        given["seed"] = int(kwargs["seed"])  # it travels as text
    return {**given, "no_evidence": _no_evidence(kwargs)}


def _of_trades(row: Row, kwargs: Kwargs) -> Row:
    """Return the row without yearly profits where trades were given by keyword."""
    hidden = ("yearly_profits", "years", "year_days") if kwargs["from_trades"] else ()
    return {name: value for name, value in row.items() if name not in hidden}


def _no_evidence(kwargs: Kwargs) -> str:
    return str(kwargs["policy"]["no_evidence"])


_COMPONENTS: Final[Mapping[str, Score]] = {
    "robustness": _robustness,
    "stability": _stability,
    "cost_shock": _cost_shock,
    "trade_dropout": _trade_dropout,
    "stress_penalty": _stress_penalty,
}


def _component(name: str) -> Score:
    """Return component `name`, None where a frame may lack its evidence and does."""

    def score(row: Row, kwargs: Kwargs) -> float | None:
        if kwargs["policy"]["missing_ok"]:
            seen = _of_trades(row, kwargs) if name == "stability" else row
            if tier_or_none(seen, name) is None:
                return None
        value: float | None = _COMPONENTS[name](row, kwargs)
        return value

    return score


def _components(row: Row, kwargs: Kwargs) -> dict[str, float | None]:
    return {KEYS[name]: _component(name)(row, kwargs[name]) for name in COMPONENTS}


def _aggregate(found: Mapping[str, float | None], rating: Kwargs) -> float | None:
    return aggregate(upward(found), rating["weights"], rating["aggregation"], rating["on_missing"])


def _gated(value: float | None, row: Row, rating: Kwargs, *, omega: bool) -> float | None:
    thresholds = _thresholds(rating)
    return gated(value, row, rating["gate"], thresholds, "omega" if omega else "null")


def _thresholds(kwargs: Kwargs) -> Thresholds:
    return Thresholds(**dict(zip(CRITERIA, kwargs["thresholds"], strict=True)))


def _final_rating(row: Row, kwargs: Kwargs) -> float | None:
    found = {key: passed_in(row[key], key) for key in KEYS.values()}
    rating = kwargs["rating"]
    return _gated(_aggregate(found, rating), row, rating, omega=kwargs["omega"])


def _scores(row: Row, kwargs: Kwargs) -> dict[str, float | None]:
    found, rating = _components(row, kwargs), kwargs["final_rating"]
    omega = _no_evidence(kwargs["robustness"]) == "omega"
    return {**found, "final_rating": _gated(_aggregate(found, rating), row, rating, omega=omega)}


def _explain(row: Row, kwargs: Kwargs) -> dict[str, float | None]:
    found, rating = _components(row, kwargs), kwargs["final_rating"]
    parts = contributions(upward(found), rating["weights"], rating["on_missing"])
    return dict(zip(found, parts, strict=True))


def _evidence(row: Row, kwargs: Kwargs) -> dict[str, str | None]:
    # Asked of a row of stand-ins: what is there must also fit.
    for name in COMPONENTS:
        optional = {"policy": {**kwargs[name]["policy"], "missing_ok": True}}
        _component(name)(row, {**kwargs[name], **optional})
    found = reference.evidence(row)
    stability = tier_or_none(_of_trades(row, kwargs["stability"]), "stability")
    return {**found, KEYS["stability"]: stability}


def _deployment(row: Row, kwargs: Kwargs) -> dict[str, Any]:
    return reference.deployment(row, _thresholds(kwargs))


def _metrics(row: Row, kwargs: Kwargs) -> dict[str, Any] | None:
    return reference.metrics(row)


def _struct(names: tuple[str, ...], dtype: pl.DataType) -> pl.DataType:
    return pl.Struct(dict.fromkeys(names, dtype))


_NUMBER: Final = pl.Float64()
_KEYS: Final = tuple(KEYS.values())
_METRICS: Final = pl.Struct(
    {
        "total_trades": pl.UInt32(),
        "win_rate": _NUMBER,
        "profit_factor": _NUMBER,
        "sharpe_ratio": _NUMBER,
        "max_drawdown": _NUMBER,
        "avg_trade_duration": pl.Duration("us"),
        "yearly_profits": pl.List(_NUMBER),
        "years": pl.List(pl.Int32()),
        "year_days": pl.List(_NUMBER),
        "cost_per_trade": _NUMBER,
        "profit": _NUMBER,
        "avg_r": _NUMBER,
    }
)

FUNCTIONS: Final[Mapping[str, tuple[Score, pl.DataType]]] = {
    **{name: (_component(name), _NUMBER) for name in COMPONENTS},
    "stability_wmape": (_stability_wmape, _NUMBER),
    "final_rating": (_final_rating, _NUMBER),
    "scores": (_scores, _struct((*_KEYS, "final_rating"), _NUMBER)),
    "explain": (_explain, _struct(_KEYS, _NUMBER)),
    "evidence": (_evidence, _struct(_KEYS, pl.String())),
    "deployment": (
        _deployment,
        pl.Struct({"score": _NUMBER, "deployable": pl.Boolean(), "failed": pl.List(pl.String())}),
    ),
    "metrics": (_metrics, _METRICS),
}
"""Name of the plugin's function to its twin on one row, and its dtype."""
