//! Cost shock (`cost_shock_score`): how well a candidate bears higher trading costs.
//!
//! ```text
//! score = mean over runs of (1 − clip(pen_m, 0, cap))
//! ```
//!
//! Reruns: pen_m of each rerun against the base ([`Outcomes::score`]). Trades: net = pnl − k·fee for
//! each multiplier k (a fee below 0, a rebate, stays); profit, max_drawdown and Sharpe ratio (net pnl,
//! mean / sample std) are recomputed for the base (k = 1) and each k. Summary metrics:
//! [`super::summary_scores`]. Source: Omega; specification, section 5.

use multiversion::multiversion;

use super::equity_curve::{WIDTH, equity_curves};
use super::number::{NoEvidence, capped};
use super::ordered_trades::{OrderedTrades, shocked};
use super::outcome::Outcome;
#[cfg(doc)]
use super::outcome::Outcomes;
use super::sharpe::sharpes;

/// Room for one candidate's replays, reused from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    steps: Vec<[f64; WIDTH]>,
}

/// Score of one candidate replayed at `multipliers` times its fees; `None` without trades.
pub fn replayed_cost_shock_score(
    trades: &OrderedTrades,
    multipliers: &[f64],
    policy: NoEvidence,
    cap: f64,
    scratch: &mut Scratch,
) -> Option<f64> {
    if trades.is_empty() {
        return None;
    }
    let mut base = None;
    let mut scores = 0.0;
    let mut rest = multipliers;
    while base.is_none() || !rest.is_empty() {
        // The base runs beside the first multipliers, then as many at once as fit.
        let first = usize::from(base.is_none());
        let (now, later) = rest.split_at((WIDTH - first).min(rest.len()));
        rest = later;
        let mut costs = [1.0; WIDTH];
        costs[first..first + now.len()].copy_from_slice(now);
        let outcomes = replay(trades, &costs, &mut scratch.steps);
        let base = match base {
            Some(base) => base,
            None => *base.insert(outcomes[0].admitted(policy)?),
        };
        for outcome in &outcomes[first..first + now.len()] {
            scores += 1.0 - capped(base.penalty_of(outcome), cap);
        }
    }
    #[allow(clippy::cast_precision_loss)] // a handful of multipliers
    Some(scores / multipliers.len() as f64)
}

/// The trades at four multiples of their fees.
#[multiversion(targets("x86_64+avx2"))]
fn replay(
    trades: &OrderedTrades,
    costs: &[f64; WIDTH],
    steps: &mut Vec<[f64; WIDTH]>,
) -> [Outcome; WIDTH] {
    steps.resize(trades.len(), [0.0; WIDTH]);
    let items = steps.iter_mut().zip(trades.pnl).zip(trades.fee);
    let curves = equity_curves(items.map(|((step, pnl), fee)| {
        *step = costs.map(|cost| pnl - shocked(*fee, cost));
        *step
    }));
    let sharpes = sharpes(steps, &curves);
    [0, 1, 2, 3].map(|k: usize| Outcome::of(curves[k], sharpes[k]))
}

#[cfg(test)]
mod tests {
    use super::super::ordered_trades::{TradeOrder, Trades};
    use super::super::outcome::mean_capped_score;
    use super::*;

    #[test]
    fn any_number_of_multipliers_equals_one_at_a_time() {
        let pnl: Vec<f64> = (0..57).map(|i| f64::from(i % 7) - 2.0).collect();
        let fee = vec![0.1; 57];
        let mut order = TradeOrder::default();
        let trades = order.load(&Trades { pnl: &pnl, fee: Some(&fee), ..Trades::default() });
        let all = [1.1, 1.5, 2.0, 3.0, 4.0, 5.0, 0.5, 7.0, 9.0];
        let outcome_at = |cost| replay(&trades, &[cost, 1.0, 1.0, 1.0], &mut Vec::new())[0];
        let base = outcome_at(1.0);
        for count in 1..=all.len() {
            let singly = all[..count].iter().map(|&k| base.penalty_of(&outcome_at(k)));
            let expected = mean_capped_score(singly, 0.5);
            let got = replayed_cost_shock_score(
                &trades,
                &all[..count],
                NoEvidence::Null,
                0.5,
                &mut Scratch::default(),
            );
            assert_eq!(got, expected);
        }
    }
}
