"""The summary model: stress modelled from summary metrics alone.

Its assumption: each trade is one of two outcomes, an average win or an average loss.
With p = win_rate, PF = profit_factor, P = profit, N = total_trades, c = cost_per_trade:

    g = PF / (1 + PF), l = 1 / (1 + PF);   no losses (g = 1, l = 0) if PF = +inf or p = 1
    p' = min(1, p * r_p);  g' = g * (p' / p) * r_b
    l' = l * ((1 - p') / (1 - p)), but (1 - p') * g if p = 1
    edge ratio rho = (g' - l') / (g - l);   no edge when g <= l, P <= 0 or p = 0

D = max(max_drawdown, 1e-9) and S = max(sharpe_ratio, 1e-9). A penalty that is not finite counts
as the cap. Scoring specification, section 9. Every `base` maps metric names to numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from polars_rating.catalog import OUTCOME
from polars_rating.parameters import (
    CONFIDENCE,
    COST_MULTIPLIER,
    FRACTION,
    MULTIPLIERS,
    N_ITERATIONS,
    PARAM_VARIATION,
    PENALTY_CAP,
    SEED,
    VARIATION,
)
from polars_rating.reference.outcome import (
    FLOOR,
    capped_mean,
    penalty_per_run,
    score_from_penalty,
)

Base = Mapping[str, float]


def gains_and_losses(profit_factor: float, win_rate: float) -> tuple[float, float]:
    """Return (g, l), the gross profit and loss of one unit of turnover."""
    if profit_factor == math.inf or win_rate == 1:
        return 1.0, 0.0
    return profit_factor / (1 + profit_factor), 1 / (1 + profit_factor)


def has_edge(base: Base) -> bool:
    """Return whether there is an edge that a shock could take away."""
    gains, losses = gains_and_losses(base["profit_factor"], base["win_rate"])
    return gains > losses and base["profit"] > 0 and base["win_rate"] > 0


def edge_ratio(profit_factor: float, win_rate: float, r_p: float, r_b: float) -> float:
    """Return rho: the edge after win rate times r_p and payoff times r_b, over the edge before."""
    p = win_rate
    gains, losses = gains_and_losses(profit_factor, p)
    worse = min(1.0, p * r_p)
    new_gains = gains * (worse / p) * r_b
    # The quotient first: without a shock it is exactly 1, and so is rho however thin the edge.
    new_losses = (1 - worse) * gains if p == 1 else losses * ((1 - worse) / (1 - p))
    return (new_gains - new_losses) / (gains - losses)


def n_dropped(n: float, fraction: float) -> float:
    """Return min(max(ceil(n * fraction), 1), n)."""
    return min(max(math.ceil(n * fraction), 1), n)


def summary_robustness(
    base: Base,
    *,
    param_variation: float = PARAM_VARIATION,
    n_iterations: int = N_ITERATIONS,
    seed: int = SEED,
    penalty_cap: float = PENALTY_CAP,
    without_avg_r: bool = False,
) -> float:
    """Return the robustness score under jitter of win rate and payoff."""
    if not has_edge(base):
        return 1 - penalty_cap
    p = base["win_rate"]
    rng = np.random.default_rng(seed)
    draws = rng.uniform(-param_variation, param_variation, size=(n_iterations, 2))
    penalties = []
    for r_p, r_b in (1 + np.minimum(0, draws)).tolist():
        rho = edge_ratio(base["profit_factor"], p, r_p, r_b)
        profit_drop = min(max(1 - rho, 0.0), 1.0)
        win_rate_drop = 1 - min(1.0, p * r_p) / p
        increase = 1.0 if rho <= 0 else min(1.0, max(0.0, 1 / rho - 1))
        drops = [profit_drop, win_rate_drop, increase]
        if not without_avg_r:
            drops.append(profit_drop)
        penalties.append(sum(drops) / len(drops))
    return 1 - capped_mean(penalties, penalty_cap)


def summary_cost_shock(
    base: Base, *, multipliers: Sequence[float] = MULTIPLIERS, penalty_cap: float = PENALTY_CAP
) -> float:
    """Return the mean score over the cost multipliers."""
    if not has_edge(base):
        return 1 - penalty_cap
    scores = []
    for k in multipliers:
        profit_k = base["profit"] - (k - 1) * base["cost_per_trade"] * base["total_trades"]
        penalty = _penalty(base, _scaled(base, profit_k), penalty_cap)
        scores.append(score_from_penalty(penalty, penalty_cap))
    return float(np.mean(scores))


def summary_trade_dropout(
    base: Base,
    *,
    fraction: float = FRACTION,
    confidence: float = CONFIDENCE,
    penalty_cap: float = PENALTY_CAP,
) -> float:
    """Return the closed-form dropout score at the one-sided level `confidence`."""
    n, p = base["total_trades"], base["win_rate"]
    if n < 2 or not has_edge(base):
        return 1 - penalty_cap
    if fraction == 0:
        return 1.0
    gains, losses = gains_and_losses(base["profit_factor"], p)
    edge = gains - losses
    n_drop = n_dropped(n, fraction)
    sigma = 0.0 if p in (0, 1) else math.sqrt(p * (1 - p)) * (gains / p + losses / (1 - p))
    noise = math.sqrt(n_drop * (n - n_drop) / (n - 1)) * sigma / (n * edge)
    delta = n_drop / n + NormalDist().inv_cdf(confidence) * noise
    if math.isnan(delta) or not math.isfinite(sigma):
        return 1 - penalty_cap
    delta = min(max(delta, 0.0), 1.0)
    q = 0.0 if n_drop == n else min(1.0, (1 - delta) * n / (n - n_drop))
    run = (
        base["profit"] * (1 - delta),
        _drawdown(base) * (2.0 if q == 0 else min(2.0, 1 / q)),
        _sharpe(base) * q,
    )
    return score_from_penalty(_penalty(base, run, penalty_cap), penalty_cap)


def summary_stress_penalty(
    base: Base,
    *,
    variation: float = VARIATION,
    cost_multiplier: float = COST_MULTIPLIER,
    penalty_cap: float = PENALTY_CAP,
) -> float:
    """Return the penalty of one joint scenario: win rate, payoff and costs all worse."""
    if not has_edge(base):
        return penalty_cap
    r = 1 - variation
    rho = edge_ratio(base["profit_factor"], base["win_rate"], r, r)
    extra_cost = (cost_multiplier - 1) * base["cost_per_trade"] * base["total_trades"]
    penalty = _penalty(base, _scaled(base, base["profit"] * rho - extra_cost), penalty_cap)
    return capped_mean([penalty], penalty_cap)


def _scaled(base: Base, profit: float) -> tuple[float, float, float]:
    """Return the run whose profit is `profit`: Sharpe and drawdown follow the profit."""
    shrink = 2.0 if profit <= 0 else min(2.0, base["profit"] / profit)
    return profit, _drawdown(base) * shrink, _sharpe(base) * profit / base["profit"]


def _penalty(base: Base, run: tuple[float, float, float], penalty_cap: float) -> float:
    if not all(map(math.isfinite, run)):
        return penalty_cap
    return penalty_per_run([base[name] for name in OUTCOME], run)


def _drawdown(base: Base) -> float:
    return max(base["max_drawdown"], FLOOR)


def _sharpe(base: Base) -> float:
    return max(base["sharpe_ratio"], FLOOR)
