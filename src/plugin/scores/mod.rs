//! One expression a file: its parameters, and which formula each kind of evidence takes.

pub(crate) mod cost_shock;
mod data_jitter;
mod deployment;
mod evidence;
mod explain;
mod final_rating;
mod metrics;
pub(crate) mod robustness;
#[allow(clippy::module_inception)] // named after its expression
mod scores;
mod seed;
pub(crate) mod stability;
mod stability_wmape;
pub(crate) mod stress_penalty;
mod timing_jitter;
pub(crate) mod trade_dropout;
