"""The scores as vectorised NumPy on the flat buffers: no loop over candidates.

Where every candidate has equally many items the buffers are viewed as a matrix; else base metrics
are repeated and sums taken with ``np.add.reduceat``. Temporary arrays are reused, and non-finite
numbers are only replaced when a sum shows that there are any.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from benches.contenders.buffers import (
    Array,
    Offsets,
    columns,
    equal_length,
    flat,
    flat_numbers,
)
from benches.frames import JITTER_METRICS, RUN_METRICS

CAP = 0.5
# Numbers per block of the blocked variant: two buffers of 256 KiB stay in a core's cache.
BLOCK = 32_768


def fin(values: Array) -> Array:
    """The values with non-finite ones as 0; no copy when all are finite."""
    return values if np.isfinite(values.sum()) else np.where(np.isfinite(values), values, 0.0)


def mean_per_row(values: Array, offsets: Offsets) -> Array:
    """Mean of each candidate's items; a matrix has one row per candidate."""
    if values.ndim == 2:
        means: Array = values.mean(axis=1)
    else:
        means = np.add.reduceat(values, offsets[:-1]) / np.diff(offsets)
    return means


def spread(offsets: Offsets, flats: list[Array], bases: list[Array]) -> list[tuple[Array, Array]]:
    """Items and base metrics in shapes that broadcast against each other."""
    length = equal_length(offsets)
    if length is not None:
        return [(x.reshape(-1, length), b[:, None]) for x, b in zip(flats, bases, strict=True)]
    counts = np.diff(offsets)
    return [(x, np.repeat(b, counts)) for x, b in zip(flats, bases, strict=True)]


def robustness_penalties(pairs: list[tuple[Array, Array]]) -> Array:
    """Mean drop of every run over the four metrics."""
    total = np.zeros_like(pairs[0][0])
    x = np.empty_like(total)
    for k, (run, base) in enumerate(pairs):
        b = np.maximum(base, 1e-9)
        np.maximum(fin(run), 0.0, out=x)
        if k < 3:
            np.subtract(b, x, out=x)
        else:
            np.subtract(x, b, out=x)
        np.divide(x, b, out=x)
        np.maximum(x, 0.0, out=x)
        total += x
    total /= 4.0
    return total


def robustness(frame: pl.DataFrame) -> pl.Series:
    """Robustness over ``jitter_runs``."""
    offsets, run = flat(frame["jitter_runs"], JITTER_METRICS)
    pairs = spread(offsets, run, columns(frame, JITTER_METRICS))
    penalty = mean_per_row(robustness_penalties(pairs), offsets)
    score = 1.0 - np.clip(penalty, 0.0, CAP)
    return frame.with_columns(pl.Series("robustness_score", score))["robustness_score"]


