//! `trade_dropout_score`: reruns, else trades, else the summary model.

use polars::prelude::*;
use polars_buffer::Buffer;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, first_of, output, series};
use super::evidence::{Evidence, at};
use super::outcome_runs::{has_outcome_runs, score_runs};
use super::parallel::{Cost, score_rows};
use super::params::{Policy, TradeDropout};
use super::replays::{Replay, Scratch};
use super::schema::{Schema, Tier};
use super::summary::{DROPOUT, summaries};
use crate::kernels::tape::Tape;
use crate::kernels::trade_dropout::{
    Dropout, GivenBase, replayed_trade_dropout_score, trade_dropout_score,
};

const RUNS: &str = "dropout_runs";

/// Nanoseconds of one modelled row; `benches/kernels.rs`.
const NANOS_PER_MODEL: f64 = 30.0;

impl TradeDropout {
    fn modelled(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let summary = summaries(evidence, self.policy.no_evidence, false)?;
        let cost = Cost { items: evidence.len, nanos_per_item: NANOS_PER_MODEL };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            Some(summary(row)?.trade_dropout(self.fraction, self.confidence, self.penalty_cap))
        }))
    }
}

impl Component for TradeDropout {
    const NAME: &'static str = "trade_dropout_score";

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn looked_for(&self) -> String {
        format!(
            "`{RUNS}` (reruns), `trades` (trades), or all of {} (summary)",
            super::schema::list(DROPOUT.into_iter())
        )
    }

    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        schema.check_integer("seed")?;
        Ok(first_of([
            (Tier::Reruns, has_outcome_runs(schema, RUNS)?),
            (Tier::Trades, schema.has_trades()?),
            (Tier::Summary, schema.missing(&DROPOUT)?.is_empty()),
        ]))
    }

    fn replay(&self, evidence: &Evidence) -> PolarsResult<Option<Replay<'_>>> {
        let seeds = evidence.seeds(self.seed)?;
        let passed = |name: &str| {
            let is_passed = self.passed.iter().any(|passed| passed == name);
            is_passed.then(|| evidence.metric(name)).transpose()
        };
        let given = [passed("profit")?, passed("max_drawdown")?, passed("sharpe_ratio")?];
        let (policy, cap) = (self.policy.no_evidence, self.penalty_cap);
        let of_tape = move |tape: &Tape, scratch: &mut Scratch, row: usize| {
            if tape.is_empty() {
                return policy.missing(1.0);
            }
            let base = |values: &Option<Buffer<f64>>| match values {
                Some(values) => policy.admit(at(values, row)).map(Some),
                None => Some(None),
            };
            let [profit, max_drawdown, sharpe_ratio] = &given;
            let given = GivenBase {
                profit: base(profit)?,
                max_drawdown: base(max_drawdown)?,
                sharpe_ratio: base(sharpe_ratio)?,
            };
            let seed = seeds.of(row)?;
            let dropout = Dropout { fraction: self.fraction, n_runs: self.n_runs, seed };
            let scratch = &mut scratch.trade_dropout;
            replayed_trade_dropout_score(tape, dropout, given, policy, cap, scratch)
        };
        let passes = f64::from(self.n_runs) / 3.0;
        Ok(Some(Replay { passes, of_tape: Box::new(of_tape) }))
    }

    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        match tier {
            Tier::Reruns => {
                score_runs(evidence, RUNS, self.policy.no_evidence, 1.0, |base, runs| {
                    trade_dropout_score(base, runs, self.penalty_cap)
                })
            }
            Tier::Trades => self.replayed(evidence),
            Tier::Summary => self.modelled(evidence),
        }
    }
}

fn trade_dropout_output(inputs: &[Field], kwargs: TradeDropout) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=trade_dropout_output)]
fn trade_dropout(inputs: &[Series], kwargs: TradeDropout) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
