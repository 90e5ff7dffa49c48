"""Robustness against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores import _by_hand
from tests.scores._by_hand import INF, NAN, NOTHING_LEFT, column, near, value
from tests.scores._by_hand import JITTER_BASE as BASE
from tests.scores._by_hand import JITTERED as RUN

SUMMARY = {name: _by_hand.SUMMARY[name] for name in ("profit", "profit_factor", "win_rate")}


def score(row: dict[str, Any], **keywords: Any) -> float | None:
    return value(rating.robustness(**keywords), row)


def over(*runs: Any, **keywords: Any) -> float | None:
    return score({**BASE, "jitter_runs": list(runs)}, **keywords)


def test_one_run_by_hand() -> None:
    assert over(RUN) == near(1 - (0.2 + 0.3 + 0 + 0.1) / 4)
    assert over({**RUN, "note": "ignored"}, None) == over(None, RUN) == near(0.85)


def test_cap_is_on_the_mean_not_on_each_run_by_hand() -> None:
    # (0.15 + 0.75) / 2 = 0.45 stays below 0.5; capping 0.75 first would give 0.325.
    assert over(RUN, NOTHING_LEFT) == near(1 - 0.45)


@pytest.mark.parametrize(("cap", "expected"), [(0, 1.0), (0.1, 0.9), (0.5, 0.5), (1, 0.25)])
def test_cap_by_hand(cap: float, expected: float) -> None:
    assert over(NOTHING_LEFT, penalty_cap=cap) == near(expected)


def test_avg_r_left_out_is_the_mean_over_three_by_hand() -> None:
    assert over(RUN, avg_r=None) == near(1 - (0.2 + 0 + 0.1) / 3)
    base, run = ({k: x for k, x in row.items() if k != "avg_r"} for row in (BASE, RUN))
    assert score({**base, "jitter_runs": [run]}, avg_r=None) == near(0.9)


def test_better_reruns_score_one() -> None:
    assert over({"profit": 120.0, "avg_r": 2.0, "win_rate": 0.9, "max_drawdown": 5.0}) == 1.0


def test_base_of_zero_is_floored_by_hand() -> None:
    # (1e-9 - 0) / 1e-9 = 1 for profit, avg_r and win_rate; no rise of the drawdown from 1e-9.
    zeros = dict.fromkeys(BASE, 0.0)
    assert score({**zeros, "jitter_runs": [zeros]}, penalty_cap=1) == near(0.25)


@pytest.mark.parametrize("bad", [None, NAN, INF, -INF])
def test_numbers_of_a_run_that_are_not_finite_count_as_zero(bad: float | None) -> None:
    assert over(dict.fromkeys(RUN, bad), penalty_cap=1) == near(0.25)
    assert over({**RUN, "win_rate": bad}, penalty_cap=1) == near(1 - (0.2 + 0.3 + 1 + 0.1) / 4)


def test_run_that_overflows_is_left_out_of_the_mean_by_hand() -> None:
    base = {**BASE, "max_drawdown": 0.0}
    overflows = {**base, "max_drawdown": 1e308}
    assert score({**base, "jitter_runs": [overflows]}) == 0.5
    falls = {**base, "profit": 80.0}
    assert score({**base, "jitter_runs": [overflows, falls]}) == near(1 - 0.2 / 4)


@pytest.mark.parametrize(
    "runs",
    [None, [], [None, None], {name: [] for name in RUN}, dict.fromkeys(RUN)],
    ids=["null", "empty", "null runs", "empty fields", "null fields"],
)
def test_no_reruns_are_no_evidence(runs: Any) -> None:
    row = {**BASE, "jitter_runs": runs}
    assert score(row) is None
    assert score(row, no_evidence="omega", penalty_cap=0.3) == near(1 - 0.3)
    # The list counts before the metrics.
    assert score({**row, "win_rate": None}, no_evidence="omega") == 0.5


@pytest.mark.parametrize("bad", [None, NAN, INF, -INF])
def test_base_metric_that_is_not_finite_is_no_evidence(bad: float | None) -> None:
    row = {**BASE, "win_rate": bad, "jitter_runs": [RUN]}
    assert score(row) is None
    # As 0 it is floored at 1e-9: the rerun's 0.6 is no fall, so nothing changes; 0 is one of 1.
    assert score(row, no_evidence="omega") == near(0.85)
    row["jitter_runs"] = [NOTHING_LEFT]
    assert score(row, no_evidence="omega", penalty_cap=1) == 0.25


def test_columns_by_keyword_replace_canonical_ones() -> None:
    row = {**BASE, "jitter_runs": [RUN], "net": 160.0, "reruns": [NOTHING_LEFT]}
    # The fall of the profit is (160 - 80) / 160 = 0.5 instead of 0.2.
    assert score(row, profit="net") == near(1 - (0.5 + 0.3 + 0 + 0.1) / 4)
    assert score(row, profit=pl.col("net") / 2 + 20) == near(0.85)
    assert score(row, runs="reruns", penalty_cap=1) == near(0.25)


def test_base_metrics_come_from_yearly_profits_before_trades_by_hand() -> None:
    # Net 110 and -10: profit 100, one win of two, drawdown 10, mean R (3 - 1) / 2 = 1.
    trades = [{"pnl": 110.0, "r_multiple": 3.0}, {"pnl": -10.0, "r_multiple": -1.0}]
    row: dict[str, Any] = {"trades": trades, "jitter_runs": [RUN]}
    assert score(row) == near(0.85)
    # A profit of 80 is what the rerun has.
    row["yearly_profits"] = [50.0, 30.0, None, NAN]
    assert score(row) == near(1 - (0 + 0.3 + 0 + 0.1) / 4)
    assert score(row | {"profit": 160.0}) == near(1 - (0.5 + 0.3 + 0 + 0.1) / 4)
    # What would come from an empty list is missing.
    assert column(rating.robustness(), row, row | {"trades": []}) == [near(0.9), None]


def test_trades_without_r_multiples_give_no_avg_r() -> None:
    row = {"trades": [{"pnl": 1.0}], "jitter_runs": [RUN]}
    with pytest.raises(ComputeError, match=r"`avg_r` missing.*`avg_r=None` leaves"):
        score(row)


def test_reruns_without_their_base_metrics_are_an_error_and_no_weaker_tier() -> None:
    row = SUMMARY | {"max_drawdown": 1.0, "jitter_runs": [RUN]}
    text = r"RATING_MISSING_EVIDENCE.*`jitter_runs` is there.*`avg_r` missing"
    with pytest.raises(ComputeError, match=text):
        score(row)


def test_missing_field_of_a_rerun_is_named() -> None:
    run = {name: x for name, x in RUN.items() if name != "avg_r"}
    text = r"RATING_MISSING_FIELD.*`jitter_runs` must have the field `avg_r`"
    with pytest.raises(ComputeError, match=text):
        over(run)


def test_missing_evidence_lists_what_was_looked_for() -> None:
    with pytest.raises(ComputeError, match="RATING_MISSING_EVIDENCE") as caught:
        score({"profit": 1.0})
    said = "no evidence for `robustness_score`: looked for `jitter_runs` (reruns), "
    assert said in str(caught.value)
    for part in ("`profit`", "`win_rate`", "`profit_factor`", "(summary)", "found `profit`"):
        assert part in str(caught.value).split(said)[1]


def model(v: float, n: int, seed: int, profit_factor: float) -> tuple[float, float, float]:
    """Mean falls (profit, win rate) and mean rise of the drawdown at a win rate of 1/2.

    profit_factor 3: g = 3/4, l = 1/4, rho = (g r_p r_b - l (1 - p r_p) / (1 - p)) / (g - l)
                     = 1.5 r_p r_b - (1 - r_p / 2) = 1.5 r_p r_b + 0.5 r_p - 1.
    +inf: no losses, rho = r_p r_b.
    """
    draws = np.random.default_rng(seed).uniform(-v, v, size=(n, 2))
    r_p, r_b = (1 + np.minimum(0, draws)).T
    rho = r_p * r_b if profit_factor == INF else 1.5 * r_p * r_b + 0.5 * r_p - 1
    assert 0.5 < rho.min() < 1
    return (1 - rho).mean(), (1 - r_p).mean(), (1 / rho - 1).mean()


@pytest.mark.parametrize("profit_factor", [3.0, INF])
@pytest.mark.parametrize(
    ("v", "n", "seed"), [(0.2, 1, 3), (0.1, 9, 0), (0.1, 50, 987654321), (0.1, 8, 2**64 - 1)]
)
def test_summary_model_matches_the_formula_on_numpys_draws(
    v: float, n: int, seed: int, profit_factor: float
) -> None:
    fall, win_rate, rise = model(v, n, seed, profit_factor)
    keywords: dict[str, Any] = {"param_variation": v, "n_iterations": n, "seed": seed}
    row = SUMMARY | {"profit_factor": profit_factor}
    assert score(row, **keywords) == near(1 - (fall + fall + win_rate + rise) / 4)
    assert score(row, avg_r=None, **keywords) == near(1 - (fall + win_rate + rise) / 3)


@pytest.mark.parametrize("profit_factor", [3.0, 1 + 1.1102230246251565e-15])
@pytest.mark.parametrize("win_rate", [0.25, 0.41085157013398566, 0.6869213640346571])
def test_summary_model_without_jitter_scores_one(profit_factor: float, win_rate: float) -> None:
    # Exactly, however thin the edge.
    row = SUMMARY | {"profit_factor": profit_factor, "win_rate": win_rate}
    assert score(row, param_variation=0) == 1.0


def test_summary_model_without_edge_or_iterations_is_one_minus_cap() -> None:
    for no_edge in ({"profit_factor": 1.0}, {"profit": 0.0}, {"win_rate": 0.0}):
        assert score(SUMMARY | no_edge, penalty_cap=0.3) == near(0.7)
    assert score(SUMMARY, n_iterations=0, penalty_cap=0.3) == near(0.7)


@pytest.mark.parametrize("bad", [{"win_rate": 55.0}, {"profit_factor": -1.0}, {"profit": None}])
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert score(SUMMARY | bad) is None
    assert score(SUMMARY | bad, no_evidence="omega") == 0.5


def test_seed_column_gives_each_row_its_own_draws() -> None:
    rows = [{**SUMMARY, "my_seed": seed} for seed in (7, None, 8)]
    found = column(rating.robustness(seed="my_seed"), *rows)
    assert found == [score(SUMMARY, seed=7), None, score(SUMMARY, seed=8)]
    assert found[0] != found[2]
