//! `sortino_score`: the Sortino ratio of the trades, between 0 and 1.

use super::prelude::*;
use crate::kernels::metric_score::ratio_score;
use crate::kernels::path_ratios::sortino;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SortinoScore {}

impl Formula for SortinoScore {
    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        Ok(Replay::new(basis.score, 1.0, |trades, scratch, _| {
            Some(sortino(trades.results(&mut scratch.finite), 0.0, 1.0).map_or(0.0, ratio_score))
        }))
    }
}

expression!(sortino_score, sortino_score_output, SortinoScore);
