"""Configurations by name.

A preset is a whole `RatingConfig`; `dataclasses.replace` changes parts of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from polars_rating.config import DropoutConfig, RatingConfig, Weights


def _omega() -> RatingConfig:
    """Return Omega's own ranking: the mean of twelve components, of which a missing one is 0."""
    return RatingConfig(
        weights=Weights(
            stress_penalty=0.0,
            data_jitter=1.0,
            timing_jitter=1.0,
            tp_sl_stress=1.0,
            win_rate_score=1.0,
            avg_r_score=1.0,
            recovery_factor_score=1.0,
            sortino_score=1.0,
            p_value_mean_r_gt_0=1.0,
        ),
        dropout=DropoutConfig(sharpe_of="r_multiple"),
        gate="none",
        on_missing="zero",
    )


def _v2() -> RatingConfig:
    """Return the option that ranked best where the walk-forward study chose.

    The mean of stability and cost shock, penalties without a cap, the profit gate. On the markets
    that the study reports on it ranks no better than the default, with two components instead of
    five; docs/does-it-work.md has the figures.
    """
    return RatingConfig(
        weights=Weights(robustness=0.0, trade_dropout=0.0, stress_penalty=0.0), penalty_cap=1.0
    )


PRESETS: Final[Mapping[str, Callable[[], RatingConfig]]] = {
    "default": RatingConfig,
    "omega": _omega,
    "v2": _v2,
}
"""Name of a preset to what makes it."""
