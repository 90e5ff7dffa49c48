"""Metrics as scores: win rate, mean R-multiple, recovery factor and Sortino ratio of the trades.

    win_rate_score = win rate
    the others     = x / (1 + x),  x = max(ratio, 0), 0 where the ratio is not finite

In [0, 1), higher is better. Scoring specification, section 11.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from polars_rating.catalog import SCORES
from polars_rating.parameters import NO_EVIDENCE, check
from polars_rating.reference._values import NoEvidence, Row
from polars_rating.reference.evidence import base_metrics, some_trades, tier_of
from polars_rating.reference.path_ratios import sortino


def ratio_score(ratio: float) -> float:
    """Return the score of a ratio without an upper bound.

    Examples
    --------
    >>> ratio_score(1.0), ratio_score(-2.0), ratio_score(math.inf)
    (0.5, 0.0, 0.0)
    """
    return ratio / (1 + ratio) if math.isfinite(ratio) and ratio > 0 else 0.0


def win_rate_score(row: Row, *, no_evidence: str = NO_EVIDENCE) -> float | None:
    """Return the win rate of a row, None where it is no ratio."""
    found = _metrics(row, "win_rate_score", no_evidence)
    return None if found is None else found["win_rate"]


def avg_r_score(row: Row, *, no_evidence: str = NO_EVIDENCE) -> float | None:
    """Return the score of the mean R-multiple of a row."""
    found = _metrics(row, "avg_r_score", no_evidence)
    return None if found is None else ratio_score(found["avg_r"])


def recovery_factor_score(row: Row, *, no_evidence: str = NO_EVIDENCE) -> float | None:
    """Return the score of profit / maximum drawdown of a row."""
    found = _metrics(row, "recovery_factor_score", no_evidence)
    if found is None:
        return None
    drawdown = found["max_drawdown"]
    return ratio_score(found["profit"] / drawdown) if drawdown > 0 else 0.0


def sortino_score(row: Row, *, no_evidence: str = NO_EVIDENCE) -> float | None:
    """Return the score of the Sortino ratio of a row's trades."""
    no_evidence = check("no_evidence", no_evidence)
    tier_of(row, "sortino_score")
    try:
        some_trades(row)
    except NoEvidence:
        return 0.0 if no_evidence == "omega" else None
    return ratio_score(sortino({"trades": row["trades"]}) or 0.0)


def _metrics(row: Row, score: str, no_evidence: str) -> Mapping[str, float] | None:
    no_evidence = check("no_evidence", no_evidence)
    tier_of(row, score)
    try:
        return base_metrics(row, SCORES[score].tiers[0].metrics, no_evidence, domain=True)
    except NoEvidence:
        return None
