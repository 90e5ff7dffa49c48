//! How the profit is spread over years, or any other parts (`year_profile`).
//!
//! ```text
//! P_y = fin(profits), n of them
//! positive_year_share = share(P_y > 0);  worst_year, best_year;  worst_year_share = min P / Σ|P|
//! w = max(P, 0) / Σ max(P, 0);  profit_hhi = (Σw² − 1/n) / (1 − 1/n)
//! ```
//!
//! profit_hhi is in [0, 1]: 0 evenly over all years, 1 all in one; lower is better.
//!
//! # Edge cases
//! `None` without a year. Without a profit there is no profit_hhi, without any result no
//! worst_year_share (NaN); one year with a profit has a profit_hhi of 1.
//!
//! # Source
//! M. López de Prado, "Advances in Financial Machine Learning" (2018), section 14.5, over all years.
//! Scoring specification, section 21.

use super::number::{fin, positive};

/// The spread of the profit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearProfile {
    /// Number of years.
    pub n_years: f64,
    /// Share of years with a profit.
    pub positive_year_share: f64,
    /// Result of the worst year.
    pub worst_year: f64,
    /// Result of the best year.
    pub best_year: f64,
    /// Result of the worst by the sum of all sizes.
    pub worst_year_share: f64,
    /// Concentration of the profit.
    pub profit_hhi: f64,
}

/// The profile of yearly results.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of years are far below 2^53
pub fn year_profile(profits: &[f64]) -> Option<YearProfile> {
    if profits.is_empty() {
        return None;
    }
    let n = profits.len() as f64;
    let all = || profits.iter().map(|x| fin(*x));
    let worst = all().fold(f64::INFINITY, f64::min);
    let gains: f64 = all().map(positive).sum();
    let squares: f64 = all().map(|x| positive(x) / gains).map(|w| w * w).sum();
    let spread = 1.0 - 1.0 / n;
    let hhi = if spread == 0.0 { squares } else { (squares - 1.0 / n) / spread };
    Some(YearProfile {
        n_years: n,
        positive_year_share: all().filter(|x| *x > 0.0).count() as f64 / n,
        worst_year: worst,
        best_year: all().fold(f64::NEG_INFINITY, f64::max),
        worst_year_share: worst / all().map(f64::abs).sum::<f64>(),
        // Even years round to a little below 0.
        profit_hhi: if hhi < 0.0 { 0.0 } else { hhi },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_worked_examples() {
        let found = year_profile(&[2000.0, 3000.0, 5000.0]).unwrap();
        assert!((found.profit_hhi - 0.07).abs() < 1e-15);
        assert_eq!((found.worst_year_share, found.positive_year_share), (0.2, 1.0));
        let found = year_profile(&[3.0, 3.0, 0.0, -2.0]).unwrap();
        assert!((found.profit_hhi - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!((found.worst_year_share, found.positive_year_share), (-0.25, 0.5));
        assert_eq!((found.worst_year, found.best_year, found.n_years), (-2.0, 3.0, 4.0));
    }

    #[test]
    fn one_year_no_profit_and_no_year() {
        assert_eq!(year_profile(&[5.0]).unwrap().profit_hhi, 1.0);
        assert!(year_profile(&[-5.0, f64::NAN]).unwrap().profit_hhi.is_nan());
        assert!(year_profile(&[0.0, 0.0]).unwrap().worst_year_share.is_nan());
        assert_eq!(year_profile(&[4.0; 4]).unwrap().profit_hhi, 0.0);
        assert_eq!(year_profile(&[]), None);
    }
}