def robustness_blocked(frame: pl.DataFrame) -> pl.Series:
    """The same in blocks of candidates whose temporaries stay in the cache (equal lengths)."""
    offsets, run = flat(frame["jitter_runs"], JITTER_METRICS)
    pairs = spread(offsets, run, columns(frame, JITTER_METRICS))
    rows, length = pairs[0][0].shape
    step = max(1, BLOCK // length)
    penalty = np.empty(rows)
    for i in range(0, rows, step):
        block = [(x[i : i + step], b[i : i + step]) for x, b in pairs]
        penalty[i : i + step] = robustness_penalties(block).mean(axis=1)
    score = 1.0 - np.clip(penalty, 0.0, CAP)
    return frame.with_columns(pl.Series("robustness_score", score))["robustness_score"]


def run_scores(pairs: list[tuple[Array, Array]]) -> Array:
    """1 - capped penalty of every run; pairs are profit, drawdown, Sharpe ratio."""
    (profit, bp), (drawdown, bd), (sharpe, bs) = pairs
    d, s = np.maximum(bd, 1e-9), np.maximum(bs, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        total = np.maximum((bp - fin(profit)) / bp, 0.0) * (bp > 0.0)
        total += np.maximum((fin(drawdown) - d) / d, 0.0)
        total += np.maximum((s - fin(sharpe)) / s, 0.0)
    total /= 3.0
    scores: Array = 1.0 - np.clip(total, 0.0, CAP)
    return scores


def cost_shock_runs(frame: pl.DataFrame) -> pl.Series:
    """Cost shock over ``cost_runs``."""
    offsets, run = flat(frame["cost_runs"], RUN_METRICS)
    pairs = spread(offsets, run, columns(frame, RUN_METRICS))
    score = mean_per_row(run_scores(pairs), offsets)
    return frame.with_columns(pl.Series("cost_shock_score", score))["cost_shock_score"]


def replay(net: Array) -> tuple[Array, Array, Array]:
    """Profit, maximum drawdown and Sharpe ratio per row of a matrix of net results."""
    curve = np.cumsum(net, axis=1)
    peak = np.maximum.accumulate(curve, axis=1)
    np.maximum(peak, 0.0, out=peak)
    profit = curve[:, -1]
    peak -= curve
    std = net.std(axis=1, ddof=1)
    sharpe = np.divide(net.mean(axis=1), std, out=np.zeros_like(std), where=std > 0.0)
    return profit, peak.max(axis=1), sharpe


def trade_matrix(frame: pl.DataFrame) -> tuple[Array, Array]:
    """Matrices of pnl and fee; the trades are in order, equally many per candidate."""
    offsets, (pnl, fee) = flat(frame["trades"], ("pnl", "fee"))
    length = equal_length(offsets)
    if length is None:
        raise ValueError("this way needs equally many trades per candidate")
    return fin(pnl).reshape(-1, length), fin(fee).reshape(-1, length)


def trades_drawdown(frame: pl.DataFrame) -> pl.Series:
    """Maximum drawdown of ``trades``, with profit and Sharpe ratio computed beside it."""
    pnl, fee = trade_matrix(frame)
    return pl.Series("max_drawdown", replay(pnl - fee)[1])


def cost_shock_trades(
    frame: pl.DataFrame, multipliers: tuple[float, ...] = (1.25, 1.5, 2.0)
) -> pl.Series:
    """Cost shock over ``trades``."""
    pnl, fee = trade_matrix(frame)
    base = replay(pnl - fee)
    scores = [run_scores(list(zip(replay(pnl - k * fee), base, strict=True))) for k in multipliers]
    score = sum(scores[1:], scores[0]) / len(multipliers)
    return frame.with_columns(pl.Series("cost_shock_score", score))["cost_shock_score"]


def stress_trades(
    frame: pl.DataFrame, variation: float = 0.1, multiplier: float = 2.0
) -> pl.Series:
    """Stress penalty over ``trades``: dearer fees, the best trades missed, larger losses."""
    pnl, fee = trade_matrix(frame)
    net = pnl - fee
    base = replay(net)
    missed = int(np.ceil(variation * net.shape[1]))
    best = np.argsort(-net, axis=1, kind="stable")[:, :missed]
    kept = np.ones(net.shape, dtype=bool)
    np.put_along_axis(kept, best, values=False, axis=1)
    replays = (
        pnl - multiplier * fee,
        net[kept].reshape(len(net), -1),
        np.where(net < 0.0, net * (1.0 + variation), net),
    )
    total = np.zeros(len(net))
    for stressed in replays:
        (profit, drawdown, sharpe), (bp, bd, bs) = replay(stressed), base
        d, s = np.maximum(bd, 1e-9), np.maximum(bs, 1e-9)
        loss = np.divide(bp - profit, bp, out=np.zeros_like(bp), where=bp > 0.0)
        total += np.maximum(loss, 0.0)
        total += np.maximum((drawdown - d) / d, 0.0) + np.maximum((s - sharpe) / s, 0.0)
    penalty = np.clip(total / 9.0, 0.0, CAP)
    return frame.with_columns(pl.Series("stress_penalty", penalty))["stress_penalty"]


def stability(frame: pl.DataFrame) -> pl.Series:
    """Stability of ``yearly_profits``, years of equal length."""
    offsets, flat_profits = flat_numbers(frame["yearly_profits"])
    length = equal_length(offsets)
    profits = fin(flat_profits)
    if length is not None:
        matrix = profits.reshape(-1, length)
        total = matrix.sum(axis=1)
        mean = total / length
        errors = np.abs(matrix - mean[:, None]).sum(axis=1) / length
    else:
        counts = np.diff(offsets)
        total = np.add.reduceat(profits, offsets[:-1])
        mean = total / counts
        errors = np.abs(profits - np.repeat(mean, counts))
        errors = np.add.reduceat(errors, offsets[:-1]) / counts
    scale = np.maximum(np.abs(mean), np.maximum(100.0, 0.02 * np.abs(total)))
    score = 1.0 / (1.0 + errors / scale)
    return frame.with_columns(pl.Series("stability_score", score))["stability_score"]
