//! `bootstrap_p_value`: the bootstrap p-value of a list of numbers; lower is better.

use polars::prelude::{Field, PolarsResult, Series};

use crate::plugin::ffi::export;
use crate::plugin::run::bootstrap::{Of, PValues};

fn bootstrap_p_value_output(inputs: &[Field], kwargs: &PValues) -> PolarsResult<Field> {
    kwargs.output(inputs)
}

fn bootstrap_p_value(inputs: &[Series], kwargs: &PValues) -> PolarsResult<Series> {
    kwargs.series(inputs, Of::Numbers)
}

export!(bootstrap_p_value, bootstrap_p_value_output);
