"""The five components of the rating as expressions: which columns each is judged on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from polars_rating import schema
from polars_rating._evidence import evidence_struct
from polars_rating._plugin import register

COLUMNS: Final = {
    "robustness": "robustness_score",
    "stability": "stability_score",
    "cost_shock": "cost_shock_score",
    "trade_dropout": "trade_dropout_score",
    "stress_penalty": "stress_penalty",
}
"""Component to the name of its column, in the order of the weights."""

_RUNS: Final = {
    "cost_shock": "cost_runs",
    "trade_dropout": "dropout_runs",
    "stress_penalty": "stress_runs",
}
"""Component with a trades tier to the column of its reruns."""

_SEEDED: Final = ("robustness", "trade_dropout")
"""Components that draw, whose seed may be a column."""


def component(name: str, kwargs: Mapping[str, Any], given: Mapping[str, Any]) -> pl.Expr:
    """Return the expression of component `name`.

    Parameters
    ----------
    name : str
        A key of `COLUMNS`.
    kwargs : mapping
        Its values, from `_kwargs`.
    given : mapping of str to expression or column name
        What stands in for canonical columns; may hold more than the component looks for.
    """
    evidence = evidence_struct(wanted(name, given), given)
    return register(name, evidence, kwargs, COLUMNS[name])


def wanted(name: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the canonical columns that component `name` looks for.

    An explicit keyword overrides the choice of evidence: trades that are given are used even if
    the frame has reruns or yearly profits, and profits that are given go without the frame's
    year lengths, which belong to its own profits.
    """
    names = schema.LOOKED_FOR[name]
    if name in _SEEDED and "seed" in given:
        names = (*names, "seed")
    hidden: set[str] = set()
    if name == "stability":
        if "yearly_profits" in given:
            hidden = {"years", "year_days", "trades"}
        elif "trades" in given:
            hidden = {"yearly_profits", "years", "year_days"}
    elif name in _RUNS and "trades" in given:
        hidden = {_RUNS[name]}
    return tuple(n for n in names if n in given or n not in hidden)
