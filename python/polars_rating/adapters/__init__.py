"""Trades of other programs as one long frame: one file per source.

No source package is imported. What comes out goes to `polars_rating.pipeline.rate_trades`.
"""

from polars_rating.adapters.freqtrade import read_freqtrade
from polars_rating.adapters.reconcile import reconcile

__all__ = [
    "read_freqtrade",
    "reconcile",
]
