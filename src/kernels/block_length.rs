//! Block length for the stationary bootstrap (`optimal_block_length`, `block_length="auto"`).
//!
//! ```text
//! e = x − mean(x);  R_k = Σ e_t·e_{t+k} / n
//! r_k = |Σ e_t·e_{t+k}| / √(Σ_{t>k} e_t² · Σ_{t<n−1−k} e_t²)          t from 0
//! K = max(5, ⌊log10 n⌋);  M = ⌈√n⌉ + K;  band = 2·√(log10 n / n)
//! j = first lag with r_j, …, r_{j+K−1} < band, j + K ≤ M;  m = min(2·max(j, 1), M), M without one
//! λ_k = 1 for k/m ≤ ½, else 2·(1 − k/m)
//! G = Σ_{k=1..m} 2·λ_k·k·R_k;  S = R_0 + Σ_{k=1..m} 2·λ_k·R_k
//! length = min((2·G² / (2·S²))^⅓ · n^⅓, ⌈min(3·√n, n/3)⌉)
//! ```
//!
//! In periods, ≥ 0; the bootstrap takes at least 1. Only the finite values count, in order.
//!
//! # Edge cases
//! `None` for fewer than 16 values, a flat series (standard deviation ≤ 8·2⁻⁵²·max|x|) and a
//! length that is no number.
//!
//! # Source
//! D. N. Politis and H. White, "Automatic Block-Length Selection for the Dependent Bootstrap",
//! Econometric Reviews 23 (2004); A. Patton, D. N. Politis and H. White, "Correction to ...", 28
//! (2009). As `arch.bootstrap.optimal_block_length` of arch 8 computes it: r_k is scaled by the
//! norms of its own two pieces one value shorter than those of R_k. Scoring specification,
//! section 20.

use multiversion::multiversion;

use super::lane_sums::{lane_sum, lane_sum_of_pairs, numpy_sum};

/// Fewer values have no block length.
const FEWEST: usize = 16;

/// A standard deviation up to this share of the largest value is rounding noise.
const FLAT: f64 = 8.0 * f64::EPSILON;

/// Mean block length for `values`, all finite.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small lags
pub fn block_length(values: &[f64]) -> Option<f64> {
    if values.len() < FEWEST {
        return None;
    }
    let n = values.len() as f64;
    let mean = numpy_sum(values, &|x| x) / n;
    let covariance = |lag: usize| {
        let product = |x: f64, y: f64| (x - mean) * (y - mean);
        lane_sum_of_pairs(values, &values[lag..], product) / n
    };
    let at_zero = covariance(0);
    let largest = values.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    if (at_zero * n / (n - 1.0)).sqrt() <= FLAT * largest {
        return None;
    }
    let run = (n.log10() as usize).max(5);
    let most = n.sqrt().ceil() as usize + run;
    let band = 2.0 * (n.log10() / n).sqrt();
    let is_small = |lag: usize| {
        let square = |x: f64| (x - mean) * (x - mean);
        let (late, early) = (&values[lag + 1..], &values[..values.len() - lag - 1]);
        let norm = (lane_sum(late, square) * lane_sum(early, square)).sqrt();
        (covariance(lag) * n).abs() / norm < band
    };
    let lags = first_run(run, most, is_small).map_or(most, |first| (2 * first.max(1)).min(most));
    let (mut weighted, mut long_run) = (0.0, at_zero);
    for lag in 1..=lags {
        let share = lag as f64 / lags as f64;
        let taper = if share <= 0.5 { 1.0 } else { 2.0 * (1.0 - share) };
        let term = 2.0 * taper * covariance(lag);
        weighted += lag as f64 * term;
        long_run += term;
    }
    let length = (2.0 * weighted * weighted / (2.0 * long_run * long_run)).cbrt() * n.cbrt();
    let longest = (3.0 * n.sqrt()).min(n / 3.0).ceil();
    (!length.is_nan()).then(|| length.min(longest))
}

/// The first of `run` lags in a row below `end` that are all small.
#[inline(always)]
fn first_run(run: usize, end: usize, is_small: impl Fn(usize) -> bool) -> Option<usize> {
    let mut in_a_row = 0;
    for lag in 0..end {
        in_a_row = if is_small(lag) { in_a_row + 1 } else { 0 };
        if in_a_row == run {
            return Some(lag + 1 - run);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::golden;
    use super::*;

    #[test]
    fn lengths_match_arch() {
        for case in golden::cases("block_length") {
            let found = block_length(&case.values).unwrap();
            // arch adds up in the order of its BLAS.
            let error = (found - case.result).abs();
            assert!(error <= 1e-11 * case.result, "{found}, arch {}", case.result);
        }
    }

    #[test]
    fn the_length_has_no_unit() {
        let values = &golden::cases("block_length")[0].values;
        let doubled: Vec<f64> = values.iter().map(|x| x * 1024.0).collect();
        assert_eq!(block_length(values), block_length(&doubled));
    }

    #[test]
    fn too_few_and_flat_values_have_none() {
        let values: Vec<f64> = (0..16).map(|i| f64::from(i * 7 % 5)).collect();
        assert!(block_length(&values).is_some());
        assert_eq!(block_length(&values[..15]), None);
        for flat in [0.0, 0.001, -3.0] {
            assert_eq!(block_length(&[flat; 100]), None);
        }
    }

    #[test]
    fn the_first_run_may_begin_anywhere_before_the_end() {
        assert_eq!(first_run(3, 10, |lag| lag >= 4), Some(4));
        assert_eq!(first_run(3, 7, |lag| lag >= 4), Some(4));
        assert_eq!(first_run(3, 6, |lag| lag >= 4), None);
        assert_eq!(first_run(2, 10, |lag| lag == 1 || lag > 4), Some(5));
    }
}
