//! `evidence`: the tier that every component is judged on, as a struct.

use polars::prelude::*;

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::{struct_field, struct_of};
use crate::plugin::frame::schema::Schema;
use crate::plugin::run::rating::Rating;

fn evidence_output(inputs: &[Field], kwargs: &Rating) -> PolarsResult<Field> {
    kwargs.tiers(&Schema::of(inputs)?)?;
    Ok(struct_field(&kwargs.output, kwargs.outputs(), &DataType::String))
}

fn evidence(evidence: &Evidence, kwargs: &Rating) -> PolarsResult<Series> {
    let tiers = kwargs.tiers(&evidence.schema)?;
    let columns = kwargs.outputs().zip(tiers).map(|(name, tier)| match tier {
        Some(tier) => StringChunked::full(name.into(), tier, evidence.len),
        None => StringChunked::full_null(name.into(), evidence.len),
    });
    let columns: Vec<Series> = columns.map(IntoSeries::into_series).collect();
    struct_of(&kwargs.output, evidence.len, &columns)
}

export_of_rows!(evidence, evidence_output);
