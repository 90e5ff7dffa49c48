//! `stress_penalty`; lower is better.

use super::prelude::*;
use crate::kernels::stress_penalty::{Stress, replayed_stress_penalty};
use crate::kernels::summary_scores;

/// Passes over the trades that the replays and the choice of the best trades take.
const PASSES: f64 = 2.0;

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct StressPenalty {
    variation: f64,
    cost_multiplier: f64,
    penalty_cap: f64,
}

impl Formula for StressPenalty {
    fn over_runs(&self, basis: Basis) -> Numbers {
        basis.outcomes(|base, runs| runs.penalty(base, self.penalty_cap))
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        let Self { variation, cost_multiplier, penalty_cap: cap } = *self;
        let policy = basis.score.no_evidence;
        Ok(Replay::new(basis.score, PASSES, move |trades, scratch, _| {
            let stress = Stress { variation, cost_multiplier };
            replayed_stress_penalty(trades, stress, policy, cap, &mut scratch.stress_penalty)
        }))
    }

    fn over_metrics(&self, basis: Basis) -> Numbers {
        let Self { variation, cost_multiplier, penalty_cap: cap } = *self;
        basis.modelled(|metrics, penalties| {
            summary_scores::stress_penalty(metrics, variation, cost_multiplier, cap, penalties);
        })
    }
}

expression!(stress_penalty, stress_penalty_output, StressPenalty);
