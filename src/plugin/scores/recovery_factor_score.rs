//! `recovery_factor_score`: profit by maximum drawdown, between 0 and 1.

use super::prelude::*;
use crate::kernels::metric_score::ratio_score;
use crate::plugin::frame::evidence::at;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RecoveryFactorScore {}

impl Formula for RecoveryFactorScore {
    fn over_metrics(&self, basis: Basis) -> Numbers {
        let policy = basis.score.no_evidence;
        let profits = basis.evidence.metric("profit")?;
        let drawdowns = basis.evidence.metric("max_drawdown")?;
        let of_row = |row| {
            let (profit, drawdown) = (at(&profits, row), at(&drawdowns, row));
            let drawdown = policy.admit_if(drawdown, drawdown.is_finite() && drawdown >= 0.0)?;
            Some(ratio_score(policy.admit(profit)? / drawdown))
        };
        Ok((0..basis.evidence.len).map(|row| of_row(row).unwrap_or(f64::NAN)).collect())
    }
}

expression!(recovery_factor_score, recovery_factor_score_output, RecoveryFactorScore);
