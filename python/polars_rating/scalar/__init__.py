"""The scores of one candidate, or of a list of them, without a frame.

Every score of one candidate has a function of the same name here. It takes the candidate as a
mapping of canonical column to Python value, as keywords, or both, and returns a number:

>>> from polars_rating import scalar
>>> base = {"profit": 10_000.0, "avg_r": 0.8, "win_rate": 0.55, "max_drawdown": 2_000.0}
>>> runs = [{"profit": 9_200.0, "avg_r": 0.72, "win_rate": 0.52, "max_drawdown": 2_200.0}]
>>> round(scalar.robustness(base, runs=runs), 6)
0.916364

The numbers are those of the expression on a frame of one row, bit for bit: on the compiled engine
the same function of the plugin runs, but Polars plans no query. See `ScalarScore` for the rules.
"""

from __future__ import annotations

from polars_rating.catalog import SCORES, SELECTION
from polars_rating.scalar._candles import tp_sl_stress
from polars_rating.scalar._score import ScalarScore

__all__ = ["ScalarScore", "tp_sl_stress"]

_NAMES = SCORES.keys() - SELECTION.keys()


def __getattr__(name: str) -> ScalarScore:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    score = globals()[name] = ScalarScore(name)
    return score


def __dir__() -> list[str]:
    return sorted([*__all__, *_NAMES])
