//! Metrics as scores: `win_rate_score`, `avg_r_score`, `recovery_factor_score`, `sortino_score`.
//!
//! ```text
//! win_rate_score = win rate
//! the others     = x / (1 + x),  x = max(ratio, 0), 0 where the ratio is not finite
//! ratio          = mean R-multiple; profit / maximum drawdown (the recovery factor);
//!                  Sortino ratio of the trades (`path_ratios`), 0 with fewer than two
//! ```
//! In [0, 1), higher is better: what Omega's ranking makes of these metrics. A ratio below 0 counts
//! as 0; x/(1 + x) of it would be anything. Source: Omega's ranking; scoring specification,
//! section 11; F. Sortino and L. Price (1994).

/// The score of a ratio without an upper bound.
#[inline]
#[must_use]
pub fn ratio_score(ratio: f64) -> f64 {
    if !ratio.is_finite() || ratio <= 0.0 { 0.0 } else { ratio / (1.0 + ratio) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_squeezed_into_the_unit_interval() {
        assert_eq!(ratio_score(1.0), 0.5);
        assert_eq!(ratio_score(3.0), 0.75);
        for none in [0.0, -0.5, -3.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(ratio_score(none), 0.0);
        }
    }
}
