"""Bootstrap and reality check, against arch: equal, since the draws are."""

from __future__ import annotations

import numpy as np
import pytest

import polars_rating as rating
from polars_rating.reference.snooping import positions
from tests.peers._matrix import close, frame, matrix

bootstrap = pytest.importorskip("arch.bootstrap")
pytestmark = pytest.mark.filterwarnings("default")


def test_periods_of_the_resamples_equal_those_of_arch() -> None:
    periods = np.arange(57)
    for length in (1.0, 4.0, 12.5):
        theirs = bootstrap.StationaryBootstrap(length, periods, seed=9)
        drawn = [data[0][0] for data in theirs.bootstrap(20)]
        assert np.array_equal(drawn, positions(57, length, 20, 9))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("edge", [0.0, -6e-4])
def test_reality_check_equals_the_upper_p_value_of_arch(seed: int, edge: float) -> None:
    # arch compares losses of the benchmark with those of the models; its `upper` is White's test.
    returns = matrix() + edge
    test = bootstrap.SPA(
        np.zeros(len(returns)),
        -returns,
        block_size=6,
        reps=500,
        bootstrap="stationary",
        studentize=False,
        seed=seed,
    )
    test.compute()
    found = (
        frame(returns).select(rating.reality_check(n_boot=500, block_length=6, seed=seed)).item()
    )
    # arch counts > where we count >=: equal as long as no resample hits the statistic.
    assert found == test.pvalues["upper"]


def test_block_lengths_match_arch() -> None:
    returns = matrix()
    wanted = bootstrap.optimal_block_length(returns)["stationary"]
    found = frame(returns).select(rating.optimal_block_length()).to_series()
    assert found.to_list() == close(list(wanted), 1e-10)  # sums in the order of its BLAS
