"""How scalar functions are called: keywords, parameters, lists, errors."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import Any

import pytest

import polars_rating as rating
from polars_rating import catalog, scalar
from polars_rating.exceptions import ErrorCode, RatingError
from tests._engines import engine as engine  # a fixture

pytestmark = pytest.mark.usefixtures("engine")
RUN = {"profit": 9200.0, "avg_r": 0.72, "win_rate": 0.52, "max_drawdown": 2200.0}
BASE = {"profit": 10_000.0, "avg_r": 0.8, "win_rate": 0.55, "max_drawdown": 2_000.0}
# (10000 - 9200) / 10000, (0.8 - 0.72) / 0.8, 0.03 / 0.55, 200 / 2000, by hand.
SCORE = 1 - (0.08 + 0.1 + 0.03 / 0.55 + 0.1) / 4


def test_every_score_has_a_scalar_form_and_nothing_else_does() -> None:
    assert set(dir(scalar)) - {"ScalarScore", "tp_sl_stress"} == set(catalog.SCORES) - set(
        catalog.SELECTION
    )
    with pytest.raises(AttributeError, match="no attribute 'sharpe'"):
        _ = scalar.sharpe
    assert repr(scalar.stability) == "polars_rating.scalar.stability"


@pytest.mark.parametrize(
    ("row", "keywords"),
    [
        ({**BASE, "jitter_runs": [RUN]}, {}),
        (BASE, {"runs": [RUN]}),
        (BASE, {"jitter_runs": [RUN]}),
        (None, {**BASE, "runs": [RUN]}),
        ({**BASE, "profit": 1.0}, {"profit": 10_000.0, "runs": [RUN]}),
        (MappingProxyType({**BASE, "jitter_runs": [RUN]}), {}),
    ],
)
def test_mapping_and_keywords_say_the_same(row: Any, keywords: Any) -> None:
    assert scalar.robustness(row, **keywords) == pytest.approx(SCORE, rel=1e-12)


def test_parameters_are_those_of_the_expression() -> None:
    assert scalar.robustness(BASE, runs=[RUN], penalty_cap=0.05) == 0.95
    without_r = 1 - (0.08 + 0.03 / 0.55 + 0.1) / 3
    assert scalar.robustness(BASE, runs=[RUN], avg_r=None) == pytest.approx(without_r, rel=1e-12)
    trades = [{"pnl": 5.0, "fee": 1.0, "exit_time": dt.date(2024, 1, i)} for i in (1, 2, 3)]
    assert scalar.cost_shock(trades=trades, multipliers=[2]) == scalar.cost_shock(
        trades=trades, multipliers=(2.0,)
    )


@pytest.mark.parametrize("time", [dt.datetime, dt.date])
def test_trades_are_ordered_by_time_and_give_years(time: type) -> None:
    trades = [
        {"pnl": 1.0, "exit_time": time(2023, 6, 1)},
        {"pnl": 3.0, "exit_time": time(2022, 6, 1)},
    ]
    found = scalar.metrics(trades=trades)
    assert found["years"] == [2022, 2023]
    assert found["yearly_profits"] == [3.0, 1.0]


def test_a_time_with_a_zone_counts_where_it_is_in_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=-5))
    late = dt.datetime(2022, 12, 31, 22, tzinfo=zone)  # 2023 in UTC
    assert scalar.metrics(trades=[{"pnl": 1.0, "exit_time": late}])["years"] == [2023]


def test_rating_takes_components_and_a_config() -> None:
    ones = dict.fromkeys(catalog.COMPONENTS, 1.0) | {"stress_penalty": 0.5}
    assert scalar.final(**ones) == 0.9
    config = rating.RatingConfig(weights=rating.Weights(stress_penalty=0))
    assert scalar.final(**ones, config=config) == 1.0
    row = {"yearly_profits": [1.0, 1.0], "trades": []}
    assert scalar.evidence(row)["stability_score"] == "summary"


@pytest.mark.parametrize(
    ("row", "keywords", "code", "text"),
    [
        ({}, {}, "RATING_MISSING_EVIDENCE", "no evidence for `robustness_score`"),
        (BASE, {"runs": [{"profit": 1.0}]}, "RATING_MISSING_FIELD", "the field `avg_r`"),
        (BASE, {"penalty_cap": 1.5}, "RATING_BAD_ARGUMENT", "must be in [0, 1], got 1.5"),
        (BASE, {"penalty_cap": True}, "RATING_BAD_ARGUMENT", "must be in [0, 1], got True"),
        ([BASE, 3], {}, "RATING_BAD_ARGUMENT", "`row[1]` must be a mapping, got 3"),
    ],
)
def test_errors_have_codes_and_say_what_was_found(
    row: Any, keywords: Any, code: str, text: str
) -> None:
    scalar.robustness(BASE, runs=[RUN], penalty_cap=1.0)  # True must not find this call
    with pytest.raises(RatingError) as caught:
        scalar.robustness(row, **keywords)
    assert caught.value.code == ErrorCode(code)
    assert text in str(caught.value)


def test_unknown_keyword_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'penalty'"):
        scalar.robustness(BASE, penalty=0.5)


WRONG = [
    ({"profit": "much"}, "`profit` must be a number, got String"),
    ({"profit": True}, "`profit` must be a number, got Boolean"),
    ({"profit": dt.timedelta(1)}, "`profit` must be a number, a time or a text, got timedelta"),
    ({"profit": [1.0]}, "`profit` must be a number, got List(Float64)"),
    ({"jitter_runs": 3.0}, "`jitter_runs` must be List(Struct{"),
    ({"jitter_runs": [RUN, 3.0]}, "`jitter_runs` must be a list of mappings, got float"),
    ({"jitter_runs": [{**RUN, "profit": "x"}]}, "`jitter_runs.profit` must be a number"),
]


@pytest.mark.parametrize(("values", "text"), WRONG)
def test_values_of_another_type_are_named(values: Any, text: str) -> None:
    if rating.engine() == "python" and "timedelta" in text:
        pytest.skip("the reference reads a duration as its seconds, for any metric")
    with pytest.raises(RatingError) as caught:
        scalar.robustness({**BASE, "jitter_runs": [RUN], **values})
    if rating.engine() == "rust":
        assert text in str(caught.value)
    assert caught.value.code == ErrorCode.RATING_BAD_DTYPE


def test_lists_of_another_length_are_an_error() -> None:
    runs = {**{name: [1.0, 2.0] for name in RUN}, "win_rate": [0.5]}
    with pytest.raises(RatingError, match="must have equal lengths in a row"):
        scalar.robustness(BASE, runs=runs)
