//! `data_jitter_score`: robustness over reruns on jittered prices.

use super::prelude::*;

#[derive(Debug, Clone, Deserialize)]
struct DataJitter {
    with_avg_r: bool,
    penalty_cap: f64,
}

impl Formula for DataJitter {
    fn over_runs(&self, basis: Basis) -> Numbers {
        basis.robustness(self.with_avg_r, self.penalty_cap, 1)
    }
}

expression!(data_jitter, data_jitter_output, DataJitter);
