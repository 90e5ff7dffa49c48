"""Rating scores for trading-strategy backtests as Polars expressions."""

from polars_rating._engines.choice import engine, set_engine, use_engine
from polars_rating._version import __version__
from polars_rating.candles import Candles
from polars_rating.config import (
    DropoutConfig,
    JitterConfig,
    RatingConfig,
    StressConfig,
    Thresholds,
    Weights,
)
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.rate_one import calculate_rating
from polars_rating.report import plot, report, style
from polars_rating.scores.bootstrap_p_value import (
    bootstrap_p_value,
    p_value_mean_r_gt_0,
    p_value_net_profit_gt_0,
)
from polars_rating.scores.cost_shock import cost_shock
from polars_rating.scores.deployment import deployment
from polars_rating.scores.final_rating import evidence, explain, final, scores
from polars_rating.scores.metric_score import (
    avg_r_score,
    recovery_factor_score,
    sortino_score,
    win_rate_score,
)
from polars_rating.scores.metrics import metrics, trades
from polars_rating.scores.robustness import data_jitter, robustness
from polars_rating.scores.stability import stability, stability_wmape
from polars_rating.scores.stress_penalty import score_from_penalty, stress_penalty, timing_jitter
from polars_rating.scores.tp_sl_stress import tp_sl_stress
from polars_rating.scores.trade_dropout import dropout_runs, trade_dropout
from polars_rating.scores.ulcer_index import ulcer_index, ulcer_index_score
from polars_rating.trials.importance import parameter_importance
from polars_rating.trials.neighbours import neighbour_runs, plateau
from polars_rating.trials.objective import optuna_objective
from polars_rating.types import MetricsDict, MetricsInput, RatingScore, ScoreDict

__all__ = [
    "Candles",
    "DropoutConfig",
    "ErrorCode",
    "JitterConfig",
    "MetricsDict",
    "MetricsInput",
    "RatingConfig",
    "RatingError",
    "RatingScore",
    "ScoreDict",
    "StressConfig",
    "Thresholds",
    "Weights",
    "__version__",
    "avg_r_score",
    "bootstrap_p_value",
    "calculate_rating",
    "cost_shock",
    "data_jitter",
    "deployment",
    "dropout_runs",
    "engine",
    "evidence",
    "explain",
    "final",
    "metrics",
    "neighbour_runs",
    "optuna_objective",
    "p_value_mean_r_gt_0",
    "p_value_net_profit_gt_0",
    "parameter_importance",
    "plateau",
    "plot",
    "recovery_factor_score",
    "report",
    "robustness",
    "score_from_penalty",
    "scores",
    "set_engine",
    "sortino_score",
    "stability",
    "stability_wmape",
    "stress_penalty",
    "style",
    "timing_jitter",
    "tp_sl_stress",
    "trade_dropout",
    "trades",
    "ulcer_index",
    "ulcer_index_score",
    "use_engine",
    "win_rate_score",
]
