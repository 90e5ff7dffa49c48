//! `trade_dropout_score`.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::kernels::normal::inverse_normal;
use crate::kernels::trade_dropout::{Dropout, replayed_trade_dropout_score};
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::reruns::{GivenBases, outcome_scores};
use crate::plugin::run::summary::modelled_scores;
use crate::plugin::run::trade_pass::Replay;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TradeDropout {
    score: Score,
    fraction: f64,
    n_runs: u32,
    #[serde(deserialize_with = "super::seed::from_text")]
    seed: u64,
    /// One-sided confidence level of the summary model.
    confidence: f64,
    penalty_cap: f64,
    /// Base metrics given by keyword, which replace those of the full trade list.
    passed: Vec<String>,
}

impl Component for TradeDropout {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_runs(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let cap = self.penalty_cap;
        outcome_scores(evidence, tier, &self.score, |base, runs| runs.score(base, cap))
    }

    fn over_trades<'a>(&'a self, evidence: &'a Evidence, _: &Tier) -> PolarsResult<Replay<'a>> {
        let Self { fraction, n_runs, penalty_cap: cap, .. } = *self;
        let policy = self.score.no_evidence;
        let seeds = evidence.seeds(self.seed)?;
        let given = GivenBases::read(evidence, &self.passed)?;
        let passes = f64::from(n_runs) / 3.0;
        Ok(Replay::new(&self.score, passes, move |trades, scratch, row| {
            let given = given.of(row, policy)?;
            let dropout = Dropout { fraction, n_runs, seed: seeds.of(row)? };
            let scratch = &mut scratch.trade_dropout;
            replayed_trade_dropout_score(trades, dropout, given, policy, cap, scratch)
        }))
    }

    fn over_metrics(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        let z = inverse_normal(self.confidence);
        modelled_scores(evidence, tier, &self.score, |summary| {
            summary.trade_dropout(self.fraction, z, self.penalty_cap)
        })
    }
}

fn trade_dropout_output(inputs: &[Field], kwargs: TradeDropout) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=trade_dropout_output)]
fn trade_dropout(inputs: &[Series], kwargs: TradeDropout) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
