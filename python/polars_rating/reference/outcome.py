"""The outcome of a stressed run against the base: stress penalty, cost shock, trade dropout.

For base (profit, max_drawdown, sharpe_ratio) and run m, all through ``fin``:

    p = 0 if profit_b <= 0 else max(0, (profit_b - profit_m) / profit_b)
    d = max(0, (dd_m - D) / D),       D = max(dd_b, 1e-9)
    s = max(0, (S - sharpe_m) / S),   S = max(sharpe_b, 1e-9)
    pen_m = (p + d + s) / 3

Scoring specification, sections 4 to 6.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from polars_rating.parameters import PENALTY_CAP
from polars_rating.reference._values import fin

FLOOR: Final = 1e-9
"""The least denominator of a relative change."""


def penalty_per_run(base: Sequence[float], run: Sequence[float]) -> float:
    """Return pen_m; base and run are outcomes: (profit, max_drawdown, sharpe_ratio)."""
    profit_b, dd_b, sharpe_b = map(fin, base)
    profit_m, dd_m, sharpe_m = map(fin, run)
    floor_dd = max(dd_b, FLOOR)
    floor_sharpe = max(sharpe_b, FLOOR)
    p = 0.0 if profit_b <= 0 else max(0.0, (profit_b - profit_m) / profit_b)
    d = max(0.0, (dd_m - floor_dd) / floor_dd)
    s = max(0.0, (floor_sharpe - sharpe_m) / floor_sharpe)
    return (p + d + s) / 3


def capped_mean(penalties: Iterable[float], penalty_cap: float) -> float:
    """Return the mean of the finite penalties in [0, cap]; cap without any."""
    finite = [x for x in penalties if math.isfinite(x)]
    if not finite:
        return penalty_cap
    with np.errstate(over="ignore"):
        return float(np.clip(np.mean(finite), 0.0, penalty_cap))


def score_from_penalty(penalty: float, penalty_cap: float = PENALTY_CAP) -> float:
    """Return max(0, 1 - clip(penalty, 0, cap)); a non-finite penalty counts as cap."""
    capped = min(max(penalty, 0.0), penalty_cap) if math.isfinite(penalty) else penalty_cap
    return max(0.0, 1.0 - capped)


def mean_run_score(
    base: Sequence[float], runs: Iterable[Sequence[float]], penalty_cap: float = PENALTY_CAP
) -> float:
    """Return the mean over the runs of 1 - clip(pen_m, 0, cap), each run capped alone."""
    scores = [score_from_penalty(penalty_per_run(base, run), penalty_cap) for run in runs]
    return float(np.mean(scores))
