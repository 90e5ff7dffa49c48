"""Results of other programs as Polars frames: one file per source.

No source package is imported.
"""

from polars_rating.adapters.heatmap import from_heatmap
from polars_rating.adapters.optuna import from_optuna
from polars_rating.adapters.sklearn import from_cv_results
from polars_rating.adapters.trials import Trials
from polars_rating.adapters.vectorbt_trials import from_vectorbt_stats

__all__ = ["Trials", "from_cv_results", "from_heatmap", "from_optuna", "from_vectorbt_stats"]
