"""Configuration objects: the table of rules, messages, and round trips through JSON and TOML."""

from __future__ import annotations

import dataclasses
import json
import math
import tomllib
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polars_rating.catalog import FURTHER_COMPONENTS
from polars_rating.config import (
    DropoutConfig,
    JitterConfig,
    RatingConfig,
    StressConfig,
    Thresholds,
    Weights,
)
from polars_rating.exceptions import RatingError
from polars_rating.parameters import RULES, check

NAN, INF = float("nan"), float("inf")
RATIOS = ("penalty_cap", "param_variation", "variation", "fraction")
COUNTS = ("n_iterations", "n_runs")
POSITIVES = ("cost_multiplier", "min_scale")

GOOD: list[tuple[str, object, object]] = [
    *[(name, value, float(value)) for name in RATIOS for value in (0, 1, 0.5)],
    *[(name, value, value) for name in COUNTS for value in (0, 1_000_000)],
    ("min_years", 1, 1),
    ("confidence", 0.5, 0.5),
    ("seed", 0, 0),
    ("seed", 2**64 - 1, 2**64 - 1),
    ("seed", np.uint64(2**64 - 1), 2**64 - 1),
    ("n_runs", np.int8(3), 3),
    ("penalty_cap", np.float32(0.5), 0.5),
    ("penalty_cap", Fraction(1, 4), 0.25),
    *[(name, 1e-300, 1e-300) for name in POSITIVES],
    ("multipliers", [1, np.float64(2.5)], (1.0, 2.5)),
    ("cost_multipliers", np.array([1.5]), (1.5,)),
    ("weights", (0, 0, 0, 0, 1), (0.0, 0.0, 0.0, 0.0, 1.0)),
    ("weights.stability", 0, 0.0),
    ("thresholds.profit", -INF, -INF),
    ("thresholds.profit", -3, -3.0),
    ("aggregation", "geometric", "geometric"),
    ("gate", "none", "none"),
    ("on_missing", "skip", "skip"),
    ("no_evidence", "omega", "omega"),
]
BAD: list[tuple[str, object]] = [
    *[(n, v) for n in RATIOS for v in (-1e-9, 1.5, NAN, INF, True, "0.5", None, 1j, 10**400)],
    *[(n, v) for n in COUNTS for v in (-1, 1_000_001, 1.0, True, np.True_, NAN, "1", None)],
    *[("min_years", v) for v in (0, -1, 1.0, 1_000_001)],
    *[("confidence", v) for v in (-0.1, 0.49, 1, NAN, INF)],
    *[("seed", v) for v in (-1, 2**64, 1.0, "1", None, True, np.int64(-5))],
    *[(n, v) for n in POSITIVES for v in (0, -1, NAN, INF, False)],
    *[(n, v) for n in ("multipliers", "cost_multipliers") for v in ([], 1.5, [0], [1, NAN])],
    *[("multipliers", v) for v in ("12", b"12", {1: 2}, {1.5}, [True], [[1.0]], None)],
    *[("weights", v) for v in ((0, 0, 0, 0, 0), (1, 1, 1, 1, NAN), (1e308, 1e308), [-1, 2])],
    *[("weights.stability", v) for v in (-1, NAN, INF, True)],
    *[("thresholds.profit", v) for v in (NAN, "1", None, True)],
    *[(n, v) for n in ("aggregation", "gate", "on_missing", "no_evidence") for v in ("x", 1, "")],
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_check_returns_plain_python(name: str, value: object, expected: object) -> None:
    found = check(name, value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_check_refuses_with_the_one_message_shape(name: str, value: object) -> None:
    with pytest.raises(RatingError) as caught:
        check(name, value)
    assert caught.value.code == ("RATING_BAD_SEED" if name == "seed" else "RATING_BAD_ARGUMENT")
    assert caught.value.message.startswith(f"`{name}` must be {RULES[name].text}, got ")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("penalty_cap", 1.5, "`penalty_cap` must be in [0, 1], got 1.5"),
        ("penalty_cap", np.float64(1.5), "`penalty_cap` must be in [0, 1], got 1.5"),
        ("penalty_cap", True, "`penalty_cap` must be in [0, 1], got True"),
        ("n_runs", np.int64(-1), "`n_runs` must be an integer in [0, 1000000], got -1"),
        ("seed", -1, "`seed` must be an integer in [0, 2**64 - 1], got -1"),
        ("gate", "x", "`gate` must be one of 'profit', 'deployment', 'none', got 'x'"),
        ("min_scale", 0, "`min_scale` must be finite and > 0, got 0"),
        (
            "multipliers",
            [],
            "`multipliers` must be a non-empty sequence of finite numbers > 0, got []",
        ),
    ],
)
def test_message_text_is_literally(name: str, value: object, message: str) -> None:
    with pytest.raises(RatingError) as caught:
        check(name, value)
    assert caught.value.message == message


def test_seed_none_is_the_default_seed() -> None:
    assert JitterConfig(seed=None) == JitterConfig()
    assert DropoutConfig(seed=None).seed == 987654321
    assert RatingConfig.from_dict({"jitter": {"seed": None}}) == RatingConfig()


