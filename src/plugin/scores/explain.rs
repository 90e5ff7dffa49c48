//! `rating_contributions`: what every component contributes to the mean, as a struct.

use polars::prelude::*;

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::{nullable, struct_field, struct_of};
use crate::plugin::frame::schema::Schema;
use crate::plugin::run::rating::Rating;

fn explain_output(inputs: &[Field], kwargs: &Rating) -> PolarsResult<Field> {
    kwargs.check(&Schema::of(inputs)?)?;
    Ok(struct_field(&kwargs.output, kwargs.outputs(), &DataType::Float64))
}

fn explain(evidence: &Evidence, kwargs: &Rating) -> PolarsResult<Series> {
    let columns = kwargs.outputs().zip(kwargs.contributions(evidence)?);
    let columns: Vec<Series> = columns.map(|(name, values)| nullable(name, values)).collect();
    struct_of(&kwargs.output, evidence.len, &columns)
}

export_of_rows!(explain, explain_output);
