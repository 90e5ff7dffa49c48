//! Stress penalty (`stress_penalty`; lower is better).
//!
//! ```text
//! penalty = clip(mean of finite pen_m, 0, cap)
//! ```
//!
//! Reruns: pen_m of each rerun ([`Outcomes::penalty`]). Trades, three exact replays: (a) fees ×
//! `cost_multiplier`; (b) the best ⌈variation·n⌉ trades missed, the earlier one first on ties;
//! (c) every loss larger by `variation`; the Sharpe ratio is of net pnl. A mean that is not finite
//! gives cap. Summary metrics: [`super::summary_scores`]. Source: Omega; specification, section 4.

use multiversion::multiversion;

use super::equity_curve::{EquityCurve, WIDTH, equity_curves, unmarked};
use super::number::{NoEvidence, share_of};
use super::ordered_trades::{OrderedTrades, shocked};
#[cfg(doc)]
use super::outcome::Outcomes;
use super::outcome::{Outcome, capped_mean_penalty};
use super::sharpe::{sharpe_of_curve, sharpes};

/// How hard the replays are.
#[derive(Debug, Clone, Copy)]
pub struct Stress {
    /// Share of best trades missed, and growth of losses; in [0, 1].
    pub variation: f64,
    /// Multiplier of the fees.
    pub cost_multiplier: f64,
}

/// Room for one candidate's replays, reused from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    keys: Vec<i64>,
    missed: Vec<bool>,
    steps: Vec<[f64; WIDTH]>,
}

/// Penalty of one candidate over the three replays of its trades; `None` without trades.
pub fn replayed_stress_penalty(
    trades: &OrderedTrades,
    stress: Stress,
    policy: NoEvidence,
    cap: f64,
    scratch: &mut Scratch,
) -> Option<f64> {
    if trades.is_empty() {
        return None;
    }
    let Scratch { keys, missed, steps } = scratch;
    let kept = trades.len() - mark_best(trades.net, stress.variation, keys, missed);
    // The same operations in every lane: a factor of 1 changes nothing.
    let costs = [1.0, stress.cost_multiplier, 1.0, 1.0];
    let growths = [1.0, 1.0, 1.0 + stress.variation, 1.0];
    let curves = replay(trades, &costs, &growths, missed, steps);
    let sharpes = sharpes(steps, &curves);
    let base = Outcome::of(curves[0], sharpes[0]).admitted(policy)?;
    let costly = Outcome::of(curves[1], sharpes[1]);
    let worsened = Outcome::of(curves[2], sharpes[2]);
    let kept = sharpe_of_curve(trades.net, missed, kept, curves[3].profit);
    let kept = Outcome::of(curves[3], kept);
    let penalties = [costly, kept, worsened].map(|run| base.penalty_of(&run));
    capped_mean_penalty(penalties.into_iter(), cap)
}

/// The curves and their `steps` with fees × `costs` and losses × `growths`, the last without what is
/// `missed`. The factors are no constants to the compiler, which would take the lanes apart.
#[multiversion(targets("x86_64+avx2"))]
fn replay(
    trades: &OrderedTrades,
    costs: &[f64; WIDTH],
    growths: &[f64; WIDTH],
    missed: &[bool],
    steps: &mut Vec<[f64; WIDTH]>,
) -> [EquityCurve; WIDTH] {
    steps.resize(trades.len(), [0.0; WIDTH]);
    let items = trades.pnl.iter().zip(trades.fee).zip(missed);
    equity_curves(steps.iter_mut().zip(items).map(|(step, ((pnl, fee), &missed))| {
        let mut nets = [0.0; WIDTH];
        for k in 0..WIDTH {
            let net = pnl - shocked(*fee, costs[k]);
            nets[k] = if net < 0.0 { net * growths[k] } else { net };
        }
        *step = unmarked(nets, u8::from(missed) << 3);
        *step
    }))
}

