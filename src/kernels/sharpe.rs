//! Sharpe ratio per trade, not annualised.
//!
//! ```text
//! mean / √(Σ (x − mean)² / (n − 1)) over the finite x; 0 with fewer than two or no spread
//! ```
//!
//! A standard deviation of at most 1e-12·|mean| is the rounding noise of equal values: no spread.
//! Source: scoring specification, sections 5, 6 and 10.

use multiversion::multiversion;

use super::curve::{Curve, WIDTH};
use super::lanes::{LANES, join, lane_sum, lane_sum_of_pairs};

/// A standard deviation up to this share of the mean is noise.
const NOISE: f64 = 1e-12;

/// Sharpe ratio of the finite `values`; `scratch` is used where some are not.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe(values: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if all_finite(values) {
        return of_finite(values);
    }
    scratch.clear();
    scratch.extend(values.iter().filter(|x| x.is_finite()));
    of_finite(scratch)
}

/// Sharpe ratio of the finite `values` that are not `dropped`; slices of equal length. Where the
/// caller knows the sum of what is kept, the mean is taken from it.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe_of_kept(
    values: &[f64],
    dropped: &[bool],
    sum: Option<f64>,
    scratch: &mut Vec<f64>,
) -> f64 {
    if !all_finite(values) {
        scratch.clear();
        let kept = values.iter().zip(dropped).filter(|(x, dropped)| !*dropped & x.is_finite());
        scratch.extend(kept.map(|(x, _)| x));
        return about(scratch, sum.unwrap_or_else(|| lane_sum(scratch, |x| x)));
    }
    let kept = lane_sum_of_pairs(values, dropped, |_, dropped| f64::from(u8::from(!dropped)));
    let sum = sum.unwrap_or_else(|| {
        lane_sum_of_pairs(values, dropped, |x, dropped| if dropped { 0.0 } else { x })
    });
    let mean = sum / kept;
    let squares = lane_sum_of_pairs(values, dropped, |x, dropped| {
        let d = if dropped { 0.0 } else { x - mean };
        d * d
    });
    ratio(kept, mean, squares)
}

#[inline(always)]
fn all_finite(values: &[f64]) -> bool {
    values.iter().fold(true, |all, x| all & x.is_finite())
}

/// Sharpe ratios of the steps of four curves; the curves know their sums.
#[multiversion(targets("x86_64+avx2"))]
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
pub fn sharpes(steps: &[[f64; WIDTH]], curves: &[Curve; WIDTH]) -> [f64; WIDTH] {
    let count = steps.len() as f64;
    let means = [0, 1, 2, 3].map(|k: usize| curves[k].profit / count);
    let mut lanes = [[0.0; WIDTH]; LANES];
    let (chunks, rest) = steps.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            add_squares(&mut lanes[i], &chunk[i], &means);
        }
    }
    for (lane, step) in lanes.iter_mut().zip(rest) {
        add_squares(lane, step, &means);
    }
    let mut ratios = [0.0; WIDTH];
    for k in 0..WIDTH {
        let squares = join(lanes.map(|lane: [f64; WIDTH]| lane[k]));
        ratios[k] = ratio(count, means[k], squares);
    }
    ratios
}

#[inline(always)]
fn add_squares(lane: &mut [f64; WIDTH], step: &[f64; WIDTH], means: &[f64; WIDTH]) {
    for k in 0..WIDTH {
        let d = step[k] - means[k];
        lane[k] += d * d;
    }
}

#[inline(always)]
fn of_finite(values: &[f64]) -> f64 {
    about(values, lane_sum(values, |x| x))
}

/// Sharpe ratio of finite values that add up to `sum`.
#[inline(always)]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
fn about(values: &[f64], sum: f64) -> f64 {
    let count = values.len() as f64;
    let mean = sum / count;
    ratio(count, mean, lane_sum(values, |x| (x - mean) * (x - mean)))
}

/// mean / std from the sum of squares about the mean.
#[inline(always)]
fn ratio(count: f64, mean: f64, squares: f64) -> f64 {
    let std = (squares / (count - 1.0)).sqrt();
    if count >= 2.0 && std > NOISE * mean.abs() { mean / std } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::curve::curves;
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
    fn four_at_once_match_one_at_a_time() {
        for n in 0..40 {
            let steps: Vec<[f64; WIDTH]> = (0..n)
                .map(|i| [1.0, 2.5, -3.0, 0.7].map(|a: f64| (a * f64::from(i)).sin() + 0.2))
                .collect();
            let together = sharpes(&steps, &curves(&steps));
            for k in 0..WIDTH {
                let alone = plain(&steps.iter().map(|step| step[k]).collect::<Vec<_>>());
                assert!((together[k] - alone).abs() <= 1e-14 * alone.abs());
            }
        }
    }

    #[test]
    fn nothing_dropped_equals_the_curve_bit_for_bit() {
        let net: Vec<f64> = (0..101).map(|i| f64::from(i * 37 % 19) * 0.1 - 0.7).collect();
        let steps: Vec<[f64; WIDTH]> = net.iter().map(|&x| [x; WIDTH]).collect();
        let curves = curves(&steps);
        let sum = Some(curves[0].profit);
        let kept = sharpe_of_kept(&net, &[false; 101], sum, &mut Vec::new());
        assert_eq!(sharpes(&steps, &curves), [kept; WIDTH]);
    }

    #[test]
    fn dropped_values_play_no_part() {
        let scratch = &mut Vec::new();
        let values = [1.0, 50.0, 3.0, f64::NAN, 7.0];
        let kept = sharpe_of_kept(&values, &[false, true, false, false, true], None, scratch);
        assert_eq!(kept, plain(&[1.0, 3.0]));
        assert_eq!(sharpe_of_kept(&values, &[true; 5], None, scratch), 0.0);
        assert_eq!(sharpe_of_kept(&values, &[false; 5], None, scratch), plain(&values));
    }
}
