"""Rating scores for trading-strategy backtests as Polars expressions."""

from polars_rating._engines.choice import engine, set_engine, use_engine
from polars_rating._version import __version__
from polars_rating.candles import Candles
from polars_rating.config import (
    DropoutConfig,
    JitterConfig,
    RatingConfig,
    SelectionConfig,
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
from polars_rating.selection.adjusted_p_values import (
    adjusted_p_values,
    haircut_sharpe,
)
from polars_rating.selection.cscv import (
    cscv,
    cscv_blocks,
    pbo,
)
from polars_rating.selection.deflated_sharpe import (
    deflated_sharpe,
    expected_max_sharpe,
    min_backtest_length,
    sharpe_var,
)
from polars_rating.selection.effective_trials import (
    effective_trials,
)
from polars_rating.selection.path_ratios import (
    calmar,
    equity_r2,
    omega_ratio,
    sortino,
    tail_ratio,
    upi,
)
from polars_rating.selection.period_returns import (
    period_returns,
)
from polars_rating.selection.probabilistic_sharpe import (
    min_track_record_length,
    probabilistic_sharpe,
    sharpe_moments,
    sharpe_p_value,
)
from polars_rating.selection.report import selection_report
from polars_rating.selection.snooping import (
    optimal_block_length,
    reality_check,
    romano_wolf,
    snooping,
    spa,
)
from polars_rating.selection.year_profile import (
    year_profile,
)
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
    "SelectionConfig",
    "StressConfig",
    "Thresholds",
    "Weights",
    "__version__",
    "adjusted_p_values",
    "avg_r_score",
    "bootstrap_p_value",
    "calculate_rating",
    "calmar",
    "cost_shock",
    "cscv",
    "cscv_blocks",
    "data_jitter",
    "deflated_sharpe",
    "deployment",
    "dropout_runs",
    "effective_trials",
    "engine",
    "equity_r2",
    "evidence",
    "expected_max_sharpe",
    "explain",
    "final",
    "haircut_sharpe",
    "metrics",
    "min_backtest_length",
    "min_track_record_length",
    "neighbour_runs",
    "omega_ratio",
    "optimal_block_length",
    "optuna_objective",
    "p_value_mean_r_gt_0",
    "p_value_net_profit_gt_0",
    "parameter_importance",
    "pbo",
    "period_returns",
    "plateau",
    "plot",
    "probabilistic_sharpe",
    "reality_check",
    "recovery_factor_score",
    "report",
    "robustness",
    "romano_wolf",
    "score_from_penalty",
    "scores",
    "selection_report",
    "set_engine",
    "sharpe_moments",
    "sharpe_p_value",
    "sharpe_var",
    "snooping",
    "sortino",
    "sortino_score",
    "spa",
    "stability",
    "stability_wmape",
    "stress_penalty",
    "style",
    "tail_ratio",
    "timing_jitter",
    "tp_sl_stress",
    "trade_dropout",
    "trades",
    "ulcer_index",
    "ulcer_index_score",
    "upi",
    "use_engine",
    "win_rate_score",
    "year_profile",
]
