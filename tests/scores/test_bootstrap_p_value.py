"""Bootstrap p-values against NumPy's and arch's own resamples, and by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length

import polars_rating as rating
from tests.scores._by_hand import INF, NAN, near, value


def by_numpy(x: Any, n_boot: int, seed: int) -> float:
    x = np.asarray(x)
    draws = np.random.default_rng(seed).choice(x, size=(n_boot, len(x)), replace=True)
    return float(np.mean(draws.mean(axis=1) <= 0))


def by_arch(x: Any, n_boot: int, seed: int, length: float) -> float:
    found = StationaryBootstrap(length, np.asarray(x), seed=seed).bootstrap(n_boot)
    return float(np.mean([data[0][0].mean() <= 0 for data in found]))


def lists(*sizes: int) -> list[list[float]]:
    rng = np.random.default_rng(sum(sizes))
    return [rng.normal(0.05, 1.0, size).tolist() for size in sizes]


def p_values(values: list[Any], **keywords: Any) -> list[Any]:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.List(pl.Float64)})
    return frame.select(rating.bootstrap_p_value("x", **keywords)).to_series().to_list()


def test_p_values_equal_numpy() -> None:
    # Rows of one length share their draws, in any order among others.
    values = lists(40, 7, 40, 129, 2, 40, 1000, 40, 7, 40, 129)
    found = p_values(values, n_boot=300, seed=5)
    assert found == [by_numpy(x, 300, 5) for x in values]


def test_p_values_of_blocks_equal_arch() -> None:
    values = lists(40, 7, 40, 129)
    found = p_values(values, n_boot=200, seed=5, block_length=3.5)
    assert found == [by_arch(x, 200, 5, 3.5) for x in values]


def test_automatic_blocks_equal_arch() -> None:
    rng = np.random.default_rng(3)
    x = np.convolve(rng.normal(0.02, 1.0, 210), np.ones(8) / 8, "valid")
    length = optimal_block_length(x)["stationary"].item()
    assert length > 1
    assert p_values([x.tolist()], n_boot=200, seed=5, block_length="auto") == [
        by_arch(x, 200, 5, length)
    ]


def test_automatic_blocks_of_few_or_flat_values_are_null() -> None:
    values = [*lists(15), [1.0] * 50, [1.0], lists(16)[0]]
    found = p_values(values, n_boot=100, block_length="auto")
    assert found[:3] == [None, None, 1.0]
    assert found[3] is not None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0], 0.0),
        ([-1.0, -2.0], 1.0),
        ([0.0, 0.0], 1.0),  # a mean of 0 is not above 0
        ([5.0], 1.0),
        ([NAN, 5.0, INF, None], 1.0),
        ([NAN], 1.0),
        ([], None),
        (None, None),
    ],
)
def test_few_and_constant_values_by_hand(values: list[Any] | None, expected: float | None) -> None:
    assert p_values([values], n_boot=100) == [expected]
    assert p_values([values], n_boot=100, no_evidence="omega") == [
        1.0 if expected is None else expected
    ]


def test_only_finite_values_count() -> None:
    holes = [0.5, NAN, -0.25, INF, 0.125, None, -0.5, -INF]
    finite = [0.5, -0.25, 0.125, -0.5]
    assert p_values([holes, finite], n_boot=400) == [by_numpy(finite, 400, 987654321)] * 2


def test_standard_error_is_that_of_a_share() -> None:
    values = [*lists(40), [], [2.0]]
    frame = pl.DataFrame({"x": values}, schema={"x": pl.List(pl.Float64)})
    expr = rating.bootstrap_p_value("x", n_boot=200, seed=1, std_error=True)
    assert frame.lazy().select(expr).collect_schema()["bootstrap_p_value"] == pl.Struct(
        {"p_value": pl.Float64, "std_error": pl.Float64}
    )
    p = by_numpy(values[0], 200, 1)
    assert 0 < p < 1
    assert frame.select(expr).to_series().to_list() == [
        {"p_value": p, "std_error": near(math.sqrt(p * (1 - p) / 200))},
        {"p_value": None, "std_error": None},
        {"p_value": 1.0, "std_error": 0.0},
    ]


def test_seed_may_be_a_column() -> None:
    x = lists(40)[0]
    seeds = [1, 2, None, 2**64 - 1]
    frame = pl.DataFrame(
        {"x": [x] * 4, "s": seeds}, schema={"x": pl.List(pl.Float64), "s": pl.UInt64}
    )
    found = frame.select(rating.bootstrap_p_value("x", n_boot=300, seed="s")).to_series()
    expected = [None if seed is None else by_numpy(x, 300, seed) for seed in seeds]
    assert found.to_list() == expected


def test_worked_examples_of_omega() -> None:
    rng = np.random.default_rng(222)
    pnl, r = rng.normal(10, 30, 40), rng.normal(0.2, 0.8, 40)
    start = dt.datetime(2024, 1, 1)
    trades = [
        {"pnl": p, "fee": 0.15, "r_multiple": x, "exit_time": start + dt.timedelta(days=i)}
        for i, (p, x) in enumerate(zip(pnl.tolist(), r.tolist(), strict=True))
    ]
    row = {"trades": trades[::-1]}  # they are put in order of exit
    assert value(rating.p_value_mean_r_gt_0(n_boot=300), row) == near(0.04666666666666667)
    assert value(rating.p_value_net_profit_gt_0(n_boot=300), row) == near(0.016666666666666666)


def test_trades_without_r_multiples_are_no_evidence_for_their_mean() -> None:
    row = {"trades": [{"pnl": 1.0}, {"pnl": 2.0}]}
    with pytest.raises(pl.exceptions.ComputeError, match="with the field `r_multiple`"):
        value(rating.p_value_mean_r_gt_0(), row)
    assert value(rating.p_value_net_profit_gt_0(n_boot=100), row) == 0.0


def test_trades_whose_r_multiples_are_null_have_fewer_than_two() -> None:
    dtype = pl.List(pl.Struct({"pnl": pl.Float64, "r_multiple": pl.Float64}))
    row = {"trades": [{"pnl": 1.0, "r_multiple": None}] * 3}
    assert value(rating.p_value_mean_r_gt_0(n_boot=100), row, trades=dtype) == 1.0


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ({"n_boot": 99}, "`n_boot` must be an integer in [100, 1000000], got 99"),
        ({"block_length": 0.5}, "`block_length` must be finite and >= 1, 'auto' or None, got 0.5"),
        ({"block_length": "best"}, "`block_length` must be finite and >= 1, 'auto' or None"),
        ({"std_error": 1}, "`std_error` must be True or False, got 1"),
        ({"seed": -1}, "`seed` must be an integer in [0, 2**64 - 1], got -1"),
    ],
)
def test_bad_parameters_are_errors(keywords: dict[str, Any], text: str) -> None:
    with pytest.raises(rating.RatingError) as caught:
        rating.bootstrap_p_value("x", **keywords)
    assert text in str(caught.value)
