//! Trade dropout (`trade_dropout_score`): the trade list with a random share missing.
//!
//! ```text
//! n_drop = min(max(ceil(n·f), 1), n)
//! run i: dropped = the set numpy.random.default_rng(seed + i).choice(n, n_drop, replace=False)
//!        kept trades in order → profit, max_drawdown, Sharpe ratio (of what, says [`SharpeOf`])
//! score = mean over runs of (1 − clip(pen_i, 0, cap))
//! ```
//!
//! The base is the full trade list unless base metrics are given. f = 0 or no runs gives 1. The
//! draws are NumPy's, bit for bit. Summary metrics: [`super::summary_scores`]. Source: Omega;
//! specification, section 6.

use std::ops::Range;

use multiversion::multiversion;

use super::equity_curve::{EquityCurve, WIDTH, equity_curve, equity_curves, unmarked};
use super::number::{NoEvidence, capped, share_of};
use super::ordered_trades::OrderedTrades;
use super::outcome::Outcome;
use super::sharpe::{SharpeOf, sharpe, sharpe_of_kept};
use crate::rng::{NumpyRng, mark_choice};

/// Which trades are dropped, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Dropout {
    /// Share of trades dropped, in [0, 1].
    pub fraction: f64,
    /// Number of runs.
    pub n_runs: u32,
    /// Seed of the first run.
    pub seed: u64,
    /// What the Sharpe ratio is of.
    pub sharpe_of: SharpeOf,
}

/// What a replay gives.
enum Replayed {
    /// The curve of the full list, before the first run.
    Full(EquityCurve),
    /// The outcome of a run.
    Run(Outcome),
}

/// Base metrics given by the caller in place of the full trade list's.
#[derive(Debug, Clone, Copy, Default)]
pub struct GivenBase {
    /// Net profit.
    pub profit: Option<f64>,
    /// Maximum drawdown.
    pub max_drawdown: Option<f64>,
    /// Sharpe ratio.
    pub sharpe_ratio: Option<f64>,
}

/// Room for one candidate's replays, reused from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of each trade: bit k if run k of those side by side drops it.
    marks: Vec<u8>,
    draws: Vec<u64>,
    kept: Vec<f64>,
}

/// Score of one candidate replayed on its trades; `None` without trades.
pub fn replayed_trade_dropout_score(
    trades: &OrderedTrades,
    dropout: Dropout,
    given: GivenBase,
    policy: NoEvidence,
    cap: f64,
    scratch: &mut Scratch,
) -> Option<f64> {
    if trades.is_empty() {
        return None;
    }
    let values = trades.sharpe_values(dropout.sharpe_of);
    let full_sharpe = given.sharpe_ratio.unwrap_or_else(|| sharpe(values, &mut scratch.kept));
    let base_of = |full: EquityCurve| {
        let base = Outcome {
            profit: given.profit.unwrap_or(full.profit),
            max_drawdown: given.max_drawdown.unwrap_or(full.max_drawdown),
            sharpe_ratio: full_sharpe,
        };
        base.admitted(policy)
    };
    if dropout.fraction <= 0.0 || dropout.n_runs == 0 {
        return base_of(equity_curve(trades.net)).map(|_| 1.0);
    }
    let (mut base, mut sum) = (None, 0.0);
    each_replay(trades, dropout, true, scratch, |replayed| {
        match replayed {
            Replayed::Full(curve) => base = Some(base_of(curve)?),
            Replayed::Run(outcome) => sum += 1.0 - capped(base?.penalty_of(&outcome), cap),
        }
        Some(())
    })?;
    Some(sum / f64::from(dropout.n_runs))
}

/// Hands the outcome of each run to `receive`; of the full list for each if nothing is dropped.
/// There is at least one trade.
pub fn dropout_runs(
    trades: &OrderedTrades,
    dropout: Dropout,
    scratch: &mut Scratch,
    mut receive: impl FnMut(Outcome),
) {
    if dropout.fraction <= 0.0 {
        let values = trades.sharpe_values(dropout.sharpe_of);
        let full = Outcome::of(equity_curve(trades.net), sharpe(values, &mut scratch.kept));
        (0..dropout.n_runs).for_each(|_| receive(full));
        return;
    }
    let _ = each_replay(trades, dropout, false, scratch, |replayed| {
        if let Replayed::Run(outcome) = replayed {
            receive(outcome);
        }
        Some(())
    });
}

/// Hands each run to `receive`, before them the full list if it is wanted, until that returns
/// `None`.
fn each_replay(
    trades: &OrderedTrades,
    dropout: Dropout,
    with_full: bool,
    scratch: &mut Scratch,
    mut receive: impl FnMut(Replayed) -> Option<()>,
) -> Option<()> {
    let values = trades.sharpe_values(dropout.sharpe_of);
    let mut first = usize::from(with_full);
    let mut run = 0;
    while run < dropout.n_runs {
        // The full list runs beside the first replays, then as many replays at once as fit.
        let lanes = first..WIDTH.min(first + (dropout.n_runs - run) as usize);
        draw(trades.len(), dropout, run, lanes.clone(), scratch);
        let curves = replay(trades.net, &scratch.marks);
        if first == 1 {
            receive(Replayed::Full(curves[0]))?;
        }
        for lane in lanes {
            let sharpe = sharpe_of_kept(values, &scratch.marks, 1 << lane, &mut scratch.kept);
            receive(Replayed::Run(Outcome::of(curves[lane], sharpe)))?;
            run += 1;
        }
        first = 0;
    }
    Some(())
}

