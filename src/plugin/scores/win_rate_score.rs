//! `win_rate_score`: the win rate.

use super::prelude::*;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WinRateScore {}

impl Formula for WinRateScore {
    fn over_metrics(&self, basis: Basis) -> Numbers {
        let policy = basis.score.no_evidence;
        let win_rates = basis.evidence.metric("win_rate")?;
        let of = |x: &f64| policy.admit_if(*x, (0.0..=1.0).contains(x)).unwrap_or(f64::NAN);
        Ok(win_rates.iter().map(of).collect())
    }
}

expression!(win_rate_score, win_rate_score_output, WinRateScore);
