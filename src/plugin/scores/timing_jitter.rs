//! `timing_jitter_score`: what the stress penalty over reruns at shifted times leaves.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::kernels::outcome::score_from_penalty;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::outcome_scores;

#[derive(Debug, Clone, Deserialize)]
struct TimingJitter {
    score: Score,
    penalty_cap: f64,
}

impl Component for TimingJitter {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let cap = self.penalty_cap;
        outcome_scores(evidence, tier, &self.score, |base, runs| {
            runs.penalty(base, cap).map(|penalty| score_from_penalty(penalty, cap))
        })
    }
}

fn timing_jitter_output(inputs: &[Field], kwargs: TimingJitter) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=timing_jitter_output)]
fn timing_jitter(inputs: &[Series], kwargs: TimingJitter) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
