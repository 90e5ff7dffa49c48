//! Outcomes: how much worse reruns or replays are than the base.
//!
//! ```text
//! p = 0 if profit_b ≤ 0 else max(0, (profit_b − profit_m) / profit_b)
//! d = max(0, (dd_m − D) / D),       D = max(dd_b, 1e-9)
//! s = max(0, (S − sharpe_m) / S),   S = max(sharpe_b, 1e-9)
//! pen_m = (p + d + s) / 3
//! ```
//!
//! Shared by stress penalty and timing jitter (mean, then cap), cost shock and trade dropout (cap,
//! then mean). pen_m is never NaN, and +inf where a change is too large for a number. Source: Omega;
//! specification, sections 4 to 6.

use multiversion::multiversion;

use super::equity_curve::EquityCurve;
use super::number::{BASE_FLOOR, NoEvidence, capped, fin, positive};

/// Profit, drawdown and Sharpe ratio of a base, rerun or replay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Net profit, account currency.
    pub profit: f64,
    /// Maximum drawdown, ≥ 0.
    pub max_drawdown: f64,
    /// Sharpe ratio, any unit, the same in base and rerun.
    pub sharpe_ratio: f64,
}

impl Outcome {
    /// The outcome of a replayed curve.
    #[inline]
    #[must_use]
    pub fn of(curve: EquityCurve, sharpe_ratio: f64) -> Self {
        Self { profit: curve.profit, max_drawdown: curve.max_drawdown, sharpe_ratio }
    }

    /// The base as evidence: a metric that is not finite is none, or 0 under Omega's rule.
    #[inline]
    #[must_use]
    pub fn admitted(self, policy: NoEvidence) -> Option<Self> {
        Some(Self {
            profit: policy.admit(self.profit)?,
            max_drawdown: policy.admit(self.max_drawdown)?,
            sharpe_ratio: policy.admit(self.sharpe_ratio)?,
        })
    }

    /// Whether every number is finite.
    #[inline(always)]
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.profit.is_finite() & self.max_drawdown.is_finite() & self.sharpe_ratio.is_finite()
    }

    /// pen_m of a rerun against this base; non-finite numbers count as 0.
    #[inline(always)]
    #[must_use]
    pub fn penalty_of(&self, run: &Self) -> f64 {
        Scales::of(self).penalty(run)
    }
}

/// A base as what reruns are taken from and divided by, four lanes for one vector's division.
#[derive(Debug, Clone, Copy)]
struct Scales {
    base: [f64; 4],
    scale: [f64; 4],
}

impl Scales {
    #[inline(always)]
    fn of(base: &Outcome) -> Self {
        let profit = fin(base.profit);
        let drawdown = fin(base.max_drawdown).max(BASE_FLOOR);
        let sharpe = fin(base.sharpe_ratio).max(BASE_FLOOR);
        // What an infinite scale divides is 0; a drawdown is worse where it is larger.
        let loss = if profit > 0.0 { profit } else { f64::INFINITY };
        Self { base: [profit, drawdown, sharpe, 0.0], scale: [loss, -drawdown, sharpe, 1.0] }
    }

    #[inline(always)]
    fn penalty(&self, run: &Outcome) -> f64 {
        let x = [run.profit, run.max_drawdown, run.sharpe_ratio, 0.0];
        let [p, d, s, _]: [f64; 4] = std::array::from_fn(|i| {
            let x = if x[i].abs() < f64::INFINITY { x[i] } else { 0.0 };
            positive((self.base[i] - x) / self.scale[i])
        });
        (p + d + s) / 3.0
    }
}

