"""Both engines reproduce the worked examples of the scoring specification to 1e-12.

The expected numbers are the golden values of the Omega rating layer (specification, section 13).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import polars_rating as rating

pytestmark = pytest.mark.usefixtures("engine")
OUTCOME = ("profit", "max_drawdown", "sharpe_ratio")
JITTER = ("profit", "avg_r", "win_rate", "max_drawdown")
JITTER_RUNS = [(9200, 0.72, 0.52, 2200), (9700, 0.78, 0.54, 2050), (8800, 0.70, 0.50, 2350)]
BASE = {
    "profit": 10_000.0,
    "avg_r": 0.80,
    "win_rate": 0.55,
    "max_drawdown": 2_000.0,
    "sharpe_ratio": 1.50,
}
# Seed to (profit, max_drawdown, sharpe_ratio) of the trades that one draw keeps.
DROPOUT = {
    777: (366.1316624887617, 104.60249907026733, 0.1383649365800727),
    778: (399.26213208400725, 55.82351178074168, 0.2786266865939717),
    779: (414.6024812785693, 114.72774583590773, 0.21877767971428924),
}


def close(expected: float) -> object:
    return pytest.approx(expected, rel=1e-12, abs=0)


def as_runs(names: tuple[str, ...], runs: list[tuple[float, ...]]) -> list[dict[str, float]]:
    return [dict(zip(names, map(float, run), strict=True)) for run in runs]


@pytest.fixture(scope="module")
def candidate() -> pl.DataFrame:
    jitter = as_runs(JITTER, JITTER_RUNS)
    return pl.DataFrame(
        [
            {
                **BASE,
                "jitter_runs": jitter,
                "data_jitter_runs": jitter,
                "stress_runs": as_runs(OUTCOME, [(8000, 2500, 1.10), (6500, 3200, 0.90)]),
                "cost_runs": as_runs(
                    OUTCOME, [(9000, 2200, 1.35), (8500, 2450, 1.20), (8000, 2700, 1.10)]
                ),
                "timing_runs": as_runs(OUTCOME, [(8800, 2250, 1.25), (8400, 2400, 1.20)]),
                "yearly_profits": [2000.0, 3000.0, 5000.0],
                "years": [2021, 2022, 2023],
            }
        ]
    )


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        ("robustness", "robustness_score", 0.9213636363636364),
        ("data_jitter", "data_jitter_score", 0.9213636363636364),
        ("stress_penalty", "stress_penalty", 0.3444444444444444),
        ("cost_shock", "cost_shock_score", 0.8120370370370371),
        ("timing_jitter", "timing_jitter_score", 0.8380555555555556),
        ("stability", "stability_score", 0.75),
        ("stability_wmape", "stability_wmape", 0.3333333333333333),
    ],
)
def test_expression_matches_omega(
    candidate: pl.DataFrame, name: str, output: str, expected: float
) -> None:
    found = candidate.select(getattr(rating, name)())
    assert found.columns == [output]
    assert found.item() == close(expected)


@pytest.fixture(scope="module")
def golden_trades() -> pl.DataFrame:
    rng = np.random.default_rng(222)
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    trades = pl.DataFrame(
        {
            "pnl": rng.normal(10, 30, 40),
            "fee": [0.15] * 40,
            "r_multiple": rng.normal(0.2, 0.8, 40),
            "exit_time": [first + dt.timedelta(days=i) for i in range(40)],
        }
    )
    return trades.select(rating.trades(**{name: name for name in trades.columns}).implode())


def full_metrics(golden_trades: pl.DataFrame) -> tuple[float, float, float]:
    """Profit, drawdown and Sharpe ratio of all trades, in NumPy."""
    trades = pl.DataFrame(golden_trades["trades"].to_list()[0])
    curve = np.concatenate([[0.0], np.cumsum(trades["pnl"].to_numpy() - 0.15)])
    r = trades["r_multiple"].to_numpy()
    drawdown = np.max(np.maximum.accumulate(curve) - curve)
    return curve[-1], drawdown, r.mean() / r.std(ddof=1)


def score_by_hand(base: tuple[float, ...], run: tuple[float, ...], cap: float) -> float:
    """1 - clip((p + d + s) / 3, 0, cap)."""
    p = max(0.0, (base[0] - run[0]) / base[0])
    d = max(0.0, (run[1] - base[1]) / base[1])
    s = max(0.0, (base[2] - run[2]) / base[2])
    return 1 - min((p + d + s) / 3, cap)


@pytest.mark.parametrize("cap", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("seed", DROPOUT)
def test_dropout_score_matches_omegas_replay(
    golden_trades: pl.DataFrame, seed: int, cap: float
) -> None:
    expr = rating.trade_dropout(fraction=0.25, n_runs=1, seed=seed, penalty_cap=cap)
    expected = score_by_hand(full_metrics(golden_trades), DROPOUT[seed], cap)
    assert golden_trades.select(expr).item() == close(expected)


def test_dropout_over_three_runs_is_the_mean_of_omegas_replays(golden_trades: pl.DataFrame) -> None:
    base = full_metrics(golden_trades)
    expected = sum(score_by_hand(base, run, 0.5) for run in DROPOUT.values()) / 3
    found = golden_trades.select(rating.trade_dropout(fraction=0.25, n_runs=3, seed=777)).item()
    assert found == close(expected)


def test_dropout_runs_are_omegas_replays(golden_trades: pl.DataFrame) -> None:
    runs = golden_trades.select(rating.dropout_runs(fraction=0.25, n_runs=3, seed=777)).item()
    found = [tuple(run[name] for name in OUTCOME) for run in runs]
    assert found == [tuple(map(close, run)) for run in DROPOUT.values()]


@pytest.mark.parametrize("metric", range(3), ids=OUTCOME)
@pytest.mark.parametrize("seed", DROPOUT)
def test_each_metric_of_the_replay_matches_omega(
    golden_trades: pl.DataFrame, seed: int, metric: int
) -> None:
    # A base that only this metric falls short of: the score then shows the metric alone.
    replay = DROPOUT[seed]
    base = [0.5 * replay[0], 2.0 * replay[1], 0.5 * replay[2]]
    base[metric] = replay[metric] * (0.8 if OUTCOME[metric] == "max_drawdown" else 1.25)
    given = {name: pl.lit(value) for name, value in zip(OUTCOME, base, strict=True)}
    expr = rating.trade_dropout(fraction=0.25, n_runs=1, seed=seed, penalty_cap=1, **given)
    # (1.25 - 1) / 1.25 = 0.2 for a fall, (1 - 0.8) / 0.8 = 0.25 for the rise; a third of it.
    fall = 0.25 if OUTCOME[metric] == "max_drawdown" else 0.2
    assert golden_trades.select(expr).item() == close(1 - fall / 3)


def test_metrics_of_the_golden_trades_match_numpy(golden_trades: pl.DataFrame) -> None:
    found = golden_trades.select(rating.metrics()).unnest("metrics")
    profit, drawdown, sharpe = full_metrics(golden_trades)
    assert found["profit"].item() == close(profit)
    assert found["max_drawdown"].item() == close(drawdown)
    assert found["sharpe_ratio"].item() == close(sharpe)
