//! Rating scores for trading-strategy backtests.
//!
//! - [`kernels`]: the scores as pure functions on slices.
//! - [`rng`]: NumPy's random stream, bit for bit.
//! - `plugin` (feature `plugin`): the Polars expressions and the Python module around them.
//!
//! Data flows one way: Python expression → plugin shell → kernel → back.

pub mod kernels;
pub mod rng;

#[cfg(feature = "plugin")]
mod plugin;