/// Mean over runs of `1 − clip(pen_m, 0, cap)`; `None` without runs.
#[allow(clippy::cast_precision_loss)] // counts of runs are far below 2^53
#[inline(always)]
pub fn mean_capped_score(penalties: impl Iterator<Item = f64>, cap: f64) -> Option<f64> {
    let (sum, count) = penalties
        .fold((0.0, 0_usize), |(sum, count), pen| (sum + (1.0 - capped(pen, cap)), count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// `clip(mean of finite pen_m, 0, cap)`, cap where the mean is not finite; `None` without runs.
#[inline(always)]
pub fn capped_mean_penalty(penalties: impl Iterator<Item = f64>, cap: f64) -> Option<f64> {
    let (mut sum, mut finite, mut any) = (0.0, 0.0, false);
    for pen in penalties {
        any = true;
        if pen.is_finite() {
            sum += pen;
            finite += 1.0;
        }
    }
    any.then(|| capped(sum / finite, cap))
}

/// The score a penalty leaves: `max(0, 1 − clip(penalty, 0, cap))`.
#[must_use]
pub fn score_from_penalty(penalty: f64, cap: f64) -> f64 {
    (1.0 - capped(penalty, cap)).max(0.0)
}

/// Outcomes of reruns as columns of equal length.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'a> {
    /// Net profit of each run.
    pub profit: &'a [f64],
    /// Maximum drawdown of each run.
    pub max_drawdown: &'a [f64],
    /// Sharpe ratio of each run.
    pub sharpe_ratio: &'a [f64],
}

impl Outcomes<'_> {
    /// [`mean_capped_score`] of the runs: cost shock and trade dropout over reruns.
    #[must_use]
    pub fn score(self, base: &Outcome, cap: f64) -> Option<f64> {
        score_of(self, base, cap)
    }

    /// [`capped_mean_penalty`] of the runs: stress penalty and timing jitter over reruns.
    #[must_use]
    pub fn penalty(self, base: &Outcome, cap: f64) -> Option<f64> {
        penalty_of(self, base, cap)
    }

    /// pen_m of every run against `base`.
    #[inline(always)]
    fn penalties(self, base: &Outcome) -> impl Iterator<Item = f64> {
        let base = Scales::of(base);
        self.profit.iter().zip(self.max_drawdown).zip(self.sharpe_ratio).map(
            move |((&profit, &max_drawdown), &sharpe_ratio)| {
                base.penalty(&Outcome { profit, max_drawdown, sharpe_ratio })
            },
        )
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn score_of(runs: Outcomes, base: &Outcome, cap: f64) -> Option<f64> {
    mean_capped_score(runs.penalties(base), cap)
}

#[multiversion(targets("x86_64+avx2"))]
fn penalty_of(runs: Outcomes, base: &Outcome, cap: f64) -> Option<f64> {
    capped_mean_penalty(runs.penalties(base), cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Outcome = Outcome { profit: 100.0, max_drawdown: 10.0, sharpe_ratio: 1.0 };

    #[test]
    fn matches_the_worked_examples() {
        let base = Outcome { profit: 10000.0, max_drawdown: 2000.0, sharpe_ratio: 1.5 };
        let costs = Outcomes {
            profit: &[9000.0, 8500.0, 8000.0],
            max_drawdown: &[2200.0, 2450.0, 2700.0],
            sharpe_ratio: &[1.35, 1.20, 1.10],
        };
        let stress = Outcomes {
            profit: &[8000.0, 6500.0],
            max_drawdown: &[2500.0, 3200.0],
            sharpe_ratio: &[1.10, 0.90],
        };
        let timing = Outcomes {
            profit: &[8800.0, 8400.0],
            max_drawdown: &[2250.0, 2400.0],
            sharpe_ratio: &[1.25, 1.20],
        };
        let near = |x: Option<f64>, expected: f64| (x.unwrap() - expected).abs() < 1e-12;
        assert!(near(costs.score(&base, 0.5), 0.812_037_037_037_037_1));
        assert!(near(stress.penalty(&base, 0.5), 0.344_444_444_444_444_4));
        let score = timing.penalty(&base, 0.5).map(|penalty| score_from_penalty(penalty, 0.5));
        assert!(near(score, 0.838_055_555_555_555_6));
    }

    #[test]
    fn each_part_counts_a_third() {
        let run = Outcome { profit: 70.0, ..BASE };
        assert!((BASE.penalty_of(&run) - 0.1).abs() < 1e-15);
        let run = Outcome { max_drawdown: 16.0, ..BASE };
        assert!((BASE.penalty_of(&run) - 0.2).abs() < 1e-15);
        let run = Outcome { sharpe_ratio: -0.5, ..BASE };
        assert!((BASE.penalty_of(&run) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn a_losing_base_has_no_profit_part() {
        let base = Outcome { profit: -1.0, ..BASE };
        assert_eq!(base.penalty_of(&Outcome { profit: -1e9, ..BASE }), 0.0);
    }

    #[test]
    fn the_cap_sits_inside_or_outside_the_mean() {
        let pens = || [0.0, 2.0].into_iter();
        assert_eq!(mean_capped_score(pens(), 0.5), Some(0.75));
        assert_eq!(capped_mean_penalty(pens(), 0.5), Some(0.5));
        let inf = || [f64::INFINITY, 0.25].into_iter();
        assert_eq!(capped_mean_penalty(inf(), 0.5), Some(0.25));
        assert_eq!(capped_mean_penalty([f64::INFINITY].into_iter(), 0.5), Some(0.5));
        assert_eq!(capped_mean_penalty(std::iter::empty(), 0.5), None);
    }
}
