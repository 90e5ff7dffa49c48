"""What the parity tests run over: the tiers' frames, made once, and variants of the config."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from polars_rating import RatingConfig
from tests._engines import size
from tests.parity.parity_frames import RUN_FIELDS, reruns_frame, summary_frame, trades_frame

if TYPE_CHECKING:
    import polars as pl

ROWS = size(1_000, 100)
"""Candidates of a tier."""
TIERS = ("reruns", "trades", "summary")
SEED_TOP = 2**64 - 1

# Few draws: the reference replays a trade list in some 0.1 ms per draw.
_FEW: dict[str, Any] = {"dropout": {"n_runs": 3}, "jitter": {"n_iterations": 7}}
_VARIANTS: dict[str, dict[str, Any]] = {
    "few draws": {},
    "cap 0": {"penalty_cap": 0},
    "cap 0.3": {"penalty_cap": 0.3, "dropout": {"n_runs": 1, "fraction": 0.25}},
    "cap 1": {"penalty_cap": 1, "dropout": {"n_runs": 9, "fraction": 0.01}},
    "min": {"aggregation": "min", "jitter": {"n_iterations": 50, "param_variation": 0.03}},
    "geometric": {"aggregation": "geometric", "weights": {"stability": 0, "cost_shock": 2.5}},
    "geometric cap 1": {"aggregation": "geometric", "penalty_cap": 1, "stress": {"variation": 1}},
    "deployment": {
        "gate": "deployment",
        "thresholds": {"avg_r": 0.1, "profit": 100, "max_drawdown": 2_000},
    },
    "no gate": {"gate": "none", "weights": {"trade_dropout": 0.1, "stress_penalty": 7}},
    "skip": {"on_missing": "skip", "jitter": {"n_iterations": 1}},
    "zero": {"on_missing": "zero", "cost_multipliers": [1, 2, 3, 4, 5, 6, 7, 8, 9]},
    "zero geometric": {
        "on_missing": "zero",
        "aggregation": "geometric",
        "dropout": {"fraction": 0},
    },
    "omega": {"no_evidence": "omega", "jitter": {"n_iterations": 0}},
    "omega no gate": {"no_evidence": "omega", "gate": "none", "dropout": {"n_runs": 0}},
    "last seeds": {"jitter": {"seed": SEED_TOP}, "dropout": {"seed": SEED_TOP, "n_runs": 2}},
    "all dropped": {
        "dropout": {"fraction": 1.0, "n_runs": 2, "confidence": 0.5},
        "stress": {"variation": 0, "cost_multiplier": 0.5},
        "cost_multipliers": [0.5],
    },
    "one weight": {"weights": dict.fromkeys(("robustness", "stability", "cost_shock"), 0)},
}


def config(variant: str) -> RatingConfig:
    """Return the config of a variant, with few draws unless it says otherwise."""
    given = _VARIANTS[variant]
    groups = {name: {**group, **given.get(name, {})} for name, group in _FEW.items()}
    return RatingConfig.from_dict({**given, **groups})


CONFIGS = tuple(_VARIANTS)


@cache
def frame(tier: str) -> pl.DataFrame:
    """Return the candidates of a tier."""
    rng = np.random.default_rng(20_240_601)
    if tier == "reruns":
        return reruns_frame(rng, ROWS)
    if tier == "trades":
        return trades_frame(rng, ROWS)
    if tier == "summary":
        return summary_frame(rng, ROWS)
    # Reruns whose base metrics come from trades.
    assert tier == "reruns on trades"
    few = ROWS // 4
    runs = reruns_frame(rng, few).select(*RUN_FIELDS)
    return trades_frame(rng, few, trades=(1, 20)).with_columns(runs)


@cache
def rows(tier: str) -> list[dict[str, Any]]:
    """Return the same candidates as the reference reads them."""
    return frame(tier).to_dicts()
