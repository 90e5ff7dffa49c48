//! The luck of the best of N (`expected_max_sharpe`, `min_backtest_length`).
//!
//! ```text
//! approx: E_N = max(0, −(1 − γ)·Φ⁻¹(1/N) − γ·Φ⁻¹(1/(N·e))),  γ = 0.5772156649015329
//! exact:  E_N = ∫ x·N·φ(x)·Φ(x)^(N − 1) dx, trapezoid, step 1/32 on [−10, 10 + √(2·ln N)]
//! expected_max_sharpe = mean + √sharpe_var · E_N;      min_backtest_length = (E_N / SR)²
//! ```
//!
//! E_N is the expected maximum of N independent standard normal variables, 0 for N = 1; N may be
//! fractional. The lengths are in years for an annual SR, in periods for one per period.
//!
//! # Edge cases
//! `None` for N < 1, a variance < 0 and what is no number. SR ≤ 0: no length suffices, +inf.
//!
//! # Source
//! D. H. Bailey and M. López de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management
//! 40 (2014); D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, "Pseudo-Mathematics and
//! Financial Charlatanism", Notices of the AMS 61 (2014). Scoring specification, section 17.

use std::f64::consts::E;

use super::normal::{inverse_normal, normal_cdf, normal_density};

const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Steps of the integral per unit.
const STEPS: f64 = 32.0;

/// How E_N is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum ExpectedMax {
    /// The approximation of Bailey and López de Prado.
    Approx,
    /// The integral.
    Exact,
}

impl ExpectedMax {
    /// E_N.
    #[must_use]
    pub fn of(self, n_trials: f64) -> Option<f64> {
        if !(n_trials >= 1.0 && n_trials.is_finite()) {
            return None;
        }
        if n_trials == 1.0 {
            return Some(0.0);
        }
        Some(match self {
            Self::Approx => {
                let (first, second) = (1.0 / n_trials, 1.0 / (n_trials * E));
                let low = (1.0 - EULER_GAMMA) * inverse_normal(first);
                (-low - EULER_GAMMA * inverse_normal(second)).max(0.0)
            }
            Self::Exact => integral(n_trials),
        })
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 48·32 steps
fn integral(n: f64) -> f64 {
    let width = 20.0 + (2.0 * n.ln()).sqrt();
    let steps = (width * STEPS).ceil() as u32;
    let term = |i: u32| {
        let x = f64::from(i) / STEPS - 10.0;
        // ln Φ(x), exact where Φ is near 1.
        let log = if x > 0.0 { (-normal_cdf(-x)).ln_1p() } else { normal_cdf(x).ln() };
        x * n * normal_density(x) * ((n - 1.0) * log).exp()
    };
    (0..=steps).map(term).sum::<f64>() / STEPS
}

/// Expected maximum of `n_trials` Sharpe ratios with this variance and mean.
#[must_use]
pub fn expected_max_sharpe(kind: ExpectedMax, n_trials: f64, var: f64, mean: f64) -> Option<f64> {
    let largest = kind.of(n_trials)?;
    let found = mean + var.sqrt() * largest;
    (var >= 0.0 && found.is_finite()).then_some(found)
}

/// Length below which a Sharpe ratio as high is expected of the best of `n_trials` without skill.
#[must_use]
pub fn min_backtest_length(kind: ExpectedMax, sharpe: f64, n_trials: f64) -> Option<f64> {
    let largest = kind.of(n_trials)?;
    if sharpe <= 0.0 {
        return Some(f64::INFINITY);
    }
    let ratio = largest / sharpe;
    (!ratio.is_nan()).then_some(ratio * ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, wanted: f64) {
        let found = found.unwrap();
        assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1e-3), "{found} for {wanted}");
    }

    #[test]
    fn matches_the_worked_examples() {
        close(ExpectedMax::Approx.of(100.0), 2.530_602_893_201_685);
        close(ExpectedMax::Exact.of(100.0), 2.507_593_636_441_686);
        close(ExpectedMax::Approx.of(2.0), 0.519_755_344_280_593_9);
        close(ExpectedMax::Exact.of(2.0), 1.0 / std::f64::consts::PI.sqrt());
        close(ExpectedMax::Approx.of(1.2), 0.0);
        close(min_backtest_length(ExpectedMax::Approx, 1.0, 45.0), 4.998_087_004_443_404);
    }

    #[test]
    fn order_statistics_of_small_samples_are_exact() {
        // E of the largest of 3: 3/(2·√π); of 1: 0.
        close(ExpectedMax::Exact.of(3.0), 1.5 / std::f64::consts::PI.sqrt());
        close(ExpectedMax::Exact.of(1.0), 0.0);
        close(ExpectedMax::Exact.of(1.0 + 1e-12).map(|x| x * 1e-3), 0.0);
    }

    #[test]
    fn grows_with_the_number_of_trials_up_to_huge_ones() {
        for kind in [ExpectedMax::Approx, ExpectedMax::Exact] {
            let values: Vec<f64> =
                [2.0, 5.0, 1e2, 1e6, 1e16, 1e100].iter().map(|n| kind.of(*n).unwrap()).collect();
            assert!(values.is_sorted_by(|a, b| a < b), "{values:?}");
        }
    }

    #[test]
    fn nonsense_has_no_value() {
        for n in [0.0, 0.99, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(ExpectedMax::Approx.of(n), None);
        }
        assert_eq!(expected_max_sharpe(ExpectedMax::Approx, 5.0, -1.0, 0.0), None);
        assert_eq!(expected_max_sharpe(ExpectedMax::Approx, 5.0, f64::NAN, 0.0), None);
        assert_eq!(min_backtest_length(ExpectedMax::Approx, -1.0, 5.0), Some(f64::INFINITY));
        assert_eq!(min_backtest_length(ExpectedMax::Approx, f64::NAN, 5.0), None);
    }
}
