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
pub mod deployment;
pub mod equity_curve;
pub mod final_rating;
#[cfg(test)]
mod golden;
pub mod lane_sums;
pub mod metric_score;
pub mod metrics;
pub mod neighbours;
pub mod normal;
pub mod number;
pub mod ordered_trades;
pub mod outcome;
pub mod robustness;
pub mod shared_bootstrap;
pub mod sharpe;
pub mod stability;
pub mod stress_penalty;
pub mod summary_model;
pub mod tp_sl_stress;
pub mod trade_dropout;
pub mod trade_years;
pub mod ulcer_index;
