"""What the plugin is told: the evidence of a row of the catalogue, and the parameters.

`src/plugin/frame/tier.rs` and `src/plugin/scores/` read it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from polars_rating.catalog.row import Score, Tier
from polars_rating.parameters import check

Kwargs = dict[str, Any]
T = TypeVar("T")


def of_score(
    row: Score,
    parameters: Mapping[str, object],
    given: Mapping[str, object],
    *,
    missing_ok: bool = False,
) -> Kwargs:
    """Return the values of a score.

    Parameters
    ----------
    row : Score
        Its row of the catalogue.
    parameters : mapping
        Its parameters by name, checked here.
    given : mapping
        The canonical columns that were given by keyword.
    missing_ok : bool
        Whether a frame without evidence gives nulls instead of an error.
    """
    values: Kwargs = {
        name: _plain(check(row.rule(name), value)) for name, value in parameters.items()
    }
    no_evidence = values.pop("no_evidence", "null")
    left_out = row.can_leave_out in given and given[str(row.can_leave_out)] is None
    seen = row.given(given.keys(), left_out=left_out)
    has = {name for name, value in values.items() if value is not None} | given.keys()
    if row.can_leave_out is not None:
        values[f"with_{row.can_leave_out}"] = not left_out
    if row.base_by_keyword:
        values["passed"] = list(seen.base_by_keyword)
    omega = 1.0 - values["penalty_cap"] if row.omega == "1 - penalty_cap" else row.omega
    values["score"] = {
        "output": row.output,
        "tiers": [_of_tier(tier, has) for tier in seen.tiers],
        "no_evidence": no_evidence,
        "omega": 0.0 if omega is None else omega,
        "missing_ok": missing_ok,
    }
    if "seed" in values:
        # The way to the plugin has no unsigned 64-bit integers.
        values["seed"] = str(values["seed"])
    return values


def _of_tier(tier: Tier, has: Collection[str]) -> Kwargs:
    """Return a tier; what is left in `needs` are the parameters that were not given."""
    needs = tuple(name for name in tier.needs if name not in has)
    return {name: _plain(item) for name, item in asdict(replace(tier, needs=needs)).items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def columns_of(rows: Collection[Score], given: Collection[str]) -> list[str]:
    """Return the canonical columns that scores look for, where some were given by keyword."""
    return [name for row in rows for name in row.given(given).columns()]
