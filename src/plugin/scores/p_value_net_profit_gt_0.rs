//! `p_value_net_profit_gt_0`: the bootstrap p-value of the net results of trades; lower is better.

use polars::prelude::{Field, PolarsResult, Series};

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::run::bootstrap::{Of, PValues};

fn p_value_net_profit_gt_0_output(inputs: &[Field], kwargs: &PValues) -> PolarsResult<Field> {
    kwargs.output(inputs)
}

fn p_value_net_profit_gt_0(evidence: &Evidence, kwargs: &PValues) -> PolarsResult<Series> {
    kwargs.series(evidence, Of::Net)
}

export_of_rows!(p_value_net_profit_gt_0, p_value_net_profit_gt_0_output);
