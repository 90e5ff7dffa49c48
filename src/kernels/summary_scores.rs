//! Cost shock, trade dropout and stress penalty of the summary model ([`super::summary_model`]).
//!
//! Candidates are computed side by side, as SIMD divides: nothing branches on their numbers, and
//! what has no evidence is NaN. D = max(max_drawdown, 1e-9) and S = max(sharpe_ratio, 1e-9). A shocked
//! metric that is not finite costs the cap. A candidate without an edge gets the worst score, 1 − cap
//! (stress: cap). Source: specification, section 9.

use std::ops::Range;

use multiversion::multiversion;

use super::number::{BASE_FLOOR, NoEvidence, capped};
use super::outcome::Outcome;
use super::summary_model::{Edge, admit, joint_fall};

/// Summary metrics of candidates: slices of equal length, NaN for none.
#[derive(Debug, Clone, Copy)]
pub struct Metrics<'a> {
    /// Net profit, account currency.
    pub profit: &'a [f64],
    /// Maximum drawdown, ≥ 0.
    pub max_drawdown: &'a [f64],
    /// Sharpe ratio.
    pub sharpe_ratio: &'a [f64],
    /// Gross profit / gross loss, ≥ 0, +inf without a loss.
    pub profit_factor: &'a [f64],
    /// Share of trades that win, in [0, 1].
    pub win_rate: &'a [f64],
    /// Number of trades.
    pub total_trades: &'a [f64],
    /// Average cost of a trade, account currency, ≥ 0.
    pub cost_per_trade: &'a [f64],
    /// What a metric outside its domain becomes.
    pub policy: NoEvidence,
}

impl<'a> Metrics<'a> {
    /// The candidates of `range`.
    #[must_use]
    pub fn range(&self, range: Range<usize>) -> Self {
        let part = |all: &'a [f64]| &all[range.clone()];
        Self {
            profit: part(self.profit),
            max_drawdown: part(self.max_drawdown),
            sharpe_ratio: part(self.sharpe_ratio),
            profit_factor: part(self.profit_factor),
            win_rate: part(self.win_rate),
            total_trades: part(self.total_trades),
            cost_per_trade: part(self.cost_per_trade),
            policy: self.policy,
        }
    }
}

/// Metrics of one candidate, 0 for those outside their domain.
#[derive(Debug, Clone, Copy)]
struct Summary {
    base: Outcome,
    total_trades: f64,
    cost_per_trade: f64,
    edge: Edge,
    /// Whether there is evidence.
    known: bool,
}

impl Metrics<'_> {
    /// Candidate `i`.
    #[inline(always)]
    fn summary(&self, i: usize) -> Summary {
        let policy = self.policy;
        let edge = Edge::new(self.profit[i], self.profit_factor[i], self.win_rate[i], policy);
        let mut known = edge.known;
        let positive = |x: f64| x.is_finite() & (x >= 0.0);
        let (drawdown, sharpe) = (self.max_drawdown[i], self.sharpe_ratio[i]);
        let (trades, cost) = (self.total_trades[i], self.cost_per_trade[i]);
        let profit = self.profit[i];
        Summary {
            base: Outcome {
                profit: admit(profit, profit.is_finite(), policy, &mut known),
                max_drawdown: admit(drawdown, positive(drawdown), policy, &mut known),
                sharpe_ratio: admit(sharpe, sharpe.is_finite(), policy, &mut known),
            },
            total_trades: admit(trades, positive(trades), policy, &mut known),
            cost_per_trade: admit(cost, positive(cost), policy, &mut known),
            edge,
            known,
        }
    }

    /// Writes what `of` gives for each candidate to `out`: `worst` without an edge, NaN without
    /// evidence.
    #[inline(always)]
    fn write(self, worst: f64, out: &mut [f64], of: impl Fn(Summary, f64) -> f64) {
        let metrics = self.range(0..out.len());
        for (i, out) in out.iter_mut().enumerate() {
            let summary = metrics.summary(i);
            let score = of(summary, *out);
            let score = if summary.edge.exists { score } else { worst };
            *out = if summary.known { score } else { f64::NAN };
        }
    }
}

