//! Scores of the summary model, from metrics alone; each metric is checked against its domain.

use polars::prelude::PolarsResult;
use serde::Deserialize;

use super::component::{Basis, Numbers};
use super::parallel::{Cost, score_rows};
use super::reruns::base_outcomes;
use crate::kernels::number::NoEvidence;
use crate::kernels::outcome::Outcome;
use crate::kernels::summary_model::{Edge, Jitter, Summary, summary_robustness};
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::seeds::{Seeds, from_text};

/// Nanoseconds of one modelled row; `benches/kernels.rs`.
const NANOS_PER_ROW: f64 = 30.0;
/// Nanoseconds of one iteration of modelled robustness; `benches/kernels.rs`.
const NANOS_PER_ITERATION: f64 = 1.0;

/// How the parameters of a candidate are jittered.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Jittering {
    param_variation: f64,
    n_iterations: u32,
    #[serde(deserialize_with = "from_text")]
    seed: u64,
}

impl Basis<'_> {
    /// Scores of the summary model.
    pub(crate) fn modelled(self, of_row: impl Fn(&Summary) -> f64 + Sync) -> Numbers {
        let summary = summaries(self)?;
        let rows = self.evidence.len;
        let cost = Cost { items: rows, nanos_per_item: NANOS_PER_ROW };
        Ok(score_rows(rows, cost, |(): &mut (), row| Some(of_row(&summary(row)?))))
    }

    /// Robustness of the summary model.
    pub(crate) fn modelled_robustness(
        self,
        jittering: Jittering,
        with_avg_r: bool,
        cap: f64,
    ) -> Numbers {
        let Self { evidence, score, .. } = self;
        let Jittering { param_variation, n_iterations, seed } = jittering;
        let edges = edges(evidence, score.no_evidence)?;
        let seeds = evidence.seeds(seed)?;
        // The draws are shared by all rows unless each has its own seed.
        let mut shared = Jitter::default();
        if let Seeds::One(seed) = seeds {
            shared.draw(seed, param_variation, n_iterations);
        }
        let items = evidence.len.saturating_mul(n_iterations as usize);
        let cost = Cost { items, nanos_per_item: NANOS_PER_ITERATION };
        Ok(score_rows(evidence.len, cost, |own: &mut Jitter, row| {
            let edge = edges(row)?;
            let jitter = match seeds {
                Seeds::One(_) => &shared,
                Seeds::Column(_) => {
                    own.draw(seeds.of(row)?, param_variation, n_iterations);
                    own
                }
            };
            Some(summary_robustness(edge, jitter, with_avg_r, cap))
        }))
    }
}

/// The edge of every row; the outer `None` is a row without evidence.
fn edges(
    evidence: &Evidence,
    policy: NoEvidence,
) -> PolarsResult<impl Fn(usize) -> Option<Option<Edge>> + Sync + use<>> {
    let profit = evidence.metric("profit")?;
    let win_rate = evidence.metric("win_rate")?;
    let profit_factor = evidence.metric("profit_factor")?;
    Ok(move |row| {
        let (p, factor) = (at(&win_rate, row), at(&profit_factor, row));
        Some(Edge::new(
            policy.admit(at(&profit, row))?,
            policy.admit_if(factor, factor >= 0.0)?,
            policy.admit_if(p, (0.0..=1.0).contains(&p))?,
        ))
    })
}

/// The summary of every row, `None` without evidence; costs are 0 where the tier needs none.
fn summaries(
    Basis { evidence, score, tier }: Basis,
) -> PolarsResult<impl Fn(usize) -> Option<Summary> + Sync + use<>> {
    let policy = score.no_evidence;
    let edge = edges(evidence, policy)?;
    let outcomes = base_outcomes(evidence)?;
    let total_trades = evidence.metric("total_trades")?;
    let cost = tier.needs("cost_per_trade").then(|| evidence.metric("cost_per_trade"));
    let cost = cost.transpose()?;
    let positive = move |x: f64| policy.admit_if(x, x.is_finite() && x >= 0.0);
    Ok(move |row| {
        let edge = edge(row)?;
        let base = outcomes(row);
        let max_drawdown = positive(base.max_drawdown)?;
        Some(Summary {
            base: Outcome { max_drawdown, ..base }.admitted(policy)?,
            total_trades: positive(at(&total_trades, row))?,
            cost_per_trade: cost.as_ref().map_or(Some(0.0), |cost| positive(at(cost, row)))?,
            edge,
        })
    })
}
