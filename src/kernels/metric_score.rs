//! Metrics as scores: `win_rate_score`, `avg_r_score`, `recovery_factor_score`, `sortino_score`.
//!
//! ```text
//! win_rate_score = win rate
//! the others     = x / (1 + x),  x = max(ratio, 0), 0 where the ratio is not finite
//! ratio          = mean R-multiple; profit / maximum drawdown (the recovery factor);
//!                  Sortino ratio of the trades = mean(x) / √(Σ min(x, 0)² / n)
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

/// Sortino ratio of results against 0, none of them NaN, summed in their order; not finite without
/// a loss.
#[must_use]
pub fn sortino_ratio(results: &[f64]) -> f64 {
    #[allow(clippy::cast_precision_loss)] // below 2^53
    let n = results.len() as f64;
    let mean = results.iter().sum::<f64>() / n;
    let losses: f64 = results.iter().map(|x| x.min(0.0)).map(|x| x * x).sum();
    mean / (losses / n).sqrt()
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

    #[test]
    fn sortino_ratio_of_the_published_example() {
        // Red Rock Capital, "Sortino: a sharper ratio": 17 to -4 percent against 0 gives 4.417.
        let returns = [0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04];
        assert!((sortino_ratio(&returns) - 4.417_261_042_993_862).abs() < 1e-12);
        assert_eq!(sortino_ratio(&[1.0, 2.0]), f64::INFINITY);
        assert!(sortino_ratio(&[]).is_nan());
    }
}
