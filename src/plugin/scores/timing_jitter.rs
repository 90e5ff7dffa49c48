//! `timing_jitter_score`: what the stress penalty over reruns at shifted times leaves.

use super::prelude::*;
use crate::kernels::outcome::score_from_penalty;

#[derive(Debug, Clone, Deserialize)]
struct TimingJitter {
    penalty_cap: f64,
}

impl Formula for TimingJitter {
    fn over_runs(&self, basis: Basis) -> Numbers {
        let cap = self.penalty_cap;
        basis.outcomes(|base, runs| {
            runs.penalty(base, cap).map(|penalty| score_from_penalty(penalty, cap))
        })
    }
}

expression!(timing_jitter, timing_jitter_output, TimingJitter);
