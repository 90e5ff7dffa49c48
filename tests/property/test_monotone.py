"""What is worse never scores better.

Where two candidates go through the same operations, one number being worse, rounding keeps the
order (every rounded operation is monotone), so those comparisons need no tolerance.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import RatingConfig
from polars_rating.catalog import RUN_FIELDS
from polars_rating.testing import metrics_inputs
from polars_rating.testing._draws import FEES, MONEY
from polars_rating.types import MetricsInput
from tests._registry import REGISTRY
from tests.property.property_frames import (
    COMPONENTS,
    STABLE,
    configs,
    frame,
    runs_of,
)

# Moderate numbers: a change too large for a number is left out of a mean, which is no order.
NUMBER = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1e-9, 1.0])
HARM = st.floats(0, 1e6) | st.sampled_from([0.0, 1e-12, 0.5])
CAP = st.floats(0, 1)
RERUNS = {name: row.reruns for name, row in REGISTRY.items() if row.reruns is not None}


def worse_run(run: dict[str, float], harm: dict[str, float]) -> dict[str, float]:
    """Profit, avg_r, win_rate and Sharpe ratio down, drawdown up."""
    return {k: x + harm[k] if k == "max_drawdown" else x - harm[k] for k, x in run.items()}


@pytest.mark.parametrize("name", RERUNS)
def test_worse_reruns_never_score_better(name: str) -> None:
    column = RERUNS[name]
    one = runs_of(RUN_FIELDS[column], NUMBER)
    pairs = st.lists(st.tuples(one, runs_of(RUN_FIELDS[column], HARM)), min_size=1, max_size=20)

    @STABLE
    @given(one, pairs, CAP)
    def check(base: dict[str, float], runs: list[Any], cap: float) -> None:
        before = {**base, column: [run for run, _ in runs]}
        after = {**base, column: [worse_run(run, harm) for run, harm in runs]}
        expr = getattr(rating, name)(penalty_cap=cap)
        first, second = frame(before, after).select(expr).to_series().to_list()
        if name == "stress_penalty":
            first, second = -first, -second
        assert second <= first

    check()


@pytest.mark.parametrize("name", RERUNS)
def test_larger_cap_never_scores_better(name: str) -> None:
    column = RERUNS[name]
    one = runs_of(RUN_FIELDS[column], NUMBER)

    @STABLE
    @given(one, st.lists(one, min_size=1, max_size=20), CAP, CAP)
    def check(base: dict[str, float], runs: list[Any], cap: float, other: float) -> None:
        df, expr = frame({**base, column: runs}), getattr(rating, name)
        low, high = sorted((cap, other))
        first, second = df.select(expr(penalty_cap=low), expr(penalty_cap=high).alias("b")).row(0)
        assert first <= second if name == "stress_penalty" else first >= second

    check()


# The draws replay at one fee per trade. Then a larger multiplier lowers every trade by the same
# sum: profit and mean fall, the spread stays, and each fall of the curve, a sum of some trades,
# grows. With fees that differ the Sharpe ratio may rise (fees on winners even the trades out, see
# tests/scores/test_cost_shock.py), so that nothing can be promised there.
@STABLE
@given(
    st.lists(MONEY, min_size=1, max_size=25),
    FEES,
    st.lists(st.tuples(st.floats(0.1, 20), st.floats(0, 20)), min_size=1, max_size=9),
    CAP,
)
def test_higher_costs_of_equal_fees_never_score_better(
    pnl: list[float], fee: float, multipliers: list[tuple[float, float]], cap: float
) -> None:
    trade: dict[str, Any] = {"r_multiple": None, "entry_time": None, "exit_time": None}
    df = frame({"trades": [{"pnl": x, "fee": fee, **trade} for x in pnl]})

    def score(factors: list[float]) -> tuple[float, float]:
        shock = rating.cost_shock(multipliers=factors, penalty_cap=cap)
        stress = rating.stress_penalty(cost_multiplier=factors[0], penalty_cap=cap)
        return df.select(shock, stress).row(0)

    first = score([low for low, _ in multipliers])
    second = score([low + more for low, more in multipliers])
    # The spread is computed from other numbers at other costs, so the Sharpe ratios of equal
    # costs may differ in the last digits; a Sharpe ratio near 0 divides that difference. 1e-6.
    assert second[0] <= first[0] + 1e-6
    assert second[1] >= first[1] - 1e-6


@STABLE
@given(
    metrics_inputs(profit=st.floats(-1e6, 1e9)),
    st.lists(st.tuples(st.floats(0.1, 20), st.floats(0, 20)), min_size=1, max_size=9),
    CAP,
)
def test_higher_costs_never_score_better_in_the_summary_model(
    metrics: MetricsInput, multipliers: list[tuple[float, float]], cap: float
) -> None:
    def score(factors: list[float]) -> tuple[float, float]:
        shock = rating.cost_shock(multipliers=factors, penalty_cap=cap)
        stress = rating.stress_penalty(cost_multiplier=factors[0], penalty_cap=cap)
        return frame(metrics.to_dict()).select(shock, stress).row(0)

    first = score([low for low, _ in multipliers])
    second = score([low + more for low, more in multipliers])
    assert second[0] <= first[0]
    assert second[1] >= first[1]


# A profit factor of 1 + x leaves an edge of about x / 2, which divides the rounding noise of the
# gains and losses it is the difference of: below a thousandth the order can drown in it.
FACTOR = st.floats(0, 1) | st.floats(1.001, 100)


@STABLE
@given(
    metrics_inputs(
        profit_factor=FACTOR,
        profit=st.floats(-1e6, 1e9),
        avg_r=st.floats(-1, 3),
        yearly_profits=st.lists(st.floats(-1e5, 1e6), min_size=1, max_size=5),
    ),
    st.floats(0, 100) | st.just(float("inf")),
    configs(),
)
def test_final_rating_does_not_fall_when_profit_factor_rises(
    metrics: MetricsInput, more: float, config: RatingConfig
) -> None:
    better = replace(metrics, profit_factor=metrics.profit_factor + more)
    found = (
        frame(metrics.to_dict(), better.to_dict())
        .select(rating.scores(config))
        .unnest("rating_score")
    )
    for name in (*COMPONENTS, "final_rating"):
        first, second = found[name].to_list()
        if name == "stress_penalty":
            first, second = -first, -second
        # 1e-12: equal edges are computed from other gains and losses, last digits may differ.
        assert second >= first - 1e-12, name
