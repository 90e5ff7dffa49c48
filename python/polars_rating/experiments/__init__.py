"""Inputs with which a backtester produces reruns, and the way back to the scores.

Make parameters, backtest them, collect the metrics, rate: ``docs/experiments.md`` shows the loop.

    >>> from polars_rating import experiments
    >>> experiments.jitter_parameters({"fast": 10, "slow": 50}, variation=0.2, n=2).columns
    ['run', 'fast', 'slow']
"""

from polars_rating.experiments._parameter import Parameter
from polars_rating.experiments.candles import Candles, atr, jitter_ohlc
from polars_rating.experiments.costs import cost_factors, shock_costs
from polars_rating.experiments.jitter import jitter_parameters
from polars_rating.experiments.runs import collect_runs
from polars_rating.experiments.seeds import stable_seed
from polars_rating.experiments.timing import shift_months, timing_shifts

__all__ = [
    "Candles",
    "Parameter",
    "atr",
    "collect_runs",
    "cost_factors",
    "jitter_ohlc",
    "jitter_parameters",
    "shift_months",
    "shock_costs",
    "stable_seed",
    "timing_shifts",
]
