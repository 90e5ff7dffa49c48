//! Scores that replay a candidate's trades: the tape is loaded once a row for all of them.

use polars::prelude::PolarsResult;

use super::evidence::Evidence;
use super::parallel::map_rows;
use crate::kernels::tape::Tape;
use crate::kernels::{cost_shock, stress_penalty, trade_dropout};

/// Room for the replays of one row, reused from row to row.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) cost_shock: cost_shock::Scratch,
    pub(super) stress_penalty: stress_penalty::Scratch,
    pub(super) trade_dropout: trade_dropout::Scratch,
}

/// Cost shock, trade dropout and stress penalty: more scores do not replay trades.
const MOST: usize = 3;

/// One score of a row from its trades on tape.
type OfTape<'a> = dyn Fn(&Tape, &mut Scratch, usize) -> Option<f64> + Sync + 'a;

/// A score that is computed from trades.
pub(super) struct Replay<'a> {
    /// How often it goes over the trades.
    pub(super) passes: f64,
    pub(super) of_tape: Box<OfTape<'a>>,
}

/// The scores of every row, one column for each of `replays`; NaN for none.
pub(super) fn replay_trades(
    evidence: &Evidence,
    replays: &[Replay],
) -> PolarsResult<Vec<Vec<f64>>> {
    let trades = evidence.trades()?;
    let passes: f64 = replays.iter().map(|replay| replay.passes).sum();
    let cost = trades.cost().times(1.0 + passes);
    let rows = map_rows(evidence.len, cost, |(tape, scratch): &mut (Tape, Scratch), row| {
        trades.load(row, tape);
        let mut scores = [f64::NAN; MOST];
        for (score, replay) in scores.iter_mut().zip(replays) {
            *score = (replay.of_tape)(tape, scratch, row).unwrap_or(f64::NAN);
        }
        scores
    });
    let column = |i| rows.iter().map(|scores| scores.get(i).copied().unwrap_or(f64::NAN)).collect();
    Ok((0..replays.len()).map(column).collect())
}
