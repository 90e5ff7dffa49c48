//! `final_rating`: the components as columns of the input, aggregated and gated.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use super::component::nullable;
use super::errors::{Code, fail};
use super::evidence::{Evidence, at};
use super::gate::{apply_gate, check_gate};
use super::nested::read_numbers;
use super::parallel::{Cost, map_rows};
use super::params::FinalRating;
use super::schema::{Schema, check_number};
use crate::kernels::final_rating::{COMPONENTS, final_rating as kernel};

/// The components' columns, in the order of the weights.
pub(super) const COLUMNS: [&str; COMPONENTS] = [
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
];

/// How far rounding may take a component that is passed in out of [0, 1].
const ROUNDING: f64 = 1e-9;

/// Nanoseconds of one row's aggregate.
const NANOS_PER_RATING: f64 = 10.0;

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Final {
    rating: FinalRating,
    /// Whether a null profit counts as 0.
    omega: bool,
}

/// The five components of a row as scores in which higher is better; NaN is none.
pub(super) fn scores_of(columns: &[impl AsRef<[f64]>], row: usize) -> [Option<f64>; COMPONENTS] {
    std::array::from_fn(|i| {
        let value = columns.get(i).map_or(f64::NAN, |column| at(column.as_ref(), row));
        let score = if i == COMPONENTS - 1 { 1.0 - value } else { value };
        (!score.is_nan()).then_some(score)
    })
}

/// The rating of every row, ungated.
pub(super) fn rate(
    columns: &[impl AsRef<[f64]> + Sync],
    params: &FinalRating,
    rows: usize,
) -> Vec<f64> {
    let cost = Cost { items: rows, nanos_per_item: NANOS_PER_RATING };
    map_rows(rows, cost, |(): &mut (), row| {
        let scores = scores_of(columns, row);
        kernel(scores, &params.weights, params.aggregation, params.on_missing).unwrap_or(f64::NAN)
    })
}

/// A component column, checked to be in [0, 1]; rounding dust is cut off.
fn component(evidence: &Evidence, name: &str) -> PolarsResult<Vec<f64>> {
    let values = read_numbers(name, evidence.column(name)?)?;
    if let Some(bad) = values.iter().find(|x| **x < -ROUNDING || **x > 1.0 + ROUNDING) {
        return fail(Code::BadValue, format!("`{name}` must be in [0, 1], got {bad}"));
    }
    Ok(values.iter().map(|x| x.clamp(0.0, 1.0)).collect())
}

fn final_output(inputs: &[Field], kwargs: Final) -> PolarsResult<Field> {
    let schema = Schema::of(inputs)?;
    for name in COLUMNS {
        check_number(name, schema.dtype(name).unwrap_or(&DataType::Null))?;
    }
    check_gate(&schema, kwargs.rating.gate)?;
    Ok(Field::new("final_rating".into(), DataType::Float64))
}

#[polars_expr(output_type_func_with_kwargs=final_output)]
fn final_rating(inputs: &[Series], kwargs: Final) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let columns = COLUMNS.map(|name| component(&evidence, name));
    let columns = columns.into_iter().collect::<PolarsResult<Vec<_>>>()?;
    let mut ratings = rate(&columns, &kwargs.rating, evidence.len);
    apply_gate(&evidence, &kwargs.rating, kwargs.omega, &mut ratings)?;
    Ok(nullable("final_rating", ratings).into_series())
}