/// An integer that sorts as `x` does: integers are faster to compare.
fn key_of(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The number of a key.
fn of_key(key: i64) -> f64 {
    f64::from_bits((key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// Marks the best ⌈variation·n⌉ of `net` as `missed`; tells how many these are.
fn mark_best(net: &[f64], variation: f64, keys: &mut Vec<i64>, missed: &mut Vec<bool>) -> usize {
    missed.clear();
    missed.resize(net.len(), false);
    if variation <= 0.0 {
        return 0;
    }
    let count = share_of(net.len(), variation);
    keys.clear();
    keys.extend(net.iter().map(|x| key_of(*x)));
    let (_, &mut least, better) = keys.select_nth_unstable(net.len() - count);
    let least = of_key(least);
    let mut ties = count - better.iter().filter(|key| of_key(**key) > least).count();
    mark_above(net, least, missed);
    for (missed, x) in missed.iter_mut().zip(net) {
        if *x == least {
            *missed = true;
            ties -= 1;
            if ties == 0 {
                break;
            }
        }
    }
    count
}

#[multiversion(targets("x86_64+avx2"))]
fn mark_above(net: &[f64], least: f64, marks: &mut [bool]) {
    for (mark, x) in marks.iter_mut().zip(net) {
        *mark = *x > least;
    }
}

#[cfg(test)]
mod tests {
    use super::super::ordered_trades::{TradeOrder, Trades};
    use super::super::sharpe::sharpe;
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers() {
        let numbers = [f64::MIN, -2.5, -1e-300, -0.0, 0.0, 1e-300, 2.5, f64::MAX];
        assert!(numbers.map(key_of).is_sorted());
        assert_eq!(numbers.map(key_of).map(of_key), numbers);
    }

    #[test]
    fn the_best_trades_are_the_largest_and_then_the_earliest() {
        let mut missed = Vec::new();
        let mut marked = |net: &[f64], variation| -> Vec<usize> {
            mark_best(net, variation, &mut Vec::new(), &mut missed);
            (0..net.len()).filter(|&i| missed[i]).collect()
        };
        let net = [5.0, -1.0, 7.0, 5.0, 5.0, 0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(marked(&net, 0.3), [0, 2, 3]);
        assert_eq!(marked(&[0.0, -0.0, 0.0], 0.5).len(), 2);
        assert!(marked(&net, 0.0).is_empty());
        assert_eq!(marked(&net, 1.0).len(), 10);
    }

    #[test]
    fn replays_match_hand_computation() {
        let mut order = TradeOrder::default();
        let trades = order.load(&Trades {
            pnl: &[10.0, -2.0, 4.0],
            fee: Some(&[1.0, 0.0, 0.0]),
            ..Trades::default()
        });
        let stress = Stress { variation: 0.5, cost_multiplier: 3.0 };
        let penalty = replayed_stress_penalty(
            &trades,
            stress,
            NoEvidence::Null,
            1.0,
            &mut Scratch::default(),
        )
        .unwrap();
        // base net 9, −2, 4: profit 11, drawdown 2; (a) 7, −2, 4; (b) −2 alone; (c) 9, −3, 4
        let base = Outcome {
            profit: 11.0,
            max_drawdown: 2.0,
            sharpe_ratio: sharpe(trades.net, &mut vec![]),
        };
        let runs = [
            (9.0, 2.0, vec![7.0, -2.0, 4.0]),
            (-2.0, 2.0, vec![-2.0]),
            (10.0, 3.0, vec![9.0, -3.0, 4.0]),
        ];
        let expected: f64 = runs
            .iter()
            .map(|(profit, max_drawdown, net)| {
                base.penalty_of(&Outcome {
                    profit: *profit,
                    max_drawdown: *max_drawdown,
                    sharpe_ratio: sharpe(net, &mut Vec::new()),
                })
            })
            .sum::<f64>()
            / 3.0;
        assert!((penalty - expected).abs() < 1e-15);
    }
}
