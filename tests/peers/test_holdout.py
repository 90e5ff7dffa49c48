"""Everything that holdout-backtest computes too."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from tests.peers._matrix import close, frame, matrix

holdout = pytest.importorskip("holdout")
pytestmark = pytest.mark.filterwarnings("default")

N_BOOT = 4000
FOUR_ERRORS = 4 * math.sqrt(2 * 0.25 / N_BOOT)
"""Two shares of N_BOOT resamples each, drawn from two streams: four standard errors at most."""


def test_cross_validation_matches_holdout() -> None:
    returns = matrix(640)
    wanted = holdout.probability_of_backtest_overfitting(returns, n_blocks=10)
    found = frame(returns).select(rating.cscv(n_blocks=10)).item()
    slope, intercept, r2 = wanted.degradation
    assert found == {
        "pbo": wanted.pbo,
        "prob_oos_loss": wanted.probability_of_loss,
        "logit_mean": close(float(wanted.logits.mean())),
        "slope": close(slope, 1e-10),  # a quotient of sums over splits, in another order
        "intercept": close(intercept, 1e-10),
        "r2": close(r2, 1e-10),
        "n_splits": wanted.n_partitions,
    }


def test_bootstrap_tests_agree_with_holdout_within_sampling_error() -> None:
    returns = matrix()
    df = frame(returns)
    options = {"n_boot": N_BOOT, "block_length": 5.0}
    found = df.select(rating.snooping(**options)).item()
    theirs = {"n_bootstrap": N_BOOT, "block_length": 5.0, "seed": 1}
    check = holdout.reality_check(returns, **theirs)
    assert found["reality_check"] == pytest.approx(check.pvalue, abs=FOUR_ERRORS)
    spa = holdout.superior_predictive_ability(returns, **theirs)
    for name in ("lower", "consistent", "upper"):
        # holdout estimates the standard error from its resamples: .01 of it in p.
        wanted = pytest.approx(getattr(spa, name), abs=FOUR_ERRORS + 0.01)
        assert found[f"spa_{name}"] == wanted
    wolf = holdout.romano_wolf(returns, **theirs).adjusted_pvalues
    mine = df.select(rating.romano_wolf(**options)).to_series().to_numpy()
    assert np.abs(mine - wolf).max() <= FOUR_ERRORS + 0.01


def test_inference_matches_holdout() -> None:
    of = {"n": 250, "sharpe": 0.11, "skewness": -0.4, "kurtosis": 4.5}
    given = {"benchmark": 0.02, "skewness": -0.4, "kurtosis": 4.5}
    psr = pl.select(rating.probabilistic_sharpe(benchmark=0.02, **of)).item()
    assert psr == close(holdout.probabilistic_sharpe_ratio(0.11, 250, **given))
    length = pl.select(rating.min_track_record_length(benchmark=0.02, **of)).item()
    assert length == close(holdout.minimum_track_record_length(0.11, **given))
    for kind, method in (("approx", "approximation"), ("exact", "exact")):
        dsr = rating.deflated_sharpe(n_trials=77, sharpe_var=0.003, expected_max=kind, **of)
        wanted = holdout.deflated_sharpe_ratio(
            0.11,
            250,
            n_trials=77,
            trials_variance=0.003,
            skewness=-0.4,
            kurtosis=4.5,
            method=method,
        )
        # Its integral is exact to about 1e-9.
        assert pl.select(dsr).item() == close(wanted, 1e-12 if kind == "approx" else 1e-8)
