"""The charts for a notebook: each is drawn by Vega without a complaint, or says what it needs."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.exceptions import RatingError
from polars_rating.report import plot

FIELD = ["distribution", "against_profit", "points_lost", "plateau"]
ONE = ["equity", "costs", "years", "contributions"]


def drawn(chart: Any) -> str:
    import vl_convert

    spec = chart.to_dict(validate=True)
    svg: str = vl_convert.vegalite_to_svg(spec)
    assert "NaN" not in svg
    return svg


@pytest.mark.parametrize("name", [*FIELD, *ONE])
def test_chart_is_drawn(rated: pl.DataFrame, name: str) -> None:
    assert "<path" in drawn(getattr(plot, name)(rated))


def test_reruns_are_drawn(reruns: pl.DataFrame) -> None:
    assert "<path" in drawn(plot.reruns(reruns, "b"))


def test_every_chart_is_tested() -> None:
    assert sorted([*FIELD, *ONE, "reruns"]) == plot.__all__


@pytest.mark.parametrize("name", ONE)
def test_candidate_is_named_or_ranked(rated: pl.DataFrame, name: str) -> None:
    best = rated.sort("final_rating", descending=True)["strategy"]
    by_rank = getattr(plot, name)(rated, 3).to_dict()
    assert by_rank == getattr(plot, name)(rated, best[2]).to_dict()
    for bad in (0, len(best) + 1, "nobody", True):
        with pytest.raises(RatingError, match="`candidate` must be a name or a rank in"):
            getattr(plot, name)(rated, bad)


@pytest.mark.parametrize("name", ["against_profit", "points_lost", "plateau", *ONE, "reruns"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(RatingError, match="the frame has no") as caught:
        getattr(plot, name)(pl.DataFrame({"final_rating": [0.5]}))
    assert caught.value.code == "RATING_MISSING_EVIDENCE"


def test_chart_can_be_changed_further(rated: pl.DataFrame) -> None:
    chart = rating.plot.distribution(rated).properties(width=300)
    assert chart.to_dict()["width"] == 300
