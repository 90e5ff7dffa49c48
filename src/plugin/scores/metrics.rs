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
    /// The metrics that are wanted; `None` for all.
    fields: Option<Vec<String>>,
}

fn metrics_output(inputs: &[Field], kwargs: &Metrics) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(
        kwargs.score.output.as_str().into(),
        DataType::Struct(fields(kwargs.fields.as_deref())?),
    ))
}

fn metrics(evidence: &Evidence, kwargs: &Metrics) -> PolarsResult<Series> {
    kwargs.score.require_tier(&evidence.schema)?;
    of_frame(evidence, &kwargs.score.output, &fields(kwargs.fields.as_deref())?)
}

export_of_rows!(metrics, metrics_output);
