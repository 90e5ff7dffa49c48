"""Trades of other programs as one long frame: one file per source.

No source package is imported. What comes out goes to `polars_rating.pipeline.rate_trades`.
"""

from polars_rating.adapters.backtesting import from_backtesting
from polars_rating.adapters.fills import from_fills
from polars_rating.adapters.freqtrade import read_freqtrade
from polars_rating.adapters.nautilus import from_nautilus
from polars_rating.adapters.pyfolio import from_round_trips
from polars_rating.adapters.reconcile import reconcile
from polars_rating.adapters.records import from_records
from polars_rating.adapters.vectorbt import from_vectorbt

__all__ = [
    "from_backtesting",
    "from_fills",
    "from_nautilus",
    "from_records",
    "from_round_trips",
    "from_vectorbt",
    "read_freqtrade",
    "reconcile",
]
