//! The summary model: scores from summary metrics alone (tier 3).
//!
//! Its assumption: *each trade is one of two outcomes, an average win or an average loss.*
//! p = win_rate, g = PF/(1+PF), l = 1/(1+PF) (PF = +inf or p = 1: g = 1, l = 0). A shock takes
//! win rate × r_p and payoff × r_b:
//!
//! ```text
//! p' = min(1, p·r_p);  g' = g·(p'/p)·r_b;  l' = l·(1−p')/(1−p), but (1−p')·g if p = 1
//! edge ratio ρ = (g' − l') / (g − l);   no edge when g ≤ l, P ≤ 0 or p = 0
//! ```
//!
//! Shocks only worsen (r ≤ 1), so p' = p·r_p, and what is lost of the edge is linear in them:
//!
//! ```text
//! 1 − ρ = (g·(1 − r_p·r_b) + k·(1 − r_p)) / (g − l),   k = l·p/(1−p), but g if p = 1
//! ```
//!
//! which is exactly 0 without a shock and needs no division per draw.
//!
//! D = max(max_drawdown, 1e-9) and S = max(sharpe_ratio, 1e-9). A shocked metric that is not finite
//! costs the cap. A candidate without an edge gets the worst score, 1 − cap (stress: cap).
//! Source: specification, section 9.

use multiversion::multiversion;

use super::lane_sums::lane_sum_of_pairs;
use super::number::{BASE_FLOOR, capped, positive};
use super::outcome::{Outcome, mean_capped_score};
use crate::rng::{NumpyRng, uniform};

/// Summary metrics of one candidate, each within its domain.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    /// Profit, drawdown and Sharpe ratio.
    pub base: Outcome,
    /// Number of trades.
    pub total_trades: f64,
    /// Average cost of a trade, account currency.
    pub cost_per_trade: f64,
    /// The edge, `None` when there is none.
    pub edge: Option<Edge>,
}

/// Gross profit and loss per unit of turnover, at win rate p.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    p: f64,
    gain: f64,
    loss: f64,
    /// g / (g − l): what a joint fall of win rate and payoff takes.
    joint_slope: f64,
    /// k / (g − l): what a fall of the win rate takes in losses.
    loss_slope: f64,
}

impl Edge {
    /// The edge of a candidate, `None` when g ≤ l, P ≤ 0 or p = 0.
    #[must_use]
    pub fn new(profit: f64, profit_factor: f64, win_rate: f64) -> Option<Self> {
        let certain = profit_factor == f64::INFINITY || win_rate >= 1.0;
        let (gain, loss) = if certain {
            (1.0, 0.0)
        } else {
            (profit_factor / (1.0 + profit_factor), 1.0 / (1.0 + profit_factor))
        };
        if !(gain > loss && profit > 0.0 && win_rate > 0.0) {
            return None;
        }
        let new_losses = if win_rate >= 1.0 { gain } else { loss * (win_rate / (1.0 - win_rate)) };
        let (joint_slope, loss_slope) = (gain / (gain - loss), new_losses / (gain - loss));
        Some(Self { p: win_rate, gain, loss, joint_slope, loss_slope })
    }

    /// 1 − ρ where r_p = 1 − `win_rate` and r_p·r_b = 1 − `joint`, both >= 0.
    #[inline(always)]
    fn fall(self, joint: f64, win_rate: f64) -> f64 {
        self.joint_slope * joint + self.loss_slope * win_rate
    }

    /// ε = g − l and σ, per N trades of unit turnover.
    fn moments(self) -> (f64, f64) {
        let (p, q) = (self.p, 1.0 - self.p);
        let sigma = if q <= 0.0 { 0.0 } else { (p * q).sqrt() * (self.gain / p + self.loss / q) };
        (self.gain - self.loss, sigma)
    }
}

/// Jitter draws as falls 1 − r = −min(0, u): only deterioration counts.
#[derive(Debug, Clone, Default)]
pub struct Jitter {
    /// 1 − r_p·r_b.
    joint: Vec<f64>,
    /// 1 − r_p.
    win_rate: Vec<f64>,
    draws: Vec<f64>,
}

impl Jitter {
    /// Takes `rng.uniform(−variation, variation, size=(n_iterations, 2))`: win rate and payoff of
    /// each iteration.
    pub fn draw(&mut self, seed: u64, variation: f64, n_iterations: u32) {
        self.draws.clear();
        self.draws.resize(2 * n_iterations as usize, 0.0);
        let rng = &mut NumpyRng::new(u128::from(seed));
        // Cannot fail: the variation is in [0, 1]. Were it not, draws of 0 would mean no jitter.
        let drawn = uniform(rng, -variation, variation, &mut self.draws);
        debug_assert!(drawn.is_ok());
        self.load();
    }

