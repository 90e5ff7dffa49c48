//! `sortino_score`: the Sortino ratio of the trades, between 0 and 1.

use super::prelude::*;
use crate::kernels::metric_score::{ratio_score, sortino_ratio};

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SortinoScore {}

impl Formula for SortinoScore {
    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        Ok(Replay::new(basis.score, 1.0, |trades, scratch, _| {
            Some(ratio_score(sortino_ratio(trades.results(&mut scratch.finite))))
        }))
    }
}

expression!(sortino_score, sortino_score_output, SortinoScore);
