"""The rows of the scores beside the rating."""

from __future__ import annotations

from typing import Final

from polars_rating.catalog.row import Score
from polars_rating.catalog.tiers import PATH, PATH_KEYWORDS

FURTHER: Final = (
    Score(
        name="ulcer_index",
        output="ulcer_index",
        question="How deep and how long are the drawdowns?",
        tiers=PATH,
        parameters=("capital", "compound"),
        direction="lower",
        range=(0.0, float("inf")),
        keywords=PATH_KEYWORDS,
    ),
    Score(
        name="ulcer_index_score",
        output="ulcer_index_score",
        file="ulcer_index",
        tiers=PATH,
        parameters=("ulcer_cap", "capital", "compound"),
        keywords=PATH_KEYWORDS,
    ),
)
