//! Reruns that are compared by profit, drawdown and Sharpe ratio.

use polars::prelude::*;

use super::evidence::Evidence;
use super::nested::part;
use super::parallel::{Cost, score_rows};
use super::schema::Schema;
use crate::kernels::number::NoEvidence;
use crate::kernels::run_penalty::{Outcome, Outcomes};

/// The metrics a rerun must have.
pub(super) const FIELDS: [&str; 3] = ["profit", "max_drawdown", "sharpe_ratio"];

/// Nanoseconds of one rerun, a guess: it decides on threads, not on numbers.
const NANOS_PER_RUN: f64 = 10.0;

/// Whether reruns are there, with the base metrics they are compared with.
pub(super) fn has_outcome_runs(schema: &Schema, column: &str) -> PolarsResult<bool> {
    let there = schema.has_runs(column, &FIELDS)?;
    if there {
        schema.require(&FIELDS, column)?;
    }
    Ok(there)
}

/// The score of every row from its base and reruns; `omega` for a row without runs.
pub(super) fn score_runs(
    evidence: &Evidence,
    column: &str,
    policy: NoEvidence,
    omega: f64,
    score: impl Fn(&Outcome, Outcomes) -> Option<f64> + Sync,
) -> PolarsResult<Vec<f64>> {
    let nested = evidence.runs(column, &FIELDS)?;
    let base = evidence.outcomes()?;
    let [profit, max_drawdown, sharpe_ratio] =
        FIELDS.map(|field| nested.numbers(field).unwrap_or_default());
    let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_RUN };
    Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
        let range = nested.bounds.range(row);
        if range.is_empty() {
            return policy.missing(omega);
        }
        let base = base(row).admitted(policy)?;
        let runs = Outcomes {
            profit: part(profit, range.clone()),
            max_drawdown: part(max_drawdown, range.clone()),
            sharpe_ratio: part(sharpe_ratio, range),
        };
        score(&base, runs)
    }))
}
