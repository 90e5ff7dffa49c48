"""Trade dropout of the reference against numbers computed by hand and NumPy's own draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import trade_dropout
from polars_rating.reference.summary_model import n_dropped
from polars_rating.reference.trade_dropout import replay_dropout

NAN = float("nan")
SUMMARY = {
    "profit": 1000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "fraction", "expected"),
    [(10, 0.25, 3), (10, 0.01, 1), (10, 1.0, 10), (1, 0.1, 1), (100, 0.07, 8), (2.5, 1.0, 2.5)],
)
def test_n_dropped_by_hand(n: float, fraction: float, expected: float) -> None:
    # 100 * 0.07 is 7.000000000000001 in floating point, so 8, as in Omega.
    assert n_dropped(n, fraction) == expected


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1, 2**64 + 5])
def test_replay_drops_what_numpy_draws(seed: int) -> None:
    pnl = [1.0, -20.0, 400.0, -8000.0, 16000.0]
    dropped = np.random.default_rng(seed).choice(5, 2, replace=False)
    kept = [x for i, x in enumerate(pnl) if i not in dropped]
    profit, _, sharpe = replay_dropout({"pnl": pnl}, 0.4, seed)
    assert (profit, sharpe) == (sum(kept), 0.0)


def test_replay_of_fraction_zero_and_one_by_hand() -> None:
    trades = {"pnl": [10.0, -4.0], "fee": [1.0, 1.0], "r_multiple": [1.0, -1.0]}
    assert replay_dropout(trades, 0.0, 1) == (4.0, 5.0, 0.0)
    assert replay_dropout(trades, 1.0, 1) == (0.0, 0.0, 0.0)


def test_replay_needs_a_finite_r_multiple_per_kept_trade() -> None:
    trades = {"pnl": [1.0] * 3, "r_multiple": [1.0, NAN, 3.0]}
    assert replay_dropout(trades, 0.0, 1) == (3.0, 0.0, near(2**0.5))


def test_score_over_equal_trades_by_hand() -> None:
    # 4 trades of 10 and R-multiples 1: profit 40 -> 30; Sharpe ratios 0, so s = 1 (the floor).
    row = {"trades": {"pnl": [10.0] * 4, "r_multiple": [1.0] * 4}}
    assert trade_dropout(row, fraction=0.25, penalty_cap=1) == near(1 - (0.25 + 1) / 3)


def test_only_passed_base_metrics_replace_those_of_the_trades() -> None:
    row = {"trades": {"pnl": [10.0] * 4}, "profit": 60.0, "sharpe_ratio": None}
    assert trade_dropout(row, fraction=0.25, penalty_cap=1) == near(1 - (0.25 + 1) / 3)
    found = trade_dropout(row, fraction=0.25, penalty_cap=1, passed=["profit"])
    assert found == near(1 - (0.5 + 1) / 3)
    assert trade_dropout(row, passed=["sharpe_ratio"]) is None
    found = trade_dropout(
        row, fraction=0.25, penalty_cap=1, passed=["sharpe_ratio"], no_evidence="omega"
    )
    assert found == near(1 - (0.25 + 1) / 3)
    with pytest.raises(RatingError, match="`passed` must name base metrics"):
        trade_dropout(row, passed=["win_rate"])


def test_run_i_has_seed_plus_i() -> None:
    row = {"trades": {"pnl": [1.0, 20.0, 400.0, 8000.0], "r_multiple": [1.0, 2.0, 3.0, 7.0]}}
    alone = [trade_dropout(row, n_runs=1, seed=seed) for seed in (7, 8, 9)]
    assert len(set(alone)) > 1
    assert trade_dropout(row, n_runs=3, seed=7) == near(sum(x or 0 for x in alone) / 3)


def test_nothing_dropped_scores_one_but_missing_evidence_stays_null() -> None:
    row = {"trades": {"pnl": [-1.0]}}
    assert trade_dropout(row, fraction=0) == 1.0
    assert trade_dropout(row, n_runs=0) == 1.0
    assert trade_dropout({"trades": []}, n_runs=0) is None
    assert trade_dropout({"trades": None}, fraction=0, no_evidence="omega") == 1.0


def test_cap_zero_scores_one() -> None:
    assert trade_dropout({"trades": {"pnl": [-1.0, 5.0]}}, penalty_cap=0) == 1.0


def test_reruns_come_first_and_need_the_base_columns() -> None:
    run = {"profit": 700.0, "max_drawdown": 60.0, "sharpe_ratio": 1.8}  # (.3 + .2 + .1) / 3
    row = SUMMARY | {"dropout_runs": [run], "trades": {"pnl": [1.0]}}
    assert trade_dropout(row) == near(0.8)
    with pytest.raises(RatingError, match=r"`dropout_runs` is there.*`sharpe_ratio` missing"):
        trade_dropout({"profit": 1.0, "max_drawdown": 1.0, "dropout_runs": [run]})


def test_seed_column_null_and_negative() -> None:
    row = {"trades": {"pnl": [1.0, 20.0, 400.0]}}
    assert trade_dropout(row | {"seed": 4}, n_runs=1) == trade_dropout(row, n_runs=1, seed=4)
    assert trade_dropout(row | {"seed": None}) is None
    with pytest.raises(RatingError, match="`seed` must be an integer"):
        trade_dropout(row | {"seed": -4})


@pytest.mark.parametrize(
    ("change", "kwargs", "expected"),
    [
        # z = 0: delta = 0.1, q = 0.9 * 100 / 90 = 1: only the profit falls, by a tenth
        ({}, {"confidence": 0}, 1 - 0.1 / 3),
        # no losses, sigma = 0 at p = 1: the same
        ({"win_rate": 1.0}, {}, 1 - 0.1 / 3),
        # N = 2, n_drop = 1: noise = sqrt(1) * 1 / (2 * 0.5) = 1, delta = 0.5 + 0.25, q = 0.5
        ({"total_trades": 2}, {"confidence": 0.25}, 1 - (0.75 + 1 + 0.5) / 3),
        # delta clipped to 1, q = 0, drawdown doubled
        ({"total_trades": 2}, {"confidence": 9}, 0.0),
        # everything dropped: q = 0
        ({}, {"fraction": 1}, 0.0),
        # N = 100, z = 2: delta = 0.1 + 2 * sqrt(10 * 90 / 99) / 50
        (
            {},
            {"confidence": 2},
            1
            - (
                (d := 0.1 + 2 * (900 / 99) ** 0.5 / 50)
                + (1 / ((1 - d) / 0.9) - 1)
                + (1 - (1 - d) / 0.9)
            )
            / 3,
        ),
        ({"total_trades": 1}, {}, 0.0),
        ({"total_trades": 1}, {"fraction": 0}, 0.0),
        ({"profit_factor": 1.0}, {"fraction": 0}, 0.0),
        ({}, {"fraction": 0}, 1.0),
        ({}, {"n_runs": 0, "confidence": 0}, 1 - 0.1 / 3),
    ],
)
def test_summary_model_by_hand(
    change: dict[str, Any], kwargs: dict[str, Any], expected: float
) -> None:
    assert trade_dropout(SUMMARY | change, penalty_cap=1, **kwargs) == near(expected)


def test_summary_value_outside_its_domain_is_no_evidence() -> None:
    for bad in ({"total_trades": -1}, {"max_drawdown": -1.0}, {"win_rate": 45.0}):
        assert trade_dropout(SUMMARY | bad) is None
