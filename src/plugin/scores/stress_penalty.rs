//! `stress_penalty`; lower is better.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::kernels::stress_penalty::{Stress, replayed_stress_penalty};
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::outcome_scores;
use crate::plugin::run::summary::modelled_scores;
use crate::plugin::run::trade_pass::Replay;

/// Passes over the trades that the replays and the choice of the best trades take.
const PASSES: f64 = 2.0;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StressPenalty {
    score: Score,
    variation: f64,
    cost_multiplier: f64,
    penalty_cap: f64,
}

impl Component for StressPenalty {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let cap = self.penalty_cap;
        outcome_scores(evidence, tier, &self.score, |base, runs| runs.penalty(base, cap))
    }

    fn over_trades<'a>(&'a self, _: &'a Evidence, _: &Tier) -> PolarsResult<Replay<'a>> {
        let Self { variation, cost_multiplier, penalty_cap: cap, .. } = *self;
        let policy = self.score.no_evidence;
        Ok(Replay::new(&self.score, PASSES, move |trades, scratch, _| {
            let stress = Stress { variation, cost_multiplier };
            replayed_stress_penalty(trades, stress, policy, cap, &mut scratch.stress_penalty)
        }))
    }

    fn over_metrics(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let Self { variation, cost_multiplier, penalty_cap, .. } = *self;
        modelled_scores(evidence, tier, &self.score, |summary| {
            summary.stress_penalty(variation, cost_multiplier, penalty_cap)
        })
    }
}

fn stress_penalty_output(inputs: &[Field], kwargs: StressPenalty) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=stress_penalty_output)]
fn stress_penalty(inputs: &[Series], kwargs: StressPenalty) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
