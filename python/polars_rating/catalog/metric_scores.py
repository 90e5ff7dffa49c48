"""The rows of metrics as scores, which Omega's ranking is made of."""

from __future__ import annotations

from typing import Final

from polars_rating.catalog.row import Score, Tier
from polars_rating.catalog.tiers import TRADES


def _of(name: str, question: str, *metrics: str) -> Score:
    tiers = (Tier(tier="summary", holds="metrics", metrics=metrics),) if metrics else (TRADES,)
    return Score(
        name=name,
        output=name,
        file="metric_score",
        question=question,
        tiers=tiers,
        parameters=("no_evidence",),
        omega=0.0,
        component="further",
        keywords={} if metrics else {"trades": "trades"},
    )


METRIC_SCORES: Final = (
    _of("win_rate_score", "How many trades win?", "win_rate"),
    _of("avg_r_score", "How large is the mean R-multiple?", "avg_r"),
    _of(
        "recovery_factor_score",
        "How large is the profit against the drawdown?",
        "profit",
        "max_drawdown",
    ),
    _of("sortino_score", "How large is the mean result against the losses?"),
)
