"""The plugin's functions on mappings, without a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from polars_rating._engines.python.functions import null_for_nan, value_of_row
from polars_rating._expr.register import Call
from polars_rating.reference.evidence import tier_of, tier_or_none


class RowTwin:
    """The twin of the plugin's `RowFunction`."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def of_row(self, row: Mapping[str, Any]) -> Any:
        """Return what the function makes of a row."""
        function, kwargs = self._call.function, self._call.kwargs
        parts = kwargs.get("components", [{**kwargs, "function": function}])
        tiers = [_tier(function, row, part) for part in parts if "score" in part]
        with np.errstate(all="ignore"):
            return null_for_nan(value_of_row(function, row, kwargs, tiers))

    def of_rows(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return what the function makes of each row; a column is there if one of them has it."""
        names = {name for row in rows for name in row}
        return [self.of_row(dict.fromkeys(names) | dict(row)) for row in rows]


def _tier(function: str, row: Mapping[str, Any], part: Mapping[str, Any]) -> str | None:
    has = [name for name, value in part.items() if value is not None]
    may_lack = function == "evidence" or part["score"]["missing_ok"]
    return (tier_or_none if may_lack else tier_of)(row, part["function"], has)
