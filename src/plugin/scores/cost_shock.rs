//! `cost_shock_score`.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::kernels::cost_shock::replayed_cost_shock_score;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::outcome_scores;
use crate::plugin::run::summary::modelled_scores;
use crate::plugin::run::trade_pass::Replay;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CostShock {
    score: Score,
    multipliers: Vec<f64>,
    penalty_cap: f64,
}

impl Component for CostShock {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let cap = self.penalty_cap;
        outcome_scores(evidence, tier, &self.score, |base, runs| runs.score(base, cap))
    }

    fn over_trades<'a>(&'a self, _: &'a Evidence, _: &Tier) -> PolarsResult<Replay<'a>> {
        let Self { score, multipliers, penalty_cap } = self;
        #[allow(clippy::cast_precision_loss)] // an estimate
        let passes = 1.0 + multipliers.len() as f64 / 4.0;
        Ok(Replay::new(score, passes, move |trades, scratch, _| {
            let (policy, scratch) = (score.no_evidence, &mut scratch.cost_shock);
            replayed_cost_shock_score(trades, multipliers, policy, *penalty_cap, scratch)
        }))
    }

    fn over_metrics(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let Self { score, multipliers, penalty_cap } = self;
        modelled_scores(evidence, tier, score, |summary| {
            summary.cost_shock(multipliers, *penalty_cap)
        })
    }
}

fn cost_shock_output(inputs: &[Field], kwargs: CostShock) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=cost_shock_output)]
fn cost_shock(inputs: &[Series], kwargs: CostShock) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
