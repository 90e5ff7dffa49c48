//! `robustness_score`.

use super::prelude::*;
use crate::plugin::run::summary::Jittering;

/// The tier in which the trials of an optimiser stand in for reruns.
const NEIGHBOURS: &str = "neighbours";

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Robustness {
    with_avg_r: bool,
    penalty_cap: f64,
    min_neighbours: usize,
    #[serde(flatten)]
    jittering: Jittering,
}

impl Formula for Robustness {
    fn over_runs(&self, basis: Basis) -> Numbers {
        let least = if basis.tier.name == NEIGHBOURS { self.min_neighbours } else { 1 };
        basis.robustness(self.with_avg_r, self.penalty_cap, least)
    }

    fn over_metrics(&self, basis: Basis) -> Numbers {
        basis.modelled_robustness(self.jittering, self.with_avg_r, self.penalty_cap)
    }
}

expression!(robustness, robustness_output, Robustness);
