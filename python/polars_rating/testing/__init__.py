"""Frames and hypothesis strategies for tests of pipelines that rate candidates.

`candidate_frame` and `trade_frame` make deterministic frames and need nothing else. The strategies
`candidate_frames`, `trade_frames`, `trades` and `metrics_inputs` are loaded at first use and need
the extra ``[testing]``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from polars_rating.catalog import RUN_FIELDS
from polars_rating.testing.frames import TRADE, candidate_frame, trade_frame

if TYPE_CHECKING:
    from polars_rating.testing.strategies import (
        candidate_frames,
        metrics_inputs,
        trade_frames,
        trades,
    )

__all__ = [
    "RUN_FIELDS",
    "TRADE",
    "candidate_frame",
    "candidate_frames",
    "metrics_inputs",
    "trade_frame",
    "trade_frames",
    "trades",
]

_STRATEGIES = ("candidate_frames", "metrics_inputs", "trade_frames", "trades")


def __getattr__(name: str) -> Any:
    if name not in _STRATEGIES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        strategies = import_module("polars_rating.testing.strategies")
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        msg = f"{name}() needs hypothesis: pip install 'polars-rating[testing]'"
        raise ModuleNotFoundError(msg, name="hypothesis") from None
    return getattr(strategies, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_STRATEGIES})
