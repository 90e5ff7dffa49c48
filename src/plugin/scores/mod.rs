//! One expression a file: its parameters, and which formula each kind of evidence takes.

use polars::prelude::PolarsResult;

use super::errors::internal;
use super::ffi::Prepared;

/// The expression of a score that is one number a row.
macro_rules! expression {
    ($name:ident, $output:ident, $formula:ty) => {
        fn $output(inputs: &[Field], kwargs: &Call<$formula>) -> PolarsResult<Field> {
            kwargs.output(inputs)
        }

        fn $name(evidence: &Evidence, kwargs: &Call<$formula>) -> PolarsResult<Series> {
            kwargs.series(evidence)
        }

        export_of_rows!($name, $output);
    };
}

/// What the file of a score needs.
mod prelude {
    pub(super) use polars::prelude::{Field, PolarsResult, Series};
    pub(super) use serde::Deserialize;

    pub(super) use crate::plugin::ffi::export_of_rows;
    pub(super) use crate::plugin::frame::evidence::Evidence;
    pub(super) use crate::plugin::run::component::{Basis, Call, Formula, Numbers};
    pub(super) use crate::plugin::run::trade_pass::Replay;
}

/// Names of the expressions' files: `prepare(function, kwargs)` finds an expression's function.
macro_rules! functions {
    ($($name:ident),* $(,)?) => {
        /// The function of an expression with its keyword values, which Python pickles.
        pub(crate) fn prepare(function: &str, kwargs: &[u8]) -> PolarsResult<Prepared> {
            match function {
                $(stringify!($name) => $name::prepare(kwargs),)*
                other => Err(internal(format!("no function `{other}`"))),
            }
        }
    };
}

pub(crate) mod avg_r_score;
pub(crate) mod bootstrap_p_value;
pub(crate) mod cost_shock;
pub(crate) mod data_jitter;
pub(crate) mod deployment;
pub(crate) mod dropout_runs;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod final_rating;
pub(crate) mod metrics;
pub(crate) mod p_value_mean_r_gt_0;
pub(crate) mod p_value_net_profit_gt_0;
pub(crate) mod recovery_factor_score;
pub(crate) mod robustness;
#[allow(clippy::module_inception)] // named after its expression
pub(crate) mod scores;
pub(crate) mod sortino_score;
pub(crate) mod stability;
pub(crate) mod stability_wmape;
pub(crate) mod stress_penalty;
pub(crate) mod timing_jitter;
pub(crate) mod tp_sl_stress;
pub(crate) mod trade_dropout;
pub(crate) mod ulcer_index;
pub(crate) mod ulcer_index_score;
pub(crate) mod win_rate_score;

functions! {
    avg_r_score,
    bootstrap_p_value,
    cost_shock,
    data_jitter,
    deployment,
    dropout_runs,
    evidence,
    explain,
    final_rating,
    metrics,
    p_value_mean_r_gt_0,
    p_value_net_profit_gt_0,
    recovery_factor_score,
    robustness,
    scores,
    sortino_score,
    stability,
    stability_wmape,
    stress_penalty,
    timing_jitter,
    tp_sl_stress,
    trade_dropout,
    ulcer_index,
    ulcer_index_score,
    win_rate_score,
}
