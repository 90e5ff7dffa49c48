//! `trade_dropout_score`.

use super::prelude::*;
use crate::kernels::normal::inverse_normal;
use crate::kernels::sharpe::SharpeOf;
use crate::kernels::summary_scores;
use crate::kernels::trade_dropout::{Dropout, replayed_trade_dropout_score};
use crate::plugin::frame::seeds::from_text;
use crate::plugin::run::reruns::given_bases;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TradeDropout {
    fraction: f64,
    n_runs: u32,
    #[serde(deserialize_with = "from_text")]
    seed: u64,
    sharpe_of: SharpeOf,
    /// One-sided confidence level of the summary model.
    confidence: f64,
    penalty_cap: f64,
    /// Base metrics given by keyword, which replace those of the full trade list.
    passed: Vec<String>,
}

impl Formula for TradeDropout {
    fn over_runs(&self, basis: Basis) -> Numbers {
        basis.outcomes(|base, runs| runs.score(base, self.penalty_cap))
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        let Self { fraction, n_runs, sharpe_of, penalty_cap: cap, .. } = *self;
        let policy = basis.score.no_evidence;
        let seeds = basis.evidence.seeds(self.seed)?;
        let given = given_bases(basis.evidence, &self.passed, policy)?;
        let passes = f64::from(n_runs) / 3.0;
        Ok(Replay::new(basis.score, passes, move |trades, scratch, row| {
            let given = given(row)?;
            let dropout = Dropout { fraction, n_runs, seed: seeds.of(row)?, sharpe_of };
            let scratch = &mut scratch.trade_dropout;
            replayed_trade_dropout_score(trades, dropout, given, policy, cap, scratch)
        }))
    }

    fn over_metrics(&self, basis: Basis) -> Numbers {
        let z = inverse_normal(self.confidence);
        basis.modelled(|metrics, scores| {
            summary_scores::trade_dropout(metrics, self.fraction, z, self.penalty_cap, scores);
        })
    }
}

expression!(trade_dropout, trade_dropout_output, TradeDropout);
