"""The final rating against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingConfig, RatingError

GIVEN = {
    "robustness": "robustness_score",
    "stability": "stability_score",
    "cost_shock": "cost_shock_score",
    "trade_dropout": "trade_dropout_score",
    "stress_penalty": "stress_penalty",
}
# The stress penalty of 0.5 counts as a score of 0.5.
SCORES = dict(zip(GIVEN.values(), (0.9, 0.8, 0.7, 0.6, 0.5), strict=True))
WEIGHTS = {"weights": {"robustness": 4, "stability": 3, "cost_shock": 2, "trade_dropout": 1,
                       "stress_penalty": 0}}  # fmt: skip


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def passed(config: dict[str, Any] | None = None, **scores: Any) -> float | None:
    """Rate with all five components passed in."""
    df = pl.DataFrame([{**SCORES, **scores}]).cast(pl.Float64)
    return df.select(rating.final(**GIVEN, config=RatingConfig.from_dict(config or {}))).item()


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, (0.9 + 0.8 + 0.7 + 0.6 + 0.5) / 5),
        (WEIGHTS, (4 * 0.9 + 3 * 0.8 + 2 * 0.7 + 0.6) / 10),
        ({"aggregation": "min"}, 0.5),
        ({"aggregation": "min", **WEIGHTS}, 0.6),
        ({"aggregation": "geometric"}, (0.9 * 0.8 * 0.7 * 0.6 * 0.5) ** 0.2),
        ({"aggregation": "geometric", **WEIGHTS}, (0.9**4 * 0.8**3 * 0.7**2 * 0.6) ** 0.1),
    ],
)
def test_aggregations_by_hand(config: dict[str, Any], expected: float) -> None:
    assert passed(config) == near(expected)


def test_stress_penalty_counts_downwards() -> None:
    assert passed(stress_penalty=0.1) == near((0.9 + 0.8 + 0.7 + 0.6 + 0.9) / 5)


def test_geometric_mean_with_a_zero_is_zero() -> None:
    assert passed({"aggregation": "geometric"}, cost_shock_score=0.0) == 0.0
    assert passed({"aggregation": "geometric", "weights": {"cost_shock": 0}}, cost_shock_score=0.0)


@pytest.mark.parametrize("missing", [None, math.nan])
@pytest.mark.parametrize(
    ("aggregation", "skipped", "zeroed"),
    [
        ("mean", (0.9 + 0.7 + 0.6 + 0.5) / 4, (0.9 + 0.7 + 0.6 + 0.5) / 5),
        ("min", 0.5, 0.0),
        ("geometric", (0.9 * 0.7 * 0.6 * 0.5) ** 0.25, 0.0),
    ],
)
def test_missing_component_by_hand(
    missing: float | None, aggregation: str, skipped: float, zeroed: float
) -> None:
    def rate(on_missing: str) -> float | None:
        config = {"aggregation": aggregation, "on_missing": on_missing}
        return passed(config, stability_score=missing)

    assert (rate("null"), rate("skip"), rate("zero")) == (None, near(skipped), near(zeroed))


def test_missing_component_without_weight_does_not_matter() -> None:
    assert passed({"weights": {"stability": 0}}, stability_score=None) == near(2.7 / 4)


def test_nothing_left_to_skip_is_null() -> None:
    assert passed({"on_missing": "skip"}, **dict.fromkeys(SCORES)) is None
    assert passed({"on_missing": "zero"}, **dict.fromkeys(SCORES)) == 0.0


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("bad", [-0.01, 1.01, 55.0, math.inf])
def test_component_outside_its_range_is_an_error(name: str, bad: float) -> None:
    with pytest.raises(ComputeError, match=rf"`{name}` must be in \[0, 1\]"):
        passed(**{name: bad})


def test_rounding_dust_of_a_component_is_cut_off() -> None:
    dust = dict(zip(SCORES, (1 + 1e-12, 1.0, 1.0, 1.0, -1e-12), strict=True))
    assert passed(**dust) == 1.0


def test_components_as_numbers_and_expressions_by_hand() -> None:
    expr = rating.final(
        robustness=0.9,
        stability=pl.lit(0.8),
        cost_shock=pl.col("x") / 10,
        trade_dropout="y",
        stress_penalty=1 - pl.col("z"),
    )
    assert pl.DataFrame({"x": [7.0], "y": [0.6], "z": [0.5]}).select(expr).item() == near(0.7)


# Five scores of 1 but for the model: no jitter, no costs, no dropout, no stress, even years.
CALM = {"jitter": {"param_variation": 0}, "dropout": {"fraction": 0}, "stress": {"variation": 0}}
GOOD = {
    "total_trades": 100,
    "win_rate": 0.5,
    "profit_factor": 2.0,
    "sharpe_ratio": 1.0,
    "max_drawdown": 900.0,
    "avg_r": 0.7,
    "yearly_profits": [400.0, 400.0],
    "cost_per_trade": 0.0,
}


def judged(config: dict[str, Any], **change: Any) -> list[float | None]:
    """Rate GOOD and a changed one from their own evidence."""
    rows = [GOOD, GOOD | change]
    expr = rating.final(config=RatingConfig.from_dict({**CALM, **config}))
    return (
        pl.DataFrame(rows, schema_overrides={"profit": pl.Float64})
        .select(expr)["final_rating"]
        .to_list()
    )


def test_candidate_that_loses_is_gated_to_zero() -> None:
    # Its losses are even (1) and there is no edge (1 - 0.5 each): (1 + 4 * 0.5) / 5 ungated.
    losing = [-400.0, -400.0]
    assert judged({}, yearly_profits=losing) == [1.0, 0.0]
    assert judged({"gate": "none"}, yearly_profits=losing) == [1.0, near(0.6)]


def test_zero_profit_is_gated_too() -> None:
    assert judged({}, yearly_profits=[0.0, 0.0])[1] == 0.0


@pytest.mark.parametrize(
    "fails",
    [
        {"win_rate": 0.44},
        {"avg_r": 0.59},
        {"avg_r": None},
        {"yearly_profits": [249.0, 249.0]},
        {"profit_factor": 1.19},
        {"max_drawdown": 1_001.0},
    ],
    ids=str,
)
def test_deployment_gate_sets_zero_for_each_failed_criterion(fails: dict[str, Any]) -> None:
    assert judged({"gate": "deployment"}, **fails) == [1.0, 0.0]
    assert judged({"gate": "profit"}, **fails) == [1.0, near(1.0)]


def test_deployment_gate_has_thresholds_of_its_own() -> None:
    config = {"gate": "deployment", "thresholds": {"win_rate": 0.4}}
    assert judged(config, win_rate=0.44) == [1.0, near(1.0)]


def test_null_profit_is_null_and_zero_under_omega() -> None:
    others = {"weights": dict.fromkeys(("robustness", "cost_shock", "trade_dropout"), 0)}
    given = pl.DataFrame({"profit": [None, 1.0], "a": [0.5, 0.5], "years": [[1.0], [1.0]]})

    def rate(no_evidence: str) -> list[float | None]:
        config = RatingConfig.from_dict({**others, "no_evidence": no_evidence})
        expr = rating.final(stress_penalty="a", yearly_profits="years", config=config)
        return given.select(expr).to_series().to_list()

    # (1 + (1 - 0.5)) / 2 where the profit is known.
    assert rate("null") == [None, near(0.75)]
    assert rate("omega") == [0.0, near(0.75)]


def test_nothing_is_gated_when_all_components_are_passed_in() -> None:
    df = pl.DataFrame([{**SCORES, "profit": -1.0}])
    assert df.select(rating.final(**GIVEN)).item() == near(0.7)


def test_one_component_judged_from_evidence_is_gated() -> None:
    df = pl.DataFrame([{**SCORES, "profit": -1.0, "yearly_profits": [1.0]}])
    others = {name: column for name, column in GIVEN.items() if name != "stability"}
    assert df.select(rating.final(**others)).item() == 0.0
    assert df.select(rating.final(**others, profit=pl.lit(1.0))).item() == near(3.7 / 5)


def test_missing_evidence_is_an_error_unless_something_stands_in() -> None:
    df = pl.DataFrame({"yearly_profits": [[1.0, 1.0]]})
    with pytest.raises(ComputeError, match="RATING_MISSING_EVIDENCE"):
        df.select(rating.final())
    skip = RatingConfig(on_missing="skip")
    assert df.select(rating.final(config=skip)).item() == 1.0
    zero = RatingConfig(on_missing="zero")
    assert df.select(rating.final(config=zero)).item() == near(0.2)


def test_config_of_another_type_is_refused() -> None:
    with pytest.raises(RatingError, match="`config` must be a RatingConfig"):
        rating.final(config={"gate": "none"})
