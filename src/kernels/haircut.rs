//! Haircut of a Sharpe ratio for the number of tries (`haircut_sharpe`).
//!
//! ```text
//! SR' = sign(SR)·min(|SR|, −Φ⁻¹(p_adj/2)/√n);  haircut = 1 − SR'/SR, 0 for SR = 0
//! ```
//!
//! p_adj is the two-sided p-value of SR, adjusted for the family. Sharpe ratios are per period; the
//! haircut is in [0, 1], lower is better.
//!
//! # Edge cases
//! An adjusted p-value that underflows to 0: nothing is cut. `None`: an adjusted p-value outside
//! [0, 1], n < 1.
//!
//! # Source
//! C. R. Harvey and Y. Liu, "Backtesting", Journal of Portfolio Management 42 (2015); the normal
//! distribution, as in the paper's example. Scoring specification, section 18.

use super::normal::inverse_normal;
use super::sharpe_moments::Moments;

/// What is left of a Sharpe ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Haircut {
    /// SR'.
    pub sharpe: f64,
    /// Share that is cut off.
    pub haircut: f64,
}

/// The Sharpe ratio `of` at its adjusted p-value.
#[must_use]
pub fn haircut(of: Moments, p_adjusted: f64) -> Option<Haircut> {
    let Moments { n, sharpe, .. } = of;
    if !(0.0..=1.0).contains(&p_adjusted) || n < 1.0 || !sharpe.is_finite() {
        return None;
    }
    // +inf for 0; the largest of the two, for −0.
    let worth = (-inverse_normal(p_adjusted / 2.0) / n.sqrt()).max(0.0);
    let left = sharpe.abs().min(worth);
    let haircut = if sharpe == 0.0 { 0.0 } else { 1.0 - left / sharpe.abs() };
    // Adding 0 leaves no negative zero.
    Some(Haircut { sharpe: left.copysign(sharpe) + 0.0, haircut })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sharpe: f64) -> Moments {
        Moments { n: 240.0, sharpe, skewness: 0.0, kurtosis: 3.0 }
    }

    #[test]
    fn matches_the_worked_example() {
        let sharpe = 0.75 / 12.0_f64.sqrt();
        let found = haircut(of(sharpe), 0.147_267_571_375_976_54).unwrap();
        assert!((found.sharpe * 12.0_f64.sqrt() - 0.324_062_317_793_873).abs() < 1e-12);
        assert!((found.haircut - 0.567_916_909_608_169_3).abs() < 1e-12);
        let below = haircut(of(-sharpe), 0.147_267_571_375_976_54).unwrap();
        assert_eq!((below.sharpe, below.haircut), (-found.sharpe, found.haircut));
    }

    #[test]
    fn the_ends_keep_all_or_nothing() {
        assert_eq!(haircut(of(3.0), 0.0), Some(Haircut { sharpe: 3.0, haircut: 0.0 }));
        assert_eq!(haircut(of(0.1), 1.0), Some(Haircut { sharpe: 0.0, haircut: 1.0 }));
        assert_eq!(haircut(of(0.0), 1.0), Some(Haircut { sharpe: 0.0, haircut: 0.0 }));
        assert_eq!(haircut(of(0.1), f64::NAN), None);
    }
}
