//! `cost_shock_score`: reruns, else trades, else the summary model.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, first_of, output, series};
use super::evidence::Evidence;
use super::outcome_runs::{has_outcome_runs, score_runs};
use super::parallel::{Cost, score_rows};
use super::params::{CostShock, Policy};
use super::replays::{Replay, Scratch};
use super::schema::{Schema, Tier};
use super::summary::{COSTS, summaries};
use crate::kernels::cost_shock::{cost_shock_score, replayed_cost_shock_score};
use crate::kernels::tape::Tape;

const RUNS: &str = "cost_runs";

/// Nanoseconds of one modelled row; `benches/kernels.rs`.
const NANOS_PER_MODEL: f64 = 30.0;

impl CostShock {
    fn modelled(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let summary = summaries(evidence, self.policy.no_evidence, true)?;
        let cost = Cost { items: evidence.len, nanos_per_item: NANOS_PER_MODEL };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            Some(summary(row)?.cost_shock(&self.multipliers, self.penalty_cap))
        }))
    }
}

impl Component for CostShock {
    const NAME: &'static str = "cost_shock_score";

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn looked_for(&self) -> String {
        format!(
            "`{RUNS}` (reruns), `trades` (trades), or all of {} (summary)",
            super::schema::list(COSTS.into_iter())
        )
    }

    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        Ok(first_of([
            (Tier::Reruns, has_outcome_runs(schema, RUNS)?),
            (Tier::Trades, schema.has_trades()?),
            (Tier::Summary, schema.missing(&COSTS)?.is_empty()),
        ]))
    }

    fn replay(&self, _: &Evidence) -> PolarsResult<Option<Replay<'_>>> {
        #[allow(clippy::cast_precision_loss)] // an estimate
        let passes = 1.0 + self.multipliers.len() as f64 / 4.0;
        let policy = self.policy.no_evidence;
        let of_tape = move |tape: &Tape, scratch: &mut Scratch, _: usize| {
            let (multipliers, cap) = (&self.multipliers, self.penalty_cap);
            replayed_cost_shock_score(tape, multipliers, policy, cap, &mut scratch.cost_shock)
        };
        Ok(Some(Replay { passes, of_tape: Box::new(of_tape) }))
    }

    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        match tier {
            Tier::Reruns => {
                score_runs(evidence, RUNS, self.policy.no_evidence, 1.0, |base, runs| {
                    cost_shock_score(base, runs, self.penalty_cap)
                })
            }
            Tier::Trades => self.replayed(evidence),
            Tier::Summary => self.modelled(evidence),
        }
    }
}

fn cost_shock_output(inputs: &[Field], kwargs: CostShock) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=cost_shock_output)]
fn cost_shock(inputs: &[Series], kwargs: CostShock) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
