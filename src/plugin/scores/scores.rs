//! `rating_score`: every component and the final rating, as a struct.

use polars::prelude::*;

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::{nullable, struct_field, struct_of};
use crate::plugin::frame::schema::Schema;
use crate::plugin::run::rating::Rating;

/// The last field.
const FINAL_RATING: &str = "final_rating";

fn scores_output(inputs: &[Field], kwargs: &Rating) -> PolarsResult<Field> {
    kwargs.check_with_gate(&Schema::of(inputs)?)?;
    let fields = kwargs.outputs().chain([FINAL_RATING]);
    Ok(struct_field(&kwargs.output, fields, &DataType::Float64))
}

fn scores(evidence: &Evidence, kwargs: &Rating) -> PolarsResult<Series> {
    let (components, ratings) = kwargs.rate(evidence)?;
    let columns = kwargs.outputs().zip(components).chain([(FINAL_RATING, ratings)]);
    let columns: Vec<Series> = columns.map(|(name, values)| nullable(name, values)).collect();
    struct_of(&kwargs.output, evidence.len, &columns)
}

export_of_rows!(scores, scores_output);
