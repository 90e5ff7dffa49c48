"""Stress penalty and cost shock of the reference against numbers computed by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from polars_rating.exceptions import RatingError
from polars_rating.reference import cost_shock, stress_penalty, timing_jitter
from polars_rating.reference.metrics import read_trades
from polars_rating.reference.penalty import capped_mean, penalty_per_run, score_from_penalty
from polars_rating.reference.stress_penalty import stress_replays

NAN, INF = float("nan"), float("inf")
BASE = {"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}
RUN = {"profit": 70.0, "max_drawdown": 12.0, "sharpe_ratio": 1.8}  # (0.3 + 0.2 + 0.1) / 3 = 0.2
RUIN = {"profit": -100.0, "max_drawdown": 30.0, "sharpe_ratio": -2.0}  # (2 + 2 + 2) / 3 = 2
SUMMARY = {
    "profit": 1000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
    "cost_per_trade": 1.0,
}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("base", "run", "expected"),
    [
        ((100, 10, 2), (70, 12, 1.8), 0.2),
        ((100, 10, 2), (200, 1, 5), 0.0),
        # a loss at the base: no profit drop
        ((-5, 10, 2), (-100, 10, 2), 0.0),
        ((0, 10, 2), (-100, 10, 2), 0.0),
        # zero drawdown and Sharpe ratio at the base: the floor 1e-9
        ((100, 0, 2), (100, 1e-9, 2), 0.0),
        ((100, 0, 2), (100, 3e-9, 2), 2 / 3),
        ((100, 10, 0), (100, 10, 0), 1 / 3),
        # non-finite numbers count as 0
        ((100, 10, 2), (NAN, -INF, None), 2 / 3),
    ],
)
def test_penalty_per_run_by_hand(base: Any, run: Any, expected: float) -> None:
    run = [NAN if x is None else x for x in run]
    assert penalty_per_run(base, run) == near(expected)


def test_capped_mean_by_hand() -> None:
    assert capped_mean([0.25, 0.5, INF, NAN], 1.0) == 0.375
    assert capped_mean([0.75, 0.5], 0.5) == 0.5
    assert capped_mean([], 0.3) == 0.3
    assert capped_mean([INF], 0.3) == 0.3
    assert capped_mean([1e308, 1e308], 0.3) == 0.3


def test_score_from_penalty_by_hand() -> None:
    assert [score_from_penalty(x, 0.5) for x in (-1, 0.25, 0.75, INF, NAN)] == [
        1,
        0.75,
        0.5,
        0.5,
        0.5,
    ]


def test_stress_penalty_caps_the_mean_and_cost_shock_means_the_caps() -> None:
    runs = [RUN, RUIN]
    # stress: mean (0.2 + 2) / 2 capped; cost shock: mean of 0.8 and 0.5
    assert stress_penalty(BASE | {"stress_runs": runs}) == 0.5
    assert stress_penalty(BASE | {"stress_runs": runs}, penalty_cap=1) == 1.0
    assert cost_shock(BASE | {"cost_runs": runs}) == near(0.65)
    assert cost_shock(BASE | {"cost_runs": runs}, penalty_cap=1) == near(0.4)


def test_cap_zero_gives_no_penalty() -> None:
    assert stress_penalty(BASE | {"stress_runs": [RUIN]}, penalty_cap=0) == 0.0
    assert cost_shock(BASE | {"cost_runs": [RUIN]}, penalty_cap=0) == 1.0


def test_overflowing_run_counts_as_cap_in_cost_shock_and_not_at_all_in_stress() -> None:
    base = BASE | {"max_drawdown": 0.0}
    overflows = {"profit": 100.0, "max_drawdown": 1e308, "sharpe_ratio": 2.0}
    same = {"profit": 70.0, "max_drawdown": 0.0, "sharpe_ratio": 2.0}  # 0.3 / 3 = 0.1
    assert cost_shock(base | {"cost_runs": [overflows, same]}) == near((0.5 + 0.9) / 2)
    assert stress_penalty(base | {"stress_runs": [overflows, same]}) == near(0.1)
    assert stress_penalty(base | {"stress_runs": [overflows]}) == 0.5


def test_timing_jitter_by_hand() -> None:
    assert timing_jitter(BASE | {"timing_runs": [RUN]}) == near(0.8)
    assert timing_jitter(BASE | {"timing_runs": [RUIN]}, penalty_cap=0.4) == near(0.6)
    assert timing_jitter(BASE | {"timing_runs": []}) is None
    assert timing_jitter(BASE | {"timing_runs": []}, no_evidence="omega") == 1.0
    with pytest.raises(RatingError, match="looked for `timing_runs`"):
        timing_jitter(SUMMARY | {"trades": [{"pnl": 1.0}]})


@pytest.mark.parametrize("runs", [None, [], [None]])
def test_no_runs_are_no_evidence(runs: object) -> None:
    assert stress_penalty(BASE | {"stress_runs": runs}) is None
    assert cost_shock(BASE | {"cost_runs": runs}) is None
    assert stress_penalty(BASE | {"stress_runs": runs}, no_evidence="omega") == 0.0
    assert cost_shock(BASE | {"cost_runs": runs}, no_evidence="omega") == 1.0


@pytest.mark.parametrize("bad", [None, NAN, INF])
def test_null_base_is_no_evidence_or_zero_under_omega(bad: object) -> None:
    row = BASE | {"profit": bad, "stress_runs": [RUN], "cost_runs": [RUN]}
    assert stress_penalty(row) is None
    assert cost_shock(row) is None
    # profit 0: no profit drop, so (0 + 0.2 + 0.1) / 3
    assert stress_penalty(row, no_evidence="omega") == near(0.1)
    assert cost_shock(row, no_evidence="omega") == near(0.9)


def test_reruns_come_before_trades_and_trades_before_summary() -> None:
    trades = [{"pnl": 10.0}, {"pnl": 4.0}]
    row = SUMMARY | {"trades": trades, "cost_runs": [RUN], "stress_runs": [RUN]} | BASE
    assert cost_shock(row) == near(0.8)
    assert stress_penalty(row) == near(0.2)
    del row["cost_runs"]
    assert cost_shock(row) == 1.0  # no fees: nothing changes


TRADES = {"pnl": [11.0, -4.0, 8.0, 11.0], "fee": [1.0, 1.0, 1.0, 1.0]}
# net 10, -5, 7, 10: profit 22, drawdown 5, mean 5.5, squares 20.25 + 110.25 + 2.25 + 20.25 = 153
SHARPE = 5.5 / math.sqrt(153 / 3)


def test_cost_shock_over_trades_by_hand() -> None:
    # k = 2: net 9, -6, 6, 9: profit 18, drawdown 6, mean 4.5 and the same deviation
    pen = (4 / 22 + 1 / 5 + 1 / 5.5) / 3
    assert cost_shock({"trades": TRADES}, multipliers=[2]) == near(1 - pen)
    assert cost_shock({"trades": TRADES}, multipliers=[1, 2]) == near((1 + 1 - pen) / 2)
    assert cost_shock({"trades": TRADES}, multipliers=[0.5]) == 1.0


def test_stress_replays_by_hand() -> None:
    trades = read_trades(TRADES)
    assert trades is not None
    fees, missed, losses = stress_replays(trades, variation=0.25, cost_multiplier=2.0)
    assert fees == (18.0, 6.0, near(4.5 / math.sqrt(51)))
    # the earlier of the two best trades is missed: net -5, 7, 10
    assert missed == (12.0, 5.0, near(4 / math.sqrt((81 + 9 + 36) / 2)))
    # the loss becomes -6.25: mean 5.1875
    deviations = [10 - 5.1875, -6.25 - 5.1875, 7 - 5.1875, 10 - 5.1875]
    assert losses == (20.75, 6.25, near(5.1875 / math.sqrt(sum(x * x for x in deviations) / 3)))


def test_stress_over_trades_is_the_mean_of_the_three_replays() -> None:
    trades = read_trades(TRADES)
    assert trades is not None
    pens = [penalty_per_run((22.0, 5.0, SHARPE), x) for x in stress_replays(trades, 0.25, 2.0)]
    found = stress_penalty({"trades": TRADES}, variation=0.25, penalty_cap=1)
    assert found == near(sum(pens) / 3)


def test_variation_zero_misses_no_trade_and_one_misses_all() -> None:
    trades = read_trades(TRADES)
    assert trades is not None
    assert stress_replays(trades, 0.0, 1.0) == [(22.0, 5.0, near(SHARPE))] * 3
    assert stress_replays(trades, 1.0, 1.0)[1] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("trades", [None, [], [None], {"pnl": []}])
def test_no_trades_are_no_evidence(trades: object) -> None:
    assert stress_penalty({"trades": trades}) is None
    assert cost_shock({"trades": trades}) is None
    assert cost_shock({"trades": trades}, no_evidence="omega") == 1.0
    # a base metric that would come from the trades is null: 0 under omega, floors of 1e-9
    row = {"trades": trades, "profit": 100.0, "cost_runs": [{**RUN, "max_drawdown": 0.0}]}
    assert cost_shock(row) is None
    assert cost_shock(row, no_evidence="omega") == near(1 - 0.3 / 3)


def test_overflowing_trades_are_no_evidence() -> None:
    trades = [{"pnl": 1.7e308}, {"pnl": 1.7e308}]
    assert stress_penalty({"trades": trades}) is None
    assert cost_shock({"trades": trades}) is None


def test_summary_cost_shock_by_hand() -> None:
    # profit_k = 1000 - 0.5 * 100: 5 % less profit and Sharpe, drawdown / 0.95
    pen = (0.05 + 0.05 + 1 / 0.95 - 1) / 3
    assert cost_shock(SUMMARY, multipliers=[1.5]) == near(1 - pen)
    # k = 12: profit -100, drawdown doubled: (1.1 + 1 + 1.1) / 3, over the cap
    assert cost_shock(SUMMARY, multipliers=[12], penalty_cap=0.5) == 0.5
    assert cost_shock(SUMMARY, multipliers=[1.5, 12]) == near((1 - pen + 0.5) / 2)


def test_summary_stress_by_hand() -> None:
    # rho = 1.5 * 0.81 + 0.45 - 1 = 0.665; costs 100 more: profit 565
    expected = (0.435 + (1000 / 565 - 1) + 0.435) / 3
    assert stress_penalty(SUMMARY, penalty_cap=1) == near(expected)
    # costs 200 more: profit 465, drawdown at most doubled
    expected = (0.535 + 1 + 0.535) / 3
    assert stress_penalty(SUMMARY, cost_multiplier=3, penalty_cap=1) == near(expected)
    assert stress_penalty(SUMMARY, variation=0, cost_multiplier=1) == 0.0


@pytest.mark.parametrize("no_edge", [{"profit_factor": 1.0}, {"profit": -1.0}, {"win_rate": 0.0}])
def test_summary_without_edge_is_the_cap(no_edge: dict[str, float]) -> None:
    assert stress_penalty(SUMMARY | no_edge, penalty_cap=0.3) == 0.3
    assert cost_shock(SUMMARY | no_edge, penalty_cap=0.3) == 0.7


@pytest.mark.parametrize(
    "bad",
    [
        {"win_rate": 55.0},
        {"profit_factor": -0.1},
        {"total_trades": -1},
        {"cost_per_trade": -1.0},
        {"max_drawdown": -1.0},
        {"sharpe_ratio": None},
    ],
)
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert stress_penalty(SUMMARY | bad) is None
    assert cost_shock(SUMMARY | bad) is None


def test_summary_overflow_counts_as_the_cap() -> None:
    row = SUMMARY | {"cost_per_trade": 1e307, "total_trades": 10**9}
    assert cost_shock(row) == 0.5
    assert stress_penalty(row) == 0.5


def test_missing_evidence_lists_all_three_tiers() -> None:
    with pytest.raises(RatingError, match=r"`stress_runs` .*, `trades` .*, or all of `profit`"):
        stress_penalty({})
    with pytest.raises(RatingError, match=r"`cost_per_trade` .summary.; found .*`max_drawdown`$"):
        cost_shock({k: v for k, v in SUMMARY.items() if k != "cost_per_trade"})


@pytest.mark.parametrize("multipliers", [[], [0.0], [-1.0], [NAN], [INF]])
def test_bad_multipliers_are_refused(multipliers: list[float]) -> None:
    with pytest.raises(RatingError, match="`multipliers` must be a non-empty sequence"):
        cost_shock(SUMMARY, multipliers=multipliers)
