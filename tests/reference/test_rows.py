"""What the reference alone reads: rows of any Python values, with keywords that no frame has."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import (
    cost_shock,
    deployment,
    evidence,
    final,
    metrics,
    robustness,
    scores,
    stability,
    stress_penalty,
    trade_dropout,
)

BASE = {"profit": 100.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}
# Worsenings 0.2, 0.3, 0 and 0.1.
RUN = {"profit": 80.0, "avg_r": 0.7, "win_rate": 0.6, "max_drawdown": 11.0}
PASSED = {
    "robustness_score": 0.9,
    "stability_score": 0.8,
    "cost_shock_score": 0.7,
    "trade_dropout_score": 0.6,
    "stress_penalty": 0.5,
}


def rate(runs: object) -> float | None:
    return robustness(BASE | {"jitter_runs": runs})


def test_runs_of_every_python_type_give_the_same_score() -> None:
    expected = pytest.approx(0.85, rel=1e-14)
    decimals = {name: Decimal(str(value)) for name, value in RUN.items()}
    assert rate([RUN]) == rate((RUN,)) == rate({k: [x] for k, x in RUN.items()}) == expected
    assert rate(np.array([decimals], dtype=object)) == expected


def test_field_missing_in_one_run_only_counts_as_zero() -> None:
    zeros = dict.fromkeys(RUN, 0.0)
    assert rate([RUN, {"profit": 80.0}]) == rate([RUN, {**zeros, "profit": 80.0}])


def test_trades_of_every_python_type_give_the_same_metrics() -> None:
    rows = [{"pnl": 3.0, "fee": 1.0}, {"pnl": -1.0, "fee": 0.0}]
    expected = metrics({"trades": rows})
    assert expected["profit"] == 1.0
    columns = {"pnl": [3.0, -1.0], "fee": (1.0, 0.0)}
    assert metrics(rows) == metrics(columns) == metrics({"trades": columns}) == expected


def test_times_of_trades_may_be_dates_and_aware() -> None:
    east = dt.timezone(dt.timedelta(hours=9))
    aware = dt.datetime(2024, 1, 1, 5, tzinfo=east)  # 2023-12-31 20:00 UTC
    for time in (dt.date(2023, 12, 31), aware):
        assert metrics([{"pnl": 1.0, "exit_time": time}])["years"] == [2023]


@pytest.mark.parametrize(
    ("score", "row", "code"),
    [
        (robustness, BASE | {"jitter_runs": [1.0]}, "RATING_BAD_DTYPE"),
        (robustness, BASE | {"jitter_runs": 3.0}, "RATING_BAD_DTYPE"),
        (robustness, BASE | {"jitter_runs": "runs"}, "RATING_BAD_DTYPE"),
        (robustness, BASE | {"jitter_runs": [RUN | {"profit": True}]}, "RATING_BAD_DTYPE"),
        (robustness, BASE | {"jitter_runs": [{"profit": 1.0}]}, "RATING_MISSING_FIELD"),
        (
            robustness,
            BASE | {"jitter_runs": {**{k: [1.0] for k in RUN}, "avg_r": [1.0, 2.0]}},
            "RATING_LENGTH_MISMATCH",
        ),
        (robustness, {"profit": 1.0, "jitter_runs": None}, "RATING_MISSING_EVIDENCE"),
        (robustness, {"profit": 1.0}, "RATING_MISSING_EVIDENCE"),
        (
            robustness,
            {"profit": 1.0, "profit_factor": 3.0, "win_rate": 0.5, "seed": -1},
            "RATING_BAD_SEED",
        ),
        (trade_dropout, {"trades": [{"pnl": 1.0}], "seed": -4}, "RATING_BAD_SEED"),
        (stability, {"yearly_profits": [1.0], "years": [1, 2]}, "RATING_LENGTH_MISMATCH"),
        (stability, {}, "RATING_MISSING_EVIDENCE"),
        (cost_shock, {}, "RATING_MISSING_EVIDENCE"),
        (stress_penalty, {}, "RATING_MISSING_EVIDENCE"),
        (deployment, {"trades": {"pnl": [1.0]}}, "RATING_MISSING_EVIDENCE"),
        (metrics, {"profit": 1.0}, "RATING_MISSING_EVIDENCE"),
        (metrics, {"trades": [{"fee": 1.0}]}, "RATING_MISSING_FIELD"),
        (metrics, [{"pnl": 1.0, "exit_time": 5}], "RATING_BAD_DTYPE"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_a_code(score: Any, row: Any, code: str) -> None:
    with pytest.raises(RatingError) as caught:
        score(row)
    assert caught.value.code == code


def test_evidence_of_keys_alone() -> None:
    # The fields of a null or empty list cannot be seen in a row: it may have exit times.
    names = ("jitter_runs", "cost_runs", "dropout_runs", "stress_runs", "trades")
    expected = ["reruns", "trades", "reruns", "reruns", "reruns"]
    assert list(evidence(dict.fromkeys(names)).values()) == expected
    assert list(evidence({"trades": []}).values()) == ["summary", *["trades"] * 4]


def test_passed_names_base_metrics_that_replace_those_of_the_trades() -> None:
    row = {"trades": {"pnl": [10.0] * 4}, "profit": 60.0}
    found = trade_dropout(row, fraction=0.25, penalty_cap=1, passed=["profit"])
    assert found == pytest.approx(1 - (0.5 + 1) / 3, rel=1e-12)
    with pytest.raises(RatingError, match="`passed` must name base metrics"):
        trade_dropout(row, passed=["win_rate"])


def test_given_names_components_that_are_passed_in() -> None:
    assert final(PASSED, given=tuple(PASSED)) == pytest.approx(0.7, rel=1e-12)
    with pytest.raises(RatingError, match="`given` must name columns"):
        final(PASSED, given=["robustness"])


def test_avg_r_left_out_and_passed_metrics_reach_the_components() -> None:
    row: dict[str, Any] = {
        "profit": 100.0,
        "win_rate": 0.5,
        "max_drawdown": 10.0,
        "jitter_runs": [{"profit": 80.0, "win_rate": 0.5, "max_drawdown": 10.0}],
        "trades": {"pnl": [10.0] * 4, "exit_time": [dt.date(2024, 1, 1)] * 4},
    }
    found = scores(row, without_avg_r=True, passed=["profit"])
    assert found["robustness_score"] == pytest.approx(1 - 0.2 / 3, rel=1e-12)
    assert found["trade_dropout_score"] == trade_dropout(row, passed=["profit"])
    with pytest.raises(RatingError, match=r"`jitter_runs` must have the field `avg_r`"):
        scores(row)
