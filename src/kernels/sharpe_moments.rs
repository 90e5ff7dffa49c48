//! Moments of a series as the inference on its Sharpe ratio needs them (`sharpe_moments`).
//!
//! ```text
//! m_k = Σ (x − mean)^k / n
//! sharpe = (mean − risk_free) / √(n·m2 / (n − 1));  skewness = m3 / (m2·√m2);  kurtosis = m4 / m2²
//! ```
//!
//! Per period, not annualised; the moments are those of the population, the kurtosis is raw (3 for
//! a normal distribution). Sums run in the order of `lane_sums`.
//!
//! # Edge cases
//! `None` for fewer than 3 values, for a flat series (standard deviation ≤ 8·2⁻⁵²·max|x|, rounding
//! noise) and where a moment overflows.
//!
//! # Source
//! Scoring specification, sections 15 and 16.

use multiversion::multiversion;

use super::lane_sums::{LANES, join, lane_sum};

/// Fewer values have no moments.
pub const FEWEST: usize = 3;

/// A standard deviation up to this share of the largest value is rounding noise.
pub const FLAT: f64 = 8.0 * f64::EPSILON;

/// Number of observations, Sharpe ratio and shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of observations.
    pub n: f64,
    /// Sharpe ratio per period.
    pub sharpe: f64,
    /// Skewness.
    pub skewness: f64,
    /// Raw kurtosis.
    pub kurtosis: f64,
}

impl Moments {
    /// The moments, `None` unless each is a number.
    #[must_use]
    pub fn finite(self) -> Option<Self> {
        let Self { n, sharpe, skewness, kurtosis } = self;
        [n, sharpe, skewness, kurtosis].iter().all(|x| x.is_finite()).then_some(self)
    }
}

/// Moments of `values`, all finite.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
pub fn sharpe_moments(values: &[f64], risk_free: f64) -> Option<Moments> {
    if values.len() < FEWEST {
        return None;
    }
    let n = values.len() as f64;
    let mean = lane_sum(values, |x| x) / n;
    let mut sums = Sums::default();
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (i, x) in chunk.iter().enumerate() {
            sums.add(i, *x, mean);
        }
    }
    for (i, x) in rest.iter().enumerate() {
        sums.add(i, *x, mean);
    }
    let [m2, m3, m4] = [sums.squares, sums.cubes, sums.fourths].map(|lanes| join(lanes) / n);
    let largest = sums.largest.into_iter().fold(0.0, f64::max);
    let std = (m2 * n / (n - 1.0)).sqrt();
    if std <= FLAT * largest {
        return None;
    }
    let sharpe = (mean - risk_free) / std;
    Moments { n, sharpe, skewness: m3 / (m2 * m2.sqrt()), kurtosis: m4 / (m2 * m2) }.finite()
}

#[derive(Default)]
struct Sums {
    squares: [f64; LANES],
    cubes: [f64; LANES],
    fourths: [f64; LANES],
    largest: [f64; LANES],
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, lane: usize, x: f64, mean: f64) {
        let d = x - mean;
        let square = d * d;
        self.squares[lane] += square;
        self.cubes[lane] += square * d;
        self.fourths[lane] += square * square;
        let size = x.abs();
        self.largest[lane] = if size > self.largest[lane] { size } else { self.largest[lane] };
    }
}

/// Whether the finite `values` have no spread beyond rounding noise.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
pub fn is_flat(values: &[f64]) -> bool {
    let n = values.len() as f64;
    let mean = lane_sum(values, |x| x) / n;
    let squares = lane_sum(values, |x| (x - mean) * (x - mean));
    let largest = values.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    let std = (squares / (n - 1.0)).sqrt();
    std.is_nan() || std <= FLAT * largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_hand_computation() {
        let found = sharpe_moments(&[1.0, 2.0, 3.0, 6.0], 1.0).unwrap();
        // e = −2, −1, 0, 3: Σe² = 14, Σe³ = 18, Σe⁴ = 98
        assert_eq!(found.n, 4.0);
        assert_eq!(found.sharpe, 2.0 / (14.0_f64 / 3.0).sqrt());
        assert!((found.skewness - 4.5 / 3.5_f64.powf(1.5)).abs() < 1e-15);
        assert_eq!(found.kurtosis, 24.5 / 12.25);
    }

    #[test]
    fn a_scale_of_two_changes_no_bit() {
        let values: Vec<f64> = (0..101).map(|i| (f64::from(i) * 0.7).sin() + 0.1).collect();
        let doubled: Vec<f64> = values.iter().map(|x| x * 1024.0).collect();
        assert_eq!(sharpe_moments(&values, 0.0), sharpe_moments(&doubled, 0.0));
    }

    #[test]
    fn flat_few_and_overflowing_values_have_none() {
        for flat in [0.0, 0.001, -3.0] {
            assert_eq!(sharpe_moments(&[flat; 1000], 0.0), None);
            assert!(is_flat(&[flat; 1000]));
        }
        assert_eq!(sharpe_moments(&[1.0, 2.0], 0.0), None);
        assert_eq!(sharpe_moments(&[1e300, 2.0, -1e300], 0.0), None);
        assert!(!is_flat(&[1.0, 2.0, 1.0]));
    }
}