/// Marks the trades that consecutive runs from `run` on drop, each in one of `lanes`.
fn draw(n: usize, dropout: Dropout, run: u32, lanes: Range<usize>, scratch: &mut Scratch) {
    let Scratch { marks, draws, .. } = scratch;
    let n_drop = share_of(n, dropout.fraction);
    marks.clear();
    marks.resize(n, 0);
    for (lane, i) in lanes.zip(run..) {
        let rng = NumpyRng::new(u128::from(dropout.seed) + u128::from(i));
        // Cannot fail: n_drop ≤ n and there is a mark for each trade.
        let drawn = mark_choice(rng, n, n_drop, marks, 1 << lane, draws);
        debug_assert!(drawn.is_ok());
    }
}

/// The curves of the net results without the trades that are marked; a dropped one counts 0.
#[multiversion(targets("x86_64+avx2"))]
fn replay(net: &[f64], marks: &[u8]) -> [EquityCurve; WIDTH] {
    equity_curves(net.iter().zip(marks).map(|(net, marks)| unmarked([*net; WIDTH], *marks)))
}

#[cfg(test)]
mod tests {
    use super::super::outcome::mean_capped_score;
    use super::*;

    /// Net results and R-multiples.
    fn columns(n: i32) -> [Vec<f64>; 2] {
        let wave = |i: i32| f64::from(i * 37 % 19) - 7.0;
        [(0..n).map(wave).collect(), (0..n).map(|i| wave(i) / 10.0).collect()]
    }

    fn trades_of([net, r_multiple]: &[Vec<f64>; 2]) -> OrderedTrades<'_> {
        OrderedTrades { pnl: net, net, r_multiple, ..OrderedTrades::default() }
    }

    fn runs(trades: &OrderedTrades, dropout: Dropout) -> Vec<Outcome> {
        let mut runs = Vec::new();
        dropout_runs(trades, dropout, &mut Scratch::default(), |run| runs.push(run));
        runs
    }

    #[test]
    fn runs_together_equal_runs_alone() {
        let columns = columns(83);
        let trades = trades_of(&columns);
        for n_runs in 1..12 {
            let sharpe_of = SharpeOf::Auto;
            let dropout = Dropout { fraction: 0.1, n_runs, seed: u64::MAX - 30, sharpe_of };
            let full = sharpe(trades.r_multiple, &mut Vec::new());
            let base = Outcome::of(equity_curve(trades.net), full);
            let alone: Vec<_> = (0..n_runs)
                .flat_map(|run| {
                    let seed = dropout.seed + u64::from(run);
                    runs(&trades, Dropout { n_runs: 1, seed, ..dropout })
                })
                .collect();
            assert_eq!(runs(&trades, dropout), alone);
            let expected = mean_capped_score(alone.iter().map(|run| base.penalty_of(run)), 0.5);
            let (given, policy) = (GivenBase::default(), NoEvidence::Null);
            let mut scratch = Scratch::default();
            let score =
                replayed_trade_dropout_score(&trades, dropout, given, policy, 0.5, &mut scratch);
            assert_eq!(score, expected);
        }
    }

    #[test]
    fn dropping_everything_or_nothing() {
        let columns = columns(20);
        let trades = trades_of(&columns);
        let dropout = Dropout { fraction: 1.0, n_runs: 1, seed: 1, sharpe_of: SharpeOf::Auto };
        let nothing = Outcome { profit: 0.0, max_drawdown: 0.0, sharpe_ratio: 0.0 };
        assert_eq!(runs(&trades, dropout), [nothing]);
        let full = sharpe(trades.r_multiple, &mut Vec::new());
        let full = Outcome::of(equity_curve(trades.net), full);
        assert_eq!(runs(&trades, Dropout { fraction: 0.0, n_runs: 3, ..dropout }), [full; 3]);
    }

    #[test]
    fn the_sharpe_ratio_is_of_r_multiples_or_net_results() {
        let mut columns = columns(40);
        columns[1].reverse();
        columns[1][0] = f64::NAN;
        let sharpe_with = |columns: &[Vec<f64>; 2], sharpe_of| {
            let dropout = Dropout { fraction: 0.0, n_runs: 1, seed: 1, sharpe_of };
            runs(&trades_of(columns), dropout)[0].sharpe_ratio
        };
        let [of_net, of_r] = columns.each_ref().map(|column| sharpe(column, &mut Vec::new()));
        assert_ne!(of_r, of_net);
        assert_eq!(sharpe_with(&columns, SharpeOf::Auto), of_r);
        assert_eq!(sharpe_with(&columns, SharpeOf::RMultiple), of_r);
        assert_eq!(sharpe_with(&columns, SharpeOf::Pnl), of_net);
        for none in [vec![f64::NAN; 40], Vec::new()] {
            columns[1] = none;
            assert_eq!(sharpe_with(&columns, SharpeOf::Auto), of_net);
            assert_eq!(sharpe_with(&columns, SharpeOf::RMultiple), 0.0);
        }
    }

    #[test]
    fn nothing_dropped_scores_one_and_no_trades_is_no_evidence() {
        let score = |n, fraction, n_runs| {
            let dropout = Dropout { fraction, n_runs, seed: 1, sharpe_of: SharpeOf::Auto };
            let given = GivenBase::default();
            let mut scratch = Scratch::default();
            let policy = NoEvidence::Null;
            let columns = columns(n);
            let trades = trades_of(&columns);
            replayed_trade_dropout_score(&trades, dropout, given, policy, 0.5, &mut scratch)
        };
        assert_eq!(score(10, 0.0, 5), Some(1.0));
        assert_eq!(score(10, 0.1, 0), Some(1.0));
        assert_eq!(score(0, 0.1, 5), None);
    }
}
