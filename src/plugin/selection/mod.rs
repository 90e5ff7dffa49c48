//! How much of the best is luck: statistics of candidates and of families of them.
//!
//! Expressions of one candidate are elementwise. Those of a family get the rows of one family per
//! call, and give one value (`sharpe_var`, `pbo`, ...) or one a row (`romano_wolf`).

mod cscv;
mod deflated_sharpe;
mod effective_trials;
mod family;
mod haircut_sharpe;
mod moments;
mod path_ratios;
mod period_returns;
mod probabilistic_sharpe;
mod snooping;
mod year_profile;

/// What the file of an expression needs.
mod prelude {
    pub(super) use polars::prelude::*;
    pub(super) use serde::Deserialize;

    pub(super) use super::moments::MomentRows;
    pub(super) use crate::plugin::errors::{Code, fail};
    pub(super) use crate::plugin::ffi::export;
    pub(super) use crate::plugin::frame::evidence::Evidence;
    pub(super) use crate::plugin::frame::output::{nullable, struct_of, struct_or_null};
    pub(super) use crate::plugin::frame::schema::Schema;
    pub(super) use crate::plugin::frame::tier::Score;

    /// The output field of an expression that is one number.
    pub(super) fn number_field(score: &Score, inputs: &[Field]) -> PolarsResult<Field> {
        score.require_tier(&Schema::of(inputs)?)?;
        Ok(Field::new(score.output.as_str().into(), DataType::Float64))
    }

    /// The column of numbers of all rows, null for none.
    pub(super) fn number_column(
        score: &Score,
        rows: usize,
        of_row: impl Fn(usize) -> Option<f64>,
    ) -> Series {
        nullable(&score.output, (0..rows).map(|row| of_row(row).unwrap_or(f64::NAN)).collect())
    }
}