    fn load(&mut self) {
        self.joint.clear();
        self.win_rate.clear();
        for pair in self.draws.chunks_exact(2) {
            let (win_rate, payoff) = (positive(-pair[0]), positive(-pair[1]));
            self.joint.push(joint_fall(win_rate, payoff));
            self.win_rate.push(win_rate);
        }
    }
}

/// 1 − r_p·r_b of the falls 1 − r_p and 1 − r_b.
fn joint_fall(win_rate: f64, payoff: f64) -> f64 {
    win_rate + payoff - win_rate * payoff
}

/// Robustness under jittered win rate and payoff.
#[must_use]
pub fn summary_robustness(edge: Option<Edge>, jitter: &Jitter, with_r: bool, cap: f64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // at most a million iterations
    let count = jitter.win_rate.len() as f64;
    let (Some(edge), true) = (edge, count > 0.0) else { return 1.0 - cap };
    let (profit_weight, metrics) = if with_r { (2.0, 4.0) } else { (1.0, 3.0) };
    let sum = sum_of_drops(edge, &jitter.joint, &jitter.win_rate, profit_weight);
    1.0 - capped(sum / (metrics * count), cap)
}

/// Σ over draws of profit (and avg_r) drop + win-rate drop + drawdown increase.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn sum_of_drops(edge: Edge, joint: &[f64], win_rate: &[f64], profit_weight: f64) -> f64 {
    lane_sum_of_pairs(joint, win_rate, |joint, win_rate| {
        let profit_drop = edge.fall(joint, win_rate).min(1.0);
        // 1/ρ − 1, which reaches 1 where half of the edge is lost.
        let lost = profit_drop.min(0.5);
        profit_weight * profit_drop + win_rate + lost / (1.0 - lost)
    })
}

impl Summary {
    /// D, the floored drawdown.
    fn drawdown(&self) -> f64 {
        self.base.max_drawdown.max(BASE_FLOOR)
    }

    /// S, the floored Sharpe ratio.
    fn sharpe(&self) -> f64 {
        self.base.sharpe_ratio.max(BASE_FLOOR)
    }

    /// Penalty after the profit fell to `profit`: Sharpe ratio and drawdown follow it.
    fn penalty_at(&self, profit: f64) -> f64 {
        let growth = if profit <= 0.0 { 2.0 } else { (self.base.profit / profit).min(2.0) };
        self.penalty_of(&Outcome {
            profit,
            max_drawdown: self.drawdown() * growth,
            sharpe_ratio: self.sharpe() * profit / self.base.profit,
        })
    }

    fn penalty_of(&self, run: &Outcome) -> f64 {
        if run.is_finite() { self.base.penalty_of(run) } else { f64::INFINITY }
    }

    /// Cost shock: profit_k = P − (k−1)·c·N for each multiplier k.
    #[must_use]
    pub fn cost_shock(&self, multipliers: &[f64], cap: f64) -> f64 {
        if self.edge.is_none() {
            return 1.0 - cap;
        }
        let penalties = multipliers.iter().map(|k| {
            let extra = (k - 1.0) * self.cost_per_trade * self.total_trades;
            self.penalty_at(self.base.profit - extra)
        });
        mean_capped_score(penalties, cap).unwrap_or(1.0 - cap)
    }

    /// Trade dropout in closed form at the one-sided confidence level whose quantile is z.
    ///
    /// δ = n_drop/N + z·√(n_drop·(N−n_drop)/(N−1))·σ/(N·ε); profit' = P·(1−δ).
    #[must_use]
    pub fn trade_dropout(&self, fraction: f64, z: f64, cap: f64) -> f64 {
        let n = self.total_trades;
        let (Some(edge), true) = (self.edge, n >= 2.0) else { return 1.0 - cap };
        if fraction <= 0.0 {
            return 1.0;
        }
        let dropped = (n * fraction).ceil().max(1.0).min(n);
        let (epsilon, sigma) = edge.moments();
        let spread = (dropped * (n - dropped) / (n - 1.0)).sqrt();
        let delta = (dropped / n + z * spread * sigma / (n * epsilon)).clamp(0.0, 1.0);
        let kept = n - dropped;
        let q = if kept > 0.0 { ((1.0 - delta) * n / kept).min(1.0) } else { 0.0 };
        let growth = if q > 0.0 { (1.0 / q).min(2.0) } else { 2.0 };
        let run = Outcome {
            profit: self.base.profit * (1.0 - delta),
            sharpe_ratio: self.sharpe() * q,
            max_drawdown: self.drawdown() * growth,
        };
        1.0 - capped(self.penalty_of(&run), cap)
    }

