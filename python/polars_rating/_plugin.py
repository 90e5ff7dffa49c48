"""The one way into the compiled library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from polars.plugins import register_plugin_function

from polars_rating import _core

_LIBRARY = Path(_core.__file__)


def register(function: str, evidence: pl.Expr, kwargs: Mapping[str, Any], name: str) -> pl.Expr:
    """Return the expression `name` that calls the plugin's `function` on a struct of evidence.

    Elementwise: one row in, one value out, so that filters and slices push past it and the
    streaming engine runs it batch by batch.
    """
    return register_plugin_function(
        plugin_path=_LIBRARY,
        function_name=function,
        args=evidence,
        kwargs=dict(kwargs),
        is_elementwise=True,
    ).alias(name)
