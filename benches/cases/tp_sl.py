"""TP/SL stress: 10,000 trades in 1,000,000 candles, against scans of every trade's window."""

from __future__ import annotations

from functools import partial
from typing import Any

import numba
import numpy as np
import polars as pl

import polars_rating as rating
from benches.harness import Contender, Tally, compare

Market = dict[str, Any]
TRADES_PER_ROW = 100


def market(n: int, trades: int) -> Market:
    """Candles of a random walk, and trades with levels a few candles to a few days away."""
    rng = np.random.default_rng(5)
    middle = 100.0 + rng.normal(0.0, 0.02, n).cumsum()
    up, down = rng.uniform(0.0, 0.03, n), rng.uniform(0.0, 0.03, n)
    start = np.sort(rng.integers(0, n - 1, trades))
    long = rng.random(trades) < 0.5
    width = rng.uniform(0.1, 3.0, trades) * np.where(long, 1.0, -1.0)
    return {
        "bid_high": middle + up,
        "bid_low": middle - down,
        "ask_high": middle + up + 0.01,
        "ask_low": middle - down + 0.01,
        "entry": start,
        "exit": np.minimum(start + rng.integers(0, 500, trades), n - 1),
        "long": long,
        "take_profit": middle[start] + width,
        "stop_loss": middle[start] - width,
        "spread": np.full(trades, 0.01),
    }


def candles(m: Market) -> pl.DataFrame:
    """Minute candles."""
    names = ("bid_high", "bid_low", "ask_high", "ask_low")
    time = pl.Series("time", minutes(np.arange(len(m["bid_high"]))))
    return pl.DataFrame([time, *(pl.Series(name, m[name]) for name in names)])


def minutes(at: Any) -> Any:
    """Times of candles."""
    return np.datetime64("2024-01-01", "us") + at * np.timedelta64(1, "m")


def candidates(m: Market) -> pl.DataFrame:
    """A hundred trades to a row."""
    flat = pl.DataFrame(
        {
            "row": np.arange(len(m["entry"])) // TRADES_PER_ROW,
            "direction": np.where(m["long"], 1, -1),
            "entry_time": minutes(m["entry"]),
            "exit_time": minutes(m["exit"]),
            "exit_reason": [True] * len(m["entry"]),
            **{name: m[name] for name in ("take_profit", "stop_loss", "spread")},
        }
    )
    fields = pl.struct(pl.exclude("row"))
    return flat.group_by("row", maintain_order=True).agg(trades=fields).drop("row")


def per_row(scores: Any) -> Any:
    """Mean of every candidate's trades."""
    return np.asarray(scores).reshape(-1, TRADES_PER_ROW).mean(axis=1)


def with_numpy(m: Market) -> Any:
    """Both levels looked for in the whole rest of the candles, trade by trade."""
    scores = []
    for i, start in enumerate(m["entry"]):
        spread = m["spread"][i]
        if m["long"][i]:
            tp = m["bid_high"][start + 1 :] >= m["take_profit"][i] + spread
            sl = m["bid_low"][start + 1 :] <= m["stop_loss"][i] + spread
        else:
            tp = m["ask_low"][start + 1 :] <= m["take_profit"][i] - spread
            sl = m["ask_high"][start + 1 :] >= m["stop_loss"][i] - spread
        hit = tp | sl
        k = int(hit.argmax())
        if not hit[k] or sl[k]:
            scores.append(0.0)
        else:
            scores.append(1.0 - min(0.1 * max(start + k - m["exit"][i], 0), 0.5))
    return per_row(scores)


@numba.njit(cache=False)
def _loop(
    high: Any,
    low: Any,
    ask_high: Any,
    ask_low: Any,
    entry: Any,
    close: Any,
    long: Any,
    tps: Any,
    sls: Any,
    spread: Any,
) -> Any:
    scores = np.zeros(len(entry))
    for i in range(len(entry)):
        for at in range(entry[i] + 1, len(high)):
            if long[i]:
                tp = high[at] >= tps[i] + spread[i]
                sl = low[at] <= sls[i] + spread[i]
            else:
                tp = ask_low[at] <= tps[i] - spread[i]
                sl = ask_high[at] >= sls[i] - spread[i]
            if tp or sl:
                if tp and not sl:
                    late = max(at - 1 - close[i], 0)
                    scores[i] = 1.0 - min(0.1 * late, 0.5)
                break
    return scores


def with_numba(m: Market) -> Any:
    """A loop that stops at the first hit."""
    names = ("bid_high", "bid_low", "ask_high", "ask_low", "entry", "exit", "long")
    names += ("take_profit", "stop_loss", "spread")
    return per_row(_loop(*(m[name] for name in names)))


def ours(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    """One eager call."""
    return frame.select(expression).to_series()


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """With candles that are registered before, and with the index built in the call."""
    n, trades = (100_000, 1_000) if quick else (1_000_000, 10_000)
    m = market(n, trades)
    frame, prices = candidates(m), candles(m)
    shared = rating.tp_sl_stress("trades", rating.Candles(prices))
    few = {k: v[: trades // 50] if len(v) == trades else v for k, v in m.items()}
    contenders = [
        Contender(name="polars_rating", run=partial(ours, frame, shared)),
        Contender(
            name="polars_rating, candles indexed in the call",
            run=lambda: ours(frame, rating.tp_sl_stress("trades", prices)),
        ),
        Contender(name="Numba, one thread", run=partial(with_numba, m)),
        Contender(name="NumPy, one trade at a time", run=partial(with_numpy, few), scale=50),
    ]
    title = f"TP/SL stress: {trades:,} trades in {n:,} candles"
    compare(title, contenders, rounds, tally)
    of_candles, of_index = prices.estimated_size() / 1e6, 1.03 * n / 1e6
    print(f"  candles {of_candles:.1f} MB, index beyond them {of_index:.2f} MB")
