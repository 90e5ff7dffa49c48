"""Cost shock score: what is left when trading costs rise.

    score = mean over runs of 1 - clip(pen_m, 0, cap), pen_m as in `outcome`

In [0, 1], higher is better: the mean of capped scores, not the cap of a mean. Over trades one
run per multiplier k, net = pnl - k * fee, against k = 1. Scoring specification, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from polars_rating.parameters import MULTIPLIERS, NO_EVIDENCE, PENALTY_CAP, check
from polars_rating.reference._values import NoEvidence, Row
from polars_rating.reference.evidence import (
    base_and_runs,
    base_metrics,
    settled,
    some_trades,
    summary_metrics,
    tier_of,
)
from polars_rating.reference.outcome import mean_run_score
from polars_rating.reference.stress_penalty import metrics_of_net
from polars_rating.reference.summary_model import summary_cost_shock


def cost_shock(
    row: Row,
    *,
    multipliers: Sequence[float] = MULTIPLIERS,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Return the cost shock score of a row: `cost_runs`, else `trades`, else the summary model.

    Parameters
    ----------
    row : mapping
        Canonical column name to value.
    multipliers, penalty_cap, no_evidence
        As in the expression of the same name.

    Returns
    -------
    float or None
        In [0, 1]; None without evidence.
    """
    factors, cap = check("multipliers", multipliers), check("penalty_cap", penalty_cap)
    no_evidence = check("no_evidence", no_evidence)
    try:
        tier = tier_of(row, "cost_shock")
        if tier == "reruns":
            return mean_run_score(*base_and_runs(row, "cost_runs", no_evidence), cap)
        if tier == "trades":
            trades = some_trades(row)
            base = settled(metrics_of_net(trades.net()), no_evidence)
            return mean_run_score(base, [metrics_of_net(trades.net(k)) for k in factors], cap)
        names = summary_metrics("cost_shock")
        summary = base_metrics(row, names, no_evidence, domain=True)
        return summary_cost_shock(summary, multipliers=factors, penalty_cap=cap)
    except NoEvidence:
        return 1.0 if no_evidence == "omega" else None
