"""The one way from an expression to the engine that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from polars.plugins import register_plugin_function

from polars_rating._engines.choice import engine, library
from polars_rating.catalog.row import Kind


@dataclass(frozen=True)
class Call:
    """What an expression asks of the engine, apart from its columns."""

    function: str
    kwargs: Mapping[str, Any]
    output: str


_asked: Final[ContextVar[list[Call] | None]] = ContextVar("polars_rating_calls", default=None)


def calls_of(make: Callable[[], pl.Expr]) -> list[Call]:
    """Return what the expression that `make` writes asks of the engine; it runs nowhere.

    The last call makes the expression; those before it make columns that it reads.
    """
    calls: list[Call] = []
    token = _asked.set(calls)
    try:
        make()
    finally:
        _asked.reset(token)
    return calls


def register(
    function: str, evidence: pl.Expr, kwargs: Mapping[str, Any], name: str, kind: Kind = "E"
) -> pl.Expr:
    """Return the expression `name` that calls `function` on a struct of evidence.

    Elementwise (E, C): one row in, one value out, so that filters and slices push past it and the
    streaming engine runs it batch by batch. A and V see all rows of a family at once and give one
    value, or one a row. `function` is one of the plugin's, or its twin of the
    same name in `polars_rating._engines.python`.
    """
    if (calls := _asked.get()) is not None:
        calls.append(Call(function, dict(kwargs), name))
        return evidence
    if engine() == "python":
        from polars_rating._engines import python

        return python.expression(function, evidence, kwargs, kind).alias(name)
    return register_plugin_function(
        plugin_path=library(),
        function_name=function,
        args=evidence,
        kwargs=dict(kwargs),
        is_elementwise=kind in ("E", "C"),
        returns_scalar=kind == "A",
    ).alias(name)
