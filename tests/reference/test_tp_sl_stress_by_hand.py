"""TP/SL stress of the reference against hand-computed numbers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import pytest

from polars_rating.reference.tp_sl_stress import Candles, TpSlTrade, tp_sl_stress_score

LONG = TpSlTrade(True, True, 1.2, 0.8, 0.01, 0, 0)
SHORT = LONG._replace(long=False, take_profit=0.8, stop_loss=1.2)


def both_sides(high: Sequence[float], low: Sequence[float]) -> Candles:
    return Candles(range(len(high)), high, low, high, low)


def score(high: Sequence[float], low: Sequence[float], trade: TpSlTrade) -> float | None:
    return tp_sl_stress_score(both_sides(high, low), [trade])


def test_worked_example_of_daily_candles() -> None:
    days = [dt.date(2024, 1, d) for d in (1, 2, 3)]
    high, low = [1.0, 1.1, 1.3], [0.9, 0.9, 0.9]
    trade = LONG._replace(entry_time=days[0], exit_time=days[0])
    assert tp_sl_stress_score(Candles(days, high, low, high, low), [trade]) == 0.9


@pytest.mark.parametrize(
    ("exit_time", "expected"), [(-1, 0.5), (0, 0.5), (2, 0.6), (5, 0.9), (6, 1.0), (9, 1.0)]
)
def test_a_late_hit_costs_a_tenth_per_candle_up_to_a_half(exit_time: int, expected: float) -> None:
    high = [1.0] * 7 + [1.21, 1.0]
    trade = LONG._replace(exit_time=exit_time)
    assert score(high, [1.0] * 9, trade) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("high", "low", "trade", "expected"),
    [
        ([2.0, 1.3], [0.1, 1.0], LONG, 1.0),  # the entry candle is not looked at
        ([2.0, 1.0], [1.0, 1.0], LONG, 0.0),
        ([1.0, 1.0, 1.3], [1.0, 0.81, 1.0], LONG, 0.0),  # the stop first
        ([1.0, 1.3], [1.0, 0.81], LONG, 0.0),  # both in one candle
        ([1.0, 1.3, 1.0], [1.0, 1.0, 0.1], LONG, 1.0),
        ([1.0, 1.2], [1.0, 1.0], LONG, 0.0),  # short of the spread
        ([1.0, 1.0], [1.0, 0.79], SHORT, 1.0),
        ([1.0, 1.0], [1.0, 0.8], SHORT, 0.0),
        ([1.0, 1.19], [1.0, 0.79], SHORT, 0.0),
        ([1.0, 1.3], [1.0, 1.0], LONG._replace(entry_time=7), 0.0),  # after the last candle
    ],
)
def test_which_level_is_reached_first(
    high: list[float], low: list[float], trade: TpSlTrade, expected: float
) -> None:
    assert score(high, low, trade) == expected


def test_longs_look_at_bids_and_shorts_at_asks() -> None:
    flat, far, near = [1.0, 1.0], [9.0, 9.0], [0.1, 0.1]
    bids_rise = Candles([0, 1], far, flat, flat, near)
    asks_rise = Candles([0, 1], flat, near, far, flat)
    assert [tp_sl_stress_score(bids_rise, [t]) for t in (LONG, SHORT)] == [1.0, 1.0]
    assert [tp_sl_stress_score(asks_rise, [t]) for t in (LONG, SHORT)] == [0.0, 0.0]


def test_trades_that_do_not_count_are_left_out() -> None:
    candles = both_sides([1.0, 1.1, 1.3], [0.9] * 3)
    excluded = [
        LONG._replace(took_profit=False),
        LONG._replace(take_profit=math.nan),
        LONG._replace(stop_loss=math.inf),
        LONG._replace(spread=0.0),
        LONG._replace(entry_time=None),
        LONG._replace(exit_time=None),
    ]
    assert tp_sl_stress_score(candles, excluded) == 1.0
    assert tp_sl_stress_score(candles, [*excluded, LONG]) == 0.9
    assert tp_sl_stress_score(candles, []) is None
    missed = LONG._replace(take_profit=5.0)
    assert tp_sl_stress_score(candles, [LONG, missed]) == 0.45
