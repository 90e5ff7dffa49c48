//! `data_jitter_score`: robustness over reruns on jittered prices.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::robustness_scores;

#[derive(Debug, Clone, Deserialize)]
struct DataJitter {
    score: Score,
    with_avg_r: bool,
    penalty_cap: f64,
}

impl Component for DataJitter {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        robustness_scores(evidence, tier, &self.score, self.with_avg_r, self.penalty_cap)
    }
}

fn data_jitter_output(inputs: &[Field], kwargs: DataJitter) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=data_jitter_output)]
fn data_jitter(inputs: &[Series], kwargs: DataJitter) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
