"""Robustness of the reference against numbers computed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import data_jitter, robustness
from polars_rating.reference.robustness import robustness_score
from polars_rating.reference.summary_model import edge_ratio

NAN, INF = float("nan"), float("inf")
BASE = {"profit": 100.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}
# Worsenings of this run: 0.2, 0.3, 0, 0.1 -> mean 0.15; without avg_r 0.1.
RUN = {"profit": 80.0, "avg_r": 0.7, "win_rate": 0.6, "max_drawdown": 11.0}
ZERO_RUN: dict[str, Any] = dict.fromkeys(RUN, 0.0)  # 1, 1, 1, 0 -> 0.75
SUMMARY = {"profit": 1000.0, "profit_factor": 3.0, "win_rate": 0.5}


def rate(runs: object, **kwargs: Any) -> float | None:
    return robustness(BASE | {"jitter_runs": runs}, **kwargs)


def test_one_run_by_hand() -> None:
    assert rate([RUN]) == pytest.approx(0.85, rel=1e-14)


def test_mean_is_capped_not_the_runs_by_hand() -> None:
    # Mean of 0.15 and 0.75 is 0.45; capping each run first would give 0.325.
    assert rate([RUN, ZERO_RUN]) == pytest.approx(0.55, rel=1e-14)


def test_without_avg_r_is_the_mean_over_three_by_hand() -> None:
    base = {k: v for k, v in BASE.items() if k != "avg_r"}
    run = {k: v for k, v in RUN.items() if k != "avg_r"}
    row = base | {"jitter_runs": [run]}
    assert robustness(row, without_avg_r=True) == pytest.approx(0.9, rel=1e-14)


def test_better_runs_score_one() -> None:
    better = {"profit": 200.0, "avg_r": 2.0, "win_rate": 0.9, "max_drawdown": 1.0}
    assert rate([better]) == 1.0


@pytest.mark.parametrize(("cap", "expected"), [(0.0, 1.0), (0.1, 0.9), (1.0, 0.25)])
def test_cap_by_hand(cap: float, expected: float) -> None:
    assert rate([ZERO_RUN], penalty_cap=cap) == expected


def test_zero_base_has_the_floor_as_denominator() -> None:
    # profit, avg_r, win_rate: (1e-9 - 0) / 1e-9 = 1 each; drawdown 0 against 1e-9: no increase.
    assert robustness_score((0, 0, 0, 0), [(0, 0, 0, 0)], penalty_cap=1) == 0.25


def test_overflowing_worsening_is_left_out_of_the_mean() -> None:
    base = (100.0, 1.0, 0.5, 0.0)
    overflows = (100.0, 1.0, 0.5, 1e308)
    assert robustness_score(base, [overflows]) == 0.5
    assert robustness_score(base, [overflows, (80.0, 1.0, 0.5, 0.0)]) == pytest.approx(0.95)


@pytest.mark.parametrize("bad", [None, NAN, INF, -INF])
def test_null_and_non_finite_numbers_in_a_run_count_as_zero(bad: float | None) -> None:
    assert rate([dict.fromkeys(RUN, bad)], penalty_cap=1) == 0.25


def test_null_run_is_skipped() -> None:
    assert rate([None, RUN, None]) == rate([RUN])


@pytest.mark.parametrize("runs", [None, [], [None, None], {k: [] for k in RUN}, dict.fromkeys(RUN)])
def test_no_runs_are_no_evidence(runs: object) -> None:
    assert rate(runs) is None
    assert rate(runs, no_evidence="omega", penalty_cap=0.3) == 0.7


@pytest.mark.parametrize("bad", [None, NAN, INF, -INF])
def test_null_or_non_finite_base_is_no_evidence_or_zero_under_omega(bad: float | None) -> None:
    row = BASE | {"win_rate": bad, "jitter_runs": [ZERO_RUN]}
    assert robustness(row) is None
    # With a win rate of 0 against the floor the worsenings stay 1, 1, 1, 0.
    assert robustness(row, no_evidence="omega", penalty_cap=1) == 0.25


def test_omega_looks_at_lists_before_metrics() -> None:
    row = BASE | {"win_rate": None, "jitter_runs": []}
    assert robustness(row, no_evidence="omega") == 0.5


def test_struct_of_lists_arrays_decimals_and_extra_fields_equal_the_list_of_structs() -> None:
    assert rate({name: [value] for name, value in RUN.items()}) == rate([RUN])
    assert rate([{**RUN, "note": "ignored"}]) == rate([RUN])
    decimals = {name: Decimal(str(value)) for name, value in RUN.items()}
    assert rate(np.array([decimals], dtype=object)) == rate([RUN])


def test_missing_field_is_named() -> None:
    with pytest.raises(RatingError, match=r"`jitter_runs` must have the field `avg_r`") as caught:
        rate([{k: v for k, v in RUN.items() if k != "avg_r"}])
    assert caught.value.code == "RATING_MISSING_FIELD"


def test_field_missing_in_one_run_only_counts_as_zero() -> None:
    assert rate([RUN, {"profit": 80.0}]) == rate([RUN, {**ZERO_RUN, "profit": 80.0}])


@pytest.mark.parametrize("runs", [[1.0], 3.0, "runs", [RUN | {"profit": True}]])
def test_wrong_types_are_refused(runs: object) -> None:
    with pytest.raises(RatingError) as caught:
        rate(runs)
    assert caught.value.code == "RATING_BAD_DTYPE"


def test_struct_of_lists_with_other_lengths_is_refused() -> None:
    with pytest.raises(RatingError) as caught:
        rate({"profit": [1.0], "avg_r": [1.0, 2.0], "win_rate": [0.5], "max_drawdown": [1.0]})
    assert caught.value.code == "RATING_LENGTH_MISMATCH"


def test_missing_base_metric_is_an_error_not_a_weaker_tier() -> None:
    with pytest.raises(RatingError, match=r"`jitter_runs` is there.*`avg_r` missing") as caught:
        robustness(SUMMARY | {"max_drawdown": 1.0, "jitter_runs": None})
    assert caught.value.code == "RATING_MISSING_EVIDENCE"


def test_base_metrics_come_from_trades_and_yearly_profits() -> None:
    # Trades: profit 100, win_rate 0.5, max_drawdown 10, avg_r 1, as BASE.
    trades = [{"pnl": 110.0, "r_multiple": 3.0}, {"pnl": -10.0, "r_multiple": -1.0}]
    row = {"trades": trades, "jitter_runs": [RUN]}
    assert robustness(row) == pytest.approx(0.85, rel=1e-14)
    # Yearly profits come before trades: profit 80, so RUN loses nothing there.
    row["yearly_profits"] = [50.0, 30.0, None, NAN]
    assert robustness(row) == pytest.approx(0.9, rel=1e-14)
    assert robustness(row | {"profit": 160.0}) == pytest.approx(1 - 0.9 / 4, rel=1e-14)


def test_trades_without_r_multiple_give_no_avg_r() -> None:
    with pytest.raises(RatingError, match=r"`avg_r` missing.*`avg_r=None` leaves"):
        robustness({"trades": [{"pnl": 1.0}], "jitter_runs": [RUN]})
    assert robustness({"trades": [], "jitter_runs": [RUN]}) is None


def test_data_jitter_is_the_same_score_without_a_model_behind_it() -> None:
    row = BASE | {"data_jitter_runs": [RUN]}
    assert data_jitter(row) == pytest.approx(0.85, rel=1e-14)
    assert data_jitter(row, without_avg_r=True) == pytest.approx(0.9, rel=1e-14)
    with pytest.raises(RatingError, match="looked for `data_jitter_runs`"):
        data_jitter(SUMMARY)


def test_missing_evidence_lists_what_was_looked_for() -> None:
    with pytest.raises(RatingError) as caught:
        robustness({"profit": 1.0})
    assert caught.value.code == "RATING_MISSING_EVIDENCE"
    assert caught.value.message == (
        "no evidence for `robustness_score`: looked for `jitter_runs` (reruns), or `profit`, "
        "`win_rate` and `profit_factor` (summary), or `trades` to compute them from; "
        "found `profit`"
    )


@pytest.mark.parametrize(
    ("profit_factor", "p", "r_p", "r_b", "expected"),
    [
        # g = .75, l = .25: rho = 1.5 r_p r_b + 0.5 r_p - 1
        (3.0, 0.5, 0.8, 0.9, 0.48),
        # No losses: rho = r_p r_b
        (INF, 0.5, 0.8, 0.9, 0.72),
        # p = 1: g' = 0.9 r_b, l' = 0.1
        (3.0, 1.0, 0.9, 1.0, 0.8),
    ],
)
def test_edge_ratio_by_hand(
    profit_factor: float, p: float, r_p: float, r_b: float, expected: float
) -> None:
    assert edge_ratio(profit_factor, p, r_p, r_b) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("p", [0.25, 0.41085157013398566, 0.6869213640346571])
def test_edge_ratio_without_a_shock_is_exactly_one_however_thin_the_edge(p: float) -> None:
    assert edge_ratio(1 + 1.1102230246251565e-15, p, 1.0, 1.0) == 1.0


@pytest.mark.parametrize("without", [False, True])
def test_summary_model_with_numpy_draws_by_hand(without: bool) -> None:
    r_p, r_b = (1 + np.minimum(0, np.random.default_rng(3).uniform(-0.2, 0.2, (1, 2))))[0]
    assert r_p < 1
    rho = 1.5 * r_p * r_b + 0.5 * r_p - 1
    parts = [1 - rho, 1 - rho, 1 - r_p, 1 / rho - 1][without:]
    found = robustness(
        SUMMARY, param_variation=0.2, n_iterations=1, seed=3, penalty_cap=1, without_avg_r=without
    )
    assert found == pytest.approx(1 - sum(parts) / len(parts), rel=1e-12)


def test_summary_model_without_variation_scores_one_and_without_iterations_the_cap() -> None:
    assert robustness(SUMMARY, param_variation=0) == 1.0
    assert robustness(SUMMARY, n_iterations=0, penalty_cap=0.3) == 0.7


@pytest.mark.parametrize("no_edge", [{"profit_factor": 1.0}, {"profit": 0.0}, {"win_rate": 0.0}])
def test_summary_model_without_edge_is_one_minus_cap(no_edge: dict[str, float]) -> None:
    assert robustness(SUMMARY | no_edge, penalty_cap=0.3) == 0.7


@pytest.mark.parametrize("bad", [{"win_rate": 55.0}, {"profit_factor": -1.0}, {"profit": None}])
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert robustness(SUMMARY | bad) is None
    assert robustness(SUMMARY | bad, no_evidence="omega") == 0.5


def test_infinite_profit_factor_is_a_number() -> None:
    found = robustness(SUMMARY | {"profit_factor": INF})
    assert found is not None
    assert 0.5 < found < 1


def test_seed_in_the_row_replaces_the_keyword_and_null_gives_null() -> None:
    assert robustness(SUMMARY | {"seed": 5}) == robustness(SUMMARY, seed=5)
    assert robustness(SUMMARY | {"seed": 5}) != robustness(SUMMARY, seed=6)
    assert robustness(SUMMARY | {"seed": None}) is None
    with pytest.raises(RatingError) as caught:
        robustness(SUMMARY | {"seed": -1})
    assert caught.value.code == "RATING_BAD_SEED"
