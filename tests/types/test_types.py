"""MetricsInput and RatingScore: what they take, refuse, and give back."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from polars_rating import config, types
from polars_rating.exceptions import RatingError
from polars_rating.parameters import RULES
from polars_rating.testing import metrics_inputs
from polars_rating.types import MetricsDict, MetricsInput, RatingScore, ScoreDict

NAN, INF = float("nan"), float("inf")
REQUIRED: dict[str, Any] = {
    "total_trades": 120,
    "win_rate": 0.55,
    "profit_factor": 1.8,
    "sharpe_ratio": 1.5,
    "max_drawdown": 2000.0,
    "avg_trade_duration": 3600.0,
    "yearly_profits": [4000.0, 6000.0],
    "cost_per_trade": 2.5,
}
OPTIONAL: dict[str, Any] = {
    "profit": 10000.0,
    "avg_r": 0.8,
    "years": [2023, 2024],
    "year_days": [365.0, 100.0],
}
NUMBERS = tuple(name for name, value in {**REQUIRED, **OPTIONAL}.items() if type(value) is not list)
FROM_ZERO = ("total_trades", "profit_factor", "max_drawdown", "cost_per_trade")
LISTS = ("yearly_profits", "year_days")

# A value and what becomes of it.
PLAIN: list[tuple[object, float]] = [
    (1, 1.0),
    (0, 0.0),
    (np.int8(1), 1.0),
    (np.uint64(1), 1.0),
    (np.float32(0.5), 0.5),
    (np.float64(0.25), 0.25),
    (Decimal("0.5"), 0.5),
    (Fraction(1, 4), 0.25),
    (NAN, NAN),
    (np.float64("nan"), NAN),
]
NO_NUMBERS = ("1", b"1", True, np.True_, None, 1j, [1.0], {"a": 1.0}, dt.date(2024, 1, 1), 10**400)
DURATIONS: list[tuple[object, float]] = [
    (dt.timedelta(hours=1, microseconds=500), 3600.0005),
    (np.timedelta64(90, "m"), 5400.0),
    (np.timedelta64(1_500_000_000, "ns"), 1.5),
    (np.timedelta64("NaT"), NAN),
]
SEQUENCES: list[Callable[[list[Any]], object]] = [
    list,
    tuple,
    np.array,
    pl.Series,
    iter,
    lambda items: dict(enumerate(items)).values(),
]


def made(**other: object) -> MetricsInput:
    return MetricsInput(**{**REQUIRED, **other})


def same(found: object, expected: object) -> bool:
    """Compare type and value; NaN is the same as NaN."""
    return type(found) is type(expected) and repr(found) == repr(expected)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("value", "expected"), PLAIN, ids=repr)
def test_any_real_number_becomes_plain_python(name: str, value: object, expected: float) -> None:
    if name == "total_trades" and expected in (0.0, 1.0):
        expected = int(expected)  # a whole count
    assert same(getattr(made(**{name: value}), name), expected)


@pytest.mark.parametrize(("value", "expected"), DURATIONS, ids=repr)
def test_durations_become_seconds(value: object, expected: float) -> None:
    assert same(made(avg_trade_duration=value).avg_trade_duration, expected)


@pytest.mark.parametrize("make", SEQUENCES)
def test_any_sequence_becomes_a_tuple_of_plain_python(make: Callable[..., object]) -> None:
    found = made(yearly_profits=make([1, 2]), years=make([2023, 2024]), year_days=make([1.5, NAN]))
    assert same(found.yearly_profits, (1.0, 2.0))
    assert same(found.years, (2023, 2024))
    assert same(found.year_days, (1.5, NAN))


def test_unlimited_fields_take_infinities_and_negative_numbers() -> None:
    found = made(profit_factor=INF, sharpe_ratio=-INF, profit=-1, avg_r=-0.5, year_days=[-1, INF])
    assert (found.profit_factor, found.sharpe_ratio) == (INF, -INF)
    assert (found.profit, found.avg_r, found.year_days) == (-1.0, -0.5, (-1.0, INF))


def test_large_and_fractional_counts_stay_floats() -> None:
    assert same(made(total_trades=12.5).total_trades, 12.5)
    assert same(made(total_trades=2**53).total_trades, 2.0**53)
    assert same(made(total_trades=INF).total_trades, INF)


def test_no_years_are_no_error() -> None:
    found = made(yearly_profits=[], years=[], year_days=())
    assert (found.yearly_profits, found.years, found.year_days) == ((), (), ())


def bad_values() -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name in NUMBERS:
        # None is how an optional field is left out, and a mapping is no list either.
        wrong = [x for x in NO_NUMBERS if x is not None or name in REQUIRED]
        found += [(name, value) for value in wrong]
        if name != "avg_trade_duration":
            found += [(name, dt.timedelta(1)), (name, np.timedelta64(1, "ns"))]
    found += [(name, value) for name in FROM_ZERO for value in (-1, -1e-9, -INF)]
    found += [("win_rate", value) for value in (55, 1.0000001, -0.1, INF, -INF, Decimal(2))]
    found += [("avg_trade_duration", value) for value in (-1, dt.timedelta(-1))]
    found += [("avg_trade_duration", np.timedelta64(1, "M"))]  # a month has no length
    for name in (*LISTS, "years"):
        found += [(name, x) for x in (1.0, "12", b"12", {2024: 1.0}, {1.0}, np.array(1.0))]
        found += [(name, [item, 1]) for item in NO_NUMBERS]
    found += [("years", [value, 2024]) for value in (0, 10_000, 2024.0, NAN)]
    return [*found, ("yearly_profits", None), ("yearly_profits", np.ones((2, 2)))]


@pytest.mark.parametrize(("name", "value"), bad_values())
def test_bad_field_is_refused_with_its_name_and_rule(name: str, value: object) -> None:
    with pytest.raises(RatingError) as caught:
        made(**{name: value})
    assert caught.value.code == "RATING_BAD_VALUE"
    assert caught.value.message.startswith(f"`{name}` must be {RULES[name].text}, got ")


def test_message_shows_the_value_as_a_plain_number() -> None:
    with pytest.raises(RatingError) as caught:
        made(win_rate=np.int64(55))
    assert caught.value.message == "`win_rate` must be in [0, 1], got 55"


@pytest.mark.parametrize("name", ["years", "year_days"])
@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_years_must_be_as_many_as_profits(name: str, items: list[int]) -> None:
    with pytest.raises(RatingError) as caught:
        made(**{name: items})
    assert caught.value.code == "RATING_LENGTH_MISMATCH"
    assert caught.value.message == (
        f"`{name}` must have as many items as `yearly_profits`, got {len(items)} and 2"
    )


@pytest.mark.parametrize("name", REQUIRED)
def test_required_field_must_be_passed(name: str) -> None:
    rest = {key: value for key, value in REQUIRED.items() if key != name}
    with pytest.raises(TypeError, match=name):
        MetricsInput(**rest)


def test_to_dict_is_plain_json_without_what_was_not_given() -> None:
    assert made().to_dict() == REQUIRED
    found = made(**OPTIONAL).to_dict()
    assert found == {**REQUIRED, **OPTIONAL}
    assert MetricsInput.from_dict(json.loads(json.dumps(found))) == made(**OPTIONAL)


@settings(deadline=None, derandomize=True)
@given(metrics_inputs())
def test_metrics_round_trip_through_dict_frame_row_and_pickle(metrics: MetricsInput) -> None:
    plain = metrics.to_dict()
    assert same(MetricsInput.from_dict(plain), metrics)
    assert same(pickle.loads(pickle.dumps(metrics)), metrics)
    assert same(copy.deepcopy(metrics), metrics)
    assert hash(copy.copy(metrics)) == hash(metrics)
    if metrics.total_trades == metrics.total_trades:  # an Int64 column holds no NaN
        row = pl.DataFrame([plain]).to_dicts()[0]
        assert same(MetricsInput.from_dict(row), metrics)


def test_from_dict_takes_none_for_optional_fields_only() -> None:
    assert MetricsInput.from_dict({**REQUIRED, **dict.fromkeys(OPTIONAL)}) == made()
    with pytest.raises(RatingError, match=r"`profit_factor` must be a number >= 0, got None"):
        MetricsInput.from_dict({**REQUIRED, "profit_factor": None})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {**REQUIRED, "winrate": 0.5, 3: 1},
            "MetricsInput has no key 'winrate', 3; known keys: "
            + ", ".join([*REQUIRED, *OPTIONAL]),
        ),
        (
            {"win_rate": 0.5, "profit": 1.0, "total_trades": 1, "yearly_profits": []},
            "MetricsInput must have the keys profit_factor, sharpe_ratio, max_drawdown, "
            "avg_trade_duration, cost_per_trade, which are missing",
        ),
        ([0.5], "MetricsInput must be read from a mapping, got [0.5]"),
        (None, "MetricsInput must be read from a mapping, got None"),
    ],
)
def test_from_dict_refuses_wrong_keys(data: Any, message: str) -> None:
    with pytest.raises(RatingError) as caught:
        MetricsInput.from_dict(data)
    assert (caught.value.code, caught.value.message) == ("RATING_BAD_ARGUMENT", message)


SCORES = RatingScore(robustness_score=0.9, stress_penalty=0.1, final_rating=0.8)


def test_score_round_trips_through_dict_and_pickle() -> None:
    plain = SCORES.to_dict()
    assert plain == {
        "robustness_score": 0.9,
        "stability_score": None,
        "cost_shock_score": None,
        "trade_dropout_score": None,
        "stress_penalty": 0.1,
        "final_rating": 0.8,
    }
    assert RatingScore(**plain) == SCORES
    assert pickle.loads(pickle.dumps(SCORES)) == SCORES
    assert hash(copy.deepcopy(SCORES)) == hash(SCORES)


@pytest.mark.parametrize("value", [made(), SCORES], ids=["MetricsInput", "RatingScore"])
def test_values_are_frozen_keyword_only_and_slotted(value: Any) -> None:
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, 1.0)
    with pytest.raises(TypeError):
        type(value)(1.0)
    assert not hasattr(value, "__dict__")
    assert value in {value}


@pytest.mark.parametrize(
    ("kind", "mapping"), [(MetricsInput, MetricsDict), (RatingScore, ScoreDict)]
)
def test_dict_types_have_the_fields_of_the_dataclass(kind: Any, mapping: Any) -> None:
    fields = dataclasses.fields(kind)
    assert list(mapping.__annotations__) == [field.name for field in fields]
    optional = {field.name for field in fields if field.default is None}
    if kind is MetricsInput:
        assert mapping.__optional_keys__ == optional == set(OPTIONAL)
    else:
        assert not mapping.__optional_keys__


def test_config_classes_are_importable_from_types() -> None:
    mine = {"MetricsDict", "MetricsInput", "RatingScore", "ScoreDict"}
    configs = set(types.__all__) - mine
    assert mine <= set(types.__all__)
    assert configs == {name for name in vars(config) if name.endswith(("Config", "Weights"))} - {
        "Config"
    } | {"Thresholds"}
    assert all(getattr(types, name) is getattr(config, name) for name in configs)


def test_types_import_without_pyarrow_and_hypothesis() -> None:
    code = "import sys, polars_rating.types; print({'pyarrow', 'hypothesis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
