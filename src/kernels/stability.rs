//! Yearly stability (`stability_score`) and its error measure (`stability_wmape`).
//!
//! ```text
//! D = Σ d_y;  P = Σ P_y;  μ = P / D;  S_min = max(min_scale, 0.02·|P|)
//! wmape = Σ (d_y / D) · |P_y − μ·d_y| / max(|μ·d_y|, S_min);   score = 1 / (1 + wmape)
//! ```
//!
//! P_y in account currency, d_y in days. A single year cannot disagree with itself: wmape 0.
//! A wmape that overflows gives score 0. Source: Omega; specification, section 7.

use super::number::fin;

/// Share of the total profit that a year's expectation is at least scaled by.
const PROFIT_SHARE: f64 = 0.02;

/// Terms that are computed side by side.
const AT_ONCE: usize = 4;

/// Days of a year of which nothing is known but that others have a length.
pub const MEAN_YEAR: f64 = 365.25;

/// Length of a year in days: `given` if finite and > 0, else the calendar length of `year`, else
/// [`MEAN_YEAR`].
#[must_use]
pub fn year_length(given: Option<f64>, year: Option<i64>) -> f64 {
    match (given.filter(|days| days.is_finite() && *days > 0.0), year) {
        (Some(days), _) => days,
        (None, Some(year)) if is_leap(year) => 366.0,
        (None, Some(_)) => 365.0,
        (None, None) => MEAN_YEAR,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// wmape of one candidate; `length(y)` are the days of year y, finite and > 0. `None` without
/// years; +inf where the numbers overflow.
pub fn stability_wmape(
    profits: &[f64],
    length: impl Fn(usize) -> f64,
    min_scale: f64,
) -> Option<f64> {
    match profits.len() {
        0 => return None,
        1 => return Some(0.0),
        _ => {}
    }
    let days: f64 = (0..profits.len()).map(&length).sum();
    let total: f64 = profits.iter().map(|&p| fin(p)).sum();
    if !days.is_finite() {
        return Some(f64::INFINITY);
    }
    let per_day = total / days;
    let scale = min_scale.max(PROFIT_SHARE * total.abs());
    let term = |y: usize| {
        let expected = per_day * length(y);
        (length(y) / days) * ((fin(profits[y]) - expected).abs() / expected.abs().max(scale))
    };
    // A few terms side by side, as vectors divide, and added in their order.
    let whole = profits.len() - profits.len() % AT_ONCE;
    let mut wmape = 0.0;
    for first in (0..whole).step_by(AT_ONCE) {
        let terms: [f64; AT_ONCE] = std::array::from_fn(|i| term(first + i));
        wmape = terms.iter().fold(wmape, |sum, term| sum + term);
    }
    wmape = (whole..profits.len()).map(term).fold(wmape, |sum, term| sum + term);
    Some(if wmape.is_nan() { f64::INFINITY } else { wmape })
}

/// `1 / (1 + wmape)`.
#[must_use]
pub fn stability_score(wmape: f64) -> f64 {
    1.0 / (1.0 + wmape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_worked_example() {
        let lengths = [365.0, 365.0, 365.0];
        let wmape = stability_wmape(&[2000.0, 3000.0, 5000.0], |y| lengths[y], 100.0).unwrap();
        assert!((wmape - 1.0 / 3.0).abs() < 1e-12);
        assert!((stability_score(wmape) - 0.75).abs() < 1e-12);
    }

    #[test]
    fn lengths_fall_back_in_order() {
        assert_eq!(year_length(Some(10.0), Some(2024)), 10.0);
        assert_eq!(year_length(Some(0.0), Some(2024)), 366.0);
        assert_eq!(year_length(Some(f64::NAN), Some(1900)), 365.0);
        assert_eq!(year_length(None, Some(2000)), 366.0);
        assert_eq!(year_length(None, None), MEAN_YEAR);
    }

    #[test]
    fn one_year_agrees_with_itself_and_none_is_no_evidence() {
        assert_eq!(stability_wmape(&[-7.0], |_| 3.0, 100.0), Some(0.0));
        assert_eq!(stability_wmape(&[], |_| 3.0, 100.0), None);
    }

    #[test]
    fn overflow_scores_zero() {
        let wmape = stability_wmape(&[f64::MAX, f64::MAX], |_| 1.0, 100.0).unwrap();
        assert_eq!(stability_score(wmape), 0.0);
        assert_eq!(stability_wmape(&[1.0, -2e9], |_| 1.7e308, 100.0), Some(f64::INFINITY));
    }
}
