//! `cost_shock_score`.

use super::prelude::*;
use crate::kernels::cost_shock::replayed_cost_shock_score;
use crate::kernels::summary_scores;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CostShock {
    multipliers: Vec<f64>,
    penalty_cap: f64,
}

impl Formula for CostShock {
    fn over_runs(&self, basis: Basis) -> Numbers {
        basis.outcomes(|base, runs| runs.score(base, self.penalty_cap))
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        let (score, Self { multipliers, penalty_cap }) = (basis.score, self);
        #[allow(clippy::cast_precision_loss)] // an estimate
        let passes = 1.0 + multipliers.len() as f64 / 4.0;
        Ok(Replay::new(score, passes, |trades, scratch, _| {
            let (policy, scratch) = (score.no_evidence, &mut scratch.cost_shock);
            replayed_cost_shock_score(trades, multipliers, policy, *penalty_cap, scratch)
        }))
    }

    fn over_metrics(&self, basis: Basis) -> Numbers {
        basis.modelled(|metrics, scores| {
            summary_scores::cost_shock(metrics, &self.multipliers, self.penalty_cap, scores);
        })
    }
}

expression!(cost_shock, cost_shock_output, CostShock);
