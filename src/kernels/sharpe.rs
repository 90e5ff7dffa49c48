//! Sharpe ratio per trade, not annualised.
//!
//! ```text
//! mean / √(Σ (x − mean)² / (n − 1)) over the finite x; 0 with fewer than two or no spread
//! ```
//!
//! A standard deviation of at most 1e-12·|mean| is the rounding noise of equal values: no spread.
//! Source: scoring specification, sections 5, 6 and 10.

use multiversion::multiversion;

use super::lanes::lane_sum;

/// A standard deviation up to this share of the mean is noise.
const NOISE: f64 = 1e-12;

/// Sharpe ratio of the finite `values`; `scratch` is used where some are not.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe(values: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if values.iter().fold(true, |all, x| all & x.is_finite()) {
        return of_finite(values);
    }
    scratch.clear();
    scratch.extend(values.iter().filter(|x| x.is_finite()));
    of_finite(scratch)
}

/// Sharpe ratio of the finite `values` that are not `dropped`; slices of equal length.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe_of_kept(values: &[f64], dropped: &[bool], scratch: &mut Vec<f64>) -> f64 {
    scratch.resize(values.len(), 0.0);
    let mut kept = 0;
    for (&x, &dropped) in values.iter().zip(dropped) {
        // Written always and counted if kept: no branch on a random draw.
        scratch[kept] = x;
        kept += usize::from(!dropped & x.is_finite());
    }
    of_finite(&scratch[..kept])
}

#[inline(always)]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
fn of_finite(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = lane_sum(values, |x| x) / count;
    let squares = lane_sum(values, |x| (x - mean) * (x - mean));
    let std = (squares / (count - 1.0)).sqrt();
    if values.len() >= 2 && std > NOISE * mean.abs() { mean / std } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(values: &[f64]) -> f64 {
        sharpe(values, &mut Vec::new())
    }

    #[test]
    fn matches_hand_computation() {
        assert_eq!(plain(&[1.0, 3.0]), 2.0 / 2.0_f64.sqrt());
        assert_eq!(plain(&[1.0, 3.0, f64::NAN, f64::INFINITY]), plain(&[1.0, 3.0]));
    }

    #[test]
    fn no_spread_and_too_few_values_give_zero() {
        for values in [&[][..], &[1.0], &[1.0, f64::NAN], &[2.0; 20], &[0.1; 3], &[0.0; 4]] {
            assert_eq!(plain(values), 0.0);
        }
    }

    #[test]
    fn dropped_values_play_no_part() {
        let scratch = &mut Vec::new();
        let values = [1.0, 50.0, 3.0, f64::NAN, 7.0];
        let kept = sharpe_of_kept(&values, &[false, true, false, false, true], scratch);
        assert_eq!(kept, plain(&[1.0, 3.0]));
        assert_eq!(sharpe_of_kept(&values, &[true; 5], scratch), 0.0);
        assert_eq!(sharpe_of_kept(&values, &[false; 5], scratch), plain(&values));
    }
}
