//! `metrics`: every summary metric of a candidate's trades.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::tier::Score;
use crate::plugin::run::metrics::{fields, metrics as of_frame};

#[derive(Debug, Clone, Deserialize)]
struct Metrics {
    score: Score,
}

fn metrics_output(inputs: &[Field], kwargs: Metrics) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.score.output.into(), DataType::Struct(fields())))
}

#[polars_expr(output_type_func_with_kwargs=metrics_output)]
fn metrics(inputs: &[Series], kwargs: Metrics) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    kwargs.score.require_tier(&evidence.schema)?;
    of_frame(&evidence, &kwargs.score.output)
}
