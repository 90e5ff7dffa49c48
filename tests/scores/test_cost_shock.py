"""Cost shock against numbers worked out by hand."""

from __future__ import annotations

from statistics import stdev
from typing import Any

import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingError
from tests._engines import plan
from tests.scores._by_hand import (
    BASE,
    HARSH,
    INF,
    MILD,
    NAN,
    NO_EDGE,
    OUTSIDE_DOMAIN,
    SUMMARY,
    column,
    frame,
    list_of,
    near,
    value,
)

OUTCOME = tuple(BASE)


def score(row: dict[str, Any], **keywords: Any) -> float | None:
    return value(rating.cost_shock(**keywords), row)


def test_reruns_are_capped_one_by_one_by_hand() -> None:
    # (0.8 + (1 - 0.5)) / 2; the cap of the mean would give 1 - 0.5.
    assert score({**BASE, "cost_runs": [MILD, HARSH]}) == near(0.65)
    assert score({**BASE, "cost_runs": [MILD, HARSH]}, penalty_cap=1) == near((0.8 + 0) / 2)
    assert score({**BASE, "cost_runs": [MILD, HARSH]}, penalty_cap=0) == 1.0
    assert score({**BASE, "cost_runs": [None, MILD]}) == near(0.8)


@pytest.mark.parametrize(
    ("base", "run", "penalty"),
    [
        ((100, 10, 2), (70, 12, 1.8), 0.2),
        ((100, 10, 2), (200, 1, 5), 0.0),
        # A loss at the base has no profit part.
        ((-5, 10, 2), (-100, 10, 2), 0.0),
        ((0, 10, 2), (-100, 10, 2), 0.0),
        ((-5, 10, 2), (-100, 12, 1.8), 0.1),
        # A drawdown or Sharpe ratio of 0 is floored at 1e-9.
        ((100, 0, 2), (100, 1e-9, 2), 0.0),
        ((100, 0, 2), (100, 3e-9, 2), 2 / 3),
        ((100, 10, 0), (100, 10, 0), 1 / 3),
        # Numbers that are not finite count as 0.
        ((100, 10, 2), (NAN, -INF, None), 2 / 3),
    ],
    ids=str,
)
def test_penalty_of_a_rerun_by_hand(base: Any, run: Any, penalty: float) -> None:
    numbers = [None if x is None else float(x) for x in run]
    row = dict(zip(OUTCOME, map(float, base), strict=True))
    row["cost_runs"] = [dict(zip(OUTCOME, numbers, strict=True))]
    assert score(row, penalty_cap=1) == near(1 - penalty)


def test_rerun_that_overflows_counts_as_the_cap_by_hand() -> None:
    base = {**BASE, "max_drawdown": 0.0}
    overflows, falls = {**base, "max_drawdown": 1e308}, {**base, "profit": 70.0}
    assert score({**base, "cost_runs": [overflows, falls]}) == near((0.5 + 0.9) / 2)


@pytest.mark.parametrize("bad", [None, NAN, INF])
def test_base_metric_that_is_not_finite_is_no_evidence(bad: float | None) -> None:
    row = {**BASE, "profit": bad, "cost_runs": [MILD]}
    assert score(row) is None
    # A profit of 0 has no profit part: (0 + 0.2 + 0.1) / 3.
    assert score(row, no_evidence="omega") == near(0.9)


def trades(*pairs: tuple[float, float]) -> dict[str, Any]:
    return {"trades": [{"pnl": pnl, "fee": fee} for pnl, fee in pairs]}


THREE = trades((32.0, 2.0), (-8.0, 2.0), (12.0, 2.0))


def test_trades_replayed_at_doubled_fees_by_hand() -> None:
    # k = 1: net 30, -10, 10: profit 30, drawdown 10, mean 10, std 20: Sharpe 0.5.
    # k = 2: net 28, -12, 8: profit 24, drawdown 12, mean 8, std 20: Sharpe 0.4.
    # p = 6 / 30 = 0.2, d = 2 / 10 = 0.2, s = 0.1 / 0.5 = 0.2.
    assert score(THREE, multipliers=[2]) == near(0.8)
    # k = 1 changes nothing; k = 6: profit 0, drawdown 20, mean 0: (1 + 1 + 1) / 3, capped.
    assert score(THREE, multipliers=[1, 2, 6]) == near((1 + 0.8 + 0.5) / 3)
    assert score(THREE, multipliers=[6], penalty_cap=1) == near(0.0)


def test_lower_costs_do_not_score_above_one() -> None:
    assert score(THREE, multipliers=[0.5]) == 1.0


def test_trades_without_fees_bear_any_costs() -> None:
    assert score({"trades": [{"pnl": 3.0}, {"pnl": -1.0}]}, multipliers=[9]) == 1.0


def test_sharpe_ratio_may_rise_with_costs_that_hit_the_winners() -> None:
    # Why a larger multiplier need not score worse: fees on the winner alone even the trades out.
    # k = 1: net 8, 1: mean 4.5, std 4.95: 0.909; k = 2: 6, 1: 3.5, 3.54: 0.990, so s = 0.
    row = trades((10.0, 2.0), (1.0, 0.0))
    assert score(row, multipliers=[2]) == near(1 - (2 / 9) / 3)


