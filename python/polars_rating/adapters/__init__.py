"""Trades of other programs as one long frame: one file per source.

No source package is imported. What comes out goes to `polars_rating.pipeline.rate_trades`.
"""

from polars_rating.adapters.backtesting import from_backtesting
from polars_rating.adapters.fills import from_fills
from polars_rating.adapters.freqtrade import read_freqtrade
from polars_rating.adapters.lean import read_lean
from polars_rating.adapters.metatrader import read_metatrader
from polars_rating.adapters.nautilus import from_nautilus
from polars_rating.adapters.ninjatrader import read_ninjatrader
from polars_rating.adapters.pyfolio import from_round_trips
from polars_rating.adapters.reconciliation import reconcile
from polars_rating.adapters.records import from_records
from polars_rating.adapters.tradingview import read_tradingview
from polars_rating.adapters.vectorbt import from_vectorbt

__all__ = [
    "from_backtesting",
    "from_fills",
    "from_nautilus",
    "from_records",
    "from_round_trips",
    "from_vectorbt",
    "read_freqtrade",
    "read_lean",
    "read_metatrader",
    "read_ninjatrader",
    "read_tradingview",
    "reconcile",
]