def test_defaults_are_those_of_the_specification() -> None:
    seed = 987654321
    assert RatingConfig().to_dict() == {
        "weights": dict.fromkeys(
            ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty"), 1.0
        )
        | dict.fromkeys(FURTHER_COMPONENTS, 0.0),
        "thresholds": {
            "win_rate": 0.45,
            "avg_r": 0.6,
            "profit": 500.0,
            "profit_factor": 1.2,
            "max_drawdown": 1000.0,
        },
        "penalty_cap": 0.5,
        "jitter": {"param_variation": 0.1, "n_iterations": 50, "seed": seed, "min_neighbours": 1},
        "dropout": {
            "fraction": 0.1,
            "n_runs": 50,
            "seed": seed,
            "confidence": 0.95,
            "sharpe_of": "auto",
        },
        "stress": {"variation": 0.1, "cost_multiplier": 2.0},
        "cost_multipliers": [1.25, 1.5, 2.0],
        "aggregation": "mean",
        "gate": "profit",
        "on_missing": "null",
        "no_evidence": "null",
    }


def test_config_is_frozen_keyword_only_and_hashable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RatingConfig().penalty_cap = 0.1
    with pytest.raises(TypeError):
        StressConfig(0.1)
    assert hash(RatingConfig()) == hash(RatingConfig(cost_multipliers=[1.25, 1.5, 2.0]))


def test_config_normalises_numpy_scalars_to_plain_python() -> None:
    config = DropoutConfig(fraction=np.float32(0.5), n_runs=np.int64(2))
    assert type(config.fraction) is float
    assert type(config.n_runs) is int


def test_nested_field_must_be_the_config_object() -> None:
    with pytest.raises(RatingError, match=r"`weights` must be a Weights, got \{\}"):
        RatingConfig(weights={})


def test_weights_must_not_all_be_zero() -> None:
    with pytest.raises(RatingError, match="`weights` must be finite numbers >= 0"):
        Weights(robustness=0, stability=0, cost_shock=0, trade_dropout=0, stress_penalty=0)


def test_nested_dictionaries_may_be_partial() -> None:
    config = RatingConfig.from_dict({"jitter": {"seed": 7}, "weights": {}})
    assert config == RatingConfig(jitter=JitterConfig(seed=7))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"weights": {"robust": 1}}, "Weights has no key 'robust'; known keys: robustness, stab"),
        (
            {"a": 1, "b": 2},
            "RatingConfig has no key 'a', 'b'; known keys: weights, thresholds, pen",
        ),
        ({"weights": [1]}, "Weights must be read from a mapping, got [1]"),
        ({"weights": None}, "Weights must be read from a mapping, got None"),
        ([], "RatingConfig must be read from a mapping, got []"),
    ],
)
def test_wrong_shape_is_named(data: Any, message: str) -> None:
    with pytest.raises(RatingError) as caught:
        RatingConfig.from_dict(data)
    assert caught.value.code == "RATING_BAD_CONFIG"
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("seed", ["1.5", "-1", "", "seven", "²"])
def test_text_that_is_no_seed_is_refused(seed: str) -> None:
    with pytest.raises(RatingError) as caught:
        JitterConfig.from_dict({"seed": seed})
    assert caught.value.code == "RATING_BAD_SEED"


def test_seed_beyond_toml_integers_is_text_from_two_to_the_63() -> None:
    assert JitterConfig(seed=2**63 - 1).to_dict()["seed"] == 2**63 - 1
    assert JitterConfig(seed=2**63).to_dict()["seed"] == "9223372036854775808"


def test_infinite_threshold_is_text() -> None:
    thresholds = Thresholds(max_drawdown=INF, profit=-INF)
    plain = thresholds.to_dict()
    assert (plain["max_drawdown"], plain["profit"]) == ("inf", "-inf")
    assert Thresholds.from_dict(plain) == thresholds


def write_toml(data: dict[str, Any], path: str = "") -> str:
    plain = {k: v for k, v in data.items() if not isinstance(v, dict)}
    lines = [f"[{path}]"] if path else []
    lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    tables = [(k, v) for k, v in data.items() if isinstance(v, dict)]
    return "\n".join([*lines, *[write_toml(table, path + key) for key, table in tables]])


weights = st.floats(0, 1e6)
ratios = st.floats(0, 1)
seeds = st.integers(0, 2**64 - 1)
numbers = st.floats(allow_nan=False)
configs = st.builds(
    RatingConfig,
    weights=st.builds(Weights, robustness=st.floats(0.1, 10), stability=weights),
    thresholds=st.builds(Thresholds, profit=numbers, max_drawdown=numbers),
    penalty_cap=ratios,
    jitter=st.builds(JitterConfig, param_variation=ratios, seed=seeds),
    dropout=st.builds(DropoutConfig, seed=seeds, n_runs=st.integers(0, 1_000_000)),
    cost_multipliers=st.lists(st.floats(0.001, 1e6), min_size=1).map(tuple),
    aggregation=st.sampled_from(["mean", "min", "geometric"]),
)


@given(configs)
def test_config_round_trips_through_strict_json_and_toml(config: RatingConfig) -> None:
    plain = config.to_dict()
    assert RatingConfig.from_dict(json.loads(json.dumps(plain, allow_nan=False))) == config
    assert RatingConfig.from_dict(tomllib.loads(write_toml(plain))) == config
    seed = plain["jitter"]["seed"]
    assert isinstance(seed, str) or seed < 2**63
    assert not any(math.isinf(x) for x in plain["thresholds"].values() if isinstance(x, float))
