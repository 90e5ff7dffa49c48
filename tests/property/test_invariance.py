"""What must not matter does not: repetition, order, company, currency."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import RatingConfig
from polars_rating.catalog import OUTCOME, TRADE_FIELDS
from polars_rating.testing import trades as any_trades
from tests.property.property_frames import (
    COMPONENTS,
    STABLE,
    TIERS,
    any_candidates,
    bits,
    configs,
    frame,
    runs_of,
)

DAY = dt.timedelta(days=1)


@st.composite
def dated_trades(draw: st.DrawFn, **how: bool) -> list[dict[str, Any]]:
    """Trades with distinct exit times, in their order."""
    trades = draw(any_trades(1, 25, fields=TRADE_FIELDS[:-1], **how))
    gaps = draw(st.lists(st.integers(1, 100), min_size=len(trades), max_size=len(trades)))
    day, dated = dt.datetime(2018, 1, 1), []
    for trade, gap in zip(trades, gaps, strict=True):
        day += gap * DAY
        dated.append({**trade, "exit_time": day})
    return dated


@pytest.mark.parametrize("tier", TIERS)
def test_scores_are_the_same_every_time_and_alone_or_in_company(tier: str) -> None:
    @settings(STABLE, max_examples=100)
    @given(any_candidates(tier, min_rows=2, max_rows=3), configs())
    def check(df: pl.DataFrame, config: RatingConfig) -> None:
        expr = rating.scores(config)
        together = bits(df.select(expr))
        assert bits(df.select(expr)) == together
        assert [bits(row.select(expr))[0] for row in df.iter_slices(1)] == together
        backwards = df[list(range(df.height))[::-1]]
        assert bits(backwards.lazy().select(expr).collect()) == together[::-1]
        separate = df.select(rating.final(config=config)).to_series()
        fused = df.select(expr).unnest("rating_score")["final_rating"]
        assert bits(pl.DataFrame(separate)) == bits(pl.DataFrame(fused))

    check()


@STABLE
@given(dated_trades(missing=True, wild=True), st.randoms(use_true_random=False), configs())
def test_order_of_the_trades_does_not_matter(
    trades: list[dict[str, Any]], random: Any, config: RatingConfig
) -> None:
    shuffled = random.sample(trades, len(trades))
    df = frame({"trades": trades}, {"trades": shuffled})
    first, second = bits(df.select(rating.scores(config), rating.metrics()))
    assert first == second


@STABLE
@given(dated_trades(missing=True, wild=True), st.lists(st.integers(0, 25), max_size=5), configs())
def test_null_trades_do_not_matter(
    trades: list[dict[str, Any]], places: list[int], config: RatingConfig
) -> None:
    holed: list[Any] = list(trades)
    for place in places:
        holed.insert(place, None)
    df = frame({"trades": trades}, {"trades": holed})
    first, second = bits(df.select(rating.scores(config), rating.metrics()))
    assert first == second


def in_currency(trades: list[dict[str, Any]], rate: float) -> dict[str, Any]:
    return {"trades": [{**t, "pnl": t["pnl"] * rate, "fee": t["fee"] * rate} for t in trades]}


# A power of two changes no digit, so nothing may change at all. (The floor of 1e-9 does not
# scale, but binds only for a drawdown of 0, against which any other is beyond every cap.)
@STABLE
@given(dated_trades(), st.integers(-6, 20), configs(gate="profit"))
def test_currency_does_not_matter_to_the_last_bit(
    trades: list[dict[str, Any]], power: int, config: RatingConfig
) -> None:
    rate = 2.0**power
    for scale, row in (
        (100.0, in_currency(trades, 1.0)),
        (100.0 * rate, in_currency(trades, rate)),
    ):
        scores = frame(row).select(rating.scores(config)).unnest("rating_score")
        found = scores.select(pl.exclude("stability_score", "final_rating"))
        stability = frame(row).select(rating.stability(min_scale=scale), rating.evidence())
        now = bits(found) + bits(stability)
        if scale == 100.0:
            before = now
    assert now == before


@STABLE
@given(dated_trades(), st.floats(0.01, 100), configs(gate="none"))
def test_currency_does_not_matter_up_to_rounding(
    trades: list[dict[str, Any]], rate: float, config: RatingConfig
) -> None:
    net = [round(t["pnl"] - t["fee"], 6) for t in trades]
    # Which of two equal trades is missed is decided by the last digit, and where profits cancel
    # the last digits are all that is left.
    assume(len(set(net)) == len(net))
    assume(abs(sum(net)) > 1e-3 * sum(map(abs, net)))
    df = frame(in_currency(trades, 1.0), in_currency(trades, rate))
    found = df.select(rating.scores(config)).unnest("rating_score")
    for name in COMPONENTS:
        if name != "stability_score":
            first, second = found[name].to_list()
            # 1e-9: sums of 25 trades, divided by a profit a thousandth of them at least.
            assert math.isclose(first, second, abs_tol=1e-9), name
    scaled = [
        df[i].select(rating.stability(min_scale=scale)).item()
        for i, scale in enumerate((100.0, 100.0 * rate))
    ]
    assert math.isclose(*scaled, abs_tol=1e-9)


CENTS = st.integers(0, 10_000_000).map(lambda cents: cents / 100)


@STABLE
@given(
    runs_of(OUTCOME, CENTS),
    st.lists(runs_of(OUTCOME, CENTS), min_size=1, max_size=12),
    st.integers(-6, 20),
    st.floats(0, 1),
)
def test_currency_of_reruns_does_not_matter(
    base: dict[str, float], runs: list[dict[str, float]], power: int, cap: float
) -> None:
    def at(rate: float) -> dict[str, Any]:
        def exchanged(x: dict[str, float]) -> dict[str, float]:
            money = {name: x[name] * rate for name in ("profit", "max_drawdown")}
            return {**x, **money}

        rerun = [exchanged(run) for run in runs]
        jitter = [{**run, "win_rate": 0.4, "avg_r": 1.0} for run in rerun]
        columns = dict.fromkeys(("cost_runs", "dropout_runs", "stress_runs"), rerun)
        now = exchanged(base)
        return {**now, "win_rate": 0.5, "avg_r": 0.8, "jitter_runs": jitter, **columns}

    names = ("robustness", "cost_shock", "trade_dropout", "stress_penalty")
    exprs = [getattr(rating, name)(penalty_cap=cap) for name in names]
    first, second = bits(frame(at(1.0), at(2.0**power)).select(exprs))
    assert first == second


@STABLE
@given(dated_trades())
def test_replays_that_change_nothing_cost_nothing(trades: list[dict[str, Any]]) -> None:
    net = [round(trade["pnl"] - trade["fee"], 2) for trade in trades]
    # Without profit or spread the Sharpe ratio is at most 0, which counts as a full fall.
    assume(sum(net) > 0.001)
    assume(len(set(net)) > 1)
    calm = rating.stress_penalty(variation=0, cost_multiplier=1)
    found = frame({"trades": trades}).select(calm, rating.cost_shock(multipliers=[1, 1])).row(0)
    assert found == (0.0, 1.0)
