"""What must hold for any family: section 25 of the specification."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import polars_rating as rating
from tests.contracts._bits import assert_same_bits

SETTINGS = settings(max_examples=60, deadline=None)
RATIO = st.floats(-1.0, 1.0)
COUNT = st.integers(3, 5000)
FEW: dict[str, Any] = {"n_boot": 100, "block_length": 3.0}


@st.composite
def families(draw: st.DrawFn, least: int = 2, most: int = 12) -> pl.DataFrame:
    """Draw a family: noise around edges, some candidates copies of others."""
    n, periods = draw(st.integers(least, most)), draw(st.integers(24, 64))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    returns = rng.normal(rng.normal(0, 0.003, (n, 1)), 0.01, (n, periods))
    for copy in draw(st.lists(st.integers(0, n - 1), max_size=2)):
        returns[copy] = returns[0]
    return pl.DataFrame({"name": range(n), "returns": returns.tolist()})


def value(expr: pl.Expr) -> Any:
    return pl.select(expr).item()


def column(frame: pl.DataFrame, expr: pl.Expr) -> pl.Series:
    return frame.select(expr.alias("x")).to_series()


@SETTINGS
@given(sharpe=RATIO, n=COUNT, skewness=st.floats(-3, 3), extra=st.floats(0, 20), data=st.data())
def test_dsr_is_below_psr_and_falls_with_trials_and_their_variance(
    sharpe: float, n: int, skewness: float, extra: float, data: st.DataObject
) -> None:
    of = {"n": n, "sharpe": sharpe, "skewness": skewness, "kurtosis": 1 + skewness**2 + extra}
    psr = value(rating.probabilistic_sharpe(**of))
    trials = sorted(data.draw(st.lists(st.floats(1, 1e6), min_size=2, max_size=2)))
    spread = sorted(data.draw(st.lists(st.floats(0, 0.5), min_size=2, max_size=2)))

    def dsr(n_trials: float, variance: float) -> float:
        return value(rating.deflated_sharpe(n_trials=n_trials, sharpe_var=variance, **of))

    assert 0 <= dsr(trials[1], spread[1]) <= dsr(trials[0], spread[1]) <= psr <= 1
    assert dsr(trials[1], spread[1]) <= dsr(trials[1], spread[0])
    assert dsr(1, spread[1]) == psr


@SETTINGS
@given(sharpe=st.floats(0.01, 1), below=st.floats(0.005, 1), confidence=st.floats(0.55, 0.999))
def test_psr_at_the_least_length_is_the_confidence(
    sharpe: float, below: float, confidence: float
) -> None:
    of = {"sharpe": sharpe, "skewness": -0.5, "kurtosis": 5.0, "benchmark": sharpe - below}
    n = value(rating.min_track_record_length(n=100, confidence=confidence, **of))
    assume(n >= 3)
    # n is a difference of about 1 from n - 1: its rounding shows where n is small.
    assert abs(value(rating.probabilistic_sharpe(n=n, **of)) - confidence) < 1e-9


@SETTINGS
@given(p=st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=30))
def test_corrections_are_ordered_and_monotone(p: list[float | None]) -> None:
    frame = pl.DataFrame({"p": pl.Series(p, dtype=pl.Float64)})
    of = {
        m: column(frame, rating.adjusted_p_values("p", m)).to_list()
        for m in ("bonferroni", "sidak", "holm", "bh", "by")
    }
    # Rounding of a product of p, m and a share of m.
    eps = 1e-14
    for i, x in enumerate(p):
        if x is None:
            assert all(values[i] is None for values in of.values())
            continue
        assert x - eps <= of["bh"][i] <= of["by"][i] + eps
        assert x - eps <= of["holm"][i] <= of["bonferroni"][i] + eps
        assert of["sidak"][i] <= of["bonferroni"][i] + eps
    known = sorted((x, *(of[m][i] for m in of)) for i, x in enumerate(p) if x is not None)
    for a, b in itertools.pairwise(known):
        assert all(low <= high for low, high in zip(a, b, strict=True))


@SETTINGS
@given(frame=families(), power=st.integers(-20, 20))
def test_a_scale_of_two_changes_no_bit(frame: pl.DataFrame, power: int) -> None:
    scaled = frame.with_columns(pl.col("returns").list.eval(pl.element() * 2.0**power))
    for expr in (
        rating.probabilistic_sharpe(),
        rating.deflated_sharpe(),
        rating.pbo(n_blocks=4, min_trials=2),
        rating.spa(**FEW),
        rating.romano_wolf(**FEW),
        rating.sortino(),
        rating.tail_ratio(),
    ):
        assert_same_bits(column(scaled, expr), column(frame, expr))


@SETTINGS
@given(frame=families(), data=st.data())
def test_the_order_of_rows_changes_no_bit(frame: pl.DataFrame, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(frame.height)))
    turned = frame[order]
    for expr in (
        rating.sharpe_var(),
        rating.cscv(n_blocks=4, min_trials=2),
        rating.snooping(n_boot=100),
    ):
        assert_same_bits(column(turned, expr), column(frame, expr))
    for expr in (
        rating.deflated_sharpe(),
        rating.haircut_sharpe(),
        rating.adjusted_p_values(rating.sharpe_p_value(), "by"),
        rating.romano_wolf(**FEW),
    ):
        assert_same_bits(column(turned, expr), column(frame, expr).gather(order))


@SETTINGS
@given(frame=families(), seed=st.integers(0, 2**63 - 1))
def test_the_smallest_step_down_p_is_that_of_the_upper_spa(frame: pl.DataFrame, seed: int) -> None:
    means = column(frame, pl.col("returns").list.mean())
    assume(means.max() > 0)
    wolf = column(frame, rating.romano_wolf(seed=seed, **FEW))
    assert wolf.min() == column(frame, rating.spa(recentring="upper", seed=seed, **FEW)).item()
    p = frame.select(rating.snooping(seed=seed, **FEW)).item()
    assert p["spa_lower"] <= p["spa_consistent"] <= p["spa_upper"]


@SETTINGS
@given(frame=families(most=2), metric=st.sampled_from(["sharpe", "mean"]))
def test_two_copies_overfit(frame: pl.DataFrame, metric: str) -> None:
    copies = frame[[0, 0]]
    assert column(copies, rating.pbo(n_blocks=4, min_trials=2, metric=metric)).item() == 1
    assert column(copies, rating.effective_trials()).item() < 1 + 1e-6


@SETTINGS
@given(frame=families())
def test_effective_trials_are_between_one_and_the_count(frame: pl.DataFrame) -> None:
    for method in ("entropy", "participation", "average", "li_ji"):
        assert 1 <= column(frame, rating.effective_trials(method=method)).item() <= frame.height


@SETTINGS
@given(frame=families(), seed=st.integers(0, 1000))
def test_select_over_and_group_by_are_equal(frame: pl.DataFrame, seed: int) -> None:
    other = frame.with_columns(returns=pl.col("returns").list.reverse())
    both = pl.concat([frame.with_columns(f=1), other.with_columns(f=2)])
    both = both.sample(fraction=1.0, shuffle=True, seed=seed)
    for expr in (rating.sharpe_var(), rating.pbo(n_blocks=4, min_trials=2), rating.spa(**FEW)):
        alone = column(frame, expr)
        over = both.with_columns(expr.over("f").alias("x")).filter(f=1)["x"]
        grouped = both.group_by("f").agg(expr.alias("x")).filter(f=1)["x"]
        assert set(map(repr, over)) == set(map(repr, alone)) == set(map(repr, grouped))
