//! The Polars expressions around the kernels, and the Python module that carries them.
//!
//! Every expression has one input, a struct of the evidence columns the frame has, and keyword
//! values that hold the score's row of the catalogue (`python/polars_rating/catalog/`).
//!
//! - `frame`: columns to typed views; which tier of evidence a frame has, from dtypes alone.
//! - `run`: rows to kernels, split over threads; a row's trades are read once for everything.
//! - `scores`: one expression a file; `selection`: those that judge a family of candidates.
//! - `trials`: expressions over all trials of an optimiser.
//! - `ffi`: the C interface by which Polars calls them.
//! - `rows`: the same functions on Python mappings, without a query.
//!
//! Nothing here panics: a panic would reach the user without its message.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod errors;
mod ffi;
mod frame;
mod module;
mod rows;
mod run;
mod scores;
mod selection;
mod trials;

use pyo3_polars::PolarsAllocator;

/// Shares Polars' allocator, so that buffers change hands without a copy.
#[global_allocator]
static ALLOCATOR: PolarsAllocator = PolarsAllocator::new();
