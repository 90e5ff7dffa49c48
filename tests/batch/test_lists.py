"""Lists of candidates: each is rated as `calculate_rating` rates it alone."""

from __future__ import annotations

import math
from collections import UserDict, deque
from dataclasses import replace

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.batch import (
    calculate_ratings_batch,
    cost_shock_score_batch,
    robustness_score_batch,
)
from polars_rating.config import JitterConfig, RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.rate_one import calculate_rating
from polars_rating.schema import RATING_SCORE
from polars_rating.types import MetricsInput, RatingScore
from tests.batch._forms import candidates, expected, one_by_one

DF = candidates(30).filter(pl.all_horizontal(pl.all().is_not_null()), pl.col("win_rate") < 2)
MAPPINGS = list(one_by_one(DF))
ITEMS = [MetricsInput.from_dict(mapping) for mapping in MAPPINGS]
ONE = ITEMS[0]


def test_ratings_equal_the_expression() -> None:
    result = calculate_ratings_batch(ITEMS)
    assert all(type(score) is RatingScore for score in result)
    assert [score.to_dict() for score in result] == expected(DF).to_dicts()


def test_mappings_give_dictionaries() -> None:
    assert calculate_ratings_batch(MAPPINGS) == expected(DF).to_dicts()
    assert calculate_ratings_batch([UserDict(mapping) for mapping in MAPPINGS]) == (
        expected(DF).to_dicts()
    )


def test_any_sequence_will_do() -> None:
    as_list = calculate_ratings_batch(ITEMS)
    assert calculate_ratings_batch(tuple(ITEMS)) == as_list
    assert calculate_ratings_batch(deque(ITEMS)) == as_list


def test_candidates_without_a_profit_are_judged_on_their_years_as_alone() -> None:
    mixed = [replace(item, profit=None) if i % 3 else item for i, item in enumerate(ITEMS)]
    mixed += [replace(ONE, profit=None, yearly_profits=(), years=None, year_days=None)]
    assert calculate_ratings_batch(mixed) == [calculate_rating(item) for item in mixed]
    assert mixed[1].profit is None
    assert calculate_ratings_batch(mixed)[-1].final_rating is None


def test_optional_metrics_may_differ_between_candidates() -> None:
    mixed = [
        replace(ONE, years=None),
        replace(ONE, year_days=None),
        replace(ONE, years=None, year_days=None, avg_r=None),
        ONE,
    ]
    config = RatingConfig(gate="deployment")
    assert calculate_ratings_batch(mixed, config) == [
        calculate_rating(item, config=config) for item in mixed
    ]


def test_unknown_metrics_give_none() -> None:
    unknown = replace(ONE, sharpe_ratio=math.nan)
    result = calculate_ratings_batch([unknown])[0]
    assert result.trade_dropout_score is None
    assert result.robustness_score is not None


def test_counts_need_not_be_whole() -> None:
    half = replace(ONE, total_trades=20.5)
    assert calculate_ratings_batch([half, ONE]) == [calculate_rating(half), calculate_rating(ONE)]


def test_single_column_gives_numbers() -> None:
    config = JitterConfig(seed=3)
    oracle = DF.select(rating.robustness(seed=3)).to_series().to_list()
    assert robustness_score_batch(ITEMS, config) == oracle
    assert robustness_score_batch(MAPPINGS, config) == oracle


def test_cost_shock_gives_dictionaries() -> None:
    oracle = cost_shock_score_batch(DF, [1.5]).to_dicts()
    assert cost_shock_score_batch(ITEMS, [1.5]) == oracle
    assert list(oracle[0]) == ["cost_shock_score_1.5", "cost_shock_score"]


def test_empty_list_gives_an_empty_list() -> None:
    assert calculate_ratings_batch([]) == []
    assert robustness_score_batch(()) == []
    assert cost_shock_score_batch([]) == []


@pytest.mark.usefixtures("slices_of_100")
def test_list_longer_than_a_slice_keeps_its_order() -> None:
    items = [replace(ITEMS[i % 3], profit=100.0 * i if i % 2 else None) for i in range(430)]
    assert robustness_score_batch(items) == [robustness_score_batch([x])[0] for x in items]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([ONE, 3], "`metrics[1]` must be a MetricsInput, as the first is, got int"),
        ([ONE, MAPPINGS[0]], "`metrics[1]` must be a MetricsInput, as the first is, got dict"),
        ([MAPPINGS[0], ONE], "`metrics[1]` must be a mapping, as the first is, got MetricsInput"),
        ([None], "`metrics[0]` must be a MetricsInput or a mapping, got NoneType"),
    ],
)
def test_item_of_another_kind_is_named(items: list[object], message: str) -> None:
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(items)
    assert (caught.value.code, caught.value.message) == (ErrorCode.RATING_BAD_ARGUMENT, message)


def test_bad_value_in_a_mapping_names_position_and_field() -> None:
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch([*MAPPINGS, {**MAPPINGS[0], "win_rate": 55}])
    assert caught.value.code == ErrorCode.RATING_BAD_VALUE
    assert caught.value.message.startswith(f"`metrics[{len(MAPPINGS)}]`: `win_rate` must be ")


def test_key_of_a_mapping_that_is_no_metric_is_refused_unlike_a_column() -> None:
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(DF.to_dicts())
    assert caught.value.code == ErrorCode.RATING_BAD_ARGUMENT
    assert caught.value.message.startswith("`metrics[0]`: MetricsInput has no key 'strategy'")
    assert calculate_ratings_batch(DF).equals(calculate_ratings_batch(DF.drop("strategy")))


def test_argument_is_named_as_in_the_signature() -> None:
    with pytest.raises(RatingError, match=r"`base_metrics\[0\]`"):
        robustness_score_batch([1])
    assert tuple(RatingScore().to_dict()) == RATING_SCORE.names
