//! `deployment`: the five thresholds, and which of them fail.

use polars::prelude::*;
use serde::Deserialize;

use crate::kernels::deployment::CRITERIA;
use crate::plugin::errors::internal;
use crate::plugin::ffi::export_of_rows;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::tier::Score;
use crate::plugin::run::component::judge;
use crate::plugin::run::deployment::{deployment as of_frame, fields};

#[derive(Debug, Clone, Deserialize)]
struct Deployment {
    score: Score,
    thresholds: [f64; CRITERIA],
}

fn deployment_output(inputs: &[Field], kwargs: &Deployment) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.score.output.as_str().into(), DataType::Struct(fields())))
}

fn deployment(evidence: &Evidence, kwargs: &Deployment) -> PolarsResult<Series> {
    let Deployment { score, thresholds } = kwargs;
    let tier = score.require_tier(&evidence.schema)?;
    let tier = tier.ok_or_else(|| internal("deployment cannot go without evidence"))?;
    judge(evidence, &[], &tier.metrics)?;
    of_frame(evidence, &score.output, &tier.metrics, thresholds)
}

export_of_rows!(deployment, deployment_output);
