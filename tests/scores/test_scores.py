"""`scores`, all components and the rating as one struct, against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingConfig
from tests.scores._by_hand import CANDIDATE, COMPONENTS, SUMMARY, near, value

YEARS = COMPONENTS["stability_score"]


def scores(given: dict[str, Any] | None = None, **change: Any) -> Any:
    return value(rating.scores(RatingConfig.from_dict(given or {})), {**CANDIDATE, **change})


def test_scores_by_hand() -> None:
    total = near((0.9 + YEARS + 0.9 + 0.9 + 0.7) / 5)
    found = scores()
    assert found == {name: near(x) for name, x in COMPONENTS.items()} | {"final_rating": total}
    assert list(found) == [*COMPONENTS, "final_rating"]


def test_config_reaches_every_score_by_hand() -> None:
    found = scores({"penalty_cap": 0.05, "weights": {"stability": 0}})
    expected = (0.95, YEARS, 0.95, 0.95, 0.05, 0.95)
    assert list(found.values()) == [near(x) for x in expected]


def test_gate_of_scores_by_hand() -> None:
    assert scores(profit=-100.0)["final_rating"] == 0.0
    # Robustness: a profit of -100 is floored at 1e-9, below the rerun's 60: no fall, 1. The
    # profit part of the others is 0, so that cost_shock is 1 as well.
    ungated = scores({"gate": "none"}, profit=-100.0)
    assert ungated["final_rating"] == near((1 + YEARS + 1 + 0.9 + 0.7) / 5)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"on_missing": "skip"}, (0.9 + YEARS + 0.9 + 0.7) / 4),
        ({"on_missing": "zero"}, (0.9 + YEARS + 0 + 0.9 + 0.7) / 5),
        ({"weights": {"cost_shock": 0}}, (0.9 + YEARS + 0.9 + 0.7) / 4),
    ],
)
def test_null_component_by_hand(given: dict[str, Any], expected: float | None) -> None:
    found = scores(given, cost_runs=[])
    assert found["cost_shock_score"] is None
    assert found["final_rating"] == (None if expected is None else near(expected))


def test_null_component_is_one_under_omega_by_hand() -> None:
    found = scores({"no_evidence": "omega"}, cost_runs=[])
    assert found["final_rating"] == near((0.9 + YEARS + 1 + 0.9 + 0.7) / 5)


def test_component_the_frame_has_no_evidence_for() -> None:
    row = {name: x for name, x in CANDIDATE.items() if name != "yearly_profits"}

    def rate(given: dict[str, Any]) -> Any:
        return value(rating.scores(RatingConfig.from_dict(given)), row)

    with pytest.raises(ComputeError, match=r"MISSING_EVIDENCE.*no evidence for `stability_score`"):
        rate({})
    # It is null where a missing one may be, and where it plays no part.
    for given, total in (
        ({"weights": {"stability": 0}}, (0.9 * 3 + 0.7) / 4),
        ({"on_missing": "skip"}, (0.9 * 3 + 0.7) / 4),
        ({"on_missing": "zero"}, (0.9 * 3 + 0.7) / 5),
    ):
        found = rate(given)
        assert (found["stability_score"], found["final_rating"]) == (None, near(total))


def test_column_by_keyword_reaches_every_score_by_hand() -> None:
    found = value(rating.scores(profit="equity_gain"), {**CANDIDATE, "equity_gain": 50.0})
    # 60 and 70 are no falls from 50.
    assert (found["robustness_score"], found["cost_shock_score"]) == (1.0, 1.0)


def test_avg_r_left_out_and_a_base_by_keyword_reach_the_components_by_hand() -> None:
    # The profit of the rerun falls by 0.2 of 100. Of 4 equal trades one is dropped at a time:
    # against a profit of 40, and against one of 100 by keyword: 30 is left.
    row = {
        "profit": 100.0,
        "win_rate": 0.5,
        "max_drawdown": 10.0,
        "jitter_runs": [{"profit": 80.0, "win_rate": 0.5, "max_drawdown": 10.0}],
        "trades": [{"pnl": 10.0, "exit_time": dt.date(2024, 1, 1)}] * 4,
    }
    wide = RatingConfig(penalty_cap=1)
    found = value(rating.scores(wide, avg_r=None), row)
    assert found["robustness_score"] == near(1 - 0.2 / 3)
    assert found["trade_dropout_score"] == near(1 - (0.25 + 0 + 1) / 3)
    found = value(rating.scores(wide, avg_r=None, profit="profit"), row)
    assert found["trade_dropout_score"] == near(1 - (0.7 + 0 + 1) / 3)
    with pytest.raises(ComputeError, match=r"`jitter_runs` must have the field `avg_r`"):
        value(rating.scores(wide), row)


def test_trades_by_keyword_outrank_the_frames_years_and_reruns() -> None:
    # 2021: 365 days, profit 365 at 3 a day (1,095); 2022: one day, profit 733 (3). The frame's own
    # yearly profits would give 1 / 1.5.
    days = [
        {"pnl": 365.0, "exit_time": dt.date(2021, 1, 1)},
        {"pnl": 733.0, "exit_time": dt.date(2022, 1, 1)},
    ]
    row = CANDIDATE | {"trades": days}
    wmape = 365 / 366 * (1_095 - 365) / 1_095 + 1 / 366 * (733 - 3) / 100
    skip = RatingConfig(on_missing="skip", gate="none")
    alone = value(rating.stability(trades="trades"), row)
    assert alone == near(1 / (1 + wmape))
    found = value(rating.scores(skip, trades="trades"), row)
    assert found["stability_score"] == alone
    assert found["final_rating"] == value(rating.final(config=skip, trades="trades"), row)
    parts = value(rating.explain(skip, trades="trades"), row)
    assert parts["stability_score"] == near(alone / 5)


def test_seed_column_of_the_frame_plays_no_part() -> None:
    row = {**SUMMARY, "yearly_profits": [400.0, 600.0]}
    assert value(rating.scores(), row | {"seed": 4}) == value(rating.scores(), row)