def test_rebate_stays_as_it_is_by_hand() -> None:
    # Net 9, -6 (a rebate of 1, so pnl -7), 4; with doubled fees 8, -6, 3: profit 7 to 5, the
    # drawdown stays 6. Sharpe 7/3 by the deviation of each.
    base = [9.0, -6.0, 4.0]
    shocked = [8.0, -6.0, 3.0]
    ratio = [sum(x) / 3 / stdev(x) for x in (base, shocked)]
    penalty = (2 / 7 + 0 + (ratio[0] - ratio[1]) / ratio[0]) / 3
    assert score(trades((10.0, 1.0), (-7.0, -1.0), (5.0, 1.0)), multipliers=(2.0,)) == near(
        1 - penalty
    )
    assert score(trades((10.0, -1.0), (-7.0, -1.0))) == 1.0


def test_trades_that_overflow_are_no_evidence() -> None:
    assert score({"trades": [{"pnl": 1.7e308}, {"pnl": 1.7e308}]}) is None


@pytest.mark.parametrize("items", [None, [], [None]])
def test_no_trades_are_no_evidence(items: Any) -> None:
    some = list_of(["pnl"])
    expr, omega = rating.cost_shock(), rating.cost_shock(no_evidence="omega")
    assert value(expr, {"trades": items}, trades=some) is None
    assert value(omega, {"trades": items}, trades=some) == 1.0
    # Nor has a base metric that would come from them a value: 0 under omega, floored at 1e-9.
    row = {"trades": items, "profit": 100.0, "cost_runs": [{**MILD, "max_drawdown": 0.0}]}
    assert value(expr, row, trades=some) is None
    assert value(omega, row, trades=some) == near(1 - 0.3 / 3)


@pytest.mark.parametrize("runs", [None, [], [None]])
def test_no_reruns_are_no_evidence(runs: Any) -> None:
    dtypes = {"cost_runs": list_of(OUTCOME)}
    row = {**BASE, "cost_runs": runs}
    assert value(rating.cost_shock(), row, **dtypes) is None
    assert value(rating.cost_shock(no_evidence="omega"), row, **dtypes) == 1.0


def test_summary_model_by_hand() -> None:
    # k = 2: 2 * 100 more costs: profit 800, Sharpe 2 * 0.8, drawdown 50 * 1000 / 800 = 62.5.
    # p = 0.2, d = 0.25, s = 0.2.
    row = SUMMARY | {"cost_per_trade": 2.0}
    assert score(row, multipliers=[2]) == near(1 - 0.65 / 3)
    # k = 6: profit 0: p = 1, drawdown doubled, s = 1.
    assert score(row, multipliers=[2, 6], penalty_cap=1) == near(((1 - 0.65 / 3) + 0) / 2)
    # k = 1.5: 0.1 less profit and Sharpe, drawdown / 0.9; k = 6.5: profit -100, over the cap.
    part = 1 - (0.1 + 1 / 0.9 - 1 + 0.1) / 3
    assert score(row, multipliers=[1.5]) == near(part)
    assert score(row, multipliers=[1.5, 6.5]) == near((part + 0.5) / 2)


def test_summary_model_that_overflows_counts_as_the_cap() -> None:
    assert score(SUMMARY | {"cost_per_trade": 1e307, "total_trades": 10**9}) == 0.5


@pytest.mark.parametrize("change", NO_EDGE, ids=str)
def test_summary_model_without_edge_is_one_minus_cap(change: dict[str, Any]) -> None:
    assert score(SUMMARY | change, penalty_cap=0.3) == near(0.7)


@pytest.mark.parametrize("bad", [*OUTSIDE_DOMAIN, {"cost_per_trade": -1.0}], ids=str)
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert column(rating.cost_shock(), SUMMARY, SUMMARY | bad)[1] is None


def test_reruns_come_before_trades_before_summary_and_a_keyword_before_all() -> None:
    row = {**SUMMARY, **BASE, **THREE, "cost_runs": [HARSH]}
    assert score(row, multipliers=[2]) == near(0.5)
    assert score(row, multipliers=[2], trades="trades") == near(0.8)
    assert score({**row, "mine": [MILD, None]}, runs="mine") == near(0.8)
    assert score({**SUMMARY, **THREE}, multipliers=[2]) == near(0.8)


def test_missing_evidence_lists_all_three_tiers() -> None:
    lazy = frame({k: x for k, x in SUMMARY.items() if k != "cost_per_trade"}).lazy()
    text = r"`cost_runs`.*`trades`.*all of.*`cost_per_trade` \(summary\).*found .*`max_drawdown`"
    with pytest.raises(ComputeError, match=text):
        plan(lazy.select(rating.cost_shock()))


@pytest.mark.parametrize("multipliers", [[], [0.0], [-1.0], [NAN], [INF]])
def test_bad_multipliers_are_refused(multipliers: list[float]) -> None:
    with pytest.raises(RatingError, match="`multipliers` must be a non-empty sequence"):
        rating.cost_shock(multipliers=multipliers)
