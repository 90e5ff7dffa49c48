//! Trade dropout (`trade_dropout_score`): the trade list with a random share missing.
//!
//! ```text
//! n_drop = min(max(ceil(n·f), 1), n)
//! run i: dropped = the set numpy.random.default_rng(seed + i).choice(n, n_drop, replace=False)
//!        kept trades in order → profit, max_drawdown, Sharpe ratio of finite R-multiples
//! score = mean over runs of (1 − clip(pen_i, 0, cap))
//! ```
//!
//! The base is the full trade list unless base metrics are given. f = 0 or no runs gives 1. The
//! draws are NumPy's, bit for bit. Source: Omega; specification, section 6.

use multiversion::multiversion;

use super::equity_curve::{EquityCurve, WIDTH, equity_curve, equity_curves};
use super::number::{NoEvidence, capped, share_of};
use super::ordered_trades::OrderedTrades;
use super::outcome::Outcome;
use super::sharpe::{sharpe, sharpe_of_kept};
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
    dropped: [Vec<bool>; WIDTH],
    draws: Vec<u64>,
    kept: Vec<f64>,
    steps: Vec<[f64; WIDTH]>,
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
    if dropout.fraction <= 0.0 || dropout.n_runs == 0 {
        let full = base_outcome(trades, given, equity_curve(&trades.net), &mut scratch.kept);
        return full.admitted(policy).map(|_| 1.0);
    }
    let mut base = None;
    let mut sum = 0.0;
    let mut run = 0;
    while run < dropout.n_runs {
        // The base runs beside the first replays, then as many replays at once as fit.
        let first = usize::from(base.is_none());
        let lanes = first..WIDTH.min(first + (dropout.n_runs - run) as usize);
        let replayed = replay(trades, dropout, run, lanes.clone(), scratch);
        let base = match base {
            Some(base) => base,
            None => {
                let full = base_outcome(trades, given, replayed[0], &mut scratch.kept);
                *base.insert(full.admitted(policy)?)
            }
        };
        for lane in lanes {
            let dropped = &scratch.dropped[lane];
            let outcome = outcome(trades, replayed[lane], dropped, &mut scratch.kept);
            sum += 1.0 - capped(base.penalty_of(&outcome), cap);
            run += 1;
        }
    }
    Some(sum / f64::from(dropout.n_runs))
}

/// The curves of consecutive runs from `run` on, one in each of `lanes`; no trade is dropped in
/// the other lanes.
#[multiversion(targets("x86_64+avx2"))]
fn replay(
    trades: &OrderedTrades,
    dropout: Dropout,
    run: u32,
    lanes: std::ops::Range<usize>,
    scratch: &mut Scratch,
) -> [EquityCurve; WIDTH] {
    let n = trades.len();
    let n_drop = share_of(n, dropout.fraction);
    for dropped in &mut scratch.dropped {
        dropped.clear();
        dropped.resize(n, false);
    }
    for (dropped, i) in scratch.dropped[lanes].iter_mut().zip(run..) {
        let rng = NumpyRng::new(u128::from(dropout.seed) + u128::from(i));
        // Cannot fail: n_drop ≤ n and there is a mark for each trade.
        let drawn = mark_choice(rng, n, n_drop, dropped, &mut scratch.draws);
        debug_assert!(drawn.is_ok());
    }
    let [a, b, c, d] = &scratch.dropped;
    let marks = a.iter().zip(b).zip(c).zip(d);
    scratch.steps.resize(n, [0.0; WIDTH]);
    for ((step, &net), (((a, b), c), d)) in scratch.steps.iter_mut().zip(&trades.net).zip(marks) {
        let marks = [*a, *b, *c, *d];
        for k in 0..WIDTH {
            step[k] = if marks[k] { 0.0 } else { net };
        }
    }
    equity_curves(&scratch.steps)
}

fn outcome(
    trades: &OrderedTrades,
    curve: EquityCurve,
    dropped: &[bool],
    kept: &mut Vec<f64>,
) -> Outcome {
    Outcome::of(curve, sharpe_of_kept(&trades.r_multiple, dropped, kept))
}

fn base_outcome(
    trades: &OrderedTrades,
    given: GivenBase,
    full: EquityCurve,
    kept: &mut Vec<f64>,
) -> Outcome {
    Outcome {
        profit: given.profit.unwrap_or(full.profit),
        max_drawdown: given.max_drawdown.unwrap_or(full.max_drawdown),
        sharpe_ratio: given.sharpe_ratio.unwrap_or_else(|| sharpe(&trades.r_multiple, kept)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ordered_trades::Trades;
    use super::super::outcome::mean_capped_score;
    use super::*;

    fn trades_of(n: i32) -> OrderedTrades {
        let wave = |i: i32| f64::from(i * 37 % 19) - 7.0;
        let pnl: Vec<f64> = (0..n).map(wave).collect();
        let r: Vec<f64> = (0..n).map(|i| wave(i) / 10.0).collect();
        let mut trades = OrderedTrades::default();
        trades.load(&Trades { pnl: &pnl, r_multiple: Some(&r), ..Trades::default() });
        trades
    }

    /// Profit, drawdown and Sharpe ratio of run `run` alone.
    fn replay_run(
        trades: &OrderedTrades,
        dropout: Dropout,
        run: u32,
        scratch: &mut Scratch,
    ) -> Outcome {
        let curves = replay(trades, dropout, run, 0..1, scratch);
        outcome(trades, curves[0], &scratch.dropped[0], &mut scratch.kept)
    }

    #[test]
    fn runs_together_equal_runs_alone() {
        let trades = trades_of(83);
        for n_runs in 1..12 {
            let dropout = Dropout { fraction: 0.1, n_runs, seed: u64::MAX - 3 };
            let mut scratch = Scratch::default();
            let base = base_outcome(
                &trades,
                GivenBase::default(),
                equity_curve(&trades.net),
                &mut Vec::new(),
            );
            let alone = (0..n_runs).map(|run| {
                let outcome = replay_run(&trades, dropout, run, &mut Scratch::default());
                base.penalty_of(&outcome)
            });
            let expected = mean_capped_score(alone, 0.5);
            let given = GivenBase::default();
            let policy = NoEvidence::Null;
            let score =
                replayed_trade_dropout_score(&trades, dropout, given, policy, 0.5, &mut scratch);
            assert_eq!(score, expected);
        }
    }

    #[test]
    fn dropping_everything_leaves_nothing() {
        let dropout = Dropout { fraction: 1.0, n_runs: 1, seed: 1 };
        let outcome = replay_run(&trades_of(20), dropout, 0, &mut Scratch::default());
        assert_eq!(outcome, Outcome { profit: 0.0, max_drawdown: 0.0, sharpe_ratio: 0.0 });
    }

    #[test]
    fn nothing_dropped_scores_one_and_no_trades_is_no_evidence() {
        let score = |n, fraction, n_runs| {
            let dropout = Dropout { fraction, n_runs, seed: 1 };
            let given = GivenBase::default();
            let mut scratch = Scratch::default();
            let policy = NoEvidence::Null;
            replayed_trade_dropout_score(&trades_of(n), dropout, given, policy, 0.5, &mut scratch)
        };
        assert_eq!(score(10, 0.0, 5), Some(1.0));
        assert_eq!(score(10, 0.1, 0), Some(1.0));
        assert_eq!(score(0, 0.1, 5), None);
    }
}
