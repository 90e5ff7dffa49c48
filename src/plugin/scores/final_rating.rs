//! `final_rating`: the gated aggregate of the components.

use polars::prelude::*;

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::nullable;
use crate::plugin::frame::schema::Schema;
use crate::plugin::run::rating::Rating;

fn final_rating_output(inputs: &[Field], kwargs: &Rating) -> PolarsResult<Field> {
    kwargs.check_with_gate(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.output.as_str().into(), DataType::Float64))
}

fn final_rating(evidence: &Evidence, kwargs: &Rating) -> PolarsResult<Series> {
    let (_, ratings) = kwargs.rate(evidence)?;
    Ok(nullable(&kwargs.output, ratings))
}

export_of_rows!(final_rating, final_rating_output);
