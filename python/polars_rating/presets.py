"""Named configurations: `RatingConfig.preset`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from polars_rating.config import RatingConfig, Weights


def v2() -> RatingConfig:
    """Return the option that ranked best where the walk-forward study chose.

    The mean of stability and cost shock, penalties without a cap, the profit gate. On the markets
    that the study reports on it ranks no better than the default, with two components instead of
    five; docs/does-it-work.md has the figures.
    """
    return RatingConfig(
        weights=Weights(robustness=0.0, trade_dropout=0.0, stress_penalty=0.0), penalty_cap=1.0
    )


_PRESETS: Final[Mapping[str, Callable[[], RatingConfig]]] = {"v2": v2}
"""Name to the function that makes the configuration."""


def names() -> tuple[str, ...]:
    """Return the names of the presets."""
    return tuple(_PRESETS)


def preset(name: str) -> RatingConfig:
    """Return the configuration of a name that `names` lists."""
    return _PRESETS[name]()
