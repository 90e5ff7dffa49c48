"""The one way from an expression to the engine that computes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from polars.plugins import register_plugin_function

from polars_rating._engines.choice import engine, library
from polars_rating.catalog.row import Kind


def register(
    function: str, evidence: pl.Expr, kwargs: Mapping[str, Any], name: str, kind: Kind = "E"
) -> pl.Expr:
    """Return the expression `name` that calls `function` on a struct of evidence.

    Elementwise (E, C): one row in, one value out, so that filters and slices push past it and the
    streaming engine runs it batch by batch. A and V see all rows of a family at once and give one
    value, or one a row. `function` is one of the plugin's, or its twin of the
    same name in `polars_rating._engines.python`.
    """
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
