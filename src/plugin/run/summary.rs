//! Scores of the summary model, from metrics alone; each metric is checked against its domain.

use polars::prelude::PolarsResult;
use polars_buffer::Buffer;
use serde::Deserialize;

use super::component::{Basis, Numbers};
use super::parallel::{BLOCK, Cost, collect_ranges, score_rows};
use crate::kernels::number::NoEvidence;
use crate::kernels::summary_model::{Edge, Jitter, summary_robustness};
use crate::kernels::summary_scores::Metrics;
use crate::plugin::errors::internal;
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::seeds::{Seeds, from_text};

/// Nanoseconds of one modelled row; `benches/kernels.rs`.
const NANOS_PER_ROW: f64 = 15.0;
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
    /// Scores of the summary model, which `kernel` writes for some rows at a time.
    pub(crate) fn modelled(self, kernel: impl Fn(Metrics, &mut [f64]) + Sync) -> Numbers {
        let columns = Columns::read(self)?;
        let metrics = columns.metrics(self.score.no_evidence);
        let cost = Cost { items: self.evidence.len, nanos_per_item: NANOS_PER_ROW };
        Ok(collect_ranges(self.evidence.len, cost, |rows, (): &mut ()| {
            let mut scores = vec![f64::NAN; rows.len()];
            for (block, first) in scores.chunks_mut(BLOCK).zip(rows.step_by(BLOCK)) {
                kernel(metrics.range(first..first + block.len()), block);
            }
            scores
        }))
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
            let jitter = match seeds {
                Seeds::One(_) => &shared,
                Seeds::Column(_) => {
                    own.draw(seeds.of(row)?, param_variation, n_iterations);
                    own
                }
            };
            summary_robustness(edges(row), jitter, with_avg_r, cap)
        }))
    }
}

/// The edge of every row.
fn edges(
    evidence: &Evidence,
    policy: NoEvidence,
) -> PolarsResult<impl Fn(usize) -> Edge + Sync + use<>> {
    let profit = evidence.metric("profit")?;
    let win_rate = evidence.metric("win_rate")?;
    let factor = evidence.metric("profit_factor")?;
    Ok(move |row| Edge::new(at(&profit, row), at(&factor, row), at(&win_rate, row), policy))
}

/// The metrics of all rows.
struct Columns {
    profit: Buffer<f64>,
    max_drawdown: Buffer<f64>,
    sharpe_ratio: Buffer<f64>,
    profit_factor: Buffer<f64>,
    win_rate: Buffer<f64>,
    total_trades: Buffer<f64>,
    cost_per_trade: Buffer<f64>,
}

impl Columns {
    /// Costs are 0 where the tier needs none.
    fn read(Basis { evidence, tier, .. }: Basis) -> PolarsResult<Self> {
        let column = |name: &str| {
            let values = evidence.metric(name)?;
            if values.len() == evidence.len {
                Ok(values)
            } else {
                Err(internal("a metric is short"))
            }
        };
        let no_cost = || Ok(vec![0.0; evidence.len].into());
        Ok(Self {
            profit: column("profit")?,
            max_drawdown: column("max_drawdown")?,
            sharpe_ratio: column("sharpe_ratio")?,
            profit_factor: column("profit_factor")?,
            win_rate: column("win_rate")?,
            total_trades: column("total_trades")?,
            cost_per_trade: if tier.needs("cost_per_trade") {
                column("cost_per_trade")
            } else {
                no_cost()
            }?,
        })
    }

    fn metrics(&self, policy: NoEvidence) -> Metrics<'_> {
        Metrics {
            profit: &self.profit,
            max_drawdown: &self.max_drawdown,
            sharpe_ratio: &self.sharpe_ratio,
            profit_factor: &self.profit_factor,
            win_rate: &self.win_rate,
            total_trades: &self.total_trades,
            cost_per_trade: &self.cost_per_trade,
            policy,
        }
    }
}
