"""The promises of the scalar call, over wide ranges: range, repeatability, profit factor."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from polars_rating.catalog import COMPONENTS
from polars_rating.config import (
    DropoutConfig,
    JitterConfig,
    RatingConfig,
    StressConfig,
    Thresholds,
    Weights,
)
from polars_rating.rate_one import calculate_rating
from polars_rating.testing import metrics_inputs
from polars_rating.types import MetricsInput, RatingScore

# Derandomised, so that a run of the suite says the same everywhere.
STABLE = settings(
    deadline=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
INF = math.inf
ANY = st.floats() | st.sampled_from([0.0, -0.0, 5e-324, 1e-9, 1.7e308, -1.7e308])
FROM_ZERO = ANY.map(abs)


@st.composite
def anything(draw: st.DrawFn, **fixed: Any) -> MetricsInput:
    """Return whatever `MetricsInput` takes: realistic metrics, any field of which may be wild."""
    wild = {
        "total_trades": FROM_ZERO | st.integers(0, 2**63),
        "profit_factor": FROM_ZERO,
        "sharpe_ratio": ANY,
        "max_drawdown": FROM_ZERO,
        "avg_trade_duration": FROM_ZERO,
        "cost_per_trade": FROM_ZERO,
        "profit": st.none() | ANY,
        "avg_r": st.none() | ANY,
    }
    names = draw(st.sets(st.sampled_from(sorted(set(wild) - set(fixed))), max_size=3))
    metrics = draw(
        metrics_inputs(missing=draw(st.booleans()), **{n: wild[n] for n in names}, **fixed)
    )
    n = len(metrics.yearly_profits)
    lists = {"yearly_profits": ANY, "year_days": ANY, "years": st.integers(1, 9999)}
    odd = draw(st.sets(st.sampled_from(sorted(lists)), max_size=2))
    drawn = {name: draw(st.lists(lists[name], min_size=n, max_size=n)) for name in odd}
    return replace(metrics, **drawn)


levels = st.floats(0.5, 1, exclude_max=True)
ratios = st.sampled_from([0.0, 1.0]) | st.floats(0.01, 1)
configs = st.builds(
    RatingConfig,
    weights=st.builds(
        Weights,
        robustness=st.floats(1e-3, 1e3),
        **dict.fromkeys(list(COMPONENTS)[1:], st.just(0.0) | st.floats(1e-3, 1e3)),
    ),
    thresholds=st.builds(Thresholds, profit_factor=st.floats(0, 100), avg_r=st.just(-INF)),
    penalty_cap=ratios,
    jitter=st.builds(
        JitterConfig,
        param_variation=ratios,
        n_iterations=st.integers(0, 6),
        seed=st.integers(0, 2**64 - 1),
    ),
    dropout=st.builds(
        DropoutConfig, fraction=ratios, confidence=st.floats(0.5, 1, exclude_max=True)
    ),
    stress=st.builds(StressConfig, variation=ratios, cost_multiplier=st.floats(0.1, 100)),
    cost_multipliers=st.lists(st.floats(0.1, 100), min_size=1, max_size=4),
    aggregation=st.sampled_from(["mean", "min", "geometric"]),
    gate=st.sampled_from(["profit", "deployment", "none"]),
    on_missing=st.sampled_from(["null", "skip", "zero"]),
    no_evidence=st.sampled_from(["null", "omega"]),
)


def profit_of(metrics: MetricsInput) -> float:
    """Return the profit as documented: given, or the sum of the years; NaN without any."""
    if metrics.profit is not None:
        return metrics.profit
    if not metrics.yearly_profits:
        return math.nan
    total = 0.0
    for profit in metrics.yearly_profits:
        total += profit if math.isfinite(profit) else 0.0
    return total


def expected_none(metrics: MetricsInput, config: RatingConfig) -> set[str]:
    """Return the scores that are None, by the rule in the docstring of `calculate_rating`."""
    if config.no_evidence == "omega":
        return set()
    profit = profit_of(metrics)
    edge = [profit, metrics.win_rate]
    sized = [*edge, metrics.total_trades, metrics.sharpe_ratio, metrics.max_drawdown]
    needs = {
        "robustness": edge,
        "stability": [0.0] if metrics.yearly_profits else [math.nan],
        "cost_shock": [*sized, metrics.cost_per_trade],
        "trade_dropout": sized,
        "stress_penalty": [*sized, metrics.cost_per_trade],
    }
    found = {name for name, values in needs.items() if not all(map(math.isfinite, values))}
    if math.isnan(metrics.profit_factor):
        found |= set(needs) - {"stability"}
    weighted = {name for name in COMPONENTS if getattr(config.weights, name) > 0}
    missing = weighted & found
    if config.on_missing == "null":
        unrated = bool(missing)
    else:
        unrated = config.on_missing == "skip" and missing == weighted
    if unrated or (config.gate == "profit" and not math.isfinite(profit)):
        found |= {"final_rating"}
    outputs = {name: row.output for name, row in COMPONENTS.items()}
    return {outputs.get(name, name) for name in found}


@STABLE
@given(anything(), configs)
def test_every_score_is_in_range_or_none_exactly_where_evidence_is_missing(
    metrics: MetricsInput, config: RatingConfig
) -> None:
    found = calculate_rating(metrics, config=config).to_dict()
    for name, score in found.items():
        high = config.penalty_cap if name == "stress_penalty" else 1.0
        assert score is None or 0 <= score <= high, name
    none = {name for name, score in found.items() if score is None}
    assert none == expected_none(metrics, config)


@STABLE
@given(metrics_inputs(yearly_profits=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9)))
def test_complete_metrics_have_every_score(metrics: MetricsInput) -> None:
    found = calculate_rating(metrics).to_dict()
    assert all(score is not None and 0 <= score <= 1 for score in found.values())


@STABLE
@given(anything(), st.integers(0, 2**64 - 1), configs)
def test_same_metrics_and_seed_give_the_same_bits(
    metrics: MetricsInput, seed: int, config: RatingConfig
) -> None:
    first = calculate_rating(metrics, seed=seed, config=config)
    # The repr of a float is exact, and tells 0.0 from -0.0.
    again = calculate_rating(metrics.to_dict(), seed=seed, config=config)
    assert repr(again) == repr(first)
    copy = RatingConfig.from_dict(config.to_dict())
    assert repr(calculate_rating(replace(metrics), seed=seed, config=copy)) == repr(first)


FACTORS = (
    st.floats(0, 5)
    | st.floats(0, 1e9)
    | st.sampled_from([0.0, 1.0, 1.0 + 1e-15, 1.2, 1.7e308])
    | st.floats(-15, 2).map(lambda exponent: 1 + 10**exponent)
)
STEPS = (
    st.floats(0, 5)
    | st.floats(0, 1e300)
    | st.sampled_from([5e-324, 1e-15, INF])
    | st.floats(-15, 2).map(lambda exponent: 10**exponent)
)


def never_worse(before: RatingScore, after: RatingScore) -> None:
    second = after.to_dict()
    for name, low in before.to_dict().items():
        high = second[name]  # type: ignore[literal-required] # the same keys
        assert (low is None) == (high is None), name
        if low is not None:
            sign = -1 if name == "stress_penalty" else 1
            # 1e-12: an equal edge computed from other gains and losses may differ in the last
            # digits: by 4.4e-16 at most over 400,000 pairs from tiny to huge.
            assert sign * high >= sign * low - 1e-12, name


@STABLE
@given(metrics_inputs(profit_factor=FACTORS), STEPS)
def test_final_rating_does_not_fall_when_profit_factor_rises(
    metrics: MetricsInput, more: float
) -> None:
    better = replace(metrics, profit_factor=metrics.profit_factor + more)
    never_worse(calculate_rating(metrics), calculate_rating(better))


@STABLE
@given(anything(profit_factor=FACTORS), STEPS, configs)
def test_no_score_falls_when_profit_factor_rises_whatever_the_config(
    metrics: MetricsInput, more: float, config: RatingConfig
) -> None:
    better = replace(metrics, profit_factor=metrics.profit_factor + more)
    never_worse(calculate_rating(metrics, config=config), calculate_rating(better, config=config))


@STABLE
@given(metrics_inputs(), st.floats(-1e12, 0))
def test_profit_gate_holds_whatever_the_profit_factor(metrics: MetricsInput, loss: float) -> None:
    for factor in (0.0, metrics.profit_factor, INF):
        loser = replace(metrics, profit=loss, profit_factor=factor)
        assert calculate_rating(loser).final_rating in (0.0, None)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda m, s: (s.final_rating or 0) > 0.7,
        lambda m, s: s.final_rating == 0.0,
        lambda m, s: 1 < m.profit_factor < 1.001 and (s.trade_dropout_score or 0) > 0.5,
        lambda m, s: s.robustness_score is None and s.stability_score is not None,
        lambda m, s: s.cost_shock_score is None and s.trade_dropout_score is not None,
        lambda m, s: s == RatingScore(),
    ],
    ids=["good", "gated", "thin edge", "only stable", "no costs", "nothing"],
)
def test_draws_reach_what_the_properties_are_about(wanted: Callable[..., bool]) -> None:
    # A strategy that never gave an edge would make the tests above hold for nothing.
    candidates = anything(profit_factor=FACTORS)
    config = RatingConfig(dropout=DropoutConfig(fraction=0.01, confidence=0.5))
    find(
        candidates,
        lambda metrics: wanted(metrics, calculate_rating(metrics, config=config)),
        settings=settings(STABLE, max_examples=3000, phases=[Phase.generate]),
    )
