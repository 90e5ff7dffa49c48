"""The scores as Numba kernels: one pass over the flat buffers, parallel over candidates.

The calls start from the frame and end with a column put back into it, as a user would write them;
buffers are taken without a copy. ``fastmath`` is off, as the scores must not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
import polars as pl

from benches.contenders.buffers import Array, Offsets, columns, flat, flat_numbers
from benches.frames import JITTER_METRICS, RUN_METRICS

CAP = 0.5
INF = np.inf


def kernel(function: Callable[..., None]) -> Callable[..., None]:
    """Compile at the first call, for all cores."""
    compiled = numba.njit(parallel=True, fastmath=False, error_model="numpy")(function)
    return cast("Callable[..., None]", compiled)


def put_back(frame: pl.DataFrame, name: str, values: Array) -> pl.Series:
    """The result as a column of the frame."""
    return frame.with_columns(pl.Series(name, values))[name]


@kernel
def robustness_kernel(
    offsets: Offsets, run: Any, base: Any, cap: float, out: Array
) -> None:  # pragma: no cover - compiled
    """The formula as it is written, with the rules on non-finite numbers."""
    profits, avg_rs, win_rates, drawdowns = run
    profit, avg_r, win_rate, drawdown = base
    for i in numba.prange(len(offsets) - 1):
        bp = max(profit[i], 1e-9)
        br = max(avg_r[i], 1e-9)
        bw = max(win_rate[i], 1e-9)
        bd = max(drawdown[i], 1e-9)
        total = 0.0
        count = 0
        for j in range(offsets[i], offsets[i + 1]):
            xp, xr, xw, xd = profits[j], avg_rs[j], win_rates[j], drawdowns[j]
            xp = xp if 0.0 < xp < INF else 0.0
            xr = xr if 0.0 < xr < INF else 0.0
            xw = xw if 0.0 < xw < INF else 0.0
            xd = xd if 0.0 < xd < INF else 0.0
            d = max((bp - xp) / bp, 0.0) + max((br - xr) / br, 0.0)
            d = (d + max((bw - xw) / bw, 0.0) + max((xd - bd) / bd, 0.0)) / 4.0
            if d < INF:
                total += d
                count += 1
        out[i] = 1.0 - min(total / count, cap) if count else 1.0 - cap


@kernel
def robustness_clean_kernel(
    offsets: Offsets, run: Any, base: Any, cap: float, out: Array
) -> None:  # pragma: no cover - compiled
    """Right for finite numbers only, and with the divisions taken out of the loop."""
    profits, avg_rs, win_rates, drawdowns = run
    profit, avg_r, win_rate, drawdown = base
    for i in numba.prange(len(offsets) - 1):
        bp = max(profit[i], 1e-9)
        br = max(avg_r[i], 1e-9)
        bw = max(win_rate[i], 1e-9)
        bd = max(drawdown[i], 1e-9)
        ip, ir, iw, id_ = 0.25 / bp, 0.25 / br, 0.25 / bw, 0.25 / bd
        total = 0.0
        for j in range(offsets[i], offsets[i + 1]):
            d = max(bp - max(profits[j], 0.0), 0.0) * ip
            d += max(br - max(avg_rs[j], 0.0), 0.0) * ir
            d += max(bw - max(win_rates[j], 0.0), 0.0) * iw
            total += d + max(drawdowns[j] - bd, 0.0) * id_
        out[i] = 1.0 - min(total / (offsets[i + 1] - offsets[i]), cap)


def robustness(frame: pl.DataFrame, *, clean: bool = False) -> pl.Series:
    """Robustness over ``jitter_runs``."""
    offsets, run = flat(frame["jitter_runs"], JITTER_METRICS)
    out = np.empty(frame.height)
    base = tuple(columns(frame, JITTER_METRICS))
    call = robustness_clean_kernel if clean else robustness_kernel
    call(offsets, tuple(run), base, CAP, out)
    return put_back(frame, "robustness_score", out)


@numba.njit(fastmath=False, error_model="numpy", inline="always")
def run_penalty(
    base: tuple[float, float, float], run: tuple[float, float, float]
) -> float:  # pragma: no cover - compiled
    """Penalty of one run, before the cap, from profit, drawdown and Sharpe ratio."""
    bp, bd, bs = base
    p, d, s = run
    p = p if -INF < p < INF else 0.0
    d = d if -INF < d < INF else 0.0
    s = s if -INF < s < INF else 0.0
    dd, ss = max(bd, 1e-9), max(bs, 1e-9)
    loss = max((bp - p) / bp, 0.0) if bp > 0.0 else 0.0
    return (loss + max((d - dd) / dd, 0.0) + max((ss - s) / ss, 0.0)) / 3.0


@kernel
def cost_runs_kernel(
    offsets: Offsets, run: Any, base: Any, cap: float, out: Array
) -> None:  # pragma: no cover - compiled
    """Cost shock over reruns: the mean of capped run scores."""
    profits, drawdowns, sharpes = run
    profit, drawdown, sharpe = base
    for i in numba.prange(len(offsets) - 1):
        total = 0.0
        for j in range(offsets[i], offsets[i + 1]):
            pen = run_penalty(
                (profit[i], drawdown[i], sharpe[i]), (profits[j], drawdowns[j], sharpes[j])
            )
            total += 1.0 - (min(pen, cap) if pen < INF else cap)
        out[i] = total / (offsets[i + 1] - offsets[i])


def cost_shock_runs(frame: pl.DataFrame) -> pl.Series:
    """Cost shock over ``cost_runs``."""
    offsets, run = flat(frame["cost_runs"], RUN_METRICS)
    out = np.empty(frame.height)
    cost_runs_kernel(offsets, tuple(run), tuple(columns(frame, RUN_METRICS)), CAP, out)
    return put_back(frame, "cost_shock_score", out)


@numba.njit(fastmath=False, error_model="numpy")
def replay(
    trades: Any, start: int, end: int, k: float
) -> tuple[float, float, float]:  # pragma: no cover - compiled
    """Profit, maximum drawdown and Sharpe ratio of the trades with fees times k."""
    pnl, fee = trades
    total, peak, drawdown = 0.0, 0.0, 0.0
    for j in range(start, end):
        total += pnl[j] - k * fee[j]
        peak = max(peak, total)
        drawdown = max(drawdown, peak - total)
    mean = total / (end - start)
    squares = 0.0
    for j in range(start, end):
        x = pnl[j] - k * fee[j] - mean
        squares += x * x
    std = np.sqrt(squares / (end - start - 1)) if end - start > 1 else 0.0
    return total, drawdown, mean / std if std > 0.0 else 0.0


@kernel
def cost_trades_kernel(
    offsets: Offsets, trades: Any, multipliers: Array, cap: float, out: Array
) -> None:  # pragma: no cover - compiled
    """Cost shock over trades; the trades are in order and finite."""
    for i in numba.prange(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        base = replay(trades, start, end, 1.0)
        total = 0.0
        for k in multipliers:
            pen = run_penalty(base, replay(trades, start, end, k))
            total += 1.0 - (min(pen, cap) if pen < INF else cap)
        out[i] = total / len(multipliers)


def cost_shock_trades(
    frame: pl.DataFrame, multipliers: tuple[float, ...] = (1.25, 1.5, 2.0)
) -> pl.Series:
    """Cost shock over ``trades`` that are in chronological order."""
    offsets, trades = flat(frame["trades"], ("pnl", "fee"))
    out = np.empty(frame.height)
    cost_trades_kernel(offsets, tuple(trades), np.array(multipliers), CAP, out)
    return put_back(frame, "cost_shock_score", out)


@kernel
def stability_kernel(offsets: Offsets, profits: Array, out: Array) -> None:  # pragma: no cover
    """Stability for years of equal length."""
    for i in numba.prange(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        total = 0.0
        for j in range(start, end):
            x = profits[j]
            total += x if -INF < x < INF else 0.0
        years = end - start
        mean = total / years
        scale = max(abs(mean), 100.0, 0.02 * abs(total))
        wmape = 0.0
        for j in range(start, end):
            x = profits[j]
            x = x if -INF < x < INF else 0.0
            wmape += abs(x - mean)
        wmape /= years * scale
        out[i] = 1.0 / (1.0 + wmape)


def stability(frame: pl.DataFrame) -> pl.Series:
    """Stability of ``yearly_profits``."""
    offsets, profits = flat_numbers(frame["yearly_profits"])
    out = np.empty(frame.height)
    stability_kernel(offsets, profits, out)
    return put_back(frame, "stability_score", out)
