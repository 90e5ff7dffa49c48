"""The rows of the catalogue as the contract tests use them.

Whatever a row promises comes from `polars_rating.catalog`; an expression without a row fails in
`tests/contracts/test_catalog.py`, so that none can skip the contracts.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

import polars_rating as rating
from polars_rating import catalog, reference, scalar
from polars_rating._engines.python.functions import DTYPES
from polars_rating.catalog.row import Score
from polars_rating.testing import candidate_frame

TIERS: Final = ("reruns", "neighbours", "equity", "returns", "trades", "summary")
NEEDED: Final = {"capital": 10_000.0}
"""Parameters without which some evidence is none."""
EXPRESSIONS: Final = {
    name
    for name in rating.__all__
    if inspect.isfunction(made := getattr(rating, name))
    and inspect.signature(made).return_annotation == "pl.Expr"
}
"""Public functions that make an expression."""
OF_CANDLES: Final = {"tp_sl_stress"}
"""Public expressions that need more than a row: their contracts are tested in `tests/candles/`."""
NATIVE: Final = {"score_from_penalty"}
"""Public expressions that Polars itself computes."""
AGGREGATES: Final = {"trades"}
"""Public expressions that gather many rows into one."""
QUICK: Final = rating.RatingConfig(
    dropout=rating.DropoutConfig(n_runs=1), jitter=rating.JitterConfig(n_iterations=3)
)
"""What makes a rating cheap on large frames."""


class Row:
    """What is promised of one public expression."""

    def __init__(self, score: Score) -> None:
        self.score = score
        self.name = score.name
        self.output = score.output
        self.tiers = _of_components() if not score.tiers else _own(score)
        """Tier to the columns it needs, all of them required."""
        self.optional = {
            name
            for one in (score, *catalog.COMPONENTS.values())
            for tier in one.tiers
            for name in tier.optional
            if one is score or not score.tiers
        }
        self.dtype = _dtype(score.dtype)
        self.omega = 0.5 if score.omega == "1 - penalty_cap" else score.omega
        self.direction = score.direction
        self.range = score.range and tuple(0.5 if x == "penalty_cap" else x for x in score.range)
        self.reruns = next((t.column for t in score.tiers if t.holds == "runs"), None)
        self.monotone = score.monotone
        self.quick: dict[str, Any] = {
            name: value
            for name, value in {"n_iterations": 3, "n_runs": 1, "n_boot": 100}.items()
            if name in score.parameters
        }
        if not score.tiers and self.name != "evidence":
            self.quick = {"config": QUICK}
        self.needed = {name: NEEDED[name] for tier in score.tiers for name in tier.needs}
        self.probe = _probe(score.dtype)
        """A field of a struct output to filter and sort by."""

    def __repr__(self) -> str:
        return self.name

    def build(self, **given: Any) -> pl.Expr:
        """Return the expression; columns are named canonically."""
        keywords = {column: word for word, column in self.score.keywords.items() if word != "runs"}
        renamed = {keywords.get(name, name): value for name, value in given.items()}
        expr: pl.Expr = getattr(rating, self.name)(**self.needed | renamed)
        return expr

    def reference(self, row: Mapping[str, Any], **given: Any) -> Any:
        """Return what the plain-Python twin gives for a row of ``df.to_dicts()``."""
        return getattr(reference, self.name)(row, **self.needed | given)

    def scalar(self, rows: Any, **given: Any) -> Any:
        """Return what the scalar form gives for a row of ``df.to_dicts()``, or for all of them."""
        return getattr(scalar, self.name)(rows, **self.needed | given)

    def value(self, expr: pl.Expr) -> pl.Expr:
        """Return the output, or the one number of it that can be compared and sorted by."""
        if isinstance(self.dtype, pl.List):
            return expr.list.first().struct.field("profit")
        return expr if self.probe is None else expr.struct.field(self.probe)

    def columns(self, tier: str) -> tuple[str, ...]:
        """Return the columns that are used in `tier`."""
        optional = sorted(self.optional) if tier == "summary" else ()
        return tuple(dict.fromkeys([*self.tiers[tier], *optional]))

    def frame(self, tier: str, rows: int = 12, **options: Any) -> pl.DataFrame:
        """Return a frame of just the columns of `tier`."""
        return candidate_frame(rows, tier=tier, **options).select(self.columns(tier))


def _own(score: Score) -> dict[str, tuple[str, ...]]:
    tiers = {
        tier.tier: tuple(name for name in (tier.column, *tier.metrics) if name is not None)
        for tier in score.tiers
    }
    # A metric without a column is computed from trades.
    if "metrics" in {tier.holds for tier in score.tiers} and score.direction is None:
        tiers["trades"] = ("trades",)
    return {tier: tiers[tier] for tier in TIERS if tier in tiers}


def _of_components() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {
        "reruns": [],
        "neighbours": [],
        "trades": ["trades"],
        "summary": [],
    }
    for score in catalog.COMPONENTS.values():
        own = _own(score)
        for tier in ("reruns", "neighbours", "summary"):
            found[tier] += own.get(tier, own["summary"])
    return {tier: tuple(dict.fromkeys(names)) for tier, names in found.items()}


def _dtype(dtype: str | Mapping[str, str]) -> pl.DataType:
    if isinstance(dtype, str):
        return DTYPES[dtype]
    return pl.Struct({name: DTYPES[text] for name, text in dtype.items()})


def _probe(dtype: str | Mapping[str, str]) -> str | None:
    if isinstance(dtype, str):
        return None
    plain = [name for name, text in dtype.items() if text in ("Float64", "String")]
    return "final_rating" if "final_rating" in plain else plain[0]


REGISTRY: Final[Mapping[str, Row]] = {
    name: Row(score) for name, score in catalog.SCORES.items() if name not in catalog.SELECTION
}
"""Public expressions that score a candidate in a row; the others are in `tests.selection`."""
CASES: Final = [(row, tier) for row in REGISTRY.values() for tier in row.tiers]
"""Every expression on every tier."""
IDS: Final = [f"{row.name}-{tier}" for row, tier in CASES]
SCORES: Final = [(row, tier) for row, tier in CASES if row.omega is not None]
"""The single scores, which follow the one rule for missing evidence."""
SCORE_IDS: Final = [f"{row.name}-{tier}" for row, tier in SCORES]
