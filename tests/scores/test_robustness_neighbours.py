"""Robustness on the tier of neighbours, by hand."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from tests.scores._by_hand import (
    JITTER_BASE,
    JITTERED,
    NOTHING_LEFT,
    SUMMARY,
    frame,
    list_of,
    near,
    value,
)

NEAR = {"neighbour_runs": [JITTERED]}
RUNS = {"jitter_runs": [NOTHING_LEFT]}
EMPTY = {**JITTER_BASE, "neighbour_runs": None}
LISTS = {"neighbour_runs": list_of(JITTER_BASE)}


def tier(row: dict) -> str:
    return frame(row).select(rating.evidence()).item()["robustness_score"]


def test_neighbours_are_scored_like_reruns() -> None:
    assert value(rating.robustness(), {**JITTER_BASE, **NEAR}) == near(0.85)


def test_neighbours_stand_between_reruns_and_the_summary_model() -> None:
    base = {**SUMMARY, **JITTER_BASE}
    assert tier(base) == "summary"
    assert tier({**base, **NEAR}) == "neighbours"
    assert tier({**base, **NEAR, **RUNS}) == "reruns"
    assert value(rating.robustness(), {**base, **NEAR, **RUNS}) == 0.5  # nothing left: the cap
    chosen = rating.robustness(neighbour_runs="neighbour_runs")  # a keyword overrides the choice
    assert value(chosen, {**base, **NEAR, **RUNS}) == near(0.85)


@pytest.mark.parametrize("no_evidence", ["null", "omega"])
def test_fewer_than_min_neighbours_is_null(no_evidence: str) -> None:
    row = {**JITTER_BASE, "neighbour_runs": [JITTERED, JITTERED]}
    expr = rating.robustness(min_neighbours=2, no_evidence=no_evidence)
    assert value(expr, row) == near(0.85)
    expr = rating.robustness(min_neighbours=3, no_evidence=no_evidence)
    assert value(expr, row) is None
    assert value(expr, EMPTY, **LISTS) is None


def test_no_neighbour_is_no_evidence() -> None:
    assert value(rating.robustness(), {**JITTER_BASE, "neighbour_runs": []}, **LISTS) is None
    assert value(rating.robustness(no_evidence="omega"), EMPTY, **LISTS) == 0.5


def test_min_neighbours_says_nothing_about_reruns() -> None:
    row = {**JITTER_BASE, "jitter_runs": [JITTERED]}
    assert value(rating.robustness(min_neighbours=9), row) == near(0.85)


def test_min_neighbours_of_the_configuration_reaches_the_rating() -> None:
    row = {**SUMMARY, **JITTER_BASE, "yearly_profits": [1.0, 2.0], **NEAR}
    config = rating.RatingConfig(jitter=rating.JitterConfig(min_neighbours=2))
    scores = frame(row).select(rating.scores(config)).item()
    assert scores["robustness_score"] is None
    assert frame(row).select(rating.scores()).item()["robustness_score"] == near(0.85)


def test_trials_on_a_grid_by_hand() -> None:
    trials = pl.DataFrame({
        "n": [10, 20, 30], "profit": [100.0, 80.0, 0.0], "avg_r": [1.0, 1.0, 1.0],
        "win_rate": [0.5, 0.5, 0.5], "max_drawdown": [10.0, 10.0, 10.0],
    })  # fmt: skip
    out = rating.neighbour_runs(trials, "n").with_columns(rating.robustness())
    # 10 loses a fifth of its profit next door, 20 nothing at 10 and all at 30, 30 has none to lose.
    assert out["robustness_score"].to_list() == [near(1 - 0.05), near(1 - 0.125), 1.0]
    assert out["n_neighbours"].to_list() == [1, 2, 1]


@pytest.mark.parametrize("bad", [0, -1, 1.5, None, "2"])
def test_min_neighbours_must_be_a_count(bad: object) -> None:
    with pytest.raises(rating.RatingError, match="`min_neighbours` must be an integer in"):
        rating.robustness(min_neighbours=bad)
