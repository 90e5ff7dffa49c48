"""Final rating, gates, explain and scores against hand-computed numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from polars_rating.config import RatingConfig
from polars_rating.exceptions import RatingError
from polars_rating.reference import (
    cost_shock,
    explain,
    final,
    robustness,
    scores,
    stability,
    stress_penalty,
    trade_dropout,
)

NAN, INF = float("nan"), float("inf")
PASSED = {
    "robustness_score": 0.9,
    "stability_score": 0.8,
    "cost_shock_score": 0.7,
    "trade_dropout_score": 0.6,
    "stress_penalty": 0.5,
}
KEYS = tuple(PASSED)
SUMMARY: dict[str, Any] = {
    "profit": 1000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
    "cost_per_trade": 1.0,
    "yearly_profits": [400.0, 600.0],
}
GOOD = {
    "win_rate": 0.45,
    "avg_r": 0.6,
    "profit": 500.0,
    "profit_factor": 1.2,
    "max_drawdown": 1000.0,
}


def config(**data: Any) -> RatingConfig:
    return RatingConfig.from_dict(data)


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, 0.7),
        ({"aggregation": "min"}, 0.5),
        ({"aggregation": "min", "weights": {"stress_penalty": 0}}, 0.6),
        ({"aggregation": "geometric"}, (0.9 * 0.8 * 0.7 * 0.6 * 0.5) ** 0.2),
        ({"weights": {"robustness": 6}}, (6 * 0.9 + 2.6) / 10),
        ({"weights": {"robustness": 0}}, 2.6 / 4),
    ],
)
def test_aggregate_of_passed_components_by_hand(data: dict[str, Any], expected: float) -> None:
    assert final(PASSED, config=config(**data), given=KEYS) == near(expected)


@pytest.mark.parametrize("missing", [None, NAN])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, None),
        ({"weights": {"robustness": 0}}, 0.65),
        ({"on_missing": "skip"}, 0.65),
        ({"on_missing": "skip", "aggregation": "min"}, 0.5),
        ({"on_missing": "zero"}, 0.52),
        ({"on_missing": "zero", "aggregation": "min"}, 0.0),
        ({"on_missing": "zero", "aggregation": "geometric"}, 0.0),
    ],
)
def test_missing_component_by_hand(
    missing: float | None, data: dict[str, Any], expected: float | None
) -> None:
    found = final(PASSED | {"robustness_score": missing}, config=config(**data), given=KEYS)
    assert found == (None if expected is None else near(expected))


def test_skip_with_nothing_left_is_null() -> None:
    row = dict.fromkeys(KEYS)
    assert final(row, config=config(on_missing="skip"), given=KEYS) is None


def test_passed_component_may_leave_the_range_by_rounding_only() -> None:
    ones = dict.fromkeys(KEYS, 1.0) | {"stress_penalty": -1e-10, "robustness_score": 1 + 1e-10}
    assert final(ones, given=KEYS) == 1.0
    for bad in (1.1, -0.1, INF):
        with pytest.raises(RatingError, match=r"`stability_score` must be in \[0, 1\]") as caught:
            final(PASSED | {"stability_score": bad}, given=KEYS)
        assert caught.value.code == "RATING_BAD_VALUE"
    with pytest.raises(RatingError, match="`given` must name columns"):
        final(PASSED, given=["robustness"])


def test_all_passed_in_is_not_gated_but_one_judged_from_evidence_is() -> None:
    row = PASSED | {"profit": -1.0, "yearly_profits": [5.0, 5.0]}
    assert final(row, given=KEYS) == near(0.7)
    given = [key for key in KEYS if key != "stability_score"]
    assert final(row, given=given) == 0.0
    assert final(row, given=given, config=config(gate="none")) == near(
        (0.9 + 1 + 0.7 + 0.6 + 0.5) / 5
    )
    # a weight of 0 leaves a component out, so nothing is judged from evidence
    assert final(row, given=given, config=config(weights={"stability": 0})) == near(2.7 / 4)


@pytest.mark.parametrize(
    ("profit", "expected"), [(1e-9, 0.74), (0.0, 0.0), (-5.0, 0.0), (None, None), (NAN, None)]
)
def test_profit_gate_by_hand(profit: float | None, expected: float | None) -> None:
    row = PASSED | {"profit": profit, "yearly_profits": [5.0, 5.0]}
    given = [key for key in KEYS if key != "stability_score"]
    assert final(row, given=given) == (None if expected is None else near(expected))


def test_profit_gate_counts_a_null_profit_as_zero_under_omega() -> None:
    row = PASSED | {"profit": None, "yearly_profits": [5.0]}
    given = [key for key in KEYS if key != "stability_score"]
    assert final(row, given=given, config=config(no_evidence="omega")) == 0.0
    never_traded = {"trades": [], "profit_factor": None, "win_rate": None}
    assert final(never_traded) is None
    assert final(never_traded, config=config(no_evidence="omega")) == 0.0
    omega = config(no_evidence="omega", gate="none")
    assert final(never_traded, config=omega) == near((0.5 + 4) / 5)


def test_deployment_gate_fails_closed_and_null_stays_null() -> None:
    given = [key for key in KEYS if key != "stability_score"]
    gate = config(gate="deployment")
    row = PASSED | GOOD | {"yearly_profits": [5.0, 5.0]}
    assert final(row, given=given, config=gate) == near(0.74)
    assert final(row | {"avg_r": None}, given=given, config=gate) == 0.0
    assert final(row | {"profit": 499.0}, given=given, config=gate) == 0.0
    assert final(row | {"yearly_profits": None, "avg_r": None}, given=given, config=gate) is None


def test_explain_by_hand() -> None:
    def parts(row: dict[str, Any], **data: Any) -> list[float | None]:
        return list(explain(row, config(**data), given=KEYS).values())

    assert parts(PASSED) == [near(x / 5) for x in (0.9, 0.8, 0.7, 0.6, 0.5)]
    null = PASSED | {"robustness_score": None}
    assert parts(null)[:2] == [None, near(0.16)]
    assert parts(null, on_missing="zero")[:2] == [0.0, near(0.16)]
    assert parts(null, on_missing="skip")[:2] == [None, near(0.2)]
    assert parts(null, weights={"robustness": 0})[:2] == [0.0, near(0.2)]
    assert tuple(explain(PASSED, given=KEYS)) == KEYS


def test_scores_equal_the_separate_functions() -> None:
    row = SUMMARY | {"seed": 4}  # not a parameter of scores: the seeds are those of the config
    found = scores(row)
    assert found == {
        "robustness_score": robustness(SUMMARY),
        "stability_score": stability(SUMMARY),
        "cost_shock_score": cost_shock(SUMMARY),
        "trade_dropout_score": trade_dropout(SUMMARY),
        "stress_penalty": stress_penalty(SUMMARY),
        "final_rating": final(SUMMARY),
    }
    assert found["final_rating"] == near(sum(explain(row).values()))


def test_config_reaches_every_component() -> None:
    found = scores(
        SUMMARY,
        config(
            penalty_cap=0.9,
            jitter={"param_variation": 0.3, "n_iterations": 5, "seed": 1},
            dropout={"fraction": 0.3, "confidence": 2},
            stress={"variation": 0.05, "cost_multiplier": 3},
            cost_multipliers=[3],
        ),
    )
    cap = 0.9
    assert found["robustness_score"] == robustness(
        SUMMARY, param_variation=0.3, n_iterations=5, seed=1, penalty_cap=cap
    )
    assert found["cost_shock_score"] == cost_shock(SUMMARY, multipliers=[3], penalty_cap=cap)
    assert found["trade_dropout_score"] == trade_dropout(
        SUMMARY, fraction=0.3, confidence=2, penalty_cap=cap
    )
    assert found["stress_penalty"] == stress_penalty(
        SUMMARY, variation=0.05, cost_multiplier=3, penalty_cap=cap
    )


def test_component_without_evidence_is_an_error_unless_its_weight_is_zero() -> None:
    row = {name: value for name, value in SUMMARY.items() if name != "yearly_profits"}
    with pytest.raises(RatingError, match="no evidence for `stability_score`"):
        final(row)
    no_stability = config(weights={"stability": 0})
    assert final(row, config=no_stability) is not None
    assert explain(row, no_stability)["stability_score"] == 0.0
    assert scores(row, no_stability)["stability_score"] is None


def test_on_missing_covers_a_component_the_columns_hold_no_evidence_for() -> None:
    row = {name: value for name, value in SUMMARY.items() if name != "yearly_profits"}
    skipped = scores(row, config(on_missing="skip"))
    others = [skipped[key] for key in KEYS if key != "stability_score"]
    assert skipped["stability_score"] is None
    assert skipped["final_rating"] == near((sum(others[:3]) + 1 - others[3]) / 4)
    zeros = final(row, config=config(on_missing="zero"))
    assert zeros == near(skipped["final_rating"] * 4 / 5)


def test_final_without_avg_r_and_with_a_passed_base_reaches_the_components() -> None:
    run = {"profit": 80.0, "win_rate": 0.5, "max_drawdown": 10.0}
    row = {
        "profit": 100.0,
        "win_rate": 0.5,
        "max_drawdown": 10.0,
        "jitter_runs": [run],
        "trades": {"pnl": [10.0] * 4, "exit_time": [dt.date(2024, 1, 1)] * 4},
    }
    found = scores(row, without_avg_r=True, passed=["profit"])
    assert found["robustness_score"] == near(1 - 0.2 / 3)
    assert found["trade_dropout_score"] == trade_dropout(row, passed=["profit"])
    with pytest.raises(RatingError, match=r"`jitter_runs` must have the field `avg_r`"):
        scores(row)
