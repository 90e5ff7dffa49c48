"""Jittered parameter sets: ranges by hand, types, bounds, choices, streams."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polars_rating import RatingError
from polars_rating.experiments import Parameter, jitter_parameters, stable_seed

STABLE = settings(deadline=None, derandomize=True)
MANY = 400


def drawn(value: Any, variation: float = 0.1, n: int = MANY, seed: int = 7) -> pl.Series:
    return jitter_parameters({"x": value}, variation, n, seed)["x"]


def values(value: Any, variation: float = 0.1) -> list[Any]:
    """Return the distinct values of many draws, in order."""
    return sorted(set(drawn(value, variation).to_list()))


@pytest.mark.parametrize(
    ("value", "variation", "expected"),
    [
        (30, 0.1, [27, 28, 29, 30, 31, 32, 33]),
        (-30, 0.1, [-33, -32, -31, -30, -29, -28, -27]),
        # One step at least, and not down to 0.
        (5, 0.1, [4, 5, 6]),
        (1, 0.1, [1, 2]),
        (-1, 0.1, [-2, -1]),
        (0, 0.5, [0]),
        ({"value": 0, "scale": 20}, 0.1, [-2, -1, 0, 1, 2]),
        ({"value": 1, "low": 0}, 0.1, [0, 1, 2]),
        ({"value": 100, "low": 98, "high": 103}, 0.1, list(range(98, 104))),
        ({"value": 100, "step": 5}, 0.1, [90, 95, 100, 105, 110]),
        ({"value": 100, "step": 60}, 0.1, [40, 100, 160]),
        ({"value": 100, "step": 60, "high": 159}, 0.1, [40, 100]),
        ({"value": 10, "step": 5}, 0.6, [5, 10, 15]),
        # 10 / 1.5 = 6.7 and 15: as far below as above on the logarithmic scale.
        ({"value": 10, "log": True}, 0.5, [7, 8, 9, 10, 11, 12, 13, 14, 15]),
        ({"value": 1, "log": True}, 0.1, [1, 2]),
        ({"value": 0.3, "step": 0.1}, 0.4, [0.2, 0.3, 0.4]),
        ({"value": 0.1, "step": 0.1}, 0.5, [0.1, 0.2]),
        ({"value": 0.1, "step": 0.1, "low": 0.0}, 0.5, [0.0, 0.1, 0.2]),
        ({"value": 1.0, "step": 0.25, "high": 1.2}, 0.5, [0.5, 0.75, 1.0]),
        ({"value": 20, "choices": [100, 5, 10, 20, 50]}, 0.1, [10, 20, 50]),
        ({"value": 20, "choices": [5, 10, 20, 50]}, 0.75, [5, 10, 20, 50]),
        ({"value": 5, "choices": [5, 10, 20]}, 0.1, [5, 10]),
        ({"value": 20, "choices": [20]}, 0.1, [20]),
        ({"value": 0, "choices": [0, 1, 2, 3], "scale": 20}, 0.1, [0, 1, 2]),
        ({"value": 1, "choices": [0.5, 1, 2]}, 0.1, [0.5, 1.0, 2.0]),
        ({"value": "b", "choices": ["c", "a", "b"]}, 0.1, ["a", "b", "c"]),
        ({"value": True, "choices": [True, False]}, 0.1, [False, True]),
        ("long", 0.9, ["long"]),
        (True, 0.9, [True]),
    ],
)
def test_range_by_hand(value: Any, variation: float, expected: list[Any]) -> None:
    found = values(value, variation)
    assert found == expected
    assert [type(x) for x in found] == [type(x) for x in expected]


@pytest.mark.parametrize(
    ("value", "variation", "least", "most"),
    [
        (2.0, 0.25, 1.5, 2.5),
        (-2.0, 0.25, -2.5, -1.5),
        ({"value": 2.0, "low": 1.9}, 0.25, 1.9, 2.5),
        ({"value": 2.0, "high": 2}, 0.25, 1.5, 2.0),
        ({"value": 2.0, "scale": 8.0}, 0.25, 0.0, 4.0),
        ({"value": 0.0, "scale": 1}, 0.25, -0.25, 0.25),
        ({"value": 2.0, "log": True}, 1.0, 1.0, 4.0),
    ],
)
def test_floats_fill_their_range_evenly(
    value: Any, variation: float, least: float, most: float
) -> None:
    found = drawn(value, variation, 4000)
    assert found.min() >= least
    assert found.max() <= most
    is_log = isinstance(value, dict) and value.get("log", False)
    at = [math.log(x) if is_log else x for x in (least, most)]
    share = ((found.log() if is_log else found) - at[0]) / (at[1] - at[0])
    # A uniform share has quartiles at 1/4, 1/2, 3/4, each with a standard error below 0.008.
    for quantile in (0.25, 0.5, 0.75):
        assert share.quantile(quantile, "linear") == pytest.approx(quantile, abs=0.04)


def test_integers_are_equally_likely() -> None:
    counts = drawn(30, 0.1, 7000).value_counts()["count"]
    # 1,000 each of seven values; the standard deviation of a count is 29.
    assert counts.len() == 7
    assert (counts.cast(pl.Int64) - 1000).abs().max() < 150


def test_floats_are_numpys_draws() -> None:
    rng = np.random.default_rng(stable_seed(7, "jitter_parameters", "x"))
    assert drawn(2.0, 0.25, 9).to_list() == rng.uniform(1.5, 2.5, size=9).tolist()


def test_frame_has_run_and_plain_types() -> None:
    params = {
        "a": np.int32(10),
        "b": np.float32(0.5),
        "c": np.bool_(True),
        "d": None,
        "e": Parameter(value="x"),
    }
    found = jitter_parameters(params, n=3)
    assert found.schema == {
        "run": pl.UInt32(),
        "a": pl.Int64(),
        "b": pl.Float64(),
        "c": pl.Boolean(),
        "d": pl.Null(),
        "e": pl.String(),
    }
    assert found["run"].to_list() == [0, 1, 2]
    assert found["d"].null_count() == 3
    assert jitter_parameters(params, n=0).schema == found.schema


NUMBERS = st.integers(-500, 500) | st.floats(-500, 500)


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    value = draw(NUMBERS)
    whole = isinstance(value, int)
    number = st.integers(0, 60) if whole else st.floats(0, 60)
    low = draw(st.none() | number.map(lambda x: value - x))
    high = draw(st.none() | number.map(lambda x: value + x))
    step = draw(st.none() | (st.integers(1, 30) if whole else st.floats(0.01, 30)))
    log = value > 0 and (low is None or low > 0) and draw(st.booleans())
    scale = None if log else draw(st.none() | st.floats(0, 1000))
    return Parameter(value=value, low=low, high=high, step=step, log=log, scale=scale)


@STABLE
@given(parameters(), st.floats(0, 1), st.integers(0, 2**64 - 1))
def test_bounds_step_and_type_hold(parameter: Parameter, variation: float, seed: int) -> None:
    value = parameter.value
    found = drawn(parameter, variation, 20, seed)
    assert found.dtype == (pl.Int64 if isinstance(value, int) else pl.Float64)
    assert found.null_count() == 0
    slack = 0 if isinstance(value, int) or not parameter.step else 1e-9 * (1 + abs(value))
    assert parameter.low is None or found.min() >= parameter.low - slack
    assert parameter.high is None or found.max() <= parameter.high + slack
    if parameter.log or (parameter.scale is None and parameter.low is None and value > 0):
        assert found.min() > 0 or (found.min() == 0 and variation == 1)
    if parameter.step:
        steps = (found - value) / parameter.step
        assert (steps - steps.round()).abs().max() < 1e-6
    if variation == 0:
        assert found.to_list() == pytest.approx([value] * 20, rel=1e-12)


@STABLE
@given(
    st.lists(NUMBERS, min_size=1, max_size=8, unique_by=float),
    st.data(),
    st.floats(0, 1),
)
def test_choices_hold(choices: list[float], data: st.DataObject, variation: float) -> None:
    value = data.draw(st.sampled_from(choices))
    found = drawn({"value": value, "choices": choices}, variation, 20)
    assert set(found) <= {type(found[0])(c) for c in choices}
    if variation == 0:
        assert set(found) == {value}


@STABLE
@given(st.integers(0, 2**64 - 1), st.integers(0, 30), st.integers(0, 30))
def test_seed_decides_and_a_larger_n_only_adds_rows(seed: int, n: int, more: int) -> None:
    params = {
        "i": 40,
        "f": 2.0,
        "l": {"value": 30, "log": True},
        "c": {"value": 1, "choices": [1, 2]},
    }
    found = jitter_parameters(params, 0.2, n + more, seed)
    assert found.equals(jitter_parameters(params, 0.2, n + more, seed))
    assert found.head(n).equals(jitter_parameters(params, 0.2, n, seed))


def test_other_parameters_do_not_change_the_draws() -> None:
    both = jitter_parameters({"fast": 10, "slow": 50})
    assert jitter_parameters({"slow": 50})["slow"].equals(both["slow"])
    assert jitter_parameters({"slow": 50, "fast": 10}).select(both.columns).equals(both)
    assert not both["fast"].equals(both["slow"] // 5)


def test_seeds_differ() -> None:
    assert not drawn(2.0, seed=1).equals(drawn(2.0, seed=2))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "`x` must be a finite number .* got nan"),
        (float("inf"), "`x` must be a finite number"),
        (2**53 + 1, "`x` must be a finite number .an integer at most"),
        (np.timedelta64(1), "`x` must be a finite number"),
        ([1, 2], r"`x` must be a finite number .* got \[1, 2\]"),
        ({"low": 1}, "`x` must have the keys value, low, .* got no 'value'"),
        ({"value": 1, "max": 2}, "`x` must have the keys .* got unknown max"),
        ({"value": 1, "low": 2}, "`x.low` must be <= the value 1, got 2"),
        ({"value": 1, "high": 0}, "`x.high` must be >= the value 1, got 0"),
        ({"value": 1, "low": 0.5}, "`x.low` must be an integer as the value 1 is, got 0.5"),
        ({"value": 1.0, "low": "a"}, "`x.low` must be a number as the value 1.0 is"),
        ({"value": 1.0, "low": True}, "`x.low` must be a number"),
        ({"value": 1.0, "high": float("inf")}, "`x.high` must be a finite number"),
        ({"value": 1, "step": 0}, "`x.step` must be > 0, got 0"),
        ({"value": 1, "log": 1}, "`x.log` must be True or False, got 1"),
        ({"value": 0, "log": True}, "`x.log` must have values and bounds > 0, got 0"),
        ({"value": 1, "low": 0, "log": True}, "`x.log` must have values and bounds > 0, got 0"),
        ({"value": 1, "log": True, "scale": 2}, "`x.scale` must be left out on a logarithmic"),
        ({"value": 1, "scale": -1}, "`x.scale` must be a finite number >= 0, got -1"),
        ({"value": "a", "low": 0}, "`x.low` must be left out for the value 'a', got 0"),
        ({"value": 1, "choices": [1], "low": 0}, "`x.low` must be left out where there are"),
        ({"value": "a", "choices": ["a"], "scale": 1}, "`x.scale` must be left out where there"),
        ({"value": 1, "choices": 1}, "`x.choices` must be a sequence of values, got 1"),
        ({"value": "a", "choices": "abc"}, "`x.choices` must be a sequence of values"),
        ({"value": 1, "choices": []}, "`x.choices` must be of the type of the value 1"),
        ({"value": 1, "choices": [1, "a"]}, "`x.choices` must be of the type of the value 1"),
        ({"value": 1, "choices": [1, True]}, "`x.choices` must be of the type of the value 1"),
        ({"value": None, "choices": [None]}, "`x.choices` must be of the type"),
        ({"value": 3, "choices": [1, 2]}, "`x.choices` must be distinct and hold the value 3"),
        ({"value": 1, "choices": [1, 1]}, "`x.choices` must be distinct and hold the value 1"),
        ({"value": 1, "choices": [0, 1], "log": True}, "`x.log` must have values and bounds > 0"),
    ],
)
def test_bad_parameter_is_named(value: Any, message: str) -> None:
    with pytest.raises(RatingError, match=message) as error:
        drawn(value)
    assert error.value.code == "RATING_BAD_ARGUMENT"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"params": [("x", 1)]}, "`params` must be a mapping"),
        ({"params": {"run": 1}}, "`params` must have strings other than 'run', got 'run'"),
        ({"params": {3: 1}}, "`params` must have strings other than 'run', got 3"),
        ({"variation": 1.5}, r"`variation` must be in \[0, 1\], got 1.5"),
        ({"n": -1}, "`n` must be an integer"),
        ({"seed": -1}, "`seed` must be an integer"),
    ],
)
def test_bad_argument_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(RatingError, match=message):
        jitter_parameters(**{"params": {"x": 1}, **arguments})
