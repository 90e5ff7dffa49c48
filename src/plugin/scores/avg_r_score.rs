//! `avg_r_score`: the mean R-multiple, between 0 and 1.

use super::prelude::*;
use crate::kernels::metric_score::ratio_score;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AvgRScore {}

impl Formula for AvgRScore {
    fn over_metrics(&self, basis: Basis) -> Numbers {
        let policy = basis.score.no_evidence;
        let means = basis.evidence.metric("avg_r")?;
        Ok(means.iter().map(|x| policy.admit(*x).map_or(f64::NAN, ratio_score)).collect())
    }
}

expression!(avg_r_score, avg_r_score_output, AvgRScore);
