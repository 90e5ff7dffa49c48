"""`compare_engines`: what counts as a divergence, and how large it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from polars_rating._engines import choice
from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.testing import candidate_frame
from polars_rating.verify import Comparison, ScoreComparison, compare_engines

ONE_COMPONENT = rating.RatingConfig(on_missing="skip", gate="none")
Doctor = Callable[[Callable[[Mapping[str, Any]], float | None]], None]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Let the Python engine's stability be anything: that of a single year is 1 in Rust."""

    def put(stability: Callable[[Mapping[str, Any]], float | None]) -> None:
        monkeypatch.setattr(reference, "stability", lambda row, **_: stability(row))

    return put


def single_years(*profits: float | None) -> pl.DataFrame:
    lists = [None if x is None else [x] for x in profits]
    return pl.DataFrame({"yearly_profits": lists}, schema={"yearly_profits": pl.List(pl.Float64)})


def own_profit(row: Mapping[str, Any]) -> float | None:
    return row["yearly_profits"] and row["yearly_profits"][0]


def stability_of(frame: pl.DataFrame) -> ScoreComparison:
    return compare_engines(frame, ONE_COMPONENT).scores["stability_score"]


@pytest.mark.parametrize("tier", ["reruns", "trades", "summary"])
def test_engines_agree_as_promised(tier: str) -> None:
    found = compare_engines(candidate_frame(7, 5, tier))
    assert found.within(1e-12)
    assert list(found.scores) == list(RATING_OUTPUTS)
    assert {(s.compared, s.nulls, s.mismatches) for s in found.scores.values()} == {(7, 0, 0)}
    assert (found.candidates, found.refusal) == (7, None)
    assert found.rust_seconds > 0
    assert found.speed_up == found.python_seconds / found.rust_seconds


def test_divergence_is_the_largest_difference_by_hand(doctor: Doctor) -> None:
    doctor(own_profit)
    assert stability_of(single_years(1.0, 0.75, 0.9)) == ScoreComparison(
        compared=3,
        nulls=0,
        mismatches=0,
        max_divergence=0.25,
        worst_row=1,
        worst_rust=1.0,
        worst_python=0.75,
    )


@pytest.mark.parametrize("bad", [None, math.nan, math.inf])
def test_no_number_against_a_number_is_infinitely_far(doctor: Doctor, bad: float | None) -> None:
    doctor(lambda row: bad if own_profit(row) == 0.5 else own_profit(row))
    found = stability_of(single_years(0.1, 0.5, 1.0, 0.5, None))
    assert (found.compared, found.nulls, found.mismatches) == (2, 1, 2)
    assert (found.max_divergence, found.worst_row, found.worst_rust) == (math.inf, 1, 1.0)
    assert found.worst_python == (None if bad != bad else bad)  # a NaN is a null in a frame


def test_a_number_where_rust_gives_null_is_infinitely_far(doctor: Doctor) -> None:
    doctor(lambda _: 1.0)
    found = stability_of(single_years(None, 1.0))
    assert (found.mismatches, found.max_divergence, found.worst_rust) == (1, math.inf, None)


def test_nulls_of_both_are_no_divergence_and_no_agreement() -> None:
    found = compare_engines(single_years(None, None), ONE_COMPONENT)
    assert {s.nulls for s in found.scores.values()} == {2}
    assert found.max_divergence is None
    assert not found.within(1.0)


def test_nothing_is_agreed_about_an_empty_frame() -> None:
    found = compare_engines(single_years(), ONE_COMPONENT)
    assert (found.candidates, found.max_divergence, found.within()) == (0, None, False)


def test_worst_score_decides() -> None:
    def score(divergence: float | None) -> ScoreComparison:
        return ScoreComparison(compared=1, nulls=0, mismatches=0, max_divergence=divergence)

    scores = {"a": score(1e-5), "b": score(None), "c": score(1e-3)}
    found = Comparison(candidates=1, scores=scores, rust_seconds=0.5, python_seconds=2.0)
    assert found.max_divergence == 1e-3
    assert not found.within()
    assert found.within(1e-3)
    assert found.speed_up == 4.0


