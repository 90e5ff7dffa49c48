"""What `neighbour_runs` and `plateau` take and refuse, eager and lazy, on both engines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from tests._engines import engine

__all__ = ["engine"]

BASE = {"profit": [1.0, 2.0], "win_rate": [0.5, 0.5], "max_drawdown": [1.0, 1.0]}
TRIALS = pl.DataFrame({"n": [1, 2], "text": ["a", "a"], "lists": [[1], [2]], **BASE})


@pytest.fixture(autouse=True)
def on_both_engines(engine: str) -> None:
    """Call under one engine after the other."""


@pytest.mark.parametrize("run", ["in-memory", "streaming"])
def test_lazy_frames_stay_lazy_and_give_the_same(run: Any) -> None:
    lazy = rating.neighbour_runs(TRIALS.lazy(), "n")
    assert isinstance(lazy, pl.LazyFrame)
    eager = rating.neighbour_runs(TRIALS, "n")
    assert lazy.collect_schema() == eager.schema
    assert lazy.collect(engine=run).equals(eager)
    views = rating.plateau(TRIALS.lazy(), "n", "profit")
    assert views.collect_schema() == views.collect().schema
    assert views.collect(engine=run).equals(rating.plateau(TRIALS, "n", "profit"))


def test_avg_r_is_listed_where_the_frame_has_it() -> None:
    def fields(frame: pl.DataFrame) -> list[str]:
        inner = rating.neighbour_runs(frame, "n").schema["neighbour_runs"].inner
        return [field.name for field in inner.fields]

    assert fields(TRIALS) == ["profit", "win_rate", "max_drawdown"]
    with_r = TRIALS.with_columns(avg_r=pl.lit(1))
    assert fields(with_r) == ["profit", "avg_r", "win_rate", "max_drawdown"]


@pytest.mark.parametrize("rows", [0, 1])
def test_few_trials_have_no_neighbours(rows: int) -> None:
    out = rating.neighbour_runs(TRIALS.head(rows), ["n", "text"], by="text")
    assert out["n_neighbours"].to_list() == [0] * rows
    assert out.schema["n_neighbours"] == pl.UInt32
    assert rating.plateau(TRIALS.head(rows), "n", "profit").height == rows


def test_untyped_nulls_are_a_parameter_that_nobody_has() -> None:
    out = rating.neighbour_runs(TRIALS.with_columns(none=None), ["n", "none"])
    assert out["n_neighbours"].to_list() == [1, 1]


def test_many_equal_trials_are_neighbours_of_each_other() -> None:
    many = pl.concat([TRIALS.head(1)] * 40)
    assert set(rating.neighbour_runs(many, "n")["n_neighbours"]) == {39}
    assert set(rating.neighbour_runs(many, "n", nearest=7)["n_neighbours"]) == {7}


@pytest.mark.parametrize(
    ("keywords", "code"),
    [
        ({"parameters": "nope"}, "RATING_MISSING_EVIDENCE"),
        ({"by": "nope"}, "RATING_MISSING_EVIDENCE"),
        ({"metrics": ["profit", "nope"]}, "RATING_MISSING_EVIDENCE"),
        ({"parameters": []}, "RATING_BAD_ARGUMENT"),
        ({"parameters": ["n", "n"]}, "RATING_BAD_ARGUMENT"),
        ({"metrics": []}, "RATING_BAD_ARGUMENT"),
        ({"parameters": "lists"}, "RATING_BAD_DTYPE"),
        ({"metrics": ["text"]}, "RATING_BAD_DTYPE"),
        ({"within": 0.1, "nearest": 1}, "RATING_BAD_ARGUMENT"),
        ({"steps": 2, "within": 0.1}, "RATING_BAD_ARGUMENT"),
        ({"steps": 0}, "RATING_BAD_ARGUMENT"),
        ({"nearest": 0}, "RATING_BAD_ARGUMENT"),
        ({"within": -0.1}, "RATING_BAD_ARGUMENT"),
        ({"nearest": 1, "scale": "linear"}, "RATING_BAD_ARGUMENT"),
        ({"frame": {"n": [1]}}, "RATING_BAD_ARGUMENT"),
    ],
)
def test_bad_calls_have_a_code(keywords: dict[str, Any], code: str) -> None:
    given = {"frame": TRIALS, "parameters": "n", **keywords}
    with pytest.raises(rating.RatingError) as caught:
        rating.neighbour_runs(**given)
    assert caught.value.code == code


@pytest.mark.parametrize("near", [{"within": 0.1}, {"nearest": 1, "scale": "log"}])
def test_dates_have_no_relative_distance(near: dict[str, Any]) -> None:
    dated = TRIALS.with_columns(day=dt.date(2024, 1, 1))
    with pytest.raises(rating.RatingError, match="`day` must be a number or a Duration"):
        rating.neighbour_runs(dated, "day", **near)
    assert rating.neighbour_runs(dated, "day", nearest=1, scale="range")["n_neighbours"][0] == 1


@pytest.mark.parametrize(
    ("value", "near", "text"),
    [
        (float("inf"), {"within": 0.1}, r"must be finite \(within\), got inf"),
        (float("-inf"), {"nearest": 1, "scale": "range"}, "finite, and so their range .*-inf"),
        (0.0, {"nearest": 1, "scale": "log"}, r'finite and > 0 \(scale "log"\), got 0.0'),
    ],
)
def test_values_without_a_distance_are_named_when_the_query_runs(value, near, text) -> None:
    frame = TRIALS.with_columns(n=pl.Series([1.0, value]))
    with pytest.raises(pl.exceptions.ComputeError, match=f"RATING_BAD_VALUE.*`n`.*{text}"):
        rating.neighbour_runs(frame, "n", **near)
