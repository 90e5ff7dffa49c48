"""Robustness and data jitter against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating

BASE = {"profit": 100.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}
# Profit falls by 0.2, avg_r by 0.3, win_rate rises (0), max_drawdown rises by 0.1: mean 0.15.
RUN = {"profit": 80.0, "avg_r": 0.7, "win_rate": 0.6, "max_drawdown": 11.0}
# Falls of 1, 1, 1 and no rise of the drawdown: mean 0.75.
NOTHING_LEFT = dict.fromkeys(RUN, 0.0)
SUMMARY = {"profit": 1_000.0, "profit_factor": 3.0, "win_rate": 0.5}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def score(row: dict[str, Any], **keywords: Any) -> float | None:
    return pl.DataFrame([row]).select(rating.robustness(**keywords)).item()


def over(*runs: dict[str, float], **keywords: Any) -> float | None:
    return score({**BASE, "jitter_runs": list(runs)}, **keywords)


def test_one_run_by_hand() -> None:
    assert over(RUN) == near(1 - (0.2 + 0.3 + 0 + 0.1) / 4)


def test_cap_is_on_the_mean_not_on_each_run_by_hand() -> None:
    # (0.15 + 0.75) / 2 = 0.45 stays below 0.5; capping 0.75 first would give 0.325.
    assert over(RUN, NOTHING_LEFT) == near(1 - 0.45)


@pytest.mark.parametrize(("cap", "expected"), [(0, 1.0), (0.1, 0.9), (0.5, 0.5), (1, 0.25)])
def test_cap_by_hand(cap: float, expected: float) -> None:
    assert over(NOTHING_LEFT, penalty_cap=cap) == near(expected)


def test_avg_r_left_out_is_the_mean_over_three_by_hand() -> None:
    assert over(RUN, avg_r=None) == near(1 - (0.2 + 0 + 0.1) / 3)


def test_better_reruns_score_one() -> None:
    assert over({"profit": 120.0, "avg_r": 2.0, "win_rate": 0.9, "max_drawdown": 5.0}) == 1.0


def test_numbers_that_are_not_finite_count_as_zero() -> None:
    bad = {"profit": float("inf"), "avg_r": float("nan"), "win_rate": None, "max_drawdown": None}
    assert over({**RUN, **bad}, penalty_cap=1) == over(NOTHING_LEFT, penalty_cap=1) == near(0.25)


@pytest.mark.parametrize("runs", [None, [], [None]])
def test_no_reruns_is_no_evidence(runs: list[None] | None) -> None:
    both = pl.DataFrame([{**BASE, "jitter_runs": [RUN]}, {**BASE, "jitter_runs": runs}])
    assert both.select(rating.robustness()).to_series().to_list() == [near(0.85), None]
    omega = both.select(rating.robustness(no_evidence="omega", penalty_cap=0.3))
    assert omega.to_series().to_list() == [near(0.85), near(1 - 0.3)]


def test_null_base_metric_is_no_evidence() -> None:
    row = {**BASE, "win_rate": float("nan"), "jitter_runs": [RUN]}
    assert score(row) is None
    # As 0 it is floored at 1e-9: the rerun's 0.6 is no fall, so nothing changes.
    assert score(row, no_evidence="omega") == near(0.85)


def test_columns_by_keyword_replace_canonical_ones() -> None:
    row = {**BASE, "jitter_runs": [RUN], "net": 160.0, "reruns": [NOTHING_LEFT]}
    # The fall of the profit is (160 - 80) / 160 = 0.5 instead of 0.2.
    assert score(row, profit="net") == near(1 - (0.5 + 0.3 + 0 + 0.1) / 4)
    assert score(row, profit=pl.col("net") / 2 + 20) == near(0.85)
    assert score(row, runs="reruns", penalty_cap=1) == near(0.25)


def test_base_metrics_come_from_trades_by_hand() -> None:
    # Net 110 and -10: profit 100, one win of two, drawdown 10, mean R (3 - 1) / 2 = 1.
    trades = [{"pnl": 110.0, "r_multiple": 3.0}, {"pnl": -10.0, "r_multiple": -1.0}]
    assert score({"trades": trades, "jitter_runs": [RUN]}) == near(0.85)


def model(v: float, n: int, seed: int) -> tuple[float, float, float]:
    """Mean falls (profit, win rate) and mean rise of the drawdown for SUMMARY.

    g = 3/4, l = 1/4, p = 1/2: rho = (g r_p r_b - l (1 - p r_p) / (1 - p)) / (g - l)
                                   = 1.5 r_p r_b - (1 - r_p / 2) = 1.5 r_p r_b + 0.5 r_p - 1.
    """
    draws = np.random.default_rng(seed).uniform(-v, v, size=(n, 2))
    r_p, r_b = (1 + np.minimum(0, draws)).T
    rho = 1.5 * r_p * r_b + 0.5 * r_p - 1
    assert rho.min() > 0.5
    return (1 - rho).mean(), (1 - r_p).mean(), (1 / rho - 1).mean()


@pytest.mark.parametrize(("n", "seed"), [(1, 3), (9, 0), (50, 987654321), (8, 2**64 - 1)])
def test_summary_model_matches_the_formula_on_numpys_draws(n: int, seed: int) -> None:
    fall, win_rate, rise = model(0.1, n, seed)
    assert score(SUMMARY, n_iterations=n, seed=seed) == near(
        1 - (fall + fall + win_rate + rise) / 4
    )
    without = score(SUMMARY, n_iterations=n, seed=seed, avg_r=None)
    assert without == near(1 - (fall + win_rate + rise) / 3)


def test_summary_model_without_jitter_scores_one_and_without_edge_the_cap() -> None:
    assert score(SUMMARY, param_variation=0) == 1.0
    for no_edge in ({"profit_factor": 1.0}, {"profit": 0.0}, {"win_rate": 0.0}):
        assert score(SUMMARY | no_edge, penalty_cap=0.3) == near(0.7)
    assert score(SUMMARY, n_iterations=0, penalty_cap=0.3) == near(0.7)


def test_seed_column_gives_each_row_its_own_draws() -> None:
    df = pl.DataFrame({**{k: [v] * 3 for k, v in SUMMARY.items()}, "my_seed": [7, None, 8]})
    found = df.select(rating.robustness(seed="my_seed")).to_series().to_list()
    assert found == [score(SUMMARY, seed=7), None, score(SUMMARY, seed=8)]
    assert found[0] != found[2]


def test_win_rate_in_percent_is_no_evidence() -> None:
    assert score(SUMMARY | {"win_rate": 55.0}) is None


def test_data_jitter_is_the_same_formula_by_hand() -> None:
    df = pl.DataFrame([{**BASE, "data_jitter_runs": [RUN], "mine": [NOTHING_LEFT]}])
    found = df.select(
        rating.data_jitter(),
        rating.data_jitter(avg_r=None).alias("without"),
        rating.data_jitter(runs="mine", penalty_cap=0.6).alias("given"),
    )
    assert found.row(0) == (near(0.85), near(0.9), near(1 - 0.6))


def test_data_jitter_has_no_summary_model() -> None:
    with pytest.raises(ComputeError, match="data_jitter_runs"):
        pl.DataFrame([SUMMARY]).select(rating.data_jitter())
