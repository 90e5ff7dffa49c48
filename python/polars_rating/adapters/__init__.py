"""Results of other programs as Polars frames: one file per source.

No source package is imported. Trades become one long frame for
`polars_rating.pipeline.rate_trades`, an optimiser's trials a frame for
`polars_rating.neighbour_runs`.
"""

from polars_rating.adapters.backtesting import from_backtesting
from polars_rating.adapters.fills import from_fills
from polars_rating.adapters.freqtrade import read_freqtrade
from polars_rating.adapters.heatmap import from_heatmap
from polars_rating.adapters.lean import read_lean
from polars_rating.adapters.metatrader import read_metatrader
from polars_rating.adapters.nautilus import from_nautilus
from polars_rating.adapters.ninjatrader import read_ninjatrader
from polars_rating.adapters.optuna import from_optuna
from polars_rating.adapters.pyfolio import from_round_trips
from polars_rating.adapters.reconciliation import reconcile
from polars_rating.adapters.records import from_records
from polars_rating.adapters.sklearn import from_cv_results
from polars_rating.adapters.tradingview import read_tradingview
from polars_rating.adapters.trials import Trials
from polars_rating.adapters.vectorbt import from_vectorbt
from polars_rating.adapters.vectorbt_trials import from_vectorbt_stats

__all__ = [
    "Trials",
    "from_backtesting",
    "from_cv_results",
    "from_fills",
    "from_heatmap",
    "from_nautilus",
    "from_optuna",
    "from_records",
    "from_round_trips",
    "from_vectorbt",
    "from_vectorbt_stats",
    "read_freqtrade",
    "read_lean",
    "read_metatrader",
    "read_ninjatrader",
    "read_tradingview",
    "reconcile",
]
