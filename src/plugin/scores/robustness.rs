//! `robustness_score`.

use super::prelude::*;
use crate::plugin::run::summary::Jittering;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Robustness {
    with_avg_r: bool,
    penalty_cap: f64,
    #[serde(flatten)]
    jittering: Jittering,
}

impl Formula for Robustness {
    fn over_runs(&self, basis: Basis) -> Numbers {
        basis.robustness(self.with_avg_r, self.penalty_cap)
    }

    fn over_metrics(&self, basis: Basis) -> Numbers {
        basis.modelled_robustness(self.jittering, self.with_avg_r, self.penalty_cap)
    }
}

expression!(robustness, robustness_output, Robustness);
