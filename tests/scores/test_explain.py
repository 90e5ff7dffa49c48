"""`explain`, each component's part of the rating, against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

import polars_rating as rating
from polars_rating import RatingConfig
from tests.scores._by_hand import CANDIDATE, COMPONENTS, near, value

# The stress penalty of 0.3 counts as a score of 0.7.
UPWARD = COMPONENTS | {"stress_penalty": 0.7}


def explain(given: dict[str, Any] | None = None, **change: Any) -> Any:
    return value(rating.explain(RatingConfig.from_dict(given or {})), {**CANDIDATE, **change})


def test_explain_by_hand() -> None:
    found = explain()
    assert found == {name: near(x / 5) for name, x in UPWARD.items()}
    assert list(found) == list(COMPONENTS)
    assert sum(found.values()) == near(value(rating.final(), CANDIDATE))


def test_explain_with_weights_by_hand() -> None:
    weights = {"robustness": 3, "stability": 0, "cost_shock": 1, "trade_dropout": 1}
    expected = (3 * 0.9 / 6, 0.0, 0.9 / 6, 0.9 / 6, 0.7 / 6)
    assert list(explain({"weights": weights}).values()) == [near(x) for x in expected]


def test_explain_is_ungated_and_the_same_for_every_aggregation() -> None:
    assert explain(profit=-100.0)["stability_score"] == near(1 / 1.5 / 5)
    assert explain({"aggregation": "min"}) == explain()


@pytest.mark.parametrize(
    ("given", "missing", "total"),
    [
        ({}, None, 5),
        ({"on_missing": "skip"}, None, 4),
        ({"on_missing": "zero"}, 0.0, 5),
        ({"weights": {"cost_shock": 0}}, 0.0, 4),
    ],
)
def test_explain_of_a_null_component_by_hand(
    given: dict[str, Any], missing: float | None, total: int
) -> None:
    found = explain(given, cost_runs=[])
    assert found["cost_shock_score"] == missing
    assert found["robustness_score"] == near(0.9 / total)


def test_component_without_weight_needs_no_evidence() -> None:
    row = {name: x for name, x in CANDIDATE.items() if name != "yearly_profits"}
    found = value(rating.explain(RatingConfig.from_dict({"weights": {"stability": 0}})), row)
    assert (found["stability_score"], found["robustness_score"]) == (0.0, near(0.9 / 4))
