//! The Polars expressions around the kernels, and the Python module that carries them.
//!
//! Every expression has one input, a struct of the evidence columns the frame has:
//! `schema` says at plan time what it is worth, `evidence` and `nested` turn it into flat
//! buffers, `parallel` splits the rows over threads, and one shell for each score calls its
//! kernel. Nothing here panics: a panic would reach the user without its message.

// `polars_expr` hands the keyword values over by value.
#![allow(clippy::needless_pass_by_value)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod component;
mod cost_shock;
mod deployment;
mod errors;
mod evidence;
mod final_rating;
mod gate;
mod metrics;
mod module;
mod nested;
mod outcome_runs;
mod parallel;
mod params;
mod replays;
mod robustness;
mod schema;
mod scores;
mod stability;
mod stress_penalty;
mod summary;
mod trade_dropout;
mod trades;

use pyo3_polars::PolarsAllocator;

/// Shares Polars' allocator, so that buffers change hands without a copy.
#[global_allocator]
static ALLOCATOR: PolarsAllocator = PolarsAllocator::new();

/// Name of a field that every evidence struct has, so that a frame without evidence still
/// reaches the plugin and gets its error.
const ANCHOR: &str = "polars_rating";
