"""One candidate after the other, the way the scores were computed before.

Frames per candidate and rows as dicts are made outside the timing, which favours these ways.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped] # ships no types
import polars as pl

Array = npt.NDArray[np.float64]
Metrics = tuple[float, float, float]

CAP = 0.5
FRACTION = 0.1


def per_row(score: Callable[[dict[str, Any]], Any], rows: list[dict[str, Any]]) -> list[float]:
    """A score function called once per candidate with its dict."""
    return [score(row) for row in rows]


def fall(base: float, run: float) -> float:
    """Relative fall of a metric, 0 for a rise."""
    floor = max(base, 1e-9)
    value = max(run, 0.0) if isfinite(run) else 0.0
    return max(0.0, (floor - value) / floor)


def rise(base: float, run: float) -> float:
    """Relative rise of a metric, 0 for a fall."""
    floor = max(base, 1e-9)
    value = max(run, 0.0) if isfinite(run) else 0.0
    return max(0.0, (value - floor) / floor)


def robustness(row: dict[str, Any]) -> float:
    """Robustness of one dict, without the checks of arguments and evidence the reference makes."""
    total, count = 0.0, 0
    for run in row["jitter_runs"]:
        drops = fall(row["profit"], run["profit"]) + fall(row["avg_r"], run["avg_r"])
        drops += fall(row["win_rate"], run["win_rate"])
        drops += rise(row["max_drawdown"], run["max_drawdown"])
        if isfinite(drops):
            total += drops / 4.0
            count += 1
    return 1.0 - min(max(total / count, 0.0), CAP) if count else 1.0 - CAP


def pandas_frames(frame: pl.DataFrame) -> list[Any]:
    """One pandas DataFrame of trades per candidate."""
    names = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
    return [
        pd.DataFrame({name: trades.struct.field(name).to_numpy() for name in names})
        for trades in frame["trades"]
    ]


def run_score(base: Metrics, run: Metrics) -> float:
    """1 - capped penalty of one rerun."""
    (bp, bd, bs), (p, d, s) = base, run
    dd, ss = max(bd, 1e-9), max(bs, 1e-9)
    loss = max(0.0, (bp - p) / bp) if bp > 0 else 0.0
    penalty = (loss + max(0.0, (d - dd) / dd) + max(0.0, (ss - s) / ss)) / 3.0
    return 1.0 - min(max(penalty, 0.0), CAP) if np.isfinite(penalty) else 1.0 - CAP


def pandas_metrics(trades: Any) -> Metrics:
    """Profit, maximum drawdown and Sharpe ratio of a pandas frame of trades."""
    curve = (trades["pnl"] - trades["fee"]).cumsum()
    drawdown = float((curve.cummax().clip(lower=0.0) - curve).max())
    std = float(trades["r_multiple"].std())
    sharpe = float(trades["r_multiple"].mean()) / std if std > 0 else 0.0
    return float(curve.iloc[-1]), drawdown, sharpe


def dropout_pandas(trades: Any, seed: int, n_runs: int) -> float:
    """Trade dropout of one candidate with pandas."""
    ordered = trades.sort_values("exit_time", kind="stable").reset_index(drop=True)
    base = pandas_metrics(ordered)
    n = len(ordered)
    n_drop = min(max(int(np.ceil(n * FRACTION)), 1), n)
    scores = []
    for i in range(n_runs):
        dropped = np.random.default_rng(seed + i).choice(n, n_drop, replace=False)
        scores.append(run_score(base, pandas_metrics(ordered.drop(index=dropped))))
    return sum(scores) / n_runs


def numpy_metrics(net: Array, r_multiple: Array) -> Metrics:
    """Profit, maximum drawdown and Sharpe ratio of arrays of trades."""
    curve = net.cumsum()
    peak = np.maximum(np.maximum.accumulate(curve), 0.0)
    std = r_multiple.std(ddof=1)
    sharpe = r_multiple.mean() / std if std > 0 else 0.0
    return float(curve[-1]), float((peak - curve).max()), float(sharpe)


def dropout_numpy(net: Array, r_multiple: Array, seed: int, n_runs: int) -> float:
    """Trade dropout of one candidate whose ordered trades are already NumPy arrays."""
    base = numpy_metrics(net, r_multiple)
    n = len(net)
    n_drop = min(max(int(np.ceil(n * FRACTION)), 1), n)
    scores = []
    for i in range(n_runs):
        keep = np.ones(n, dtype=bool)
        keep[np.random.default_rng(seed + i).choice(n, n_drop, replace=False)] = False
        scores.append(run_score(base, numpy_metrics(net[keep], r_multiple[keep])))
    return sum(scores) / n_runs
