//! The scores as pure functions: slices and numbers in, numbers out.
//!
//! One file per concept. Nothing here knows of Polars, Python or threads, nothing allocates in the
//! row loop (scratch space is passed in), and every sum runs in a fixed order, so equal inputs
//! give equal bits on every CPU.
//!
//! A kernel that may find no evidence returns `Option<f64>`; `None` becomes a null.

pub mod block_length;
pub mod bootstrap_p_value;
pub mod candle_index;
pub mod cost_shock;
pub mod cscv;
pub mod cscv_blocks;
pub mod deployment;
pub mod effective_trials;
pub mod equity_curve;
pub mod expected_max;
pub mod final_rating;
#[cfg(test)]
mod golden;
pub mod haircut;
pub mod lane_sums;
pub mod metric_score;
pub mod metrics;
pub mod neighbours;
pub mod normal;
pub mod number;
pub mod ordered_trades;
pub mod outcome;
pub mod path_ratios;
pub mod period_returns;
pub mod robustness;
pub mod shared_bootstrap;
pub mod sharpe;
pub mod sharpe_inference;
pub mod sharpe_moments;
pub mod sharpe_variance;
pub mod snooping;
pub mod stability;
pub mod stress_penalty;
pub mod summary_model;
pub mod summary_scores;
pub mod tp_sl_stress;
pub mod trade_dropout;
pub mod trade_years;
pub mod ulcer_index;
pub mod year_profile;
