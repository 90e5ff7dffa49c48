"""Stress penalty: the mean penalty of stressed runs.

    penalty = clip(mean of finite pen_m, 0, cap), pen_m as in `outcome`

In [0, cap], lower is better. Over trades, three replays: (a) fees times cost_multiplier; (b) the
best ceil(variation * n) trades missed; (c) every loss larger by variation.
Scoring specification, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from polars_rating.parameters import COST_MULTIPLIER, NO_EVIDENCE, PENALTY_CAP, VARIATION, check
from polars_rating.reference._values import Array, NoEvidence, Row, total
from polars_rating.reference.drawdown import max_drawdown
from polars_rating.reference.evidence import (
    base_and_runs,
    base_metrics,
    settled,
    some_trades,
    summary_metrics,
    tier_of,
)
from polars_rating.reference.metrics import Trades, sharpe_ratio
from polars_rating.reference.outcome import capped_mean, penalty_per_run, score_from_penalty
from polars_rating.reference.summary_model import summary_stress_penalty


def mean_penalty(
    base: Sequence[float], runs: Iterable[Sequence[float]], penalty_cap: float = PENALTY_CAP
) -> float:
    """Return the stress penalty; base and runs are (profit, max_drawdown, sharpe_ratio).

    Examples
    --------
    >>> mean_penalty((100.0, 10.0, 1.0), [(70.0, 10.0, 1.0), (100.0, 12.0, 1.0)])
    0.08333333333333333
    """
    return capped_mean([penalty_per_run(base, run) for run in runs], penalty_cap)


def metrics_of_net(net: Array) -> tuple[float, float, float]:
    """Return (profit, max_drawdown, sharpe_ratio) of net results in order.

    Results that overflow have no Sharpe ratio: 0.
    """
    sharpe = sharpe_ratio(net) if np.isfinite(net).all() else 0.0
    return total(net), max_drawdown(net), sharpe


def stress_replays(
    trades: Trades, variation: float, cost_multiplier: float
) -> list[tuple[float, float, float]]:
    """Return the metrics of the three replays (a), (b) and (c)."""
    net = trades.net()
    n_missed = min(math.ceil(variation * len(net)), len(net))
    best_first = sorted(range(len(net)), key=lambda i: (-net[i], i))
    missed = set(best_first[:n_missed])
    kept = net[[i not in missed for i in range(len(net))]]
    with np.errstate(over="ignore"):
        larger_losses = np.where(net < 0, net * (1 + variation), net)
    return [metrics_of_net(x) for x in (trades.net(cost_multiplier), kept, larger_losses)]


def stress_penalty(
    row: Row,
    *,
    variation: float = VARIATION,
    cost_multiplier: float = COST_MULTIPLIER,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Return the stress penalty of a row: `stress_runs`, else `trades`, else the summary model.

    Parameters
    ----------
    row : mapping
        Canonical column name to value.
    variation, cost_multiplier, penalty_cap, no_evidence
        As in the expression of the same name.

    Returns
    -------
    float or None
        In [0, cap]; None without evidence.
    """
    v, k = check("variation", variation), check("cost_multiplier", cost_multiplier)
    cap, no_evidence = check("penalty_cap", penalty_cap), check("no_evidence", no_evidence)
    try:
        tier = tier_of(row, "stress_penalty")
        if tier == "reruns":
            return mean_penalty(*base_and_runs(row, "stress_runs", no_evidence), cap)
        if tier == "trades":
            trades = some_trades(row)
            base = settled(metrics_of_net(trades.net()), no_evidence)
            return mean_penalty(base, stress_replays(trades, v, k), cap)
        names = summary_metrics("stress_penalty")
        return summary_stress_penalty(
            base_metrics(row, names, no_evidence, domain=True),
            variation=v,
            cost_multiplier=k,
            penalty_cap=cap,
        )
    except NoEvidence:
        return 0.0 if no_evidence == "omega" else None


def timing_jitter(
    row: Row, *, penalty_cap: float = PENALTY_CAP, no_evidence: str = NO_EVIDENCE
) -> float | None:
    """Return 1 - penalty over `timing_runs`; nothing stands in for such reruns."""
    cap, no_evidence = check("penalty_cap", penalty_cap), check("no_evidence", no_evidence)
    tier_of(row, "timing_jitter")
    try:
        penalty = mean_penalty(*base_and_runs(row, "timing_runs", no_evidence), cap)
    except NoEvidence:
        return 1.0 if no_evidence == "omega" else None
    return score_from_penalty(penalty, cap)
