"""Multipliers of the cost shock, and a configuration with higher costs."""

from __future__ import annotations

import copy
import dataclasses
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import RatingError
from polars_rating.experiments import cost_factors, shock_costs

OMEGA = ("execution.slippage_multiplier", "execution.fee_multiplier")


def test_factors_are_those_of_the_configuration() -> None:
    found = cost_factors()
    assert tuple(found["cost_multiplier"]) == rating.RatingConfig().cost_multipliers
    assert found.schema == {"run": pl.UInt32(), "cost_multiplier": pl.Float64()}


def test_factors_keep_their_order() -> None:
    found = cost_factors(np.array([3, 1.1]))
    assert found.rows() == [(0, 3.0), (1, 1.1)]


@pytest.mark.parametrize("bad", [(), (1.5, 0), (float("inf"),), 2.0, "1.5"])
def test_bad_factors_are_an_error(bad: object) -> None:
    with pytest.raises(RatingError, match="`multipliers` must be a non-empty sequence") as error:
        cost_factors(bad)
    assert error.value.code == "RATING_BAD_ARGUMENT"


@dataclasses.dataclass(frozen=True)
class Costs:
    fee: float
    spread: Decimal


def test_costs_of_mappings_and_dataclasses_are_raised() -> None:
    config = {"costs": Costs(fee=2, spread=Decimal("0.10")), "bp": np.float64(5.0)}
    before = copy.deepcopy(config)
    found = shock_costs(config, 1.5, ["costs.fee", "costs.spread", "bp"])
    assert found == {"costs": Costs(fee=3.0, spread=Decimal("0.150")), "bp": 7.5}
    assert config == before


def test_omega_multipliers_are_made_where_missing() -> None:
    # What Omega's own tests expect: sections of costs stay, multipliers start from 1.
    config = {"fees": {"fixed": 2}}
    expected = {
        "fees": {"fixed": 2},
        "execution": {"slippage_multiplier": 2.0, "fee_multiplier": 2.0},
    }
    assert shock_costs(config, 2.0, OMEGA, missing=1.0) == expected
    assert config == {"fees": {"fixed": 2}}
    again = shock_costs(expected, 1.5, OMEGA, missing=1.0)
    assert again["execution"] == {"slippage_multiplier": 3.0, "fee_multiplier": 3.0}


@given(st.floats(0, 1e6), st.floats(0.01, 100))
def test_cost_is_the_product(cost: float, factor: float) -> None:
    assert shock_costs({"a": {"b": cost}}, factor, ["a.b"]) == {"a": {"b": cost * factor}}


@pytest.mark.parametrize(
    ("config", "path", "missing", "message"),
    [
        ({}, "fee", None, "`fee` is not in the configuration"),
        ({"a": None}, "a.fee", 1.0, "`a.fee` must lead through mappings and dataclasses, got None"),
        (Costs(1.0, Decimal(1)), "tax", 1.0, "'tax' not among fee, spread"),
        ({"fee": "5"}, "fee", None, "`fee` must be a number that is finite times 2.0, got '5'"),
        ({"fee": True}, "fee", None, "`fee` must be a number"),
        ({"fee": None}, "fee", 1.0, "`fee` must be a number"),
        ({"fee": float("nan")}, "fee", None, "`fee` must be a number"),
        ({"fee": 1e308}, "fee", None, "`fee` must be a number"),
        ({"fee": Decimal("Infinity")}, "fee", None, "`fee` must be a number"),
    ],
)
def test_bad_configuration_names_the_path(
    config: object, path: str, missing: float | None, message: str
) -> None:
    with pytest.raises(RatingError, match=message) as error:
        shock_costs(config, 2.0, [path], missing=missing)
    assert error.value.code == "RATING_BAD_CONFIG"


def test_any_real_number_is_a_cost() -> None:
    assert shock_costs({"fee": Fraction(1, 2)}, 3, ["fee"]) == {"fee": 1.5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"multiplier": 0.0}, "`multiplier` must be finite and > 0, got 0.0"),
        ({"multiplier": "2"}, "`multiplier` must be"),
        ({"missing": -1.0}, "`missing` must be finite and >= 0"),
        ({"paths": []}, "`paths` must name"),
    ],
)
def test_bad_argument_is_named(arguments: dict, message: str) -> None:
    with pytest.raises(RatingError, match=message) as error:
        shock_costs({"fee": 1.0}, **{"multiplier": 2.0, "paths": ["fee"], **arguments})
    assert error.value.code == "RATING_BAD_ARGUMENT"
