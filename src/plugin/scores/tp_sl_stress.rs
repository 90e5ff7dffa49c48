//! `tp_sl_stress`: take-profits whose levels are worse by the spread.

use polars::prelude::{Field, PolarsResult, Series};

use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::run::tp_sl::TpSlStress;

fn tp_sl_stress_output(inputs: &[Field], kwargs: &TpSlStress) -> PolarsResult<Field> {
    kwargs.output(inputs)
}

fn tp_sl_stress(evidence: &Evidence, kwargs: &TpSlStress) -> PolarsResult<Series> {
    kwargs.series(evidence)
}

export_of_rows!(tp_sl_stress, tp_sl_stress_output);