@pytest.mark.parametrize("tolerance", [-1e-9, math.nan, math.inf, "0.1", True])
def test_bad_tolerance(tolerance: object) -> None:
    found = compare_engines(single_years(1.0), ONE_COMPONENT)
    with pytest.raises(RatingError, match="`tolerance` must be finite and >= 0, got") as caught:
        found.within(tolerance)
    assert caught.value.code == ErrorCode.RATING_BAD_ARGUMENT


@pytest.mark.parametrize("before", ["rust", "python"])
def test_choice_of_the_process_plays_no_part_and_stays(doctor: Doctor, before: Any) -> None:
    doctor(own_profit)
    with rating.use_engine(before):
        assert stability_of(single_years(0.5)).max_divergence == 0.5
        assert rating.engine() == before


def test_config_is_used_by_both_engines() -> None:
    frame = candidate_frame(3, 1, "trades")
    config = rating.RatingConfig(dropout=rating.DropoutConfig(n_runs=2, seed=9), penalty_cap=0.9)
    default, other = compare_engines(frame), compare_engines(frame, config)
    assert other.within(1e-12)
    name = "trade_dropout_score"
    rust = frame.select(rating.trade_dropout(n_runs=2, seed=9, penalty_cap=0.9)).to_series()
    assert other.scores[name].worst_rust in rust.to_list()
    assert other.scores[name].worst_rust != default.scores[name].worst_rust


def test_lazy_frame_reads_evidence_columns_only() -> None:
    frame = candidate_frame(3, 2)
    not_a_date = pl.lit("no date").str.to_date("%Y")
    lazy = frame.lazy().with_columns(unused=not_a_date)
    with pytest.raises(pl.exceptions.InvalidOperationError):
        lazy.collect()
    assert compare_engines(lazy).scores == compare_engines(frame).scores


def test_progress_tells_of_every_candidate_as_python_rates_it() -> None:
    told: list[int] = []
    found = compare_engines(candidate_frame(230, 4), progress=told.append)
    assert (sum(told), found.candidates) == (230, 230)
    assert max(told) < 230
    assert {(s.compared, s.mismatches) for s in found.scores.values()} == {(230, 0)}


def test_error_of_both_engines_is_that_of_rust() -> None:
    for frame in (pl.DataFrame({"x": [1.0]}), pl.DataFrame({"x": [1.0]}).lazy()):
        with pytest.raises(pl.exceptions.ComputeError, match=r"\[RATING_MISSING_EVIDENCE\]"):
            compare_engines(frame)


def test_refusal_by_one_engine_is_a_divergence(doctor: Doctor) -> None:
    def refuse(_: object) -> None:
        raise RatingError("no such year", code=ErrorCode.RATING_BAD_VALUE)

    doctor(refuse)
    found = compare_engines(single_years(1.0, 2.0), ONE_COMPONENT)
    assert (found.max_divergence, found.within(1e300)) == (math.inf, False)
    assert {s.mismatches for s in found.scores.values()} == {2}
    assert (found.python_seconds, found.speed_up) == (None, None)
    assert "only the python engine refuses" in found.refusal
    assert "[RATING_BAD_VALUE] no such year" in found.refusal


@pytest.mark.parametrize("frame", [None, {"profit": [1.0]}, pl.Series([1.0])])
def test_something_that_is_no_frame(frame: object) -> None:
    with pytest.raises(RatingError, match="`frame` must be a DataFrame or LazyFrame, got"):
        compare_engines(frame)


def test_something_that_is_no_config() -> None:
    with pytest.raises(RatingError, match="`config` must be a RatingConfig"):
        compare_engines(single_years(1.0), {"penalty_cap": 0.5})


def test_missing_library_is_an_error_and_leaves_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("libgone.so")

    monkeypatch.setattr(choice, "library", fail)
    with rating.use_engine("python"):
        with pytest.raises(RatingError, match=r"libgone\.so") as caught:
            compare_engines(single_years(1.0))
        assert rating.engine() == "python"
    assert caught.value.code == ErrorCode.RATING_ENGINE_UNAVAILABLE
