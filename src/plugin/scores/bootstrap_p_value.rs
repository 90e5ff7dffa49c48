//! `bootstrap_p_value`: the bootstrap p-value of a list of numbers; lower is better.

use polars::prelude::{Field, PolarsResult, Series};

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::run::bootstrap::{Of, PValues};

fn bootstrap_p_value_output(inputs: &[Field], kwargs: &PValues) -> PolarsResult<Field> {
    kwargs.output(inputs)
}

fn bootstrap_p_value(evidence: &Evidence, kwargs: &PValues) -> PolarsResult<Series> {
    kwargs.series(evidence, Of::Numbers)
}

export_of_rows!(bootstrap_p_value, bootstrap_p_value_output);
