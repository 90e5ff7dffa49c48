//! `robustness_score`.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::robustness_scores;
use crate::plugin::run::summary::{Jittering, modelled_robustness};

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Robustness {
    score: Score,
    with_avg_r: bool,
    param_variation: f64,
    n_iterations: u32,
    #[serde(deserialize_with = "super::seed::from_text")]
    seed: u64,
    penalty_cap: f64,
}

impl Component for Robustness {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        robustness_scores(evidence, tier, &self.score, self.with_avg_r, self.penalty_cap)
    }

    fn over_metrics(&self, evidence: &Evidence, _: &Tier) -> PolarsResult<Vec<f64>> {
        let Self { param_variation: variation, n_iterations, with_avg_r, .. } = *self;
        let jittering = Jittering { variation, n_iterations, with_avg_r, cap: self.penalty_cap };
        let seeds = evidence.seeds(self.seed)?;
        modelled_robustness(evidence, self.score.no_evidence, &seeds, jittering)
    }
}

fn robustness_output(inputs: &[Field], kwargs: Robustness) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=robustness_output)]
fn robustness(inputs: &[Series], kwargs: Robustness) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
