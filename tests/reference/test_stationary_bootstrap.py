"""Stationary bootstrap and block length of the reference against arch and the closed form."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length

from polars_rating.reference.block_length import block_length
from polars_rating.reference.bootstrap_p_value import (
    p_value_mean_gt_0,
    stationary_positions,
    std_error_of,
)

Array = npt.NDArray[np.float64]


def autoregression(phi: float, n: int, seed: int) -> Array:
    x = np.random.default_rng(seed).normal(size=n)
    for t in range(1, n):
        x[t] += phi * x[t - 1]
    return x


@pytest.mark.parametrize("length", [1.0, 1.5, 20.0, 1e9])
@pytest.mark.parametrize("n", [1, 2, 99])
def test_positions_match_arch(n: int, length: float) -> None:
    arch = [
        d[0].tolist() for d, _ in StationaryBootstrap(length, np.arange(n), seed=5).bootstrap(4)
    ]
    assert list(stationary_positions(n, length, 4, seed=5)) == arch


def test_p_value_of_blocks_matches_arch() -> None:
    x = autoregression(0.3, 80, seed=3) + 0.1
    arch = StationaryBootstrap(4.5, x, seed=11).bootstrap(200)
    expected = np.mean([data[0].mean() <= 0 for data, _ in arch])
    assert p_value_mean_gt_0(x, n_boot=200, seed=11, block_length=4.5) == expected


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("n", [16, 17, 50, 1000])
def test_block_length_matches_arch(n: int, phi: float) -> None:
    x = autoregression(phi, n, seed=n)
    expected = optimal_block_length(x)["stationary"].iloc[0]
    assert block_length(x) == pytest.approx(expected, rel=1e-12)


def test_block_length_matches_the_worked_example() -> None:
    # AR(.3) of RandomState(0), 10,000 values after 100.
    x = np.random.RandomState(0).standard_normal(10_100)
    for t in range(1, len(x)):
        x[t] += 0.3 * x[t - 1]
    # The start differs from x_0 = 0, which 100 values make vanish.
    assert block_length(x[100:]) == pytest.approx(13.6356651303182, rel=1e-12)


def test_no_block_length_without_enough_that_varies() -> None:
    x = autoregression(0.3, 16, seed=1)
    assert block_length([*x, math.nan, math.inf]) == block_length(x)
    assert block_length(x[:15]) is None
    assert block_length([0.001] * 100) is None
    assert p_value_mean_gt_0(x[:15], block_length="auto") is None
    assert p_value_mean_gt_0([1.0], block_length="auto") == 1.0


def test_automatic_blocks_are_blocks_of_the_automatic_length() -> None:
    x = autoregression(0.5, 100, seed=2)
    length = block_length(x)
    assert length is not None
    assert length > 1
    auto, given = (
        p_value_mean_gt_0(x, n_boot=100, seed=3, block_length=b) for b in ("auto", length)
    )
    assert auto == given


def test_spread_of_the_means_matches_the_closed_form() -> None:
    x = autoregression(0.5, 60, seed=4)
    n, length, n_boot = len(x), 5.0, 4000
    means = [x[positions].mean() for positions in stationary_positions(n, length, n_boot, seed=8)]
    e, q = x - x.mean(), 1 - 1 / length
    covariances = [e[i:] @ e[: n - i] / n for i in range(n)]
    weights = [(1 - i / n) * q**i + (i / n) * q ** (n - i) for i in range(1, n)]
    exact = covariances[0] + 2 * sum(w * c for w, c in zip(weights, covariances[1:], strict=True))
    # The standard error of a variance from 4,000 draws is 2.2 %; four of them.
    assert np.var(means) * n == pytest.approx(exact, rel=0.09)


def test_std_error_is_that_of_a_share() -> None:
    assert [std_error_of(p, 100) for p in (0.0, 0.5, 1.0)] == [0.0, 0.05, 0.0]
