"""Whatever the numbers: no error, no NaN, no infinity, every score in its range."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import RatingConfig
from tests.property.property_frames import (
    COMPONENTS,
    STABLE,
    TIERS,
    WILD,
    any_candidates,
    configs,
    frame,
)


def within(values: Iterable[float | None], high: float = 1.0) -> bool:
    return all(x is None or 0 <= x <= high for x in values)


@pytest.mark.parametrize("tier", TIERS)
def test_scores_stay_in_range_over_any_numbers(tier: str) -> None:
    @settings(STABLE, max_examples=150)
    @given(any_candidates(tier, max_rows=2), configs())
    def check(df: pl.DataFrame, config: RatingConfig) -> None:
        found = df.select(rating.scores(config), rating.explain(config))
        fused = found.unnest("rating_score")
        for name in COMPONENTS:
            high = config.penalty_cap if name == "stress_penalty" else 1.0
            assert within(fused[name], high), name
            assert within(found["rating_contributions"].struct.field(name)), name
        assert within(fused["final_rating"])

    check()


@STABLE
@given(any_candidates("reruns"), st.floats(0, 1), st.sampled_from(["null", "omega"]))
def test_further_scores_stay_in_range_over_any_numbers(
    df: pl.DataFrame, cap: float, no_evidence: str
) -> None:
    keywords: dict[str, Any] = {"penalty_cap": cap, "no_evidence": no_evidence}
    found = df.select(
        rating.data_jitter(**keywords),
        rating.data_jitter(avg_r=None, **keywords).alias("without"),
        rating.robustness(avg_r=None, **keywords),
        rating.timing_jitter(**keywords),
        rating.deployment().struct.field("score"),
    )
    assert within(found.row(0))
    # Never null under omega, and 1 - cap is the least of a mean that is capped.
    if no_evidence == "omega":
        assert all(x is not None and x >= 1 - cap for x in found.row(0)[:4])


@STABLE
@given(
    any_candidates("summary"),
    st.floats(0, 1e300, exclude_min=True),
    st.integers(1, 5),
    st.sampled_from(["null", "omega"]),
)
def test_stability_stays_in_range_over_any_numbers(
    df: pl.DataFrame, min_scale: float, min_years: int, no_evidence: str
) -> None:
    keywords: dict[str, Any] = {
        "min_scale": min_scale,
        "min_years": min_years,
        "no_evidence": no_evidence,
    }
    exprs = rating.stability(**keywords), rating.stability_wmape(**keywords)
    score, wmape = df.select(*exprs).row(0)
    assert (score is None) == (wmape is None)
    if score is not None:
        assert 0 <= score <= 1
        # +inf where the profits overflow, and then the score is 0.
        assert wmape >= 0
        assert score == 1 / (1 + wmape)


@STABLE
@given(any_candidates("trades"))
def test_metrics_of_any_trades_have_no_nan_and_keep_their_range(df: pl.DataFrame) -> None:
    found = df.select(rating.metrics()).unnest("metrics")
    for name, dtype in found.schema.items():
        if dtype == pl.Float64:
            assert found[name].is_nan().sum() == 0, name
    assert within(found["win_rate"])
    values = found.row(0, named=True)
    assert (values["profit_factor"] or 0) >= 0
    assert (values["max_drawdown"] or 0) >= 0
    if values["years"]:
        assert len(values["years"]) == len(values["year_days"]) == len(values["yearly_profits"])
        assert all(1 <= days <= 366 for days in values["year_days"])


@STABLE
@given(st.lists(WILD, min_size=5, max_size=5), configs())
def test_components_passed_in_are_rated_in_range_or_refused(
    values: list[float | None], config: RatingConfig
) -> None:
    row = dict(zip(COMPONENTS, values, strict=True))
    expr = rating.final(**{name.removesuffix("_score"): name for name in row}, config=config)
    # NaN is missing; rounding dust beyond the range is forgiven.
    wrong = [x for x in values if x is not None and (x < -1e-9 or x > 1 + 1e-9)]
    # A component without weight is checked too: it was passed in.
    if wrong:
        with pytest.raises(pl.exceptions.ComputeError, match=r"must be in \[0, 1\]"):
            frame(row).select(expr)
    else:
        assert within(frame(row).select(expr).row(0))


@STABLE
@given(any_candidates("summary"), configs(gate="none", on_missing="null"))
def test_rating_lies_between_its_components(df: pl.DataFrame, config: RatingConfig) -> None:
    found = df.select(rating.scores(config)).item()
    weights = tuple(config.weights.by_component().values())
    scores = [found[name] for name in COMPONENTS]
    scores[-1] = None if scores[-1] is None else 1 - scores[-1]
    counted = [score for score, weight in zip(scores, weights, strict=True) if weight > 0]
    if None in counted:
        assert found["final_rating"] is None
    else:
        # 1e-12: a weighted mean of equal numbers may differ from them in the last digits.
        assert min(counted) - 1e-12 <= found["final_rating"] <= max(counted) + 1e-12
