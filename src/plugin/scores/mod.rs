//! One expression a file: its parameters, and which formula each kind of evidence takes.

/// The expression of a score that is one number a row.
macro_rules! expression {
    ($name:ident, $output:ident, $formula:ty) => {
        fn $output(inputs: &[Field], kwargs: &Call<$formula>) -> PolarsResult<Field> {
            kwargs.output(inputs)
        }

        fn $name(inputs: &[Series], kwargs: &Call<$formula>) -> PolarsResult<Series> {
            kwargs.series(inputs)
        }

        export!($name, $output);
    };
}

/// What the file of a score needs.
mod prelude {
    pub(super) use polars::prelude::{Field, PolarsResult, Series};
    pub(super) use serde::Deserialize;

    pub(super) use crate::plugin::ffi::export;
    pub(super) use crate::plugin::run::component::{Basis, Call, Formula, Numbers};
    pub(super) use crate::plugin::run::trade_pass::Replay;
}

mod bootstrap_p_value;
pub(crate) mod cost_shock;
mod data_jitter;
mod deployment;
mod evidence;
mod explain;
mod final_rating;
mod metrics;
mod p_value_mean_r_gt_0;
mod p_value_net_profit_gt_0;
pub(crate) mod robustness;
#[allow(clippy::module_inception)] // named after its expression
mod scores;
pub(crate) mod stability;
mod stability_wmape;
pub(crate) mod stress_penalty;
mod timing_jitter;
pub(crate) mod trade_dropout;
mod ulcer_index;
mod ulcer_index_score;
