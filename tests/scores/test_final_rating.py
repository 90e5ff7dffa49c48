"""The final rating against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingConfig, RatingError
from tests.scores._by_hand import INF, NAN, frame, list_of, near, value

GIVEN = {
    "robustness": "robustness_score",
    "stability": "stability_score",
    "cost_shock": "cost_shock_score",
    "trade_dropout": "trade_dropout_score",
    "stress_penalty": "stress_penalty",
}
# All but stability, which is judged from evidence.
MOST = {name: column for name, column in GIVEN.items() if name != "stability"}
# The stress penalty of 0.5 counts as a score of 0.5.
SCORES = dict(zip(GIVEN.values(), (0.9, 0.8, 0.7, 0.6, 0.5), strict=True))
WEIGHTS = {"weights": {"robustness": 4, "stability": 3, "cost_shock": 2, "trade_dropout": 1,
                       "stress_penalty": 0}}  # fmt: skip


def config(**given: Any) -> RatingConfig:
    return RatingConfig.from_dict(given)


def passed(given: dict[str, Any] | None = None, **scores: Any) -> float | None:
    """Rate with all five components passed in."""
    row = {name: x if x is None else float(x) for name, x in {**SCORES, **scores}.items()}
    expr = rating.final(**GIVEN, config=config(**given or {}))
    return value(expr, row, **dict.fromkeys(row, pl.Float64))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (0.9 + 0.8 + 0.7 + 0.6 + 0.5) / 5),
        (WEIGHTS, (4 * 0.9 + 3 * 0.8 + 2 * 0.7 + 0.6) / 10),
        ({"weights": {"robustness": 6}}, (6 * 0.9 + 2.6) / 10),
        ({"aggregation": "min"}, 0.5),
        ({"aggregation": "min", **WEIGHTS}, 0.6),
        ({"aggregation": "geometric"}, (0.9 * 0.8 * 0.7 * 0.6 * 0.5) ** 0.2),
        ({"aggregation": "geometric", **WEIGHTS}, (0.9**4 * 0.8**3 * 0.7**2 * 0.6) ** 0.1),
    ],
)
def test_aggregations_by_hand(given: dict[str, Any], expected: float) -> None:
    assert passed(given) == near(expected)


def test_stress_penalty_counts_downwards() -> None:
    assert passed(stress_penalty=0.1) == near((0.9 + 0.8 + 0.7 + 0.6 + 0.9) / 5)


def test_geometric_mean_with_a_zero_is_zero() -> None:
    assert passed({"aggregation": "geometric"}, cost_shock_score=0.0) == 0.0
    without = {"aggregation": "geometric", "weights": {"cost_shock": 0}}
    assert passed(without, cost_shock_score=0.0) == near((0.9 * 0.8 * 0.6 * 0.5) ** 0.25)


@pytest.mark.parametrize("missing", [None, NAN])
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
        return passed(
            {"aggregation": aggregation, "on_missing": on_missing}, stability_score=missing
        )

    assert (rate("null"), rate("skip"), rate("zero")) == (None, near(skipped), near(zeroed))


def test_missing_component_without_weight_does_not_matter() -> None:
    assert passed({"weights": {"stability": 0}}, stability_score=None) == near(2.7 / 4)


def test_nothing_left_to_skip_is_null() -> None:
    assert passed({"on_missing": "skip"}, **dict.fromkeys(SCORES)) is None
    assert passed({"on_missing": "zero"}, **dict.fromkeys(SCORES)) == 0.0


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("bad", [-0.01, 1.01, 55.0, INF])
def test_component_outside_its_range_is_an_error(name: str, bad: float) -> None:
    with pytest.raises(ComputeError, match=rf"RATING_BAD_VALUE.*`{name}` must be in \[0, 1\]"):
        passed(**{name: bad})


@pytest.mark.parametrize("dust", [1e-10, 1e-12])
def test_rounding_dust_of_a_component_is_cut_off(dust: float) -> None:
    assert passed(**dict(zip(SCORES, (1 + dust, 1.0, 1.0, 1.0, -dust), strict=True))) == 1.0


def test_components_as_numbers_and_expressions_by_hand() -> None:
    expr = rating.final(
        robustness=0.9,
        stability=pl.lit(0.8),
        cost_shock=pl.col("x") / 10,
        trade_dropout="y",
        stress_penalty=1 - pl.col("z"),
    )
    assert value(expr, {"x": 7.0, "y": 0.6, "z": 0.5}) == near(0.7)


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


def judged(given: dict[str, Any], **change: Any) -> list[float | None]:
    """Rate GOOD and a changed one from their own evidence."""
    expr = rating.final(config=config(**{**CALM, **given}))
    return frame(GOOD, GOOD | change).select(expr)["final_rating"].to_list()


def test_candidate_that_loses_is_gated_to_zero() -> None:
    # Its losses are even (1) and there is no edge (1 - 0.5 each): (1 + 4 * 0.5) / 5 ungated.
    losing = [-400.0, -400.0]
    assert judged({}, yearly_profits=losing) == [1.0, 0.0]
    assert judged({"gate": "none"}, yearly_profits=losing) == [1.0, near(0.6)]
    assert judged({}, yearly_profits=[0.0, 0.0])[1] == 0.0


@pytest.mark.parametrize(
    ("profit", "expected"), [(1e-9, 3.7 / 5), (0.0, 0.0), (-5.0, 0.0), (None, None), (NAN, None)]
)
def test_profit_gate_by_hand(profit: float | None, expected: float | None) -> None:
    row = SCORES | {"profit": profit, "yearly_profits": [5.0, 5.0]}
    found = value(rating.final(**MOST), row, profit=pl.Float64)
    assert found == (None if expected is None else near(expected))
    omega = value(rating.final(**MOST, config=config(no_evidence="omega")), row, profit=pl.Float64)
    assert omega == (0.0 if expected is None else found)


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
    given = {"gate": "deployment", "thresholds": {"win_rate": 0.4}}
    assert judged(given, win_rate=0.44) == [1.0, near(1.0)]


def test_null_rating_stays_null_behind_a_shut_gate() -> None:
    assert judged({"gate": "deployment"}, yearly_profits=None, avg_r=None) == [1.0, None]


def test_candidate_that_never_traded_by_hand() -> None:
    def rate(**given: Any) -> Any:
        row = {"trades": []}
        dtype = list_of(["pnl"], exit_time=pl.Date)
        return value(rating.final(config=config(**given)), row, trades=dtype)

    assert rate() is None
    # No profit under omega; ungated robustness counts 1 - 0.5, the others 1.
    assert rate(no_evidence="omega") == 0.0
    assert rate(no_evidence="omega", gate="none") == near((0.5 + 4) / 5)


def test_nothing_is_gated_when_all_components_are_passed_in() -> None:
    row = SCORES | {"profit": -1.0, "yearly_profits": [1.0]}
    assert value(rating.final(**GIVEN), row) == near(0.7)
    # Nor when the one that is not plays no part.
    without = config(weights={"stability": 0})
    assert value(rating.final(**MOST, config=without), row) == near(2.7 / 4)


def test_one_component_judged_from_evidence_is_gated() -> None:
    row = SCORES | {"profit": -1.0, "yearly_profits": [1.0]}
    assert value(rating.final(**MOST), row) == 0.0
    assert value(rating.final(**MOST, profit=pl.lit(1.0)), row) == near(3.7 / 5)
    assert value(rating.final(**MOST, config=config(gate="none")), row) == near(3.7 / 5)


def test_missing_evidence_is_an_error_unless_something_stands_in() -> None:
    row = {"yearly_profits": [1.0, 1.0]}
    with pytest.raises(ComputeError, match="RATING_MISSING_EVIDENCE"):
        value(rating.final(), row)
    assert value(rating.final(config=config(on_missing="skip")), row) == 1.0
    assert value(rating.final(config=config(on_missing="zero")), row) == near(0.2)
    only = config(weights=dict.fromkeys(GIVEN, 0) | {"stability": 1})
    assert value(rating.final(config=only), row) == 1.0


def test_config_of_another_type_is_refused() -> None:
    with pytest.raises(RatingError, match="`config` must be a RatingConfig"):
        rating.final(config={"gate": "none"})
