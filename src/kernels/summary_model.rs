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
//! A candidate without an edge gets the worst score, 1 − cap. Robustness is here, the other scores are
//! in [`super::summary_scores`]. Source: specification, section 9.

use multiversion::multiversion;

use super::lane_sums::lane_sum_of_pairs;
use super::number::{NoEvidence, capped, positive};
use crate::rng::{NumpyRng, uniform};

/// Gross profit and loss per unit of turnover, at win rate p.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// Whether there is one: g > l, P > 0 and p > 0. If not, the numbers mean nothing.
    pub(super) exists: bool,
    /// Whether there is evidence.
    pub(super) known: bool,
    p: f64,
    gain: f64,
    loss: f64,
    /// g / (g − l): what a joint fall of win rate and payoff takes.
    joint_slope: f64,
    /// k / (g − l): what a fall of the win rate takes in losses.
    loss_slope: f64,
}

/// `x` if `valid`, else 0; `known` becomes false where `policy` takes no default.
#[inline(always)]
pub(super) fn admit(x: f64, valid: bool, policy: NoEvidence, known: &mut bool) -> f64 {
    *known &= valid | (policy == NoEvidence::Omega);
    if valid { x } else { 0.0 }
}

impl Edge {
    /// The edge of a candidate.
    #[inline(always)]
    #[must_use]
    pub fn new(profit: f64, profit_factor: f64, win_rate: f64, policy: NoEvidence) -> Self {
        let mut known = true;
        let profit = admit(profit, profit.is_finite(), policy, &mut known);
        let factor = admit(profit_factor, profit_factor >= 0.0, policy, &mut known);
        let p = admit(win_rate, (0.0..=1.0).contains(&win_rate), policy, &mut known);
        let certain = (factor == f64::INFINITY) | (p >= 1.0);
        let gain = if certain { 1.0 } else { factor / (1.0 + factor) };
        let loss = if certain { 0.0 } else { 1.0 / (1.0 + factor) };
        let new_losses = if p >= 1.0 { gain } else { loss * (p / (1.0 - p)) };
        Self {
            exists: (gain > loss) & (profit > 0.0) & (p > 0.0),
            known,
            p,
            gain,
            loss,
            joint_slope: gain / (gain - loss),
            loss_slope: new_losses / (gain - loss),
        }
    }

    /// 1 − ρ where r_p = 1 − `win_rate` and r_p·r_b = 1 − `joint`, both >= 0.
    #[inline(always)]
    pub(super) fn fall(self, joint: f64, win_rate: f64) -> f64 {
        self.joint_slope * joint + self.loss_slope * win_rate
    }

    /// ε = g − l and σ, per N trades of unit turnover.
    #[inline(always)]
    pub(super) fn moments(self) -> (f64, f64) {
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
#[inline(always)]
pub(super) fn joint_fall(win_rate: f64, payoff: f64) -> f64 {
    win_rate + payoff - win_rate * payoff
}

/// Robustness under jittered win rate and payoff; `None` without evidence.
#[must_use]
pub fn summary_robustness(edge: Edge, jitter: &Jitter, with_r: bool, cap: f64) -> Option<f64> {
    if !edge.known {
        return None;
    }
    #[allow(clippy::cast_precision_loss)] // at most a million iterations
    let count = jitter.win_rate.len() as f64;
    if !edge.exists || count <= 0.0 {
        return Some(1.0 - cap);
    }
    let (profit_weight, metrics) = if with_r { (2.0, 4.0) } else { (1.0, 3.0) };
    let sum = sum_of_drops(edge, &jitter.joint, &jitter.win_rate, profit_weight);
    Some(1.0 - capped(sum / (metrics * count), cap))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn edge_of(profit: f64, profit_factor: f64, win_rate: f64) -> Edge {
        Edge::new(profit, profit_factor, win_rate, NoEvidence::Null)
    }

    #[test]
    fn no_edge_scores_worst() {
        for (profit, factor, win_rate) in
            [(1.0, 1.0, 0.5), (0.0, 2.0, 0.5), (1.0, 2.0, 0.0), (1.0, 0.0, 0.5)]
        {
            let edge = edge_of(profit, factor, win_rate);
            assert!(edge.known && !edge.exists);
            let mut jitter = Jitter::default();
            jitter.draw(1, 0.1, 5);
            assert_eq!(summary_robustness(edge, &jitter, true, 0.5), Some(0.5));
        }
        let jitter = &Jitter::default();
        assert_eq!(summary_robustness(edge_of(1.0, 2.0, 0.5), jitter, true, 0.5), Some(0.5));
    }

    #[test]
    fn a_metric_outside_its_domain_is_no_evidence() {
        let jitter = &Jitter::default();
        for (profit, factor, win_rate) in [(f64::NAN, 2.0, 0.5), (1.0, -1.0, 0.5), (1.0, 2.0, 1.5)]
        {
            let edge = edge_of(profit, factor, win_rate);
            assert_eq!(summary_robustness(edge, jitter, true, 0.5), None);
            let omega = Edge::new(profit, factor, win_rate, NoEvidence::Omega);
            assert_eq!(summary_robustness(omega, jitter, true, 0.5), Some(0.5));
        }
    }

    #[test]
    fn edge_ratio_matches_hand_computation() {
        // p = 0.5, PF = 2: g = 2/3, l = 1/3; r_p = 0.9: p' = 0.45, g' = 0.6·r_b, l' = 0.55·2/3
        let edge = edge_of(1.0, 2.0, 0.5);
        let rho = |edge: Edge, r_p: f64, r_b: f64| 1.0 - edge.fall(1.0 - r_p * r_b, 1.0 - r_p);
        assert!((rho(edge, 0.9, 0.9) - (0.54 - 1.1 / 3.0) / (1.0 / 3.0)).abs() < 1e-14);
        assert_eq!(rho(edge, 1.0, 1.0), 1.0);
        // without losses a lower win rate brings losses as large as the wins
        assert!((rho(edge_of(1.0, 3.0, 1.0), 0.9, 1.0) - 0.8).abs() < 1e-15);
        let certain = edge_of(1.0, f64::INFINITY, 0.5);
        assert!((rho(certain, 0.9, 1.0) - 0.9).abs() < 1e-15);
    }

    #[test]
    fn robustness_rises_with_the_profit_factor() {
        let draws = vec![-0.1, 0.05, 0.02, -0.08, -0.03, -0.04];
        let mut jitter = Jitter { draws, ..Jitter::default() };
        jitter.load();
        let mut last = 0.0;
        for step in 0..200 {
            let edge = edge_of(1.0, 1.0 + f64::from(step) * 0.05, 0.45);
            let now = summary_robustness(edge, &jitter, true, 0.5).unwrap();
            assert!(now >= last - 1e-15 && now <= 1.0);
            last = now;
        }
    }
}