    /// Stress penalty of one joint scenario: r_p = r_b = 1 − variation, costs × `cost_multiplier`.
    #[must_use]
    pub fn stress_penalty(&self, variation: f64, cost_multiplier: f64, cap: f64) -> f64 {
        let Some(edge) = self.edge else { return cap };
        let rho = 1.0 - edge.fall(joint_fall(variation, variation), variation);
        let extra = (cost_multiplier - 1.0) * self.cost_per_trade * self.total_trades;
        capped(self.penalty_at(self.base.profit * rho - extra), cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(profit_factor: f64, win_rate: f64) -> Summary {
        let base = Outcome { profit: 1000.0, max_drawdown: 200.0, sharpe_ratio: 1.2 };
        Summary {
            base,
            total_trades: 100.0,
            cost_per_trade: 1.0,
            edge: Edge::new(base.profit, profit_factor, win_rate),
        }
    }

    #[test]
    fn no_edge_scores_worst() {
        for (profit, factor, win_rate) in
            [(1.0, 1.0, 0.5), (0.0, 2.0, 0.5), (1.0, 2.0, 0.0), (1.0, 0.0, 0.5)]
        {
            assert!(Edge::new(profit, factor, win_rate).is_none());
        }
        let flat = summary(1.0, 0.5);
        assert_eq!(flat.cost_shock(&[2.0], 0.5), 0.5);
        assert_eq!(flat.trade_dropout(0.1, 1.645, 0.5), 0.5);
        assert_eq!(flat.stress_penalty(0.1, 2.0, 0.5), 0.5);
        assert_eq!(summary_robustness(None, &Jitter::default(), true, 0.5), 0.5);
    }

    #[test]
    fn edge_ratio_matches_hand_computation() {
        // p = 0.5, PF = 2: g = 2/3, l = 1/3; r_p = 0.9: p' = 0.45, g' = 0.6·r_b, l' = 0.55·2/3
        let edge = Edge::new(1.0, 2.0, 0.5).unwrap();
        let rho = |edge: Edge, r_p: f64, r_b: f64| 1.0 - edge.fall(1.0 - r_p * r_b, 1.0 - r_p);
        assert!((rho(edge, 0.9, 0.9) - (0.54 - 1.1 / 3.0) / (1.0 / 3.0)).abs() < 1e-14);
        assert_eq!(rho(edge, 1.0, 1.0), 1.0);
        // without losses a lower win rate brings losses as large as the wins
        assert!((rho(Edge::new(1.0, 3.0, 1.0).unwrap(), 0.9, 1.0) - 0.8).abs() < 1e-15);
        let certain = Edge::new(1.0, f64::INFINITY, 0.5).unwrap();
        assert!((rho(certain, 0.9, 1.0) - 0.9).abs() < 1e-15);
    }

    #[test]
    fn every_score_rises_with_the_profit_factor() {
        let draws = vec![-0.1, 0.05, 0.02, -0.08, -0.03, -0.04];
        let mut jitter = Jitter { draws, ..Jitter::default() };
        jitter.load();
        let mut last = [0.0; 4];
        for step in 0..200 {
            let s = summary(1.0 + f64::from(step) * 0.05, 0.45);
            let now = [
                summary_robustness(s.edge, &jitter, true, 0.5),
                s.cost_shock(&[1.25, 1.5, 2.0], 0.5),
                s.trade_dropout(0.1, 1.645, 0.5),
                1.0 - s.stress_penalty(0.1, 2.0, 0.5),
            ];
            for (now, last) in now.iter().zip(last) {
                assert!(*now >= last - 1e-15 && *now <= 1.0);
            }
            last = now;
        }
    }

    #[test]
    fn dropping_every_trade_scores_worst() {
        let score = summary(2.0, 0.5).trade_dropout(1.0, 1.645, 0.5);
        assert_eq!(score, 0.5);
        assert_eq!(summary(2.0, 0.5).trade_dropout(0.0, 1.645, 0.5), 1.0);
    }
}
