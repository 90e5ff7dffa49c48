//! `metrics`: every summary metric of a candidate's trades.

use polars::prelude::*;
use serde::Deserialize;

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::tier::Score;
use crate::plugin::run::metrics::{fields, metrics as of_frame};

#[derive(Debug, Clone, Deserialize)]
struct Metrics {
    score: Score,
}

fn metrics_output(inputs: &[Field], kwargs: &Metrics) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.score.output.as_str().into(), DataType::Struct(fields())))
}

fn metrics(evidence: &Evidence, kwargs: &Metrics) -> PolarsResult<Series> {
    kwargs.score.require_tier(&evidence.schema)?;
    of_frame(evidence, &kwargs.score.output)
}

export_of_rows!(metrics, metrics_output);
