//! `stress_penalty`, and `timing_jitter` over its own column: reruns, else trades, else the
//! summary model.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, first_of, output, series};
use super::evidence::Evidence;
use super::outcome_runs::{has_outcome_runs, score_runs};
use super::parallel::{Cost, score_rows};
use super::params::{Policy, StressPenalty};
use super::replays::{Replay, Scratch};
use super::schema::{Schema, Tier};
use super::summary::{COSTS, summaries};
use crate::kernels::stress_penalty::{Stress, replayed_stress_penalty, stress_penalty as kernel};
use crate::kernels::tape::Tape;

/// The column that has weaker tiers to fall back on.
const RUNS: &str = "stress_runs";

/// Passes over the trades that the replays and the choice of the best trades take.
const PASSES: f64 = 2.0;
/// Nanoseconds of one modelled row; `benches/kernels.rs`.
const NANOS_PER_MODEL: f64 = 30.0;

impl StressPenalty {
    /// Only stress is replayed or modelled where there are no reruns.
    fn falls_back(&self) -> bool {
        self.runs == RUNS
    }

    fn modelled(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let summary = summaries(evidence, self.policy.no_evidence, true)?;
        let cost = Cost { items: evidence.len, nanos_per_item: NANOS_PER_MODEL };
        let Self { variation, cost_multiplier, penalty_cap, .. } = *self;
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            Some(summary(row)?.stress_penalty(variation, cost_multiplier, penalty_cap))
        }))
    }
}

impl Component for StressPenalty {
    const NAME: &'static str = "stress_penalty";

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn name(&self) -> &'static str {
        if self.falls_back() { Self::NAME } else { "timing_jitter_score" }
    }

    fn looked_for(&self) -> String {
        let weaker = super::schema::list(COSTS.into_iter());
        let runs = format!("`{}` (reruns)", self.runs);
        if self.falls_back() {
            format!("{runs}, `trades` (trades), or all of {weaker} (summary)")
        } else {
            runs
        }
    }

    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        let falls_back = self.falls_back();
        Ok(first_of([
            (Tier::Reruns, has_outcome_runs(schema, &self.runs)?),
            (Tier::Trades, falls_back && schema.has_trades()?),
            (Tier::Summary, falls_back && schema.missing(&COSTS)?.is_empty()),
        ]))
    }

    fn replay(&self, _: &Evidence) -> PolarsResult<Option<Replay<'_>>> {
        let stress = Stress { variation: self.variation, cost_multiplier: self.cost_multiplier };
        let (policy, cap) = (self.policy.no_evidence, self.penalty_cap);
        let of_tape = move |tape: &Tape, scratch: &mut Scratch, _: usize| {
            replayed_stress_penalty(tape, stress, policy, cap, &mut scratch.stress_penalty)
        };
        Ok(Some(Replay { passes: PASSES, of_tape: Box::new(of_tape) }))
    }

    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        match tier {
            Tier::Reruns => {
                score_runs(evidence, &self.runs, self.policy.no_evidence, 0.0, |base, runs| {
                    kernel(base, runs, self.penalty_cap)
                })
            }
            Tier::Trades => self.replayed(evidence),
            Tier::Summary => self.modelled(evidence),
        }
    }
}

fn stress_penalty_output(inputs: &[Field], kwargs: StressPenalty) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=stress_penalty_output)]
fn stress_penalty(inputs: &[Series], kwargs: StressPenalty) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
