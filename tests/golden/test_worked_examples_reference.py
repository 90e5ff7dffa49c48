"""The reference reproduces the worked examples of the scoring specification to 1e-12.

The expected numbers are the golden values of the Omega rating layer (specification, section 13).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from polars_rating.reference import cost_shock, robustness, stability, stability_wmape
from polars_rating.reference import stress_penalty as stress_penalty_of
from polars_rating.reference.p_value import p_value_mean_gt_0
from polars_rating.reference.penalty import mean_run_score, score_from_penalty
from polars_rating.reference.robustness import robustness_score
from polars_rating.reference.stability import stability_score, wmape
from polars_rating.reference.stress_penalty import mean_penalty
from polars_rating.reference.trade_dropout import replay_dropout
from polars_rating.reference.ulcer_index import ulcer_index, ulcer_index_score, weekly_closes

BASE = {
    "profit": 10000.0,
    "avg_r": 0.80,
    "win_rate": 0.55,
    "max_drawdown": 2000.0,
    "sharpe_ratio": 1.50,
}
STRESS_BASE = (10000.0, 2000.0, 1.50)
JITTER = [(9200, 0.72, 0.52, 2200), (9700, 0.78, 0.54, 2050), (8800, 0.70, 0.50, 2350)]
STRESS = [(8000, 2500, 1.10), (6500, 3200, 0.90)]
COST = [(9000, 2200, 1.35), (8500, 2450, 1.20), (8000, 2700, 1.10)]
TIMING = [(8800, 2250, 1.25), (8400, 2400, 1.20)]


def close(expected: float) -> object:
    return pytest.approx(expected, rel=1e-12, abs=0)


def as_runs(runs: list[tuple[float, ...]], *names: str) -> list[dict[str, float]]:
    return [dict(zip(names, run, strict=True)) for run in runs]


def stressed(runs: list[tuple[float, ...]]) -> list[dict[str, float]]:
    return as_runs(runs, "profit", "max_drawdown", "sharpe_ratio")


def test_robustness_matches_omega() -> None:
    base = (10000.0, 0.80, 0.55, 2000.0)
    assert robustness_score(base, JITTER) == close(0.9213636363636364)
    runs = as_runs(JITTER, "profit", "avg_r", "win_rate", "max_drawdown")
    assert robustness(BASE | {"jitter_runs": runs}) == close(0.9213636363636364)


def test_stress_penalty_matches_omega() -> None:
    assert mean_penalty(STRESS_BASE, STRESS) == close(0.3444444444444444)
    row = BASE | {"stress_runs": stressed(STRESS)}
    assert stress_penalty_of(row) == close(0.3444444444444444)


def test_cost_shock_matches_omega() -> None:
    assert mean_run_score(STRESS_BASE, COST) == close(0.8120370370370371)
    assert cost_shock(BASE | {"cost_runs": stressed(COST)}) == close(0.8120370370370371)


def test_timing_jitter_matches_omega() -> None:
    penalty = mean_penalty(STRESS_BASE, TIMING)
    assert score_from_penalty(penalty) == close(0.8380555555555556)


def test_stability_matches_omega() -> None:
    profits, days = [2000.0, 3000.0, 5000.0], [365.0, 365.0, 365.0]
    assert stability_score(profits, days) == close(0.75)
    assert wmape(profits, days) == close(0.3333333333333333)
    row = {"yearly_profits": profits, "years": [2021, 2022, 2023]}
    assert stability(row) == close(0.75)
    assert stability_wmape(row) == close(0.3333333333333333)


def test_ulcer_index_matches_omega() -> None:
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    times = [start + dt.timedelta(days=i) for i in range(90)]
    equity = 100000 + np.cumsum(100 * np.sin(np.linspace(0, 7, 90)))
    index = ulcer_index(weekly_closes(times, equity.tolist()))
    assert index is not None
    assert index == close(1.3460287637407986)
    assert ulcer_index_score(index) == close(0.8653971236259201)


def golden_trades() -> list[dict[str, object]]:
    rng = np.random.default_rng(222)
    results = rng.normal(10, 30, 40).tolist()
    r_multiples = rng.normal(0.2, 0.8, 40).tolist()
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return [
        {"pnl": pnl, "fee": 0.15, "r_multiple": r, "exit_time": first + dt.timedelta(days=i)}
        for i, (pnl, r) in enumerate(zip(results, r_multiples, strict=True))
    ]


@pytest.mark.parametrize(
    ("seed", "profit", "max_drawdown", "sharpe"),
    [
        (777, 366.1316624887617, 104.60249907026733, 0.1383649365800727),
        (778, 399.26213208400725, 55.82351178074168, 0.2786266865939717),
        (779, 414.6024812785693, 114.72774583590773, 0.21877767971428924),
    ],
)
def test_dropout_replay_matches_omega(
    seed: int, profit: float, max_drawdown: float, sharpe: float
) -> None:
    found = replay_dropout(golden_trades(), 0.25, seed)
    assert found == (close(profit), close(max_drawdown), close(sharpe))


def test_p_values_match_omega() -> None:
    trades = golden_trades()
    r_multiples = [trade["r_multiple"] for trade in trades]
    net = [trade["pnl"] - trade["fee"] for trade in trades]
    assert p_value_mean_gt_0(r_multiples, n_boot=300, seed=123) == close(0.04666666666666667)
    assert p_value_mean_gt_0(net, n_boot=300, seed=456) == close(0.016666666666666666)