/// Cost shock: profit_k = P − (k−1)·c·N for each multiplier k, of which there is one or more.
#[multiversion(targets("x86_64+avx2"))]
pub fn cost_shock(metrics: Metrics, multipliers: &[f64], cap: f64, scores: &mut [f64]) {
    scores.fill(0.0);
    let all = metrics.range(0..scores.len());
    for k in multipliers {
        for (i, sum) in scores.iter_mut().enumerate() {
            let summary = all.summary(i);
            let extra = (k - 1.0) * summary.cost_per_trade * summary.total_trades;
            *sum += 1.0 - capped(summary.penalty_at(summary.base.profit - extra), cap);
        }
    }
    #[allow(clippy::cast_precision_loss)] // a handful of multipliers
    let count = multipliers.len() as f64;
    metrics.write(1.0 - cap, scores, |_, sum| sum / count);
}

/// Trade dropout in closed form at the one-sided confidence level whose quantile is z.
///
/// δ = n_drop/N + z·√(n_drop·(N−n_drop)/(N−1))·σ/(N·ε); profit' = P·(1−δ).
#[multiversion(targets("x86_64+avx2"))]
pub fn trade_dropout(metrics: Metrics, fraction: f64, z: f64, cap: f64, scores: &mut [f64]) {
    metrics.write(1.0 - cap, scores, |summary, _| {
        let n = summary.total_trades;
        let dropped = (n * fraction).ceil().max(1.0).min(n);
        let (epsilon, sigma) = summary.edge.moments();
        let spread = (dropped * (n - dropped) / (n - 1.0)).sqrt();
        let delta = (dropped / n + z * spread * sigma / (n * epsilon)).clamp(0.0, 1.0);
        let kept = n - dropped;
        let q = if kept > 0.0 { ((1.0 - delta) * n / kept).min(1.0) } else { 0.0 };
        let growth = if q > 0.0 { (1.0 / q).min(2.0) } else { 2.0 };
        let run = Outcome {
            profit: summary.base.profit * (1.0 - delta),
            sharpe_ratio: summary.sharpe() * q,
            max_drawdown: summary.drawdown() * growth,
        };
        let score = if fraction > 0.0 { 1.0 - capped(summary.penalty_of(&run), cap) } else { 1.0 };
        if n >= 2.0 { score } else { 1.0 - cap }
    });
}

/// Stress penalty of one joint scenario: r_p = r_b = 1 − variation, costs × `cost_multiplier`.
#[multiversion(targets("x86_64+avx2"))]
pub fn stress_penalty(
    metrics: Metrics,
    variation: f64,
    cost_multiplier: f64,
    cap: f64,
    penalties: &mut [f64],
) {
    metrics.write(cap, penalties, |summary, _| {
        let rho = 1.0 - summary.edge.fall(joint_fall(variation, variation), variation);
        let extra = (cost_multiplier - 1.0) * summary.cost_per_trade * summary.total_trades;
        capped(summary.penalty_at(summary.base.profit * rho - extra), cap)
    });
}

impl Summary {
    /// D, the floored drawdown.
    #[inline(always)]
    fn drawdown(&self) -> f64 {
        self.base.max_drawdown.max(BASE_FLOOR)
    }

    /// S, the floored Sharpe ratio.
    #[inline(always)]
    fn sharpe(&self) -> f64 {
        self.base.sharpe_ratio.max(BASE_FLOOR)
    }

    /// Penalty after the profit fell to `profit`: Sharpe ratio and drawdown follow it.
    #[inline(always)]
    fn penalty_at(&self, profit: f64) -> f64 {
        let growth = if profit <= 0.0 { 2.0 } else { (self.base.profit / profit).min(2.0) };
        self.penalty_of(&Outcome {
            profit,
            max_drawdown: self.drawdown() * growth,
            sharpe_ratio: self.sharpe() * profit / self.base.profit,
        })
    }

