"""Over any numbers, not just realistic ones, the expressions give what the reference gives."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings

import polars_rating as rating
from polars_rating import RatingConfig, reference
from tests.parity.parity_check import with_reference
from tests.property.property_frames import STABLE, TIERS, any_candidates, configs


# The reference computes with Python's and NumPy's floats, which warn where they overflow.
@with_reference
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("tier", TIERS)
def test_scores_of_any_numbers_match_reference(tier: str) -> None:
    @settings(STABLE, max_examples=120)
    @given(any_candidates(tier), configs())
    def check(df: pl.DataFrame, config: RatingConfig) -> None:
        found = df.select(rating.scores(config)).item()
        expected = reference.scores(df.to_dicts()[0], config)
        # 1e-13 is for a penalty near 0, a difference of numbers of order 1.
        near = {
            name: None if x is None else pytest.approx(x, rel=1e-12, abs=1e-13)
            for name, x in expected.items()
        }
        assert found == near

    check()