    #[inline(always)]
    fn penalty_of(&self, run: &Outcome) -> f64 {
        let penalty = self.base.penalty_of(run);
        if run.is_finite() { penalty } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cost shock, dropout and stress penalty of one candidate.
    fn scores(metrics: [f64; 7], policy: NoEvidence, fraction: f64) -> [f64; 3] {
        let [profit, drawdown, sharpe, factor, win_rate, trades, cost] = &metrics;
        let metrics = Metrics {
            profit: &[*profit],
            max_drawdown: &[*drawdown],
            sharpe_ratio: &[*sharpe],
            profit_factor: &[*factor],
            win_rate: &[*win_rate],
            total_trades: &[*trades],
            cost_per_trade: &[*cost],
            policy,
        };
        let mut out = [[f64::NAN]; 3];
        cost_shock(metrics, &[1.25, 1.5, 2.0], 0.5, &mut out[0]);
        trade_dropout(metrics, fraction, 1.645, 0.5, &mut out[1]);
        stress_penalty(metrics, 0.1, 2.0, 0.5, &mut out[2]);
        out.map(|[score]| score)
    }

    fn candidate(profit_factor: f64) -> [f64; 7] {
        [1000.0, 200.0, 1.2, profit_factor, 0.45, 100.0, 1.0]
    }

    #[test]
    fn no_edge_scores_worst() {
        assert_eq!(scores(candidate(1.0), NoEvidence::Null, 0.1), [0.5; 3]);
    }

    #[test]
    fn a_metric_outside_its_domain_is_no_evidence() {
        for i in 0..7 {
            for bad in [f64::NAN, f64::NEG_INFINITY] {
                let mut metrics = candidate(2.0);
                metrics[i] = bad;
                assert!(scores(metrics, NoEvidence::Null, 0.1).iter().all(|x| x.is_nan()));
                assert!(scores(metrics, NoEvidence::Omega, 0.1).iter().all(|x| x.is_finite()));
            }
        }
    }

    #[test]
    fn every_score_rises_with_the_profit_factor() {
        let mut last = [0.0; 3];
        for step in 0..200 {
            let factor = 1.0 + f64::from(step) * 0.05;
            let [cost, dropout, stress] = scores(candidate(factor), NoEvidence::Null, 0.1);
            let now = [cost, dropout, 1.0 - stress];
            for (now, last) in now.iter().zip(last) {
                assert!(*now >= last - 1e-15 && *now <= 1.0);
            }
            last = now;
        }
    }

    #[test]
    fn dropping_every_trade_scores_worst_and_none_one() {
        assert_eq!(scores(candidate(2.0), NoEvidence::Null, 1.0)[1], 0.5);
        assert_eq!(scores(candidate(2.0), NoEvidence::Null, 0.0)[1], 1.0);
    }

    #[test]
    fn candidates_side_by_side_equal_one_alone() {
        let factors: Vec<f64> = (0..37).map(|i| 0.7 + 0.1 * f64::from(i)).collect();
        let column = |i: usize| vec![candidate(0.0)[i]; factors.len()];
        let columns = [0, 1, 2, 4, 5, 6].map(column);
        let [profit, max_drawdown, sharpe_ratio, win_rate, total_trades, cost_per_trade] = &columns;
        let metrics = Metrics {
            profit,
            max_drawdown,
            sharpe_ratio,
            profit_factor: &factors,
            win_rate,
            total_trades,
            cost_per_trade,
            policy: NoEvidence::Null,
        };
        let mut out = [0, 1, 2].map(|_| vec![0.0; factors.len()]);
        cost_shock(metrics, &[1.25, 1.5, 2.0], 0.5, &mut out[0]);
        trade_dropout(metrics, 0.1, 1.645, 0.5, &mut out[1]);
        stress_penalty(metrics, 0.1, 2.0, 0.5, &mut out[2]);
        for (i, factor) in factors.iter().enumerate() {
            let alone = scores(candidate(*factor), NoEvidence::Null, 0.1);
            assert_eq!([out[0][i], out[1][i], out[2][i]], alone);
        }
    }
}
